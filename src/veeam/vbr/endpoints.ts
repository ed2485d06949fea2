// Every call of the client, but for the licence's: method, path, parameters, role. Source: the vendor's documents of
// 1.2-rev1, 1.3-rev0 and 1.3-rev2; what is said to come with 1.3-rev0 may have come with a revision before it.
import { ADMINISTRATOR, type Endpoint, PAGING, parameters, parametersSince } from './endpoint.ts';

const REPOSITORIES = '/api/v1/backupInfrastructure/repositories';
const SCALE_OUT = '/api/v1/backupInfrastructure/scaleOutRepositories';
const CREDENTIALS = '/api/v1/cloudCredentials';
const SESSIONS = '/api/v1/sessions';

const INFRASTRUCTURE_READERS =
  'Veeam Backup Administrator, Veeam Backup Operator, Veeam Restore Operator, Veeam Backup Viewer, Veeam Tape Operator';
const SESSION_READERS =
  'Veeam Backup Administrator, Veeam Backup Operator, Veeam Restore Operator, Veeam Backup Viewer, Veeam Tape Operator, Veeam Security Administrator';
const CREDENTIAL_KEEPERS = 'Veeam Backup Administrator, Veeam Security Administrator';

export const SERVER_ENDPOINTS = {
  serverTime: { method: 'GET', path: '/api/v1/serverTime', role: 'Anyone' },
  serverInfo: { method: 'GET', path: '/api/v1/serverInfo', role: ADMINISTRATOR },
  serverCertificate: { method: 'GET', path: '/api/v1/serverCertificate', role: 'Anyone' },
} as const satisfies Record<string, Endpoint>;

export const REPOSITORY_ENDPOINTS = {
  list: {
    method: 'GET',
    path: REPOSITORIES,
    role: INFRASTRUCTURE_READERS,
    query: {
      ...PAGING,
      ...parameters('nameFilter', 'hostIdFilter', 'pathFilter', 'vmbApiFilter', 'vmbApiPlatform'),
      ...parametersSince('1.3-rev0', 'excludeExtents'),
      typeFilter: { severalSince: '1.3-rev0' },
    },
  },
  get: { method: 'GET', path: `${REPOSITORIES}/{id}`, role: INFRASTRUCTURE_READERS },
  add: {
    method: 'POST',
    path: REPOSITORIES,
    role: ADMINISTRATOR,
    query: parameters('overwriteOwner'),
  },
  edit: { method: 'PUT', path: `${REPOSITORIES}/{id}`, role: ADMINISTRATOR },
  remove: {
    method: 'DELETE',
    path: `${REPOSITORIES}/{id}`,
    role: ADMINISTRATOR,
    query: parameters('deleteBackups'),
  },
  rescan: { method: 'POST', path: `${REPOSITORIES}/rescan`, role: ADMINISTRATOR },
  states: {
    method: 'GET',
    path: `${REPOSITORIES}/states`,
    role: INFRASTRUCTURE_READERS,
    query: {
      ...PAGING,
      orderColumn: { valuesSince: { Membership: '1.3-rev0', Status: '1.3-rev2' } },
      ...parameters('idFilter', 'nameFilter', 'capacityFilter', 'freeSpaceFilter', 'usedSpaceFilter'),
      ...parameters('isOnlineFilter'),
      ...parametersSince('1.3-rev0', 'isOutOfDateFilter', 'sobrIdFilter', 'sobrMembershipFilter'),
      ...parametersSince('1.3-rev0', 'excludeExtents'),
      sobrExtentTypeFilter: { since: '1.3-rev0', severalSince: '1.3-rev0' },
      typeFilter: { severalSince: '1.3-rev2' },
    },
  },
} as const satisfies Record<string, Endpoint>;

const modeSwitch = (name: string) =>
  ({ method: 'POST', path: `${SCALE_OUT}/{id}/${name}`, role: ADMINISTRATOR }) as const;

