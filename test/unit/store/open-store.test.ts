// Opening a whole store: what must not happen to objects when their database is not the one they were stored with.
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenStore, type OpenStoreOptions, openStore } from '../../../src/store/open-store.ts';
import { newVersion } from './database/new-rows.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'open-store-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function open(more: Partial<OpenStoreOptions> = {}): Promise<OpenStore> {
  return openStore({
    dataDirectory: directory,
    mayBeNew: true,
    randomBytes,
    region: 'us-east-1',
    reserveBytes: 0n,
    createBuckets: ['veeam-backup'],
    quotas: [],
    wallClock: Date.now,
    now: () => performance.now(),
    onLog() {},
    onFatal(error) {
      throw error;
    },
    ...more,
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
  await expect(open()).rejects.toThrow(/the catalog .*store\.db is empty, but the store is not new/);
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
  const second = open({ lockWaitMs: 60_000 });
  await first.close();
  await (await second).close();
});

/** Stores one object whose body is a file, as an upload does. */
async function putObject(store: OpenStore, id = 1): Promise<void> {
  await mkdir(join(directory, 'objects', '0'), { recursive: true });
  await writeFile(join(directory, 'objects', '0', id.toString(16)), 'the last copy');
  const file = { id, size: 13, blockChecksums: new Uint8Array(4) };
  await store.parts.catalog.write(({ buckets, versions }) =>
    versions.insert(
      newVersion({
        bucketId: buckets.find('veeam-backup')?.id ?? 0,
        key: `key ${id}`,
        size: 13,
        content: { kind: 'files', files: [file] },
      }),
      false,
    ),
  );
}

/** The directory as a crash leaves it, with an object whose metadata are in the log only; this test's directory from then on. */
async function crash(): Promise<void> {
  const store = await open();
  await putObject(store);
  const crashed = `${directory}-crashed`;
  await cp(directory, crashed, { recursive: true });
  await store.close();
  await rm(directory, { recursive: true });
  await rename(crashed, directory);
}

test('attack: a log that is deleted after a crash is noticed, no body is touched, and put back it brings all back', async () => {
  await crash();
  await rename(join(directory, 'store.db-wal'), join(directory, 'elsewhere'));
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(open()).rejects.toThrow(/the log .*store\.db-wal of the catalog is missing/);
    expect(await readdir(join(directory, 'objects', '0'))).toEqual(['1']);
  }
  await rename(join(directory, 'elsewhere'), join(directory, 'store.db-wal'));
  const store = await open();
  expect(store.parts.catalog.files.has(1)).toBe(true);
  await store.close();
  expect(await readdir(directory)).not.toContain('lost');
});

test('attack: an empty log in place of the right one costs no body: they are set aside', async () => {
  await crash();
  await writeFile(join(directory, 'store.db-wal'), '');
  await (await open()).close();
  expect(await readdir(join(directory, 'lost'))).toEqual(['1']);
});

test('attack: the database of another store is refused, and the objects stay', async () => {
  const other = `${directory}-other`;
  await (await open({ dataDirectory: other })).close();
  const store = await open();
  await putObject(store);
  await store.close();
  await rename(join(other, 'store.db'), join(directory, 'store.db'));
  await rm(other, { recursive: true });
  await expect(open()).rejects.toThrow(/the catalog .*store\.db belongs to another store/);
  expect(await readdir(join(directory, 'objects', '0'))).toEqual(['1']);
});

test.each(['empty', 'missing'])(
  'attack: objects that are %s, as on a wrong mount, are refused',
  async (how) => {
    const store = await open();
    await putObject(store);
    await store.close();
    await rename(join(directory, 'objects'), join(directory, 'elsewhere'));
    if (how === 'empty') await mkdir(join(directory, 'objects'));
    await expect(open()).rejects.toThrow(/mount or restore/);
    if (how === 'empty') await rm(join(directory, 'objects'), { recursive: true });
    await rename(join(directory, 'elsewhere'), join(directory, 'objects'));
    const again = await open();
    expect(again.parts.catalog.files.anyOwned()).toBe(true);
    await again.close();
  },
);

test('a first start that was interrupted before there was a database goes on, with the same id', async () => {
  await (await open()).close();
  const layout = await readFile(join(directory, 'layout.json'), 'utf8');
  await rm(join(directory, 'store.db'));
  await (await open()).close();
  await (await open()).close();
  expect(await readFile(join(directory, 'layout.json'), 'utf8')).toBe(layout);
});

test('a store that was there and is gone is not made again', async () => {
  await (await open()).close();
  await (await open({ mayBeNew: false })).close();
  await truncate(join(directory, 'store.db'), 0);
  await expect(open({ mayBeNew: false })).rejects.toThrow(/is empty, but the store is not new/);
  await rename(directory, `${directory}-moved`);
  await expect(open({ mayBeNew: false })).rejects.toThrow(/is gone .*: mount or restore it/);
  await rename(`${directory}-moved`, directory);
});

test('attack: the directory is moved away under a store that runs, which is fatal', async () => {
  const fatal = Promise.withResolvers<Error>();
  const store = await open({ watchEveryMs: 1, onFatal: fatal.resolve });
  await rename(directory, `${directory}-moved`);
  expect((await fatal.promise).message).toMatch(
    /^The data directory was removed, moved or replaced .*\/(store\.db|lock|objects) is gone\.$/,
  );
  await rename(`${directory}-moved`, directory);
  await store.close();
});

test('that a new store was made is logged, with where', async () => {
  const log: unknown[] = [];
  const onLog: OpenStoreOptions['onLog'] = (level, message, fields) => log.push({ level, message, fields });
  await (await open({ onLog })).close();
  const made = { level: 'info', message: 'a new store was made', fields: { dataDirectory: directory } };
  expect(log).toContainEqual(made);
  log.length = 0;
  await (await open({ onLog })).close();
  expect(log).toEqual([]);
});
