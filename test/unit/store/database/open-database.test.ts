import { mkdir, open, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../src/store/database/open-database.ts';
import { openReadOnly } from '../../../../src/store/database/open-read-only.ts';
import { makeBucket, temporaryFile, testCatalog } from './catalog-fixture.ts';
import { newVersion } from './new-rows.ts';

const silent = { onGivenUp: () => {}, onLog: () => {} };

describe('opening', () => {
  it('makes a catalog, and finds everything again', async () => {
    const first = await testCatalog();
    const { id: bucketId } = await makeBucket(first);
    const row = await first.catalog.write(({ versions }) =>
      versions.insert(newVersion({ bucketId, key: 'a' }), false),
    );
    first.noteTime(1_700_000_000_000);
    first.noteTime(1_600_000_000_000);
    expect(first.highestTimeMs()).toBe(1_700_000_000_000);
    await first.catalog.write(() => undefined);
    await first.close();
    expect(await readdir(dirname(first.file))).toEqual(['catalog.db']);

    const second = await testCatalog({ file: first.file });
    expect(second.catalog.versions.latest(bucketId, 'a')).toEqual(row);
    expect(second.highestTimeMs()).toBe(1_700_000_000_000);
    expect(second.log).toEqual([]);
  });

  it('keeps the highest time only with a transaction', async () => {
    const first = await testCatalog();
    first.noteTime(5);
    await first.close();
    expect((await testCatalog({ file: first.file })).highestTimeMs()).toBe(0);
  });

  it('goes on where making the tables was interrupted', async () => {
    const file = await temporaryFile();
    const begun = new DatabaseSync(file);
    begun.exec('PRAGMA journal_mode = WAL');
    begun.close();
    const { catalog } = await testCatalog({ file });
    expect(catalog.buckets.all()).toEqual([]);
  });

  it.each(['missing', 'empty'])('refuses to make one where there are objects already: %s', async (how) => {
    const file = await temporaryFile();
    if (how === 'empty') await writeFile(file, '');
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(openDatabase({ file, mayBeNew: false, ...silent })).rejects.toThrow(
        `the catalog ${file} is empty, but the store is not new; put the right one back`,
      );
    }
    await (await testCatalog({ file })).close();
    await testCatalog({ file, mayBeNew: false });
  });

  it('refuses another schema version in one sentence', async () => {
    const { file, close } = await testCatalog();
    await close();
    const later = new DatabaseSync(file);
    later.exec('PRAGMA user_version = 2');
    later.close();
    const sentence = `the catalog ${file} has schema version 2 and this program knows 1; use the program that wrote it`;
    await expect(openDatabase({ file, ...silent })).rejects.toThrow(sentence);
    expect(() => openReadOnly(file)).toThrow(sentence);
  });

  it('refuses the database of another program', async () => {
    const file = await temporaryFile();
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE notes (text TEXT)');
    other.close();
    await expect(openDatabase({ file, ...silent })).rejects.toThrow('is a database of another program');
  });

  it.each([
    ['no database', (file: string) => writeFile(file, 'hello, this is no database at all\n'.repeat(200))],
    ['a directory', (file: string) => mkdir(file)],
    ['in no directory', () => Promise.resolve(), 'nowhere/catalog.db'],
  ])('refuses a file that is %s in one sentence', async (_, make, name = 'catalog.db') => {
    const file = `${dirname(await temporaryFile())}/${name}`;
    await make(file);
    const error: unknown = await openDatabase({ file, ...silent }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(
      new RegExp(`^the catalog ${file} (is damaged or no database|cannot be opened) \\(.+\\); .+$`),
    );
    expect((error as Error).message).not.toContain('\n');
  });

  it('refuses a file whose end is missing', async () => {
    const file = await filled();
    await truncate(file, 40_960);
    const sentence = `the catalog ${file} is damaged or no database`;
    await expect(openDatabase({ file, ...silent })).rejects.toThrow(sentence);
    expect(() => openReadOnly(file)).toThrow(sentence);
  });

  it('does not find damage in the middle, the integrity check does', async () => {
    const file = await filled();
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(3_000, 0xa5), 0, 3_000, 40_960);
    await handle.close();
    const reader = openReadOnly(file);
    expect(reader.integrityCheck()).not.toEqual([]);
    expect(reader.recount()).toContain('the file is damaged: database disk image is malformed');
    reader.close();
  });
});

/** A closed catalog of some hundred pages. */
async function filled(): Promise<string> {
  const database = await testCatalog();
  const { id: bucketId } = await makeBucket(database);
  await database.catalog.write(({ versions }) => {
    for (let index = 0; index < 1_000; index++)
      versions.insert(newVersion({ bucketId, key: `${index}` }), false);
  });
  await database.close();
  return database.file;
}

describe('writes', () => {
  it('are synced in the log before they are told, once for a group', async () => {
    const syncs: PromiseWithResolvers<void>[] = [];
    let logBytes = 0;
    const file = await temporaryFile();
    const { catalog } = await testCatalog({
      file,
      sync: async (syncLog) => {
        const gate = Promise.withResolvers<void>();
        syncs.push(gate);
        logBytes = (await stat(`${file}-wal`)).size;
        await gate.promise;
        await syncLog();
      },
    });
    let told = 0;
    const writes = ['a', 'b', 'c'].map((name) =>
      catalog
        .write(({ buckets }) => buckets.insert({ name, createdMs: 1, versioning: 'off', objectLock: false }))
        .then(() => {
          told += 1;
        }),
    );
    while (logBytes === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(syncs).toHaveLength(1);
    expect(told).toBe(0);
    expect(catalog.buckets.all()).toHaveLength(3);
    syncs[0]?.resolve();
    await Promise.all(writes);
    expect(syncs).toHaveLength(1);
  });

  it('are refused once a sync failed, and the owner is told first', async () => {
    const fatal: string[] = [];
    let fail = false;
    const database = await testCatalog({
      sync: (syncLog) => (fail ? Promise.reject(new Error('EIO: i/o error, fdatasync')) : syncLog()),
      onFatal: (error) => fatal.push(error.message),
    });
    await makeBucket(database, 'before');
    fail = true;
    await expect(makeBucket(database, 'lost')).rejects.toMatchObject({ code: 'InternalError' });
    expect(fatal).toEqual(['EIO: i/o error, fdatasync']);
    fail = false;
    await expect(makeBucket(database, 'after')).rejects.toMatchObject({ code: 'InternalError' });
    expect(database.log).toEqual([
      expect.stringMatching(/^error: the catalog failed and accepts no more writes .*EIO/),
    ]);
    expect(database.catalog.buckets.find('before')).toBeDefined();
  });

  it('that are under way are finished by close, later ones are refused', async () => {
    const database = await testCatalog();
    const writes = Array.from({ length: 300 }, (_, index) => makeBucket(database, `bucket-${index}`));
    const closed = database.close();
    await expect(makeBucket(database, 'late')).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    await Promise.all(writes);
    await closed;
    const again = await testCatalog({ file: database.file });
    expect(again.catalog.buckets.all()).toHaveLength(300);
  });
});
