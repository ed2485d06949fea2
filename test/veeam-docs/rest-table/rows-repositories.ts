// Rows of repositories and their states.
import { cell, endpointRow, type ParameterOf, parameter } from './cells.ts';
import type { EndpointRow } from './row.ts';
import { vbrTest } from './test-cells.ts';
import { body, pathId, queries, REVISION, SPECS } from './vbr-cells.ts';

const BASE = '/api/v1/backupInfrastructure/repositories';
const ROUTES = 'src/rehearse/repositories/repository-routes.ts';
const SCHEMAS = 'src/rehearse/repositories/repository-schemas.ts';
const COMMAND = 'src/cli/veeam-repositories.ts';
const ADD = 'src/cli/veeam-add-repository.ts';
const WISH = 'src/cli/veeam-repository-spec.ts';
const CLIENT = 'src/veeam/vbr/repositories.ts';

const ID = pathId('id', '`NAME`, or the id itself', { rehearsal: ROUTES });
const files = { command: COMMAND, rehearsal: SCHEMAS };

/** The text lost the names of two fields, which its example has: of their models, with the name that they are sent by. */
const MOUNT_SERVER = parameter('body', '(MountServersSettingsModel)', {
  client: cell('`mountServer` of the spec', SPECS, 'readonly mountServer?'),
  command: cell('`--mount-server ID`, `--mount-cache FOLDER`', ADD, "'mount-server': { type: 'string' }"),
  rehearsal: cell('yes', SCHEMAS, 'mountServer: Type'),
});
const OF_WINDOWS = 'of Windows servers; `account` and `bucket` are in its place';
const ofWindows = (name: string): ParameterOf =>
  parameter('body', name, {
    client: cell(OF_WINDOWS, SPECS, 'readonly account: S3Account'),
    command: cell('`--endpoint`, `--region`, `--bucket`, `--folder`', ADD, "endpoint: { type: 'string' }"),
    rehearsal: cell('refuses types other than S3', SCHEMAS, "type: Type.Literal('S3Compatible')"),
  });

const described = (option: string, has: string): readonly ParameterOf[] => [
  body('description', {
    client: ['`description`', SPECS, 'readonly description: string'],
    command: [
      option === ADD ? 'says where it is from' : '`--description TEXT`',
      option === ADD ? WISH : COMMAND,
      has,
    ],
    rehearsal: ['yes', SCHEMAS, 'description: Type'],
  }),
  body('name', {
    client: ['`name`', SPECS, 'readonly name: string'],
    command: ['`--name N`', option, "name: { type: 'string' }"],
    rehearsal: ['yes', SCHEMAS, 'name: Type'],
  }),
  body('type', {
    client: ['`type`', SPECS, "readonly type: 'S3Compatible'"],
    command: ['always S3-compatible', WISH, "type: 'S3Compatible'"],
    rehearsal: ['yes', SCHEMAS, "type: Type.Literal('S3Compatible')"],
  }),
  ofWindows('hostId'),
  MOUNT_SERVER,
  ofWindows('(WindowsLocalRepositorySettingsModel)'),
  body('uniqueId', {
    client: ['`uniqueId`', SPECS, 'readonly uniqueId?'],
    command: option === ADD ? ['Veeam gives one', WISH, 'specOf'] : ['kept as it is', COMMAND, '...model,'],
    rehearsal: ['yes', SCHEMAS, 'uniqueId: Type'],
  }),
];

