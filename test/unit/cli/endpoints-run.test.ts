// `endpoints`, `drain`, `undrain` and `audit verify` as commands: what they print, their exit codes, one sentence where they fail.
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import { EndpointRefusal } from '../../../src/admin/endpoint-ports.ts';
import type { EndpointRow } from '../../../src/admin/endpoint-schemas.ts';
import { AdminLogin } from '../../../src/admin/login.ts';
import { renderEndpoints } from '../../../src/cli/endpoints.ts';
import { Secret } from '../../../src/secret.ts';
import { CHAIN_START, chainedLine } from '../../../src/telemetry/audit-chain.ts';
import { operatorToken } from '../../support/operator-token.ts';
import { ran, scratch } from './cli-fixture.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const operator = operatorToken();
const row = (more: Partial<EndpointRow>): EndpointRow => ({
  backend: 'minio',
  endpoint: 'node1:9000',
  authority: 'node1:9000',
  state: 'working',
  processes: { all: 3, inState: 3 },
  inFlight: 12,
  waiting: 0,
  since: '2026-11-22T11:58:00.000Z',
  ...more,
});

interface Admin extends AsyncDisposable {
  readonly url: string;
  /** What was ordered. */
  readonly orders: readonly object[];
}

/** A gateway's admin listener with two endpoints; the second still has requests, for so many looks. */
async function admin(looks = 2): Promise<Admin> {
  const orders: object[] = [];
  let left = looks;
  const [, hash = ''] = /sha256:(\w+)/.exec(JSON.stringify(operator.admin)) ?? [];
  const app = createAdminServer({
    version: '1.2.3',
    isReady: async () => ({ ready: true, backends: [] }),
    renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
    capacities: async () => [],
    capacityHistory: () => ({ stepMs: 1, series: [] }),
    login: new AdminLogin({
      settings: {
        tokens: [{ name: 'ops', role: 'operator', hash: new Secret(hash) }],
        publicMetrics: false,
        hostNames: [],
      },
      failedLogins: { heldOffMs: () => 0, failed: () => undefined },
      isLoopback: true,
      now: () => 0,
    }),
    endpoints: {
      list: async () => ({
        unheard: 0,
        endpoints: [
          row({}),
          row({
            endpoint: 'node2:9000',
            authority: 'node2:9000',
            state: 'drained',
            inFlight: Math.max(0, left--),
          }),
        ],
      }),
      async drain(order) {
        orders.push(order);
        if (order.endpoint === 'node1:9000' && order.force !== true) {
          throw new EndpointRefusal(409, 'node1:9000 is the last endpoint of minio that works');
        }
        return true;
      },
      async undrain(order) {
        orders.push(order);
        return false;
      },
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, orders, [Symbol.asyncDispose]: () => app.close() };
}

describe('against an admin listener', () => {
  const env = { SOSAPI_ADMIN_TOKEN: operator.token };

  test('endpoints as a table and as JSON', async () => {
    await using at = await admin();
    await using cwd = await scratch();
    const table = await ran(['endpoints', '--admin', at.url], cwd.path, env);
    expect([table.code, table.out]).toEqual([0, expect.stringMatching(/^BACKEND +ENDPOINT +STATE/)]);
    const json = await ran(['endpoints', '--json', '--admin', at.url], cwd.path, env);
    expect(JSON.parse(json.out)).toMatchObject({
      version: '1.2.3',
      endpoints: [{ endpoint: 'node1:9000' }, {}],
    });
  });

  test('drain takes an endpoint as the config writes it, and waits', async () => {
    await using at = await admin();
    await using cwd = await scratch();
    const args = ['drain', 'minio', 'http://node2:9000/', '--wait', '--admin', at.url];
    const { code, out } = await ran(args, cwd.path, env);
    expect([code, out]).toEqual([
      0,
      'node2:9000 of minio is drained: nothing new is sent there.\nnothing is under way at node2:9000 of minio.\n',
    ]);
    expect(at.orders).toEqual([{ backend: 'minio', endpoint: 'node2:9000' }]);
  });

  test('what takes longer than it may', async () => {
    await using at = await admin(1_000);
    await using cwd = await scratch();
    const args = ['drain', 'minio', 'node2:9000', '--wait', '1', '--admin', at.url];
    const { code, err } = await ran(args, cwd.path, env);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /requests are still under way at node2:9000 of minio after 1 s; it stays drained\.\n$/,
      ),
    ]);
  });

  test('the last one, and undrain', async () => {
    await using at = await admin();
    await using cwd = await scratch();
    const last = ['drain', 'minio', 'node1:9000', '--admin', at.url];
    const refused = await ran(last, cwd.path, env);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining('node1:9000 is the last endpoint of minio that works'),
    ]);
    expect((await ran([...last, '--force'], cwd.path, env)).code).toBe(0);
    const undrained = await ran(['undrain', 'minio', 'node1:9000', '--admin', at.url], cwd.path, env);
    expect(undrained.out).toBe('node1:9000 of minio was not drained.\n');
  });

  test('without a token', async () => {
    await using at = await admin();
    await using cwd = await scratch();
    const { code, err } = await ran(['drain', 'minio', 'node2:9000', '--admin', at.url], cwd.path);
    expect([code, err]).toEqual([1, expect.stringContaining('wants a token')]);
    expect(at.orders).toEqual([]);
  });
});

