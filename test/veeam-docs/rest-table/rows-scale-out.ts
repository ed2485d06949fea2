// Rows of scale-out repositories and the modes of their extents.
import { cell, endpointRow, type ParameterOf, parameter } from './cells.ts';
import type { EndpointRow } from './row.ts';
import { vbrTest } from './test-cells.ts';
import { body, pathId, queries, REVISION } from './vbr-cells.ts';

const BASE = '/api/v1/backupInfrastructure/scaleOutRepositories';
const ROUTES = 'src/rehearse/scale-out/scale-out-routes.ts';
const SCHEMAS = 'src/rehearse/scale-out/scale-out-schemas.ts';
const COMMAND = 'src/cli/veeam-sobr.ts';
const CLIENT = 'src/veeam/vbr/scale-out-repositories.ts';
const MODEL = 'src/veeam/vbr/schemas/scale-out-repository.ts';

const ID = pathId('id', '`NAME`, or the id itself', { rehearsal: ROUTES });

/** Fields whose name the text has lost, by their model. Tiers that no command sets are kept as Veeam has them. */
const tiers = (performance: string, edits: boolean): readonly ParameterOf[] => {
  const kept = edits ? 'kept as it is' : 'left to Veeam: none';
  const tier = (model: string, name: string): ParameterOf =>
    body(`(${model})`, {
      client: [`\`${name}\``, MODEL, name],
      command: [kept, COMMAND, edits ? '...model' : 'scaleOutRepositories.add('],
      rehearsal: ['yes', SCHEMAS, `${name}:`],
    });
  return [
    body('name', {
      client: ['`name`', MODEL, 'name: Type'],
      command: [edits ? '`--name N`' : '`NAME`', COMMAND, "name: { type: 'string' }"],
      rehearsal: ['yes', SCHEMAS, 'name: Type'],
    }),
    body('description', {
      client: ['`description`', MODEL, 'description: Type'],
      command: ['`--description TEXT`', COMMAND, "description: { type: 'string' }"],
      rehearsal: ['yes', SCHEMAS, 'description: Type'],
    }),
    body(`(${performance})`, {
      client: ['`performanceTier`', MODEL, 'performanceTier'],
      command: [
        edits ? '`--add-extent R`, `--remove-extent R`' : '`--extent R`',
        COMMAND,
        edits ? "'add-extent'" : "extent: { type: 'string', multiple: true }",
      ],
      rehearsal: ['yes', SCHEMAS, 'performanceTier:'],
    }),
    body('uniqueId', {
      client: ['`uniqueId`', MODEL, 'uniqueId'],
      command: [
        edits ? 'kept as it is' : 'Veeam gives one',
        COMMAND,
        edits ? '...model' : 'scaleOutRepositories.add(',
      ],
      rehearsal: ['yes', SCHEMAS, 'uniqueId:'],
    }),
    body('(PlacementPolicyModel)', {
      client: ['`placementPolicy`', MODEL, 'placementPolicy'],
      command: ['`--policy P`', COMMAND, "policy: { type: 'string' }"],
      rehearsal: ['yes', SCHEMAS, 'placementPolicy:'],
    }),
    tier('CapacityTierModel', 'capacityTier'),
    tier('ArchiveTierModel', 'archiveTier'),
  ];
};

const mode = (name: string, title: string, command: string, has: string): EndpointRow =>
  endpointRow({
    api: 'vbr',
    endpoint: `POST ${BASE}/{id}/${name}`,
    method: `scaleOutRepositories.${name}`,
    names: [`POST ${title}`],
    client: cell(`\`scaleOutRepositories.${name}\``, CLIENT, name),
    command: cell(`\`veeam sobr ${command}\`, \`veeam maintenance\``, COMMAND, has),
    rehearsal: cell('yes', ROUTES, name),
    test: vbrTest(`scaleOutRepositories.${name}`),
    parameters: [
      ID,
      REVISION,
      body('repositoryIds', {
        client: ['`extentIds`', CLIENT, 'repositoryIds'],
        command: ['`--extent R`', COMMAND, "extent: { type: 'string', multiple: true }"],
        rehearsal: ['yes', SCHEMAS, 'repositoryIds'],
      }),
    ],
  });