export const REPOSITORY_ROWS: readonly EndpointRow[] = [
  endpointRow({
    api: 'vbr',
    endpoint: `GET ${BASE}`,
    method: 'repositories.list',
    names: ['GET Get All Repositories'],
    client: cell('`repositories.list`', CLIENT, '*list(query'),
    command: cell('`veeam repositories list`', COMMAND, 'list: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Get All Repositories'"),
    test: vbrTest('repositories.list'),
    parameters: [
      ...queries(['skip', 'limit', 'orderColumn', 'orderAsc', 'nameFilter', 'typeFilter'], files),
      ...queries(['hostIdFilter', 'pathFilter', 'vmbApiFilter', 'vmbApiPlatform', 'excludeExtents'], files),
      REVISION,
    ],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: `POST ${BASE}`,
    method: 'repositories.add',
    names: ['POST Add Repository'],
    client: cell('`repositories.add`', CLIENT, 'add: (spec'),
    command: cell('`veeam add-repository`', ADD, 'veeam add-repository'),
    rehearsal: cell('yes', ROUTES, "summary: 'Add Repository'"),
    test: vbrTest('repositories.add'),
    parameters: [
      parameter('query', 'overwriteOwner', {
        client: cell('`overwriteOwner`', CLIENT, 'overwriteOwner'),
        command: cell('`--overwrite-owner`', ADD, "'overwrite-owner'"),
        rehearsal: cell('yes', ROUTES, 'overwriteOwner'),
      }),
      REVISION,
      ...described(ADD, 'description: `'),
      body('importBackup', {
        client: ['`importBackup`', SPECS, 'readonly importBackup?'],
        command: ['left to Veeam: off', WISH, 'specOf'],
        rehearsal: ['taken; there is nothing to import', SCHEMAS, 'importBackup: Type'],
      }),
      body('importIndex', {
        client: ['`importIndex`', SPECS, 'readonly importIndex?'],
        command: ['left to Veeam: off', WISH, 'specOf'],
        rehearsal: ['taken; there is nothing to import', SCHEMAS, 'importIndex: Type'],
      }),
    ],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: `POST ${BASE}/rescan`,
    method: 'repositories.rescan',
    names: ['POST Rescan Repositories'],
    client: cell('`repositories.rescan`', CLIENT, 'rescan: (ids'),
    command: cell('`veeam repositories rescan`', COMMAND, 'rescan: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Rescan Repositories'"),
    test: vbrTest('repositories.rescan'),
    parameters: [
      REVISION,
      body('repositoryIds', {
        client: ['`ids`', CLIENT, 'repositoryIds: ids'],
        command: ['`NAME...`', COMMAND, "usage: 'NAME...'"],
        rehearsal: ['yes', SCHEMAS, 'repositoryIds: Type'],
      }),
    ],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: `GET ${BASE}/states`,
    method: 'repositories.states',
    names: ['GET Get All Repository States'],
    client: cell('`repositories.states`', CLIENT, 'states: (query'),
    command: cell('`veeam repositories states`', COMMAND, 'states: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Get All Repository States'"),
    test: vbrTest('repositories.states'),
    parameters: [
      ...queries(['skip', 'limit', 'orderColumn', 'orderAsc', 'idFilter', 'nameFilter', 'typeFilter'], files),
      ...queries(['capacityFilter', 'freeSpaceFilter', 'usedSpaceFilter', 'isOnlineFilter'], files),
      ...queries(['isOutOfDateFilter', 'sobrIdFilter', 'sobrExtentTypeFilter'], files),
      ...queries(['sobrMembershipFilter', 'excludeExtents'], files),
      REVISION,
    ],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: `GET ${BASE}/{id}`,
    method: 'repositories.get',
    names: ['GET Get Repository'],
    client: cell('`repositories.get`', CLIENT, 'async get(id)'),
    command: cell('`veeam repositories show`', COMMAND, 'show: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Get Repository'"),
    test: vbrTest('repositories.get'),
    parameters: [ID, REVISION],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: `PUT ${BASE}/{id}`,
    method: 'repositories.edit',
    names: ['PUT Edit Repository'],
    client: cell('`repositories.edit`', CLIENT, 'edit: (id, model)'),
    command: cell('`veeam repositories edit`', COMMAND, 'edit: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Edit Repository'"),
    test: vbrTest('repositories.edit'),
    parameters: [
      ID,
      REVISION,
      body('id', {
        client: ['`id` of the model', 'src/veeam/vbr/schemas/repository.ts', 'id: Type'],
        command: ['kept as it is', COMMAND, '...model,'],
        rehearsal: ['yes', SCHEMAS, 'id: Uuid'],
      }),
      ...described(COMMAND, "description: { type: 'string' }"),
    ],
  }),
  endpointRow({
    api: 'vbr',
    endpoint: `DELETE ${BASE}/{id}`,
    method: 'repositories.remove',
    names: ['DELETE Remove Repository'],
    client: cell('`repositories.remove`', CLIENT, 'async remove(id'),
    command: cell('`veeam repositories remove`', COMMAND, 'remove: {'),
    rehearsal: cell('yes', ROUTES, "summary: 'Remove Repository'"),
    test: vbrTest('repositories.remove'),
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
];