test.each([
  [['drain', 'minio'], 'drain expects the name of a backend and one of its endpoints'],
  [['drain', 'minio', 'a:1', 'b:1'], '"b:1" is one word too many'],
  [['drain', 'minio', 'a:1', '--wait', '0'], '--wait expects a number of seconds'],
  [['drain', 'minio', 'a:1', '--json'], "Unknown option '--json'"],
  [['undrain', 'minio', 'a:1', '--force'], "Unknown option '--force'"],
  [['endpoints', 'minio'], '"minio" is one word too many'],
  [
    ['endpoints', '--admin', 'http://127.0.0.1:1', '--config', 'x'],
    '--config and --admin exclude each other',
  ],
  [['audit'], 'audit has one sub-command'],
  [['audit', 'verify'], 'audit verify expects files'],
])('%j: %s', async (args, sentence) => {
  await using cwd = await scratch();
  const { code, err } = await ran(args, cwd.path);
  expect([code, err]).toEqual([2, expect.stringContaining(`sosapi-gateway: ${sentence}`)]);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('where processes do not agree the table says how many', () => {
  const rows = [row({ state: 'ejected', processes: { all: 3, inState: 1 }, reason: 'connect\nrefused' })];
  expect(renderEndpoints({ version: '1', unheard: 1, endpoints: rows }, NOW)).toBe(
    `BACKEND  ENDPOINT    STATE               FOR  UNDER WAY  WAITING  REASON
minio    node1:9000  ejected (1 of 3)  2 min         12        0  connect refused
1 of the workers did not tell in time what they see.
`,
  );
});

test('audit verify says what is wrong, and its exit code does', async () => {
  await using cwd = await scratch();
  const first = chainedLine(CHAIN_START, { atMs: 0, event: 'start', fields: {} });
  const second = chainedLine(first.end, { atMs: 1, event: 'stop', fields: {} });
  await writeFile(join(cwd.path, 'whole'), first.text + second.text);
  await writeFile(join(cwd.path, 'changed'), first.text.replace('start', 'stoop') + second.text);
  const whole = await ran(['audit', 'verify', 'whole'], cwd.path);
  expect([whole.code, whole.out]).toEqual([
    0,
    expect.stringContaining(`hash of the last line: ${second.end.hash}`),
  ]);
  const changed = await ran(['audit', 'verify', 'changed'], cwd.path);
  expect([changed.code, changed.out]).toEqual([
    1,
    expect.stringContaining('line 2 does not follow the line before it'),
  ]);
  const missing = await ran(['audit', 'verify', 'nowhere'], cwd.path);
  expect([missing.code, missing.err]).toEqual([
    1,
    'sosapi-gateway: the audit log nowhere cannot be read (ENOENT).\n',
  ]);
});
