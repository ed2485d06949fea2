// Rows of Veeam ONE.
import { cell, endpointRow, type ParameterOf, parameter } from './cells.ts';
import type { Cell, Cells, EndpointRow } from './row.ts';
import { ONE_SWAGGER } from './rows-server.ts';
import { alsoRehearsed, commandTest, oneTest, queryTest } from './test-cells.ts';

const BASE = '/api/v2.3';
const CREATE = 'src/veeam/one/create-one-client.ts';
const QUERY = 'src/veeam/one/query.ts';
const FILTER = 'src/veeam/one/filter.ts';
const SCHEMAS = 'src/veeam/one/schemas.ts';
const TOKENS = 'src/veeam/tokens.ts';
const COMMAND = 'src/cli/veeam-one.ts';
const COMMAND_QUERY = 'src/cli/veeam-one-query.ts';
const CONNECT = 'src/cli/veeam-arguments.ts';
const SURFACE = 'src/rehearse/one/one-surface.ts';
const COLLECTION = 'src/rehearse/one/collection-route.ts';
const PAGE_QUERY = 'src/rehearse/one/query/page-query.ts';
const FILTERED = 'src/rehearse/one/query/filter.ts';
const SORTED = 'src/rehearse/one/query/sort.ts';
const COLLATED = 'src/rehearse/one/query/collation.ts';
const FORMS = 'src/rehearse/one/one-tokens.ts';
const DATA = 'src/rehearse/one/data-collection-routes.ts';

const EVERY_COMMAND = cell(
  '`veeam one`, `veeam capacity --one URL`',
  'src/serve/veeam-questions.ts',
  'createOneClient(',
);

const form = (name: string, client: Cell, command: Cell, has: string): ParameterOf =>
  parameter('body', name, { client, command, rehearsal: cell('yes', FORMS, name), test: oneTest(has) });

const PARAMETERS: Readonly<Record<string, Cells>> = {
  Offset: {
    client: cell('`offset`', QUERY, "['Offset',"),
    command: cell('`--offset N`', COMMAND_QUERY, 'offset: {'),
    rehearsal: cell('yes', COLLECTION, 'Offset:'),
    test: queryTest('Offset=3'),
  },
  Limit: {
    client: cell('`limit`, `pageSize`', QUERY, "['Limit',"),
    command: cell('`--limit N`', COMMAND_QUERY, 'limit: {'),
    rehearsal: cell('yes', COLLECTION, 'Limit:'),
    test: queryTest('Limit=3'),
  },
  Sort: {
    client: cell('`sort`', QUERY, "['Sort',"),
    command: cell('`--sort P:DIRECTION:COLLATION`', COMMAND_QUERY, 'sort: {'),
    rehearsal: cell('yes', COLLECTION, 'Sort:'),
    test: queryTest("test('sort="),
  },
  Filter: {
    client: cell('`filter`', QUERY, "['Filter',"),
    command: cell('`--filter JSON`', COMMAND_QUERY, 'filter: {'),
    rehearsal: cell('yes', COLLECTION, 'Filter:'),
    test: queryTest("test('Filter="),
  },
  Select: {
    client: cell('`select`', QUERY, "['Select',"),
    command: cell('`--select A,B`', COMMAND_QUERY, 'select: {'),
    rehearsal: cell('yes', COLLECTION, 'Select:'),
    test: queryTest("test('Select="),
  },
};

const inQuery = (...names: readonly string[]): readonly ParameterOf[] =>
  names.map((name) => parameter('query', name, PARAMETERS[name] ?? {}));
const ALL = inQuery('Offset', 'Limit', 'Sort', 'Filter', 'Select');

const inSort = (name: string, file: string, has: string, rehearsal: Cell): ParameterOf =>
  parameter('Sort', name, {
    client: cell(`\`${name}\` of a sort key`, file, has),
    command: cell(
      '`--sort`',
      COMMAND_QUERY,
      name === 'property' ? 'property: known(' : `${has.includes("'") ? has : name}`,
    ),
    rehearsal,
    test: queryTest(name),
  });

/** What stands in a filter: its members, and the names of operators and collations. */
const inFilter = (name: string, rehearsal: Cell, kind: 'member' | 'operator' | 'group'): ParameterOf =>
  parameter('Filter', name, {
    client:
      kind === 'member'
        ? cell(`\`${name}\``, FILTER, `readonly ${name}`)
        : cell(`\`filterOf<…>().${name}\``, FILTER, `'${name}'`),
    command: cell(
      '`--filter JSON`',
      COMMAND_QUERY,
      kind === 'member' ? name : kind === 'group' ? 'GROUP_OPERATIONS' : 'VALUE_OPERATIONS',
    ),
    rehearsal,
    test: kind === 'member' ? queryTest(name) : alsoRehearsed(queryTest(`.${name}(`), `.${name}(`),
  });
