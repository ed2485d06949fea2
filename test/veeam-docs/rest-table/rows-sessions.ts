// Rows of sessions, and of what the vendor's OpenAPI documents have beside the four texts: cloud credentials, the cloud browser.
import { cell, endpointRow, type ParameterOf, parameter } from './cells.ts';
import type { EndpointRow } from './row.ts';
import { vbrTest } from './test-cells.ts';
import { pathId, queries } from './vbr-cells.ts';

const SESSIONS = '/api/v1/sessions';
const ROUTES = 'src/rehearse/sessions/session-routes.ts';
const COMMAND = 'src/cli/veeam-sessions.ts';
const CLIENT = 'src/veeam/vbr/sessions.ts';
const SESSION_ID = pathId('id', '`ID`', { rehearsal: ROUTES });
const files = { command: COMMAND, rehearsal: ROUTES };

const sessionRow = (
  endpoint: string,
  method: string,
  command: string,
  title: string,
  parameters: readonly ParameterOf[],
): EndpointRow =>
  endpointRow({
    api: 'vbr',
    endpoint,
    method: `sessions.${method}`,
    client: cell(`\`sessions.${method}\``, CLIENT, method),
    command: cell(`\`veeam sessions ${command}\``, COMMAND, `${command}: {`),
    rehearsal: cell('yes', ROUTES, `summary: '${title}'`),
    test: vbrTest(`sessions.${method}`),
    parameters,
  });

export const SESSION_ROWS: readonly EndpointRow[] = [
  sessionRow(`GET ${SESSIONS}`, 'list', 'list', 'Get All Sessions', [
    ...queries(['skip', 'limit', 'orderColumn', 'orderAsc', 'nameFilter', 'typeFilter'], files),
    ...queries(['createdAfterFilter', 'createdBeforeFilter', 'endedAfterFilter'], files),
    ...queries(['endedBeforeFilter', 'stateFilter', 'resultFilter', 'jobIdFilter'], files),
  ]),
  sessionRow(`GET ${SESSIONS}/{id}`, 'get', 'show', 'Get Session', [SESSION_ID]),
  sessionRow(`GET ${SESSIONS}/{id}/logs`, 'logs', 'logs', 'Get Session Logs', [
    SESSION_ID,
    ...queries(['statusFilter'], files),
  ]),
  sessionRow(`POST ${SESSIONS}/{id}/stop`, 'stop', 'stop', 'Stop Session', [SESSION_ID]),
  sessionRow(`GET ${SESSIONS}/{id}/taskSessions`, 'taskSessions', 'tasks', 'Get Task Sessions', [
    SESSION_ID,
    ...queries(['skip', 'limit', 'orderColumn', 'orderAsc', 'nameFilter'], files),
  ]),
];

const CREDENTIALS = '/api/v1/cloudCredentials';
const CREDENTIAL_ROUTES = 'src/rehearse/cloud/cloud-credentials-routes.ts';
const INTERFACE = 'src/veeam/vbr/vbr-client.ts';
const ADD = 'src/cli/veeam-add.ts';
const CREDENTIAL_ID = pathId('id', 'none: for other uses of the client', { rehearsal: CREDENTIAL_ROUTES });

const credentials = (
  endpoint: string,
  method: string,
  name: string,
  parameters: readonly ParameterOf[] = [],
): EndpointRow =>
  endpointRow({
    api: 'vbr',
    endpoint,
    method: `cloudCredentials.${method}`,
    names: [name],
    client: cell(`\`cloudCredentials.${method}\``, 'src/veeam/vbr/cloud-credentials.ts', method),
    command: ['list', 'add'].includes(method)
      ? cell('`veeam add-repository`', ADD, `cloudCredentials.${method}(`)
      : cell('none: for other uses of the client', INTERFACE, `  ${method}(id`),
    rehearsal: cell('yes', CREDENTIAL_ROUTES, `'${name.slice(name.indexOf(' ') + 1)}'`),
    test: vbrTest(`cloudCredentials.${method}`),
    parameters,
  });

const BROWSER_ROUTES = 'src/rehearse/cloud/cloud-browser-routes.ts';
const browser = (endpoint: string, method: string, parameters: readonly ParameterOf[] = []): EndpointRow =>
  endpointRow({
    api: 'vbr',
    endpoint,
    method: `cloudBrowser.${method}`,
    client: cell(`\`cloudBrowser.${method}\``, 'src/veeam/vbr/cloud-browser.ts', method),
    command: cell('none: for other uses of the client', INTERFACE, `${method}(spec`),
    rehearsal: cell('yes', BROWSER_ROUTES, endpoint.slice(endpoint.indexOf(' ') + 1)),
    test: vbrTest(`cloudBrowser.${method}`),
    parameters,
  });

export const CLOUD_ROWS: readonly EndpointRow[] = [
  credentials(`GET ${CREDENTIALS}`, 'list', 'GET Get All Cloud Credentials'),
  credentials(`POST ${CREDENTIALS}`, 'add', 'POST Add Cloud Credentials Record'),
  credentials(`GET ${CREDENTIALS}/{id}`, 'get', 'GET Get Cloud Credentials Record', [CREDENTIAL_ID]),
  credentials(`PUT ${CREDENTIALS}/{id}`, 'edit', 'PUT Edit Cloud Credentials Record', [CREDENTIAL_ID]),
  credentials(`DELETE ${CREDENTIALS}/{id}`, 'remove', 'DELETE Remove Cloud Credentials Record', [
    CREDENTIAL_ID,
  ]),
  credentials(`POST ${CREDENTIALS}/{id}/changeSecretKey`, 'changeSecretKey', 'POST Change Secret Key', [
    CREDENTIAL_ID,
  ]),
  browser('POST /api/v1/cloudBrowser', 'browse', [
    parameter('query', 'resetCache', {
      client: cell('`resetCache`', 'src/veeam/vbr/cloud-browser.ts', 'resetCache'),
    }),
  ]),
  browser('POST /api/v1/cloudBrowser/newFolder', 'newFolder'),
];
