// An endpoint that an operator takes out of service and back, under load, by the API and by the commands.
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EndpointAnswer, EndpointRow } from '../../../src/admin/endpoint-schemas.ts';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { operatorToken } from '../../support/operator-token.ts';
import { OwnedProcess } from '../../support/owned-process.ts';
import { bucketName, sdk } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';
import { FaultyRelay } from './faulty-relay.ts';
import { MixedLoad } from './mixed-load.ts';

interface WrittenConfig {
  readonly backends: readonly object[];
}

const ROOT = new URL('../../..', import.meta.url).pathname;
const BACKEND = 'embedded';
const SLOW_START_MS = 2_000;
const Bucket = bucketName('drain');
const operator = operatorToken();

let directory = '';
let store: EmbeddedStore;
let relays: readonly FaultyRelay[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'drain-'));
  store = await EmbeddedStore.start({ dataDirectory: join(directory, 'data') });
  await writeFile(join(directory, 'token'), operator.token, { mode: 0o600 });
  const client = sdk(asRunningStore(store));
  await client.send(new CreateBucketCommand({ Bucket }));
  client.destroy();
});

afterAll(async () => {
  await store?.kill();
  await rm(directory, { recursive: true, force: true });
});

describe.each([1, 2])('%i workers', (workers) => {
  let gateway: GatewayProcess;
  let client: S3Client;
  let one: FaultyRelay;
  let two: FaultyRelay;

  beforeEach(async () => {
    relays = await Promise.all([FaultyRelay.before(store), FaultyRelay.before(store)]);
    [one, two] = relays as [FaultyRelay, FaultyRelay];
    gateway = await GatewayProcess.start({
      store: asRunningStore(store),
      backend: {
        endpoints: relays.map(({ url }) => url),
        health: { interval: '5s', timeout: '5s', slowStart: `${SLOW_START_MS}ms` },
      },
      config: { workers, admin: operator.admin, log: { access: false } },
    });
    client = sdk(gateway);
  });

  afterEach(async () => {
    client?.destroy();
    await gateway?.stop();
    await Promise.all(relays.map((relay) => relay.close()));
  });

  const ask = (path: string, body?: object) =>
    fetch(`${gateway.adminUrl}${path}`, {
      headers: { ...operator.headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  const order = async (what: 'drain' | 'undrain', endpoint: string, more: object = {}) => {
    const answer = await ask(`/api/endpoints/${what}`, { backend: BACKEND, endpoint, ...more });
    return { status: answer.status, body: (await answer.json()) as { changed?: boolean; error?: string } };
  };
  const rowOf = async (relay: FaultyRelay): Promise<EndpointRow> => {
    const { endpoints } = (await (await ask('/api/endpoints')).json()) as EndpointAnswer;
    const row = endpoints.find(({ endpoint }) => endpoint === relay.authority);
    if (row === undefined) throw new Error(`no endpoint ${relay.authority}`);
    return row;
  };
  const isIn = async (relay: FaultyRelay, state: EndpointRow['state']) =>
    (await rowOf(relay)).state === state;

  async function run(...args: readonly string[]) {
    const node = join(ROOT, 'node_modules/.bin/node');
    const process = new OwnedProcess('command', node, ['src/cli/main.ts', ...args], { cwd: ROOT });
    let out = '';
    for (const stream of [process.child.stdout, process.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
    }
    const closed = once(process.child, 'close');
    const { code } = await process.exited;
    await closed;
    return { code, out };
  }
  const asked = () => ['--admin', gateway.adminUrl, '--token-file', join(directory, 'token')];

  test('under load all new requests go elsewhere, none fails, and it comes back slowly', async () => {
    const load = new MixedLoad(client, Bucket, 8);
    try {
      await waitFor(() => one.requests > 0 && two.requests > 0, { what: 'requests at both' });
      expect(await order('drain', one.authority)).toEqual({
        status: 200,
        body: { version: expect.any(String), changed: true },
      });
      expect(await order('drain', one.authority)).toMatchObject({ status: 200, body: { changed: false } });
      await waitFor(async () => (await rowOf(one)).inFlight === 0, { what: 'requests there to end' });
      for (const relay of relays) relay.forget();
      await waitFor(() => two.requests > 100, { what: 'requests at the other' });
      expect(one.requests).toBe(0);
      const drained = await rowOf(one);
      expect(drained).toMatchObject({ state: 'drained', inFlight: 0, waiting: 0 });
      // The first process sees it, too.
      expect(drained.processes).toEqual(workers === 1 ? { all: 1, inState: 1 } : { all: 3, inState: 3 });

      expect(await order('undrain', one.authority)).toMatchObject({ status: 200, body: { changed: true } });
      expect(await order('undrain', one.authority)).toMatchObject({ status: 200, body: { changed: false } });
      expect((await rowOf(one)).state).toBe('warming');
      await waitFor(() => isIn(one, 'working'), { what: 'its whole share' });
      for (const relay of relays) relay.forget();
      await waitFor(() => one.requests > 20, { what: 'requests there again' });
    } finally {
      await load.stop();
    }
    expect(load.take()).toMatchObject({ failed: new Map(), wrong: [] });
  });

  test('what is under way there ends as it would', async () => {
    const Body = Buffer.alloc(256 * 1024, 7);
    await client.send(new PutObjectCommand({ Bucket, Key: 'slow', Body }));
    for (const relay of relays) await relay.break('slow');
    const reads = Array.from({ length: 6 }, async () => {
      const { Body: got } = await client.send(new GetObjectCommand({ Bucket, Key: 'slow' }));
      return Buffer.from((await got?.transformToByteArray()) ?? []).equals(Body);
    });
    await waitFor(async () => (await rowOf(one)).inFlight > 0, { what: 'requests there', everyMs: 20 });
    const waiting = run('drain', BACKEND, one.url, '--wait', '60', ...asked());
    expect(await Promise.all(reads)).toEqual(Array(6).fill(true));
    const { code, out } = await waiting;
    expect([code, out]).toEqual([
      0,
      `${one.authority} of ${BACKEND} is drained: nothing new is sent there.\nnothing is under way at ${one.authority} of ${BACKEND}.\n`,
    ]);
    expect((await rowOf(one)).inFlight).toBe(0);
  });

  test('two orders at a time leave one', async () => {
    const answers = await Promise.all(relays.map(({ authority }) => order('drain', authority)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('the last that works stays, unless it is forced', async () => {
    await order('drain', one.authority);
    expect(await order('drain', two.authority)).toEqual({
      status: 409,
      body: {
        error: `${two.authority} is the last endpoint of ${BACKEND} that works: take another one back first, or force it`,
      },
    });
    expect(await order('drain', two.authority, { force: true })).toMatchObject({ body: { changed: true } });
    // Both are: they are tried all the same.
    await client.send(new PutObjectCommand({ Bucket, Key: 'forced', Body: 'x' }));
  });

  test.each([
    ['of something else', (config: WrittenConfig) => ({ ...config, sosapi: { modelName: 'changed' } })],
    [
      'of its backend',
      (config: WrittenConfig) => ({
        ...config,
        backends: config.backends.map((backend) => ({ ...backend, maxConnections: 77 })),
      }),
    ],
  ])('stays so over a change %s', async (_, change) => {
    await order('drain', one.authority);
    const written = JSON.parse(await readFile(gateway.configFile, 'utf8')) as WrittenConfig;
    await writeFile(gateway.configFile, JSON.stringify(change(written)));
    gateway.signal('SIGHUP');
    const isServed = () => gateway.logs().some(({ msg }) => msg?.startsWith('the config has changed'));
    await waitFor(isServed, { what: 'the change to be served' });
    expect((await rowOf(one)).state).toBe('drained');
    for (const relay of relays) relay.forget();
    const puts = Array.from({ length: 20 }, () =>
      client.send(new PutObjectCommand({ Bucket, Key: 'changed', Body: 'x' })),
    );
    await Promise.all(puts);
    // The gateway has calls of its own, too.
    expect(one.requests).toBe(0);
    expect(two.requests).toBeGreaterThanOrEqual(20);
  });

  test('one that does not work is none to fall back on', async () => {
    await two.break('refuse');
    await waitFor(() => isIn(two, 'ejected'), { what: 'the other to be ejected in all processes' });
    expect((await order('drain', one.authority)).status).toBe(409);
    expect(await rowOf(two)).toMatchObject({ reason: expect.any(String), until: expect.any(String) });
  });

  test('names that are not there are refused with those that are', async () => {
    const names = relays.map(({ authority }) => authority).join(', ');
    expect(await order('drain', '127.0.0.1:1')).toEqual({
      status: 404,
      body: { error: `${BACKEND} has no endpoint 127.0.0.1:1; it has ${names}` },
    });
    const other = await ask('/api/endpoints/undrain', { backend: 'nowhere', endpoint: one.authority });
    expect([other.status, await other.json()]).toEqual([
      404,
      { error: `there is no backend nowhere; there are ${BACKEND}` },
    ]);
    expect((await ask('/api/endpoints/drain', { endpoint: one.authority })).status).toBe(400);
  });
});

describe('two workers', () => {
  test('one that replaces another knows what is drained', async () => {
    const both = await Promise.all([FaultyRelay.before(store), FaultyRelay.before(store)]);
    relays = both;
    const gateway = await GatewayProcess.start({
      store: asRunningStore(store),
      backend: { endpoints: both.map(({ url }) => url) },
      config: { workers: 2, admin: operator.admin, log: { access: false } },
    });
    const client = sdk(gateway);
    try {
      const endpoint = both[0]?.authority ?? '';
      await fetch(`${gateway.adminUrl}/api/endpoints/drain`, {
        method: 'POST',
        headers: { ...operator.headers, 'content-type': 'application/json' },
        body: JSON.stringify({ backend: BACKEND, endpoint }),
      });
      const before = await workersOf(gateway.pid);
      for (const pid of before) process.kill(pid, 'SIGKILL');
      const successors = async () => {
        const now = await workersOf(gateway.pid);
        return now.length === 2 && now.every((pid) => !before.includes(pid)) ? now : undefined;
      };
      await waitFor(successors, { what: 'other workers' });
      const serves = () => client.send(new PutObjectCommand({ Bucket, Key: 'after', Body: 'x' }));
      await waitFor(async () => (await serves()) !== undefined, { what: 'them to serve' });
      for (const relay of both) relay.forget();
      await Promise.all(Array.from({ length: 40 }, serves));
      expect(both[0]?.requests).toBe(0);
      expect(both[1]?.requests).toBeGreaterThanOrEqual(40);
    } finally {
      client.destroy();
      await gateway.stop();
      await Promise.all(both.map((relay) => relay.close()));
    }
  });
});

/** Those of its processes that serve. */
async function workersOf(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const found: number[] = [];
  for (const child of children.trim().split(' ').filter(Boolean)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('worker-main')) found.push(Number(child));
  }
  return found;
}