const collation = (place: 'Sort' | 'Filter', name: string): ParameterOf =>
  parameter(place, name, {
    client: cell('`collation`', FILTER, `'${name}'`),
    command: cell(
      place === 'Sort' ? '`--sort P:DIRECTION:COLLATION`' : '`--filter JSON`',
      COMMAND_QUERY,
      'COLLATIONS',
    ),
    rehearsal: cell('yes', COLLATED, name),
    test: queryTest(`'${name}'`),
  });

const list = (
  path: string,
  method: string,
  command: string,
  {
    rehearsal = cell('yes', SURFACE, `'${path}'`),
    parameters = ALL,
  }: { readonly rehearsal?: Cell; readonly parameters?: readonly ParameterOf[] } = {},
): EndpointRow =>
  endpointRow({
    api: 'one',
    endpoint: `GET ${BASE}${path}`,
    method,
    client: cell(`\`${method}\``, CREATE, `${method}: collection`),
    command: cell(`\`veeam one ${command}\``, COMMAND, `collection: '${method}'`),
    rehearsal,
    test: alsoRehearsed(oneTest(`'${BASE}${path}'`), method),
    parameters,
  });

const scheduled = (name: string): ParameterOf =>
  parameter('body', name, {
    client: cell(`\`${name}\``, SCHEMAS, `${name}: `),
    rehearsal: cell('yes', DATA, `${name}: `),
    test: oneTest(name),
  });

