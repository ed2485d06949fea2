// The store's program as a real process: how it starts, what it answers its parent, and how it ends.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FromStore } from '../../../../src/store/messages.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { EmbeddedStore, StoreRefusedError } from '../../../support/embedded-store.ts';
import { OwnedProcess, run } from '../../../support/owned-process.ts';
import { type RawAnswer, RawConnection } from '../../../support/raw-http.ts';
import { requestBytes, signed } from '../../../support/raw-sigv4.ts';
import { ask, inputFor } from '../../../support/raw-target.ts';
import { waitFor } from '../../../support/wait.ts';

const ROOT = new URL('../../../..', import.meta.url).pathname;
const PRLIMIT = '/usr/bin/prlimit';
const NODE = join(ROOT, 'node_modules/.bin/node');

let directory: string;
let dataDirectory: string;
let started: EmbeddedStore[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'main-'));
  dataDirectory = join(directory, 'data');
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((store) => store.kill()));
  await rm(directory, { recursive: true, force: true });
});

type Options = Partial<Parameters<typeof EmbeddedStore.start>[0]>;

async function start(options: Options = {}): Promise<EmbeddedStore> {
  const store = EmbeddedStore.begin({ dataDirectory, createBuckets: ['bucket'], ...options });
  started.push(store);
  await store.ready();
  return store;
}

async function refusal(options: Options = {}): Promise<{ message: string; code: number | null }> {
  const store = EmbeddedStore.begin({ dataDirectory, ...options });
  started.push(store);
  const error = await store.ready().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StoreRefusedError);
  const { code } = await store.exited;
  return { message: (error as Error).message, code };
}

/** A put whose last byte is held back, and a way to send that. */
async function begunPut(
  store: EmbeddedStore,
  target: string,
): Promise<{ connection: RawConnection; finish(): Promise<RawAnswer> }> {
  const input = inputFor(store.target, {
    method: 'PUT',
    target,
    body: bodyOf('held', 300_000),
    unsignedHeaders: { expect: '100-continue' },
  });
  const bytes = requestBytes(signed(input));
  const head = bytes.indexOf('\r\n\r\n') + 4;
  const connection = await RawConnection.open({ host: store.host, port: store.port });
  await connection.send(bytes.subarray(0, head));
  expect((await connection.answer('PUT')).status).toBe(100);
  await connection.send(bytes.subarray(head, -1));
  return {
    connection,
    async finish() {
      await connection.send(bytes.subarray(-1));
      return await connection.answer('PUT');
    },
  };
}

async function refusesConnections(store: EmbeddedStore): Promise<boolean> {
  const socket = net.connect({ host: store.host, port: store.port });
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}

describe('a start', () => {
  test('makes the directory and the buckets, with object lock, and serves', async () => {
    const store = await start({ createBuckets: ['one', 'two', 'one'] });
    expect(store.port).toBeGreaterThan(0);
    expect((await ask(store.target, { method: 'PUT', target: '/one/key', body: 'abc' })).status).toBe(200);
    const lock = await ask(store.target, { method: 'GET', target: '/two?object-lock' });
    expect(lock.body.toString()).toContain('<ObjectLockEnabled>Enabled</ObjectLockEnabled>');
    await store.stop();
    const again = await start({ createBuckets: ['one'] });
    const read = await ask(again.target, { method: 'GET', target: '/one/key' });
    expect(read.body.toString()).toBe('abc');
  });

  test('listens on a path in the file system, which only this user may use, and takes it away at the end', async () => {
    const path = join(directory, 'socket');
    const store = await start({ listen: { path } });
    const { method, target, headers } = signed({
      method: 'HEAD',
      target: '/bucket',
      host: 'localhost',
      credentials: store.credentials,
    });
    const request = http.request({
      socketPath: path,
      method,
      path: target,
      headers: Object.fromEntries(headers),
    });
    request.end();
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    expect(answer.statusCode).toBe(200);
    await store.stop();
    expect(existsSync(path)).toBe(false);
  });

  test('is refused where another process has the directory, which goes on', async () => {
    const first = await start();
    const { message, code } = await refusal();
    expect(message).toContain(`in use by the process ${first.pid}`);
    expect(code).toBe(2);
    expect((await ask(first.target, { method: 'HEAD', target: '/bucket' })).status).toBe(200);
    await first.stop();
    await start();
  });

  test('is refused where the directory is a file', async () => {
    await writeFile(dataDirectory, '');
    expect(await refusal()).toEqual({ message: expect.stringContaining(dataDirectory), code: 2 });
  });

  test("is refused where the directory is somebody else's", async () => {
    await writeFile(join(directory, 'letter.txt'), 'dear');
    expect(await refusal({ dataDirectory: directory })).toEqual({
      message: expect.stringContaining('not a store'),
      code: 2,
    });
  });

  test('is refused where the database is damaged, which is left as it is', async () => {
    await (await start()).stop();
    const file = join(dataDirectory, 'store.db');
    await writeFile(file, 'no database'.repeat(1000));
    const { message, code } = await refusal();
    expect(message).toContain(file);
    expect(code).toBe(2);
    expect(await readFile(file, 'utf8')).toBe('no database'.repeat(1000));
  });

  test('is refused where a bucket has no name that S3 allows', async () => {
    const { message, code } = await refusal({ createBuckets: ['good-one', 'No_Good'] });
    expect(message).toContain('"No_Good"');
    expect(code).toBe(2);
    // Nothing was made.
    expect(existsSync(dataDirectory)).toBe(false);
  });

  test('is refused where the port is taken, and gives the directory back', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { message, code } = await refusal({ listen: { host: '127.0.0.1', port } });
    taken.close();
    expect(message).toContain(`cannot listen on 127.0.0.1:${port}`);
    expect(code).toBe(2);
    await start();
  });
});

