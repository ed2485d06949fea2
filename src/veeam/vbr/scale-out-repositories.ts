// Scale-out repositories over REST: list, add, change, remove, and the two modes that take extents out of service.
import type { Endpoint } from './endpoint.ts';
import { SCALE_OUT_ENDPOINTS as ENDPOINTS } from './endpoints.ts';
import { scaleOutRepository } from './schemas/scale-out-repository.ts';
import { session } from './schemas/session.ts';
import type { VbrCalls } from './vbr-calls.ts';
import type { VbrScaleOutRepositories } from './vbr-client.ts';

export function vbrScaleOutRepositories(calls: VbrCalls): VbrScaleOutRepositories {
  const switchMode = (endpoint: Endpoint) => (id: string, extentIds: readonly string[]) =>
    calls.read(session, endpoint, { id, body: () => ({ repositoryIds: extentIds }) });
  return {
    list: (query = {}) => calls.items(scaleOutRepository, ENDPOINTS.list, query),
    get: (id) => calls.read(scaleOutRepository, ENDPOINTS.get, { id }),
    add: (spec) => calls.read(session, ENDPOINTS.add, { body: () => spec }),
    edit: (id, model) => calls.read(session, ENDPOINTS.edit, { id, body: () => model }),
    async remove(id, { deleteBackups } = {}) {
      await calls.send(ENDPOINTS.remove, { id, query: { deleteBackups } });
    },
    enableSealedMode: switchMode(ENDPOINTS.enableSealedMode),
    disableSealedMode: switchMode(ENDPOINTS.disableSealedMode),
    enableMaintenanceMode: switchMode(ENDPOINTS.enableMaintenanceMode),
    disableMaintenanceMode: switchMode(ENDPOINTS.disableMaintenanceMode),
  };
}
