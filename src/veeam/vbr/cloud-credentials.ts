// Cloud credentials records over REST. A secret key goes out in a body and comes back nowhere.
import { CLOUD_CREDENTIALS_ENDPOINTS as ENDPOINTS } from './endpoints.ts';
import { cloudCredentials } from './schemas/cloud-credentials.ts';
import type { VbrCalls } from './vbr-calls.ts';
import type { VbrCloudCredentials } from './vbr-client.ts';

export function vbrCloudCredentials(calls: VbrCalls): VbrCloudCredentials {
  return {
    list: (query = {}) => calls.items(cloudCredentials, ENDPOINTS.list, query),
    get: (id) => calls.read(cloudCredentials, ENDPOINTS.get, { id }),
    add: (spec) =>
      calls.read(cloudCredentials, ENDPOINTS.add, {
        body: () => ({ ...spec, secretKey: spec.secretKey.reveal() }),
        secrets: [spec.secretKey],
      }),
    edit: (id, model) => calls.read(cloudCredentials, ENDPOINTS.edit, { id, body: () => model }),
    async remove(id) {
      await calls.send(ENDPOINTS.remove, { id });
    },
    changeSecretKey: (id, secretKey) =>
      calls.read(cloudCredentials, ENDPOINTS.changeSecretKey, {
        id,
        body: () => ({ newSecretKey: secretKey.reveal() }),
        secrets: [secretKey],
      }),
  };
}
