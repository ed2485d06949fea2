// Opening a whole store: what must not happen to objects when their database is not the one they were stored with.
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenStore, openStore } from '../../../src/store/open-store.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'open-store-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function open(lockWaitMs = 0): Promise<OpenStore> {
  return openStore({
    dataDirectory: directory,
    region: 'us-east-1',
    reserveBytes: 0n,
    createBuckets: ['veeam-backup'],
    lockWaitMs,
    quotas: [],
    wallClock: Date.now,
    now: () => performance.now(),
    onLog() {},
    onFatal(error) {
      throw error;
    },
  });
}

async function putBodyFile(): Promise<readonly string[]> {
  await mkdir(join(directory, 'objects', '0'), { recursive: true });
  await writeFile(join(directory, 'objects', '0', '1'), 'the last copy');
  return await readdir(join(directory, 'objects', '0'));
}

test('an empty database beside objects is refused, and the objects stay', async () => {
  await (await open()).close();
  const files = await putBodyFile();
  await truncate(join(directory, 'store.db'), 0);
  await expect(open()).rejects.toThrow(/the catalog .*store\.db is empty, but the store has objects/);
  expect(await readdir(join(directory, 'objects', '0'))).toEqual(files);
});

test('a missing database beside objects is refused, and the objects stay', async () => {
  await (await open()).close();
  const files = await putBodyFile();
  await rm(join(directory, 'store.db'));
  await expect(open()).rejects.toThrow(/has objects but no store\.db/);
  expect(await readdir(join(directory, 'objects', '0'))).toEqual(files);
});

test('an empty database without objects is a first start that was interrupted', async () => {
  await (await open()).close();
  await truncate(join(directory, 'store.db'), 0);
  const store = await open();
  expect(store.parts.catalog.buckets.all().map(({ name }) => name)).toEqual(['veeam-backup']);
  await store.close();
});

test('a directory that was refused can be opened afterwards: nothing keeps its lock', async () => {
  await (await open()).close();
  await putBodyFile();
  await truncate(join(directory, 'store.db'), 0);
  await expect(open()).rejects.toThrow('is empty');
  await rm(join(directory, 'objects', '0'), { recursive: true });
  await (await open()).close();
});

test('the key pair of the clients may be there before the store', async () => {
  await writeFile(join(directory, 'credentials'), '[default]\n');
  await (await open()).close();
});

test('whoever may wait gets the directory when the other gives it back', async () => {
  const first = await open();
  await expect(open()).rejects.toThrow(/is in use by the process \d+/);
  const second = open(60_000);
  await first.close();
  await (await second).close();
});