describe('capacity', () => {
  test('of a bucket, with the parts of unfinished uploads, and of the file system', async () => {
    const store = await start({ reserveBytes: 1_000_000n });
    const before = await store.capacity('bucket');
    expect(before.bucketBytes).toBe(0n);
    expect(before.totalBytes).toBeGreaterThan(before.availableBytes);
    await ask(store.target, { method: 'PUT', target: '/bucket/key', body: 'x'.repeat(1000) });
    await ask(store.target, { method: 'PUT', target: '/bucket/key', body: 'x'.repeat(10) });
    expect((await store.capacity('bucket')).bucketBytes).toBe(1010n);
    const created = await ask(store.target, { method: 'POST', target: '/bucket/parts?uploads' });
    const [, id] = /<UploadId>(.*)<\/UploadId>/.exec(created.body.toString()) ?? [];
    await ask(store.target, {
      method: 'PUT',
      target: `/bucket/parts?partNumber=1&uploadId=${id}`,
      body: 'part',
    });
    expect((await store.capacity('bucket')).bucketBytes).toBe(1014n);
  });

  test('row 43 (Zenko#2472): of a bucket that is not there it is unknown, not 0', async () => {
    const store = await start();
    await expect(store.capacity('nowhere')).rejects.toThrow('no bucket nowhere');
    // And it still knows the others.
    expect((await store.capacity('bucket')).bucketBytes).toBe(0n);
  });

  test('is nothing below 0 where the reserve is larger than the disk', async () => {
    const store = await start({ reserveBytes: 2n ** 62n });
    expect((await store.capacity('bucket')).availableBytes).toBe(0n);
    const put = await ask(store.target, { method: 'PUT', target: '/bucket/key', body: 'x' });
    expect(put.status).toBe(507);
  });

  test('quotas come by the first pattern that fits', async () => {
    const quotas = [
      { pattern: /^free$/, bytes: undefined },
      { pattern: /^/, bytes: 5n },
    ];
    const store = await start({ createBuckets: ['free', 'bound'], quotas });
    const put = (bucket: string) =>
      ask(store.target, { method: 'PUT', target: `/${bucket}/key`, body: '123456' });
    expect([(await put('free')).status, (await put('bound')).status]).toEqual([200, 403]);
  });
});