export const ONE_ROWS: readonly EndpointRow[] = [
  endpointRow({
    api: 'one',
    endpoint: 'POST /api/token',
    client: cell('the first call, and when a token ends', CREATE, "'/api/token'"),
    command: EVERY_COMMAND,
    rehearsal: cell('yes', FORMS, "'/api/token'"),
    test: oneTest("grant_type: 'password'"),
    parameters: [
      form('grant_type', cell('by itself', TOKENS, 'grant_type'), EVERY_COMMAND, 'grant_type'),
      form(
        'username',
        cell('`userName`', CREATE, 'readonly userName'),
        cell('`--one-user NAME`', CONNECT, "'one-user': {"),
        'username:',
      ),
      form(
        'password',
        cell('`password`', CREATE, 'readonly password'),
        cell('`--one-password-file F`', CONNECT, "'one-password-file': {"),
        'password:',
      ),
      form('refresh_token', cell('by itself', TOKENS, 'refresh_token'), EVERY_COMMAND, 'refresh_token:'),
    ],
  }),
  endpointRow({
    api: 'one',
    endpoint: 'POST /api/revoke',
    method: 'logout',
    client: cell('`logout`, `close`', CREATE, "'/api/revoke'"),
    command: cell('the end of every command', 'src/serve/veeam-questions.ts', 'client.close()'),
    rehearsal: cell('yes', FORMS, "'/api/revoke'"),
    test: alsoRehearsed(oneTest('logout revokes the token'), '.logout('),
    parameters: [
      form(
        'token',
        cell('by itself', CREATE, 'token: token.reveal()'),
        cell('the end of every command', 'src/serve/veeam-questions.ts', 'client.close()'),
        'token=access-1',
      ),
      form(
        'UserSid',
        cell('`userSid` of `logout`', CREATE, 'UserSid'),
        cell('none: it would end the tokens of others', 'src/serve/veeam-questions.ts', 'client.close()'),
        'UserSid=',
      ),
    ],
  }),
  endpointRow({
    api: 'one',
    endpoint: 'every request',
    client: cell('every method', 'src/veeam/bearer-calls.ts', 'headers: {'),
    command: EVERY_COMMAND,
    rehearsal: cell('every path', SURFACE, 'onRequest'),
    test: oneTest('authorization'),
    parameters: [
      parameter('header', 'Content-Type', {
        client: cell('sent', 'src/veeam/bearer-calls.ts', "'content-type'"),
        rehearsal: cell('checked for forms', FORMS, 'requireForm'),
        test: oneTest('contentType'),
      }),
      parameter('header', 'Authorization', {
        client: cell('sent', 'src/veeam/bearer-calls.ts', 'authorization:'),
        rehearsal: cell('checked', SURFACE, 'authorization'),
      }),
    ],
  }),
  endpointRow({
    api: 'one',
    endpoint: 'every collection',
    client: cell('every method that lists', 'src/veeam/one/collection.ts', 'queryText('),
    command: cell('`veeam one`', COMMAND, 'readOneQuery('),
    rehearsal: cell('yes', PAGE_QUERY, 'answerPage'),
    test: queryTest('parses back to it'),
    parameters: [
      ...inQuery('Sort', 'Filter', 'Select'),
      inSort('property', QUERY, 'readonly property', cell('yes', SORTED, 'property')),
      inSort('direction', QUERY, 'readonly direction', cell('yes', SORTED, 'direction')),
      inSort('collation', QUERY, 'readonly collation', cell('yes', SORTED, 'collation')),
      inSort('ascending', QUERY, "'ascending'", cell('yes', SORTED, 'ascending')),
      inSort('descending', QUERY, "'descending'", cell('yes', SORTED, 'descending')),
      ...['ordinal', 'ignorecase', 'lexicographic'].flatMap((name) => [
        collation('Sort', name),
        collation('Filter', name),
      ]),
      ...['property', 'operation', 'collation', 'value', 'items'].map((name) =>
        inFilter(name, cell('yes', FILTERED, name), 'member'),
      ),
      ...['in', 'contains', 'subset', 'superset', 'equals', 'notEquals'].map((name) =>
        inFilter(name, cell('yes', FILTERED, `'${name}'`), 'operator'),
      ),
      ...['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'].map((name) =>
        inFilter(name, cell('yes', FILTERED, `'${name}'`), 'operator'),
      ),
      ...['exclusiveOr', 'or', 'and', 'not'].map((name) =>
        inFilter(name, cell('yes', FILTERED, `'${name}'`), 'group'),
      ),
    ],
  }),
  list('/sessions', 'sessions', 'sessions'),
  endpointRow({
    api: 'one',
    endpoint: `GET ${BASE}/sessions/{id}`,
    method: 'session',
    client: cell('`session`', CREATE, 'async session(id)'),
    command: cell('`veeam one session NUMBER`', COMMAND, "'session'"),
    rehearsal: cell('yes', COLLECTION, '/:id'),
    test: alsoRehearsed(oneTest(`${BASE}/sessions/1000`), '.session('),
    parameters: [parameter('path', 'id', { client: cell('first argument', CREATE, 'async session(id)') })],
  }),
  list('/dataCollection/tasks', 'dataCollectionTasks', 'tasks', {
    rehearsal: cell('yes', DATA, "'/dataCollection/tasks'"),
  }),
  endpointRow({
    api: 'one',
    endpoint: `PATCH ${BASE}/dataCollection/schedule`,
    method: 'changeCollectionSchedule',
    client: cell('`changeCollectionSchedule`', CREATE, 'changeCollectionSchedule'),
    command: cell('`veeam one schedule --file JSON`', COMMAND, 'changeCollectionSchedule'),
    rehearsal: cell('yes', DATA, '/dataCollection/schedule'),
    test: alsoRehearsed(oneTest('/dataCollection/schedule'), 'changeCollectionSchedule('),
    parameters: [
      'startTime',
      'timeZoneId',
      'scheduleType',
      'disabled',
      'periodically',
      'daily',
      'monthlyDays',
      'monthlyWeekDays',
    ].map(scheduled),
  }),
  endpointRow({
    api: 'one',
    endpoint: `PATCH ${BASE}/license/update`,
    method: 'updateLicense',
    client: cell('`updateLicense`', CREATE, 'updateLicense'),
    command: cell('`veeam one update-license`', COMMAND, 'updateLicense'),
    rehearsal: cell('yes', DATA, '/license/update'),
    test: alsoRehearsed(commandTest('/license/update'), 'updateLicense('),
  }),
  ONE_SWAGGER,
];

export const MORE_ONE_ROWS: readonly EndpointRow[] = [
  list('/vbr/repositories', 'repositories', 'repositories'),
  list('/vbr/repositories/objectStorages', 'objectStorages', 'object-storages'),
  list('/vbr/scaleoutRepositories', 'scaleOutRepositories', 'sobr'),
  list('/alarms/triggeredAlarms', 'triggeredAlarms', 'alarms', {
    rehearsal: cell('yes', 'src/rehearse/one/alarms/alarm-routes.ts', '/alarms/triggeredAlarms'),
  }),
];
