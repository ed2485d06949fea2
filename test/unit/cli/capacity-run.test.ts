// `capacity` as a command, against a real admin listener: what it prints, its exit codes, and one sentence where it fails.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import type { AdminPorts } from '../../../src/admin/ports.ts';
import { adminAddress } from '../../../src/cli/admin-address.ts';
import { makeToken } from '../../../src/cli/token.ts';
import { GIB, ROW, UNKNOWN_ROW } from './capacity-fixture.ts';
import { Command, ran, scratch } from './cli-fixture.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-03-08T12:00:00.000Z');

type Asked = Parameters<AdminPorts['capacityHistory']>[0];

interface Admin extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The questions about the past. */
  readonly asked: readonly Asked[];
}

/** A gateway's admin listener that knows two buckets and five days of one of them. */
async function admin(): Promise<Admin> {
  const asked: Asked[] = [];
  const app = createAdminServer({
    version: '1.2.3',
    isReady: async () => ({ ready: true, backends: [] }),
    renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
    now: () => NOW_MS,
    capacities: async (bucket) =>
      [ROW, UNKNOWN_ROW].filter((row) => bucket === undefined || row.bucket === bucket),
    capacityHistory(query) {
      asked.push(query);
      const points = [10n, 15n, 12n].map((used, day) => ({
        atMs: NOW_MS - (5 - day) * DAY_MS,
        capacityBytes: 100n * GIB,
        availableBytes: (100n - used) * GIB,
        usedBytes: used * GIB,
      }));
      return { stepMs: query.stepMs ?? DAY_MS, series: [{ bucket: 'veeam-1', backend: 'store', points }] };
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, asked, [Symbol.asyncDispose]: () => app.close() };
}

const config = (port: number) => `listeners: { admin: { host: 127.0.0.1, port: ${port} } }
backends: [{ name: s3, kind: s3, endpoints: [http://127.0.0.1:1], accessKeyId: KEY, secretAccessKey: a-secret }]
credentials: [{ accessKeyId: KEY, secretAccessKey: a-secret, access: read-write }]
`;

async function writeConfig(directory: string, port: number): Promise<void> {
  await writeFile(join(directory, 'gateway.yaml'), config(port), { mode: 0o600 });
}

describe('what it prints', () => {
  test('a table of all buckets, by --admin, by config and by the environment of the default setup', async () => {
    await using directory = await scratch();
    await using gateway = await admin();
    await writeConfig(directory.path, gateway.port);
    const byAdmin = await ran(['capacity', '--admin', `${gateway.url}/`], directory.path);
    expect(byAdmin).toMatchObject({ code: 0, err: '' });
    expect(byAdmin.out).toMatch(
      /^BUCKET +BACKEND +CAPACITY +USED +AVAILABLE +AGE +SOURCE +STATE\nveeam-1 .* ok\nveeam-2 .* unknown\n$/,
    );
    expect(await ran(['capacity', '--config', 'gateway.yaml'], directory.path)).toEqual(byAdmin);
    const env = { SOSAPI_ADMIN_PORT: String(gateway.port) };
    expect(await ran(['capacity'], directory.path, env)).toEqual(byAdmin);
  });

  test('a listener on all addresses is found on the loopback one', async () => {
    await using directory = await scratch();
    const pem = new URL('../config/fixtures/gateway', import.meta.url).pathname;
    const place = `host: 0.0.0.0, port: 8443, tls: { cert: ${pem}.crt, key: ${pem}.key }`;
    const { name, role, hash } = makeToken({}, randomBytes);
    const token = `admin: { tokens: [{ name: ${name}, role: ${role}, hash: "${hash}" }] }\n`;
    const file = join(directory.path, 'gateway.yaml');
    await writeFile(file, token + config(0).replace('host: 127.0.0.1, port: 0', place));
    const found = await adminAddress({ admin: undefined, config: file, env: {} });
    expect(found).toBe('https://127.0.0.1:8443');
  });

  test('one bucket, explained', async () => {
    await using directory = await scratch();
    await using gateway = await admin();
    const { code, out, err } = await ran(['capacity', 'veeam-1', '--admin', gateway.url], directory.path);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Bucket +veeam-1 on backend store\nState +ok: capacity\.xml is served\nCapacity /);
    expect(out).toMatch(/^Used +60\.00 GiB \(64424509440\): .* from s3-walk, 2 h old/m);
    expect(out).not.toContain('veeam-2');
  });

  test('JSON as the gateway wrote it, with exact bytes', async () => {
    await using directory = await scratch();
    await using gateway = await admin();
    const all = await ran(['capacity', '--json', '--admin', gateway.url], directory.path);
    expect(JSON.parse(all.out)).toEqual({ version: '1.2.3', capacities: [ROW, UNKNOWN_ROW] });
    const one = await ran(['capacity', 'veeam-2', '--json', '--admin', gateway.url], directory.path);
    expect(JSON.parse(one.out)).toEqual({ version: '1.2.3', capacities: [UNKNOWN_ROW] });
    const past = await ran(['capacity', '--history', '--json', '--admin', gateway.url], directory.path);
    expect(JSON.parse(past.out)).toMatchObject({
      stepSeconds: 86_400,
      series: [{ points: [{}, { usedBytes: String(15n * GIB) }, {}] }],
    });
  });

  test('the last week as a list', async () => {
    await using directory = await scratch();
    await using gateway = await admin();
    const { code, out, err } = await ran(
      ['capacity', 'veeam-1', '--history', '--admin', gateway.url],
      directory.path,
    );
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^BUCKET +BACKEND +AT +CAPACITY +USED +AVAILABLE +CHANGE\n/);
    expect(out).toMatch(/2026-03-04T12:00:00\.000Z .* \+5\.00 GiB\n/);
    expect(gateway.asked).toMatchObject([{ bucket: 'veeam-1', stepMs: DAY_MS }]);
    const [{ fromMs = 0, toMs = 0 } = {}] = gateway.asked;
    expect(toMs - fromMs).toBe(7 * DAY_MS);
  });

  test('the last week as a drawing on a terminal', async ({ skip }) => {
    await using directory = await scratch();
    await using gateway = await admin();
    const args = ['capacity', '--history', '--admin', gateway.url];
    await using command = new Command(args, { cwd: directory.path, onTerminal: true });
    await Promise.race([once(command.process.child, 'spawn'), once(command.process.child, 'error')]);
    skip(command.process.child.pid === undefined, 'script(1) is not here');
    expect(await command.code()).toBe(0);
    expect(command.out).toMatch(/USED, LAST 7 DAYS\r?\nveeam-1 .* ▁ +█ +▃/);
    expect(gateway.asked).toMatchObject([{ stepMs: DAY_MS / 8 }]);
  });
});

