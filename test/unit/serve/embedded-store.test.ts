// The supervision of the embedded store's process: the real one, killed, refused, stopped.
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test, vi } from 'vitest';
import { type EmbeddedStore, startEmbeddedStore } from '../../../src/serve/embedded-store.ts';
import { waitFor } from '../../support/wait.ts';
import { backendOver } from '../backend/backend-fixture.ts';
import { embeddedConfig, embeddedGateway, isAlive, scratch, TestLog } from './embedded-fixture.ts';

const patience = () => AbortSignal.timeout(30_000);

async function start(
  dataDirectory: string,
  log = new TestLog(),
  stopDeadlineMs = 10_000,
): Promise<EmbeddedStore> {
  return startEmbeddedStore({
    config: embeddedConfig(dataDirectory),
    region: 'us-east-1',
    quotas: [],
    logger: log.logger,
    now: () => performance.now(),
    stopDeadlineMs,
  });
}

/** The status of ListBuckets with the store's own key. */
async function listBuckets({
  endpoint,
  accessKeyId,
  secretAccessKey: secret,
}: EmbeddedStore): Promise<number> {
  const { backend } = backendOver([], { endpoints: [endpoint], accessKeyId, secret });
  try {
    return (await backend.call({ method: 'GET', bucket: '', rawQuery: '' })).head.status;
  } finally {
    backend.close();
  }
}

describe('a store that serves', () => {
  test('answers its own key at a socket in its directory, and says how much room there is', async () => {
    await using directory = await scratch();
    const store = await start(join(directory.path, 'data'));
    expect(await listBuckets(store)).toBe(200);
    const room = await store.ask('veeam-1', patience());
    expect(room.bucketBytes).toBe(0n);
    expect(room.totalBytes > room.availableBytes && room.availableBytes > 0n).toBe(true);
    await expect(store.ask('nowhere', patience())).rejects.toThrow('nowhere');
    await store.stop();
  });

  test('refuses every other key', async () => {
    await using directory = await scratch();
    const store = await start(directory.path);
    expect(await listBuckets({ ...store, accessKeyId: 'SOMEBODY' })).toBe(403);
    await store.stop();
  });

  test('stop leaves no process, no socket and nothing under its temporary name; a second stop is the same', async () => {
    await using directory = await scratch();
    const log = new TestLog();
    const store = await start(directory.path, log);
    const [pid = 0] = log.pids;
    const socketPath = store.endpoint.socketPath ?? '';
    expect([isAlive(pid), existsSync(socketPath)]).toEqual([true, true]);
    await Promise.all([store.stop(), store.stop()]);
    await store.stop();
    expect([isAlive(pid), existsSync(socketPath)]).toEqual([false, false]);
    expect(log.lines.some(({ msg }) => msg.includes('ended'))).toBe(false);
    await expect(store.ask('veeam-1', patience())).rejects.toThrow('ended with code 0');
  });

  test('one that does not heed the stop is killed', async () => {
    await using directory = await scratch();
    const log = new TestLog();
    const store = await start(directory.path, log, 1);
    const [pid = 0] = log.pids;
    process.kill(pid, 'SIGSTOP');
    await store.stop();
    expect([isAlive(pid), existsSync(store.endpoint.socketPath ?? '')]).toEqual([false, false]);
  });

  test('in a directory with a long name it listens in one of its own, which goes with it', async () => {
    await using directory = await scratch();
    await using temporary = await scratch();
    vi.stubEnv('TMPDIR', temporary.path);
    const store = await start(join(directory.path, 'x'.repeat(120)));
    const own = dirname(store.endpoint.socketPath ?? '');
    expect([dirname(own), await listBuckets(store)]).toEqual([temporary.path, 200]);
    await store.stop();
    expect(existsSync(own)).toBe(false);
    vi.unstubAllEnvs();
  });
});

