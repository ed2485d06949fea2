// `veeam one` as a process against a real HTTPS server: what it asks, what it prints, and what it refuses before it asks.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../../../src/cli/arguments.ts';
import { veeamCommand } from '../../../../src/cli/veeam.ts';
import { waitFor } from '../../../support/wait.ts';
import { Command, ran } from '../../cli/cli-fixture.ts';
import { type OneServer, startOneServer } from './one-server.ts';

const SESSION = {
  jobSessionId: 7,
  name: 'Object properties data collection',
  type: 'AggregateProperties',
  status: 'Success',
  statusPriority: 0,
  start: '2026-01-01T00:00:00Z',
  end: null,
};
/** As text, for the digits of its size. */
const STORAGES =
  '{"items":[{"name":"gateway","type":"S3Integrated","bucket":"veeam-backup","capacityBytes":9007199254740993,' +
  '"usedSpaceBytes":1024}],"totalCount":1}';

let directory: string;
let server: OneServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'veeam-one-'));
  server = await startOneServer(({ path }) => {
    if (path.endsWith('/sessions/7')) return { body: SESSION };
    if (path.endsWith('/sessions/8')) return { hangs: true };
    return path.endsWith('/objectStorages') ? { body: STORAGES } : {};
  });
  await writeFile(join(directory, 'password'), 'pw\n');
  await writeFile(join(directory, 'one.pem'), server.pem);
  await writeFile(
    join(directory, 'schedule.json'),
    '{"startTime":"2026-01-01T00:00:00Z","scheduleType":"Daily"}',
  );
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const connection = () => [
  ...['--one', server.url, '--one-user', 'op', '--one-password-file', 'password', '--one-ca', 'one.pem'],
];

async function veeamOne(...args: readonly string[]) {
  const first = server.seen.length;
  const { code, out, err } = await ran(['veeam', 'one', ...args, ...connection()], directory);
  return { code, out, err, seen: server.seen.slice(first).filter(({ path }) => path !== '/api/revoke') };
}

describe('veeam one', () => {
  test('lists what was selected, sorted and filtered by the server, as a table', async () => {
    const { code, out, err, seen } = await veeamOne(
      ...['object-storages', '--select', 'name,capacityBytes', '--offset', '0', '--limit', '5'],
      ...['--sort', 'name', '--sort', 'capacityBytes:descending:ordinal'],
      ...[
        '--filter',
        '{"operation":"not","items":[{"property":"usedSpaceBytes","operation":"lessThan","value":1}]}',
      ],
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe('name     capacityBytes\ngateway       8.00 PiB\n');
    expect(seen).toMatchObject([
      {
        path: '/api/v2.3/vbr/repositories/objectStorages',
        query: {
          Limit: '5',
          Select: 'name,capacityBytes',
          Sort:
            '[{"property":"name","direction":"ascending"},' +
            '{"property":"capacityBytes","direction":"descending","collation":"ordinal"}]',
          Filter:
            '{"operation":"not","items":[{"property":"usedSpaceBytes","operation":"lessThan","value":1}]}',
        },
      },
    ]);
  });

  test('a size beyond 2^53 is asked for and printed with all its digits', async () => {
    const { code, out, seen } = await veeamOne(
      ...['object-storages', '--json', '--select', 'name,capacityBytes'],
      ...['--filter', '{"property":"capacityBytes","operation":"equals","value":9007199254740993}'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ name: 'gateway', capacityBytes: '9007199254740993' }]);
    expect(seen[0]?.query['Filter']).toContain('"value":9007199254740993}');
  });

  test('shows one session, changes the schedule, updates the license', async () => {
    const shown = await veeamOne('session', '7', '--json');
    expect(JSON.parse(shown.out)).toEqual(SESSION);
    const changed = await veeamOne('schedule', '--file', 'schedule.json');
    expect(changed.seen).toMatchObject([{ method: 'PATCH', path: '/api/v2.3/dataCollection/schedule' }]);
    expect(JSON.parse(changed.seen[0]?.body ?? '')).toMatchObject({ scheduleType: 'Daily' });
    const updated = await veeamOne('update-license');
    expect(updated.seen).toMatchObject([{ method: 'PATCH', path: '/api/v2.3/license/update' }]);
    expect([shown.code, changed.code, updated.code]).toEqual([0, 0, 0]);
  });

  test('an answer that is not as documented is said in one line, with exit code 1', async () => {
    const { code, out, err } = await veeamOne('alarms');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /^sosapi-gateway: The answer to GET \/api\/v2\.3\/alarms\/triggeredAlarms[^\n]* is no JSON[^\n]*\n$/,
    );
  });

  test('Ctrl-C while the server says nothing ends the waiting, logs out, and has an exit code of its own', async () => {
    const first = server.seen.length;
    await using command = new Command(['veeam', 'one', 'session', '8', ...connection()], { cwd: directory });
    const asked = () => server.seen.slice(first).map(({ path }) => path);
    await waitFor(() => asked().includes('/api/v2.3/sessions/8'), { what: 'the question' });
    command.process.child.kill('SIGINT');
    expect(await command.code()).toBe(130);
    expect(command.err).toContain('sosapi-gateway: interrupted.\n');
    expect(asked()).toContain('/api/revoke');
  });

  const SERVER = '--one https://127.0.0.1:1 --one-user op';
  test.each<[string, string]>([
    ['', 'an action of veeam one is missing: use repositories, object-storages, '],
    ['vms', 'veeam one has no action "vms"'],
    ['sessions', '--one is missing'],
    ['sessions --one http://h --one-user op', 'is no https URL'],
    ['sessions --one https://127.0.0.1:1', '--one-user is missing'],
    [`sessions more ${SERVER}`, '"more" is one word too many'],
    [`sessions --limit 0 ${SERVER}`, '--limit "0" is no whole number from 1'],
    [`sessions --sort name:up ${SERVER}`, '--sort "name:up" is not PROPERTY'],
    [`sessions --sort nothing ${SERVER}`, '--sort names "nothing": use jobSessionId, name, '],
    [`alarms --select alarmSource.objectName ${SERVER}`, '--select names "alarmSource.objectName"'],
    [`sessions --filter {x ${SERVER}`, '--filter is not as Veeam ONE has it: it is no JSON'],
    [`sessions --filter {"operation":"and"} ${SERVER}`, '"and" wants a list of items'],
    [
      `sessions --filter {"property":"name","operation":"like","value":"a"} ${SERVER}`,
      'the operation "like" is none of',
    ],
    [
      `sessions --filter {"property":"name","operation":"in","value":"a"} ${SERVER}`,
      '"in" wants a list of values',
    ],
    [
      `sessions --filter {"property":"size","operation":"equals","value":1} ${SERVER}`,
      '--filter names "size"',
    ],
    [`session --limit 1 ${SERVER}`, '--limit does not go with veeam one session'],
    [`session seven ${SERVER}`, '--session "seven" is no whole number'],
    [`session ${SERVER}`, 'veeam one session wants a number'],
    [`schedule ${SERVER}`, '--file is missing'],
    [`schedule --file none.json ${SERVER}`, '--file none.json cannot be read (ENOENT)'],
  ])('veeam one %s', async (line, sentence) => {
    const args = ['one', ...line.split(' ').filter((word) => word !== '')];
    const error = await veeamCommand(args, { SOSAPI_VEEAM_PASSWORD: 'pw' }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(sentence);
    expect((error as Error).message).toMatch(/^[^\n]+\.$/);
  });
});