/** Answers every question so. */
async function stranger(
  answer: string,
  head: { readonly status?: number; readonly location?: string } = {},
): Promise<{ readonly url: string } & AsyncDisposable> {
  const { status = 200, location } = head;
  const server: Server = createServer((_request, response) => {
    response.writeHead(status, location === undefined ? {} : { location }).end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('what goes wrong is one sentence', () => {
  test('no gateway answers', async () => {
    await using directory = await scratch();
    let url = '';
    {
      await using gateway = await admin();
      url = gateway.url;
    }
    const { code, out, err } = await ran(['capacity', '--admin', url], directory.path);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      `sosapi-gateway: no gateway answers at ${url} (nothing listens there): start it with "sosapi-gateway serve", or name its admin listener with --admin URL.\n`,
    );
  });

  test('a bucket that it knows nothing of, with and without JSON', async () => {
    await using directory = await scratch();
    await using gateway = await admin();
    for (const more of [[], ['--json']]) {
      const { code, out, err } = await ran(
        ['capacity', 'a&b', ...more, '--admin', gateway.url],
        directory.path,
      );
      expect([code, out]).toEqual([1, '']);
      expect(err).toBe(`sosapi-gateway: the gateway at ${gateway.url} knows nothing of a bucket "a&b".\n`);
    }
  });

  test.each<[name: string, answer: string, head: Parameters<typeof stranger>[1], sentence: RegExp]>([
    [
      'a refusal',
      '{"error":"bucket x: the store said\\nno\\u001b[2J."}',
      { status: 404 },
      /answers \/api\/capacity with status 404: bucket x: the store said no \[2J\.\n$/,
    ],
    ['a refusal without reason', '<html>', { status: 502 }, /answers \/api\/capacity with status 502\.\n$/],
    ['another program', '<html>', {}, /is no admin listener of this version/],
    [
      'another answer',
      '{"version":"0","capacities":[{"bucket":5}]}',
      {},
      /is no admin listener of this version/,
    ],
    [
      'bytes that are none',
      '{"version":"0","capacities":[{"bucket":"a","backend":"b","served":true,"usedBytes":"1e3"}]}',
      {},
      /is no admin listener of this version/,
    ],
    ['a redirect', '', { status: 302, location: 'http://127.0.0.1:1/' }, /no gateway answers at/],
  ])('%s', async (_name, answer, head, sentence) => {
    await using directory = await scratch();
    await using server = await stranger(answer, head);
    const { code, out, err } = await ran(['capacity', '--admin', server.url], directory.path);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(sentence);
    expect(err).toMatch(/^sosapi-gateway: [^\n]+\n$/);
    expect(err).toContain(server.url);
  });

  test.each([
    ['no URL', ['--admin', '127.0.0.1:8081'], /--admin expects the address of an admin listener/],
    ['a page', ['--admin', 'http://h/api'], /--admin expects the address/],
    ['credentials', ['--admin', 'http://u:hush@h'], /--admin expects the address/],
    ['an empty address', ['--admin='], /--admin expects the address/],
    ['any free port', ['--config', 'gateway.yaml'], /is on any free port: name it .* with --admin URL/],
    ['a config that is not there', ['--config', 'nowhere.yaml'], /nowhere\.yaml: expected the config file/],
  ])('%s: exit code 2', async (_name, args, sentence) => {
    await using directory = await scratch();
    await writeConfig(directory.path, 0);
    const { code, out, err } = await ran(['capacity', ...args], directory.path);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(sentence);
    expect(err).toMatch(/^[^\n]+\n$/);
    expect(err).not.toContain('hush');
  });
});
