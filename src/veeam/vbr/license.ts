// The licence over REST: install, show, remove, report, renew, and who consumes it.
import Type from 'typebox';
import { checked } from '../checked.ts';
import { LICENSE_ENDPOINTS as ENDPOINTS } from './license-endpoints.ts';
import { lacking } from './request-line.ts';
import { reaches } from './revisions.ts';
import {
  capacityWorkload,
  capacityWorkloads,
  instanceWorkload,
  license,
  licenseRenewal,
  licenseUpdate,
  socketWorkload,
} from './schemas/license.ts';
import type { VbrCalls } from './vbr-calls.ts';
import type { VbrLicense } from './vbr-client.ts';

const oneOrList = Type.Object({ workloads: Type.Optional(Type.Array(capacityWorkload)) });

export function vbrLicense(calls: VbrCalls): VbrLicense {
  return {
    show: () => calls.read(license, ENDPOINTS.show),
    install: (spec) => calls.read(license, ENDPOINTS.install, { body: () => spec }),
    remove: (spec = {}) => calls.read(license, ENDPOINTS.remove, { body: () => spec }),
    async createReport(reportFormat) {
      const { bytes } = await calls.send(ENDPOINTS.createReport, {
        body: () => ({ reportFormat }),
        // Refusals are JSON all the same.
        accept: 'application/octet-stream, application/json',
      });
      return bytes;
    },
    renew: (options = {}) => calls.read(licenseRenewal, ENDPOINTS.renew, { body: () => options }),
    sockets: (query = {}) => calls.items(socketWorkload, ENDPOINTS.sockets, query),
    revokeSocket: (id) => calls.read(socketWorkload, ENDPOINTS.revokeSocket, { id }),
    instances: (query = {}) => calls.items(instanceWorkload, ENDPOINTS.instances, query),
    assignInstance: (id, role) =>
      calls.read(instanceWorkload, ENDPOINTS.assignInstance, { id, body: () => ({ role }) }),
    revokeInstance: (id) => calls.read(instanceWorkload, ENDPOINTS.revokeInstance, { id }),
    removeInstance: (id) => calls.read(instanceWorkload, ENDPOINTS.removeInstance, { id }),
    async capacity() {
      const { workloads } = await calls.read(capacityWorkloads, ENDPOINTS.capacity);
      return workloads;
    },
    async revokeCapacity(id) {
      // The document's schema is the workload, its example a list of one.
      const answer = await calls.read(oneOrList, ENDPOINTS.revokeCapacity, { id });
      const [first = answer] = answer.workloads ?? [];
      return checked(capacityWorkload, first, 'the answer to the revocation of a capacity license');
    },
    update: () => calls.read(licenseUpdate, ENDPOINTS.update),
    autoUpdate: (enabled, { proactiveSupportEnabled } = {}) =>
      calls.read(license, ENDPOINTS.autoUpdate, {
        body: (revision) => {
          if (proactiveSupportEnabled !== undefined && !reaches(revision, '1.3-rev0')) {
            throw lacking('proactiveSupportEnabled', '1.3-rev0', revision);
          }
          return { enabled, proactiveSupportEnabled };
        },
      }),
    agentConsumption: (enabled) =>
      calls.read(license, ENDPOINTS.agentConsumption, { body: () => ({ enabled }) }),
  };
}
