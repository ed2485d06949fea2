// Rows of the license section.
import { cell, endpointRow, type ParameterOf } from './cells.ts';
import type { EndpointRow } from './row.ts';
import { vbrTest } from './test-cells.ts';
import { body, pathId, queries, REVISION, SPECS } from './vbr-cells.ts';

const BASE = '/api/v1/license';
const ROUTES = 'src/rehearse/license/license-routes.ts';
const SCHEMAS = 'src/rehearse/license/license-schemas.ts';
const COMMAND = 'src/cli/veeam-license.ts';
const CLIENT = 'src/veeam/vbr/license.ts';
const INTERFACE = 'src/veeam/vbr/vbr-client.ts';

interface Facts {
  readonly endpoint: string;
  readonly method: string;
  readonly title: string;
  readonly command: string;
  /** How the command's source names the action, where not as it is typed. */
  readonly action?: string;
  readonly parameters?: readonly ParameterOf[];
}

function row({
  endpoint,
  method,
  title,
  command,
  action = `${command}: {`,
  parameters = [],
}: Facts): EndpointRow {
  const [verb = '', path = ''] = endpoint.split(' ');
  return endpointRow({
    api: 'vbr',
    endpoint: `${verb} ${BASE}${path}`,
    method: `license.${method}`,
    names: [`${verb} ${title}`],
    client: cell(`\`license.${method}\``, CLIENT, method),
    command: cell(`\`veeam license ${command}\``, COMMAND, action),
    rehearsal: cell('yes', ROUTES, `'${title}'`),
    test: vbrTest(`license.${method}`),
    parameters: [REVISION, ...parameters],
  });
}

const STANDALONE = body('forceStandaloneMode', {
  client: ['`forceStandaloneMode`', INTERFACE, 'forceStandaloneMode'],
  command: ['`--force-standalone`', COMMAND, "'force-standalone'"],
  rehearsal: ['taken; there is no Enterprise Manager', SCHEMAS, 'forceStandaloneMode'],
});
const switched = (name: string, command: string): ParameterOf =>
  body(name, {
    client: [`\`${name}\``, CLIENT, name],
    command: [command, COMMAND, command.includes('proactive') ? "'proactive-support'" : ' on'],
    rehearsal: ['yes', SCHEMAS, `${name}: `],
  });
const files = { command: COMMAND, rehearsal: SCHEMAS };