describe('a store that crashes', () => {
  test('is started again with the same key at the same place, and the log says how it ended', async () => {
    await using directory = await scratch();
    const log = new TestLog();
    const store = await start(directory.path, log);
    for (const crash of [1, 2]) {
      process.kill(log.pids.at(-1) ?? 0, 'SIGKILL');
      await log.line(
        /^the store serves$/,
        log.lines.findLastIndex(({ msg }) => msg === 'the store serves') + 1,
      );
      expect(await listBuckets(store)).toBe(200);
      expect(await store.ask('veeam-1', patience())).toMatchObject({ bucketBytes: 0n });
      expect(log.lines.filter(({ msg }) => msg === 'the store ended with signal SIGKILL').length).toBe(crash);
    }
    const waits = log.lines
      .filter(({ againInMs }) => againInMs !== undefined)
      .map(({ againInMs }) => againInMs);
    expect(waits).toEqual([100, 200]);
    expect(log.lines.every((line) => line['component'] === 'store' && line['backend'] === 'local')).toBe(
      true,
    );
    expect(new Set(log.pids).size).toBe(3);
    await store.stop();
    expect(log.pids.filter(isAlive)).toEqual([]);
  });

  test('a question that was asked is refused with how it ended; one with a deadline when that comes', async () => {
    await using directory = await scratch();
    const log = new TestLog();
    const store = await start(directory.path, log);
    const [pid = 0] = log.pids;
    process.kill(pid, 'SIGSTOP');
    const deadline = new AbortController();
    const late = store.ask('veeam-1', deadline.signal);
    const lost = store.ask('veeam-1', patience());
    deadline.abort(new Error('too late'));
    await expect(late).rejects.toThrow('too late');
    process.kill(pid, 'SIGKILL');
    await expect(lost).rejects.toThrow('the embedded store ended with signal SIGKILL');
    await store.stop();
  });

  test('a store that cannot start again is tried again, and clients are told at once that nobody is there', async () => {
    await using directory = await scratch();
    const log = new TestLog();
    const store = await start(directory.path, log);
    const layout = join(directory.path, 'layout.json');
    const known = await readFile(layout, 'utf8');
    await writeFile(layout, '{"layout":999}\n');
    process.kill(log.pids[0] ?? 0, 'SIGKILL');
    const { reason } = await log.line(/^the store cannot start$/);
    expect(reason).toMatch(/layout 999/);
    await expect(listBuckets(store)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    await expect(store.ask('veeam-1', patience())).rejects.toThrow(/ended|cannot/);
    await writeFile(layout, known);
    await log.line(
      /^the store serves$/,
      log.lines.findIndex(({ msg }) => msg === 'the store cannot start'),
    );
    expect(await listBuckets(store)).toBe(200);
    await store.stop();
  });

  test('stopped while it waits for the next start, it does not start', async () => {
    await using directory = await scratch();
    const log = new TestLog();
    const store = await start(directory.path, log);
    process.kill(log.pids[0] ?? 0, 'SIGKILL');
    await log.line(/^the store ended/);
    await store.stop();
    expect(log.pids.filter(isAlive)).toEqual([]);
    expect(existsSync(store.endpoint.socketPath ?? '')).toBe(false);
  });
});

describe('a store whose directory is taken away', () => {
  test('ends, clients get 503, nothing new is made, and with the directory everything is back', async () => {
    await using directory = await scratch();
    const path = join(directory.path, 'data');
    const moved = join(directory.path, 'moved');
    await using at = await embeddedGateway(path);
    await at.client.send(new PutObjectCommand({ Bucket: 'veeam-1', Key: 'kept', Body: 'all of it' }));
    await rename(path, moved);
    const { reason } = await at.log.line(/^the store cannot start$/);
    expect(reason).toBe(
      `The store in the data directory ${path} is gone (there is no layout.json): mount or restore it.`,
    );
    const ends = at.log.lines.find(({ msg }) => msg === 'the store ends because its disk failed');
    expect(ends?.['error']).toContain(
      'The data directory was removed, moved or replaced while the store ran',
    );
    expect(at.log.pids.filter(isAlive)).toEqual([]);
    const get = () => at.client.send(new GetObjectCommand({ Bucket: 'veeam-1', Key: 'kept' }));
    await expect(get()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect(await readdir(directory.path)).toEqual(['moved']);
    await rename(moved, path);
    const { Body } = await waitFor(get, { what: 'the store to be back', everyMs: 10 });
    expect(await Body?.transformToString()).toBe('all of it');
  });
});

describe('a store that cannot start', () => {
  test('a directory in use is refused in one sentence that names the process, and whoever uses it goes on', async () => {
    await using directory = await scratch();
    const log = new TestLog();
    const store = await start(directory.path, log);
    const refused = start(directory.path);
    await expect(refused).rejects.toThrow(`is in use by the process ${log.pids[0]}`);
    await expect(refused).rejects.toThrow(/^[^\n]+$/);
    expect(await listBuckets(store)).toBe(200);
    await store.stop();
  });

  test('a file in place of the directory', async () => {
    await using directory = await scratch();
    const path = join(directory.path, 'file');
    await writeFile(path, '');
    await expect(start(path)).rejects.toThrow(path);
  });

  test("somebody else's directory is refused and not touched", async () => {
    await using directory = await scratch();
    await writeFile(join(directory.path, 'thesis.txt'), 'mine');
    await expect(start(directory.path)).rejects.toThrow('thesis.txt');
    expect(await readdir(directory.path)).toEqual(['thesis.txt']);
  });

  test('with a long name nothing is left in the temporary directory either', async () => {
    await using directory = await scratch();
    await using temporary = await scratch();
    vi.stubEnv('TMPDIR', temporary.path);
    const path = join(directory.path, 'x'.repeat(120));
    const store = await start(path);
    expect((await readdir(temporary.path)).length).toBe(1);
    await expect(start(path)).rejects.toThrow('in use');
    expect((await readdir(temporary.path)).length).toBe(1);
    await store.stop();
    expect(await readdir(temporary.path)).toEqual([]);
    vi.unstubAllEnvs();
  });
});
