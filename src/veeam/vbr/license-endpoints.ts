// Every call about the licence: method, path, parameters, role. Source: the License section of the vendor's documents.
import { ADMINISTRATOR, type Endpoint, PAGING, parameters } from './endpoint.ts';

const LICENSE = '/api/v1/license';

const post = (path: string) => ({ method: 'POST', path: `${LICENSE}${path}`, role: ADMINISTRATOR }) as const;

export const LICENSE_ENDPOINTS = {
  show: { method: 'GET', path: LICENSE, role: ADMINISTRATOR },
  install: post('/install'),
  remove: post('/remove'),
  createReport: post('/createReport'),
  renew: post('/renew'),
  sockets: {
    method: 'GET',
    path: `${LICENSE}/sockets`,
    role: ADMINISTRATOR,
    query: {
      ...PAGING,
      ...parameters('nameFilter', 'hostNameFilter', 'hostIdFilter', 'socketsNumberFilter'),
      ...parameters('coresNumberFilter', 'typeFilter'),
    },
  },
  revokeSocket: post('/sockets/{id}/revoke'),
  instances: {
    method: 'GET',
    path: `${LICENSE}/instances`,
    role: ADMINISTRATOR,
    query: {
      ...PAGING,
      ...parameters('nameFilter', 'hostNameFilter', 'usedInstancesNumberFilter', 'typeFilter'),
      ...parameters('instanceIdFilter'),
    },
  },
  assignInstance: post('/instances/{id}/assign'),
  revokeInstance: post('/instances/{id}/revoke'),
  removeInstance: { ...post('/instances/{id}/remove'), since: '1.3-rev0' },
  capacity: { method: 'GET', path: `${LICENSE}/capacity`, role: ADMINISTRATOR },
  revokeCapacity: post('/capacity/{id}/revoke'),
  update: post('/update'),
  autoUpdate: post('/autoupdate'),
  agentConsumption: post('/agentConsumption'),
} as const satisfies Record<string, Endpoint>;
