// The tests that the rows name.
import { cell } from './cells.ts';
import type { Cell } from './row.ts';

const link = (file: string, has: string): Cell => cell(file.slice(file.lastIndexOf('/') + 1), file, has);

/**
 * A call of the VBR client: the first test makes each with every parameter, and holds it against the documents; the
 * second asks the rehearsal server.
 */
export function vbrTest(method: string): Cell {
  const { text, proofs } = link('test/veeam-docs/client.test.ts', `${method}(`);
  const [group = '', call = ''] = method.split('.');
  // Renewal has its place in the walk through every path alone.
  const file = call === 'renew' ? 'test/veeam-docs/server-walk.ts' : (REHEARSAL_TESTS[group] ?? '');
  return { text, proofs: [...proofs, { file, has: IN_REHEARSAL[method] ?? call }] };
}

/** By the first part of the client's method. */
const REHEARSAL_TESTS: Readonly<Record<string, string>> = {
  repositories: 'test/unit/rehearse/repositories.test.ts',
  scaleOutRepositories: 'test/unit/rehearse/scale-out.test.ts',
  license: 'test/unit/rehearse/license/license-routes.test.ts',
  sessions: 'test/unit/rehearse/sessions.test.ts',
  cloudCredentials: 'test/unit/rehearse/cloud.test.ts',
  cloudBrowser: 'test/unit/rehearse/cloud.test.ts',
  serverTime: 'test/unit/rehearse/login.test.ts',
  serverInfo: 'test/unit/rehearse/login.test.ts',
  serverCertificate: 'test/unit/rehearse/login.test.ts',
};

/** What stands there for a method whose name does not. */
const IN_REHEARSAL: Readonly<Record<string, string>> = {
  'repositories.list': '?nameFilter',
  'repositories.add': 'credentialsId',
  'repositories.get': 'mountServer',
  'repositories.edit': "'PUT'",
  'repositories.remove': "'DELETE'",
  'scaleOutRepositories.list': 'nameFilter=',
  'scaleOutRepositories.add': 'performanceExtents',
  'scaleOutRepositories.get': 'json: model',
  'scaleOutRepositories.edit': "'PUT'",
  'scaleOutRepositories.remove': "'DELETE'",
  serverTime: '/api/v1/serverTime',
  serverInfo: '/api/v1/serverInfo',
  serverCertificate: '/api/v1/serverCertificate',
  'license.show': 'call(BASE)',
  'license.autoUpdate': '/autoupdate',
  'license.revokeSocket': '/sockets/',
  'license.assignInstance': '/assign',
  'license.revokeInstance': '/revoke',
  'license.removeInstance': '/remove',
  'license.revokeCapacity': '/capacity/',
  'sessions.list': 'SESSIONS',
  'sessions.get': 'SESSIONS',
  'cloudCredentials.list': 'CREDENTIALS',
  'cloudCredentials.add': 'secretKey',
  'cloudCredentials.get': "'GET'",
  'cloudCredentials.edit': "'PUT'",
  'cloudCredentials.remove': "'DELETE'",
  'cloudBrowser.browse': 'BROWSER',
};

/** The test of the rehearsal's login and answers that has `has` in its source. */
export const loginTest = (has: string): Cell => link('test/unit/rehearse/login.test.ts', has);

export const ONE_CLIENT_TEST = 'test/unit/veeam/one/one-client.test.ts';

/** The test of the Veeam ONE client that has `has` in its source. */
export const oneTest = (has: string): Cell => link(ONE_CLIENT_TEST, has);
/** The test of Veeam ONE's queries that has `has` in its source. */
export const queryTest = (has: string): Cell => link('test/unit/veeam/one/query.test.ts', has);
export const tokensTest = (has: string): Cell => link('test/unit/veeam/tokens.test.ts', has);
/** The test of `veeam one` that has `has` in its source. */
export const commandTest = (has: string): Cell => link('test/unit/veeam/one/veeam-one-command.test.ts', has);
/** The test of this table. */
export const pageTest = (has: string): Cell => link('test/veeam-docs/rest-table/rest-table.test.ts', has);
/** Of both: the cell's test, and that of the Veeam ONE client against the rehearsal server. */
export const alsoRehearsed = ({ text, proofs }: Cell, has: string): Cell => ({
  text,
  proofs: [...proofs, { file: 'test/unit/veeam/one/one-rehearsal.test.ts', has }],
});