describe('the end', () => {
  test('by stop: code 0, a closed database without a log, and nothing printed', async () => {
    const store = await start();
    await ask(store.target, { method: 'PUT', target: '/bucket/key', body: 'abc' });
    await store.stop();
    expect(existsSync(join(dataDirectory, 'store.db'))).toBe(true);
    expect(existsSync(join(dataDirectory, 'store.db-wal'))).toBe(false);
    expect(store.output()).toBe(
      `info a new store was made {"dataDirectory":"${dataDirectory}"}\ninfo buckets were made {"buckets":["bucket"]}\n`,
    );
  });

  test('by stop: an upload under way is finished first, and new connections are not taken', async () => {
    const store = await start();
    const put = await begunPut(store, '/bucket/slow');
    await using _ = put.connection;
    const stopped = store.stop(30_000);
    await waitFor(() => refusesConnections(store), { what: 'the listener to close' });
    expect((await put.finish()).status).toBe(200);
    await stopped;
    const again = await start();
    const read = await ask(again.target, { method: 'GET', target: '/bucket/slow' });
    expect(read.body.equals(bodyOf('held', 300_000))).toBe(true);
  });

  test('by stop: what is not finished within the deadline is cut, and leaves nothing', async () => {
    const store = await start();
    const put = await begunPut(store, '/bucket/slow');
    await using _ = put.connection;
    await store.stop(50);
    expect(await put.connection.closes()).toBe(true);
    const again = await start();
    expect((await ask(again.target, { method: 'GET', target: '/bucket/slow' })).status).toBe(404);
    expect((await again.capacity('bucket')).bucketBytes).toBe(0n);
  });

  test('by stop in the middle of the start', async () => {
    const store = EmbeddedStore.begin({ dataDirectory });
    started.push(store);
    await store.stop();
    await start();
  });

  test('not by SIGINT, SIGTERM or SIGHUP: they reach the whole group, and the gateway decides', async () => {
    const store = await start();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.kill(store.pid, signal);
      expect((await store.capacity('bucket')).bucketBytes).toBe(0n);
    }
    expect((await ask(store.target, { method: 'HEAD', target: '/bucket' })).status).toBe(200);
    await store.stop();
  });

  test('with its parent, however that ends: in good order', async () => {
    const start = {
      kind: 'start',
      dataDirectory,
      mayBeNew: true,
      listen: { host: '127.0.0.1', port: 0 },
      region: 'us-east-1',
      accessKeyId: 'A',
      secretAccessKey: 'B',
      createBuckets: ['bucket'],
      quotas: [],
      maxConnections: 10,
    };
    const script = `
      const { fork } = require('node:child_process');
      const child = fork('src/store/main.ts', [], { serialization: 'advanced', detached: true });
      child.on('message', ({ kind }) => { if (kind === 'ready') console.log(child.pid); });
      child.send({ ...${JSON.stringify(start)}, reserveBytes: 0n });
    `;
    const parent = new OwnedProcess('a parent', NODE, ['-e', script], { cwd: ROOT });
    const [printed] = (await once(parent.child.stdout ?? parent.child, 'data')) as [Buffer];
    const pid = Number(printed.toString());
    expect(pid).toBeGreaterThan(0);
    process.kill(parent.pid, 'SIGKILL');
    await parent.exited;
    await waitFor(() => !existsSync(`/proc/${pid}`), { what: 'the store to end' });
    expect(existsSync(join(dataDirectory, 'store.db-wal'))).toBe(false);
    await expect(
      EmbeddedStore.start({ dataDirectory }).then((store) => store.stop()),
    ).resolves.toBeUndefined();
  });

  test.skipIf(!existsSync(PRLIMIT))(
    'by a disk that fails under the database: told to the parent, code 1, and what was answered is there again',
    async () => {
      const store = await start();
      expect((await ask(store.target, { method: 'PUT', target: '/bucket/one', body: '1' })).status).toBe(200);
      // From now on no file can grow, and not for want of room.
      await run(PRLIMIT, ['--pid', String(store.pid), '--fsize=1']);
      await ask(store.target, { method: 'PUT', target: '/bucket/two', body: '2' }).catch(() => {});
      expect(await store.exited).toEqual({ code: 1, signal: null });
      expect(store.output()).toContain('the store ends because its disk failed');
      const again = await start();
      expect((await ask(again.target, { method: 'GET', target: '/bucket/one' })).body.toString()).toBe('1');
    },
  );

  test('by a fault of its own: told to the parent with its stack, code 1', async () => {
    const store = new OwnedProcess('a store', NODE, ['src/store/main.ts'], { cwd: ROOT, channel: true });
    const messages: FromStore[] = [];
    store.child.on('message', (message) => messages.push(message as FromStore));
    let printed = '';
    for (const stream of [store.child.stdout, store.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    }
    // No message that a gateway would send.
    store.child.send(null as unknown as object);
    expect(await store.exited).toEqual({ code: 1, signal: null });
    expect(messages).toEqual([
      {
        kind: 'log',
        level: 'error',
        message: expect.stringContaining('error of its own'),
        fields: { error: expect.stringMatching(/TypeError: .*\n\s+at .*store-process\.ts/) },
      },
    ]);
    expect(printed).toBe('');
  });

  test('at once where nobody started it with a channel', async () => {
    const store = new OwnedProcess('a store', NODE, ['src/store/main.ts'], { cwd: ROOT });
    let printed = '';
    store.child.stderr?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await once(store.child, 'close');
    expect((await store.exited).code).toBe(2);
    expect(printed).toMatch(/^The store is started by the gateway.*\n$/);
  });
});