export const SCALE_OUT_ROWS: readonly EndpointRow[] = [
  endpointRow({
    api: 'vbr',
    endpoint: `GET ${BASE}`,
    method: 'scaleOutRepositories.list',
    names: ['GET Get All Scale-Out Backup Repositories'],
    client: cell('`scaleOutRepositories.list`', CLIENT, 'list: (query'),
    command: cell('`veeam sobr list`', COMMAND, 'list: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Get All Scale-Out Backup Repositories'"),
    test: vbrTest('scaleOutRepositories.list'),
    parameters: [
      ...queries(['skip', 'limit', 'orderColumn', 'orderAsc', 'nameFilter'], { command: COMMAND }),
      REVISION,
    ],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: `POST ${BASE}`,
    method: 'scaleOutRepositories.add',
    names: ['POST Add Scale-Out Backup Repository'],
    client: cell('`scaleOutRepositories.add`', CLIENT, 'add: (spec'),
    command: cell('`veeam sobr add`', COMMAND, 'add: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Add Scale-Out Backup Repository'"),
    test: vbrTest('scaleOutRepositories.add'),
    parameters: [REVISION, ...tiers('PerformanceTierSpec', false)],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: `GET ${BASE}/{id}`,
    method: 'scaleOutRepositories.get',
    names: ['GET Get Scale-Out Backup Repository'],
    client: cell('`scaleOutRepositories.get`', CLIENT, 'get: (id'),
    command: cell('`veeam sobr show`', COMMAND, 'show: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Get Scale-Out Backup Repository'"),
    test: vbrTest('scaleOutRepositories.get'),
    parameters: [ID, REVISION],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: `PUT ${BASE}/{id}`,
    method: 'scaleOutRepositories.edit',
    names: ['PUT Edit Scale-Out Backup Repository'],
    client: cell('`scaleOutRepositories.edit`', CLIENT, 'edit: (id'),
    command: cell('`veeam sobr edit`', COMMAND, 'edit: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Edit Scale-Out Backup Repository'"),
    test: vbrTest('scaleOutRepositories.edit'),
    parameters: [
      ID,
      REVISION,
      body('id', {
        client: ['`id` of the model', MODEL, 'id: Type'],
        command: ['kept as it is', COMMAND, '...model'],
        rehearsal: ['yes', SCHEMAS, 'id:'],
      }),
      ...tiers('PerformanceTierModel', true),
    ],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: `DELETE ${BASE}/{id}`,
    method: 'scaleOutRepositories.remove',
    names: ['DELETE Remove Scale-Out Backup Repository'],
    client: cell('`scaleOutRepositories.remove`', CLIENT, 'remove(id'),
    command: cell('`veeam sobr remove`', COMMAND, 'remove: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Remove Scale-Out Backup Repository'"),
    test: vbrTest('scaleOutRepositories.remove'),
    parameters: [
      ID,
      parameter('query', 'deleteBackups', {
        client: cell('`deleteBackups`', CLIENT, 'deleteBackups'),
        command: cell('`--delete-backups`', COMMAND, "'delete-backups'"),
        rehearsal: cell('taken; the store is left as it is', SCHEMAS, 'deleteBackups'),
      }),
      REVISION,
    ],
  }),
  mode('enableSealedMode', 'Enable Sealed Mode', 'sealed on', "'sealed on'"),
  mode('disableSealedMode', 'Disable Sealed Mode', 'sealed off', "'sealed off'"),
  mode('enableMaintenanceMode', 'Enable Maintenance Mode', 'maintenance on', "'maintenance on'"),
  mode('disableMaintenanceMode', 'Disable Maintenance Mode', 'maintenance off', "'maintenance off'"),
];