export const SCALE_OUT_ENDPOINTS = {
  list: {
    method: 'GET',
    path: SCALE_OUT,
    role: INFRASTRUCTURE_READERS,
    query: {
      ...PAGING,
      orderColumn: { valuesSince: { EncryptionState: '1.3-rev0' } },
      ...parameters('nameFilter'),
    },
  },
  get: { method: 'GET', path: `${SCALE_OUT}/{id}`, role: INFRASTRUCTURE_READERS },
  add: { method: 'POST', path: SCALE_OUT, role: ADMINISTRATOR },
  edit: { method: 'PUT', path: `${SCALE_OUT}/{id}`, role: ADMINISTRATOR },
  remove: {
    method: 'DELETE',
    path: `${SCALE_OUT}/{id}`,
    role: ADMINISTRATOR,
    query: parameters('deleteBackups'),
  },
  enableSealedMode: modeSwitch('enableSealedMode'),
  disableSealedMode: modeSwitch('disableSealedMode'),
  enableMaintenanceMode: modeSwitch('enableMaintenanceMode'),
  disableMaintenanceMode: modeSwitch('disableMaintenanceMode'),
} as const satisfies Record<string, Endpoint>;

export const CLOUD_CREDENTIALS_ENDPOINTS = {
  list: {
    method: 'GET',
    path: CREDENTIALS,
    role: CREDENTIAL_KEEPERS,
    query: {
      ...PAGING,
      orderColumn: { valuesSince: { Type: '1.3-rev0', LastModified: '1.3-rev0' } },
      ...parameters('nameFilter', 'typeFilter'),
    },
  },
  get: { method: 'GET', path: `${CREDENTIALS}/{id}`, role: CREDENTIAL_KEEPERS },
  add: { method: 'POST', path: CREDENTIALS, role: CREDENTIAL_KEEPERS },
  edit: { method: 'PUT', path: `${CREDENTIALS}/{id}`, role: CREDENTIAL_KEEPERS },
  remove: { method: 'DELETE', path: `${CREDENTIALS}/{id}`, role: CREDENTIAL_KEEPERS },
  changeSecretKey: {
    method: 'POST',
    path: `${CREDENTIALS}/{id}/changeSecretKey`,
    role: CREDENTIAL_KEEPERS,
  },
} as const satisfies Record<string, Endpoint>;

export const SESSION_ENDPOINTS = {
  list: {
    method: 'GET',
    path: SESSIONS,
    role: SESSION_READERS,
    query: {
      ...PAGING,
      orderColumn: { valuesSince: { InitiatedBy: '1.3-rev0' } },
      ...parameters('nameFilter', 'createdAfterFilter', 'createdBeforeFilter', 'endedAfterFilter'),
      ...parameters('endedBeforeFilter', 'stateFilter', 'jobIdFilter'),
      typeFilter: { severalSince: '1.3-rev0' },
      resultFilter: { severalSince: '1.3-rev0' },
    },
  },
  get: { method: 'GET', path: `${SESSIONS}/{id}`, role: SESSION_READERS },
  logs: {
    method: 'GET',
    path: `${SESSIONS}/{id}/logs`,
    role: SESSION_READERS,
    query: parametersSince('1.3-rev0', 'statusFilter'),
  },
  stop: {
    method: 'POST',
    path: `${SESSIONS}/{id}/stop`,
    role: 'Veeam Backup Administrator, Veeam Backup Operator, Veeam Restore Operator',
  },
  taskSessions: {
    method: 'GET',
    path: `${SESSIONS}/{id}/taskSessions`,
    role: 'Veeam Backup Administrator, Veeam Backup Operator, Veeam Restore Operator, Veeam Tape Operator, Veeam Backup Viewer',
    query: {
      ...parametersSince('1.3-rev2', 'skip', 'limit', 'orderColumn', 'orderAsc', 'nameFilter', 'typeFilter'),
      ...parametersSince('1.3-rev2', 'sessionTypeFilter', 'createdAfterFilter', 'createdBeforeFilter'),
      ...parametersSince('1.3-rev2', 'endedAfterFilter', 'endedBeforeFilter', 'stateFilter', 'resultFilter'),
      ...parametersSince('1.3-rev2', 'scanTypeFilter', 'scanResultFilter', 'scanStateFilter'),
      ...parametersSince('1.3-rev2', 'sessionIdFilter'),
    },
  },
} as const satisfies Record<string, Endpoint>;

export const CLOUD_BROWSER_ENDPOINTS = {
  browse: {
    method: 'POST',
    path: '/api/v1/cloudBrowser',
    role: ADMINISTRATOR,
    query: parameters('resetCache'),
  },
  newFolder: { method: 'POST', path: '/api/v1/cloudBrowser/newFolder', role: ADMINISTRATOR },
} as const satisfies Record<string, Endpoint>;

export const TOKEN_PATH = '/api/oauth2/token';
export const LOGOUT_PATH = '/api/oauth2/logout';