export const LICENSE_ROWS: readonly EndpointRow[] = [
  row({
    endpoint: 'POST /install',
    method: 'install',
    title: 'Install License',
    command: 'install',
    parameters: [
      body('license', {
        client: ['`license`', SPECS, 'readonly license: string'],
        command: ['`--file F`', COMMAND, "file: { type: 'string' }"],
        rehearsal: ['yes', SCHEMAS, 'license: Type'],
      }),
      STANDALONE,
      body('(LicenseInstallationPromoSpec)', {
        client: ['`promo`', SPECS, 'readonly promo?'],
        command: [
          '`--overwrite-promo`, `--promo-auto-update`, `--without-promo`',
          COMMAND,
          "'overwrite-promo'",
        ],
        rehearsal: ['yes', SCHEMAS, 'promo: Type'],
      }),
    ],
  }),
  row({ endpoint: 'GET ', method: 'show', title: 'Get Installed License', command: 'show' }),
  row({
    endpoint: 'POST /remove',
    method: 'remove',
    title: 'Remove License',
    command: 'remove',
    parameters: [
      STANDALONE,
      body('section', {
        client: ['`section`', INTERFACE, "readonly section?: 'All' | 'Instance' | 'Socket'"],
        command: ['`--section S`', COMMAND, "section: { type: 'string' }"],
        rehearsal: ['yes', SCHEMAS, 'section: Type'],
      }),
    ],
  }),
  row({
    endpoint: 'POST /createReport',
    method: 'createReport',
    title: 'Create License Usage Report',
    command: 'report',
    parameters: [
      body('reportFormat', {
        client: ['`format`', CLIENT, 'reportFormat'],
        command: ['`--format F`', COMMAND, "format: { type: 'string' }"],
        rehearsal: ['yes', SCHEMAS, 'reportFormat: Type'],
      }),
    ],
  }),
  row({
    endpoint: 'POST /renew',
    method: 'renew',
    title: 'Renew Installed License',
    command: 'renew',
    parameters: [STANDALONE],
  }),
  row({
    endpoint: 'GET /sockets',
    method: 'sockets',
    title: 'Get Consumption of Socket Licenses',
    command: 'sockets',
    parameters: [
      ...queries(['skip', 'limit', 'orderColumn', 'orderAsc', 'nameFilter', 'hostNameFilter'], files),
      ...queries(['hostIdFilter', 'socketsNumberFilter', 'coresNumberFilter', 'typeFilter'], files),
    ],
  }),
  row({
    endpoint: 'POST /sockets/{hostId}/revoke',
    method: 'revokeSocket',
    title: 'Revoke Socket License',
    command: 'sockets revoke',
    action: "'sockets revoke'",
    parameters: [pathId('hostId', '`HOST-ID`', { rehearsal: ROUTES })],
  }),
  row({
    endpoint: 'GET /instances',
    method: 'instances',
    title: 'Get Instance Licenses Consumption',
    command: 'instances',
    parameters: [
      ...queries(['skip', 'limit', 'orderColumn', 'orderAsc', 'nameFilter', 'hostNameFilter'], files),
      ...queries(['usedInstancesNumberFilter', 'typeFilter', 'instanceIdFilter'], files),
    ],
  }),
  row({
    endpoint: 'POST /instances/{instanceId}/assign',
    method: 'assignInstance',
    title: 'Assign Instance License',
    command: 'instances assign',
    action: "'instances assign'",
    parameters: [
      pathId('instanceId', '`INSTANCE-ID`', { rehearsal: ROUTES }),
      body('role', {
        client: ['`role`', CLIENT, 'role'],
        command: ['`--role R`', COMMAND, "role: { type: 'string' }"],
        rehearsal: ['yes', SCHEMAS, 'role: Type'],
      }),
    ],
  }),
  row({
    endpoint: 'POST /instances/{instanceId}/revoke',
    method: 'revokeInstance',
    title: 'Revoke Instance License',
    command: 'instances revoke',
    action: "'instances revoke'",
    parameters: [pathId('instanceId', '`INSTANCE-ID`', { rehearsal: ROUTES })],
  }),
  row({
    endpoint: 'POST /instances/{instanceId}/remove',
    method: 'removeInstance',
    title: 'Remove Instance License',
    command: 'instances remove',
    action: "'instances remove'",
    parameters: [pathId('instanceId', '`INSTANCE-ID`', { rehearsal: ROUTES })],
  }),
  row({
    endpoint: 'GET /capacity',
    method: 'capacity',
    title: 'Get Capacity License Consumption',
    command: 'capacity',
  }),
  row({
    endpoint: 'POST /capacity/{instanceId}/revoke',
    method: 'revokeCapacity',
    title: 'Revoke Capacity License From Unstructured Data Workload',
    command: 'capacity revoke',
    action: "'capacity revoke'",
    parameters: [pathId('instanceId', '`INSTANCE-ID`', { rehearsal: ROUTES })],
  }),
  row({ endpoint: 'POST /update', method: 'update', title: 'Update License', command: 'update' }),
  row({
    endpoint: 'POST /autoupdate',
    method: 'autoUpdate',
    title: 'Enable or Disable License Auto Update',
    command: 'auto-update on|off',
    action: "'auto-update on'",
    parameters: [
      switched('enabled', '`on`, `off`'),
      switched('proactiveSupportEnabled', '`--proactive-support on|off`'),
    ],
  }),
  row({
    endpoint: 'POST /agentConsumption',
    method: 'agentConsumption',
    title: 'Enable or Disable Instance Consumption for Unlicensed Agents',
    command: 'agent-consumption on|off',
    action: "'agent-consumption on'",
    parameters: [switched('enabled', '`on`, `off`')],
  }),
];
