import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromKey } from '../../../../src/store/database/key-bounds.ts';
import { openReadOnly } from '../../../../src/store/database/open-read-only.ts';
import { makeBucket, NO_SYNC, temporaryFile, testCatalog } from './catalog-fixture.ts';
import { bodyFile, newUpload, newVersion } from './new-rows.ts';

function reading(file: string) {
  const reader = openReadOnly(file);
  onTestFinished(() => reader.close());
  return reader;
}

describe('a catalog opened for reading', () => {
  it('sees what a store beside it has committed, and gives all versions and parts', async () => {
    const database = await testCatalog(NO_SYNC);
    const { catalog, file } = database;
    const reader = reading(file);
    const { id: bucketId } = await makeBucket(database);
    const content = { kind: 'files', files: [bodyFile(1, 3)] } as const;
    const rows = await catalog.write(({ versions, uploads }) => {
      const put = [];
      for (let index = 0; index < 200; index++) {
        put.push(versions.insert(newVersion({ bucketId, key: `${index % 150}` }), false));
        versions.insertMarker(bucketId, `${index}/m`, 1, false);
      }
      put.push(versions.insert(newVersion({ bucketId, key: 'in a file', content }), true));
      for (const [uploadIndex, uploadId] of ['u1', 'none', 'u2'].entries()) {
        const upload = uploads.insert(newUpload({ bucketId, key: 'a', uploadId }));
        for (let number = 1; number <= 100 && uploadId !== 'none'; number++) {
          const file = bodyFile(1_000 * (uploadIndex + 1) + number, number);
          uploads.putPart(upload.id, {
            number,
            size: number,
            etag: 'e',
            modifiedMs: 1,
            checksum: undefined,
            file,
          });
        }
      }
      return put;
    });
    const everything = [...reader.everyVersion()];
    expect(everything.map(({ row }) => row.id)).toEqual(rows.map(({ id }) => id));
    expect(everything.map(({ row }) => row)).toEqual(
      rows.map((row) => catalog.versions.byVersionId(bucketId, row.key, row.versionId)),
    );
    expect(everything.at(-1)?.content).toMatchObject({ kind: 'files', files: [{ id: 1, size: 3 }] });
    const parts = [...reader.everyPart()];
    expect(parts).toHaveLength(200);
    expect(parts.at(-1)).toMatchObject({ uploadRowId: 3, part: { number: 100, file: { id: 3_100 } } });
    expect(reader.buckets.all()).toEqual(catalog.buckets.all());
    expect([...reader.versions.currentFrom(bucketId, fromKey(''), 'in')]).toHaveLength(1);
    expect([...reader.uploads.uploadsFrom(bucketId, fromKey(''), '')]).toHaveLength(3);
    expect(reader.files.highestId()).toBe(3_100);
    expect(reader.recount()).toEqual([]);
  });

  it('does not keep the log of the store from starting again, however long it reads', async () => {
    const database = await testCatalog({ ...NO_SYNC, checkpoints: { holdBackFromFrames: 30 } });
    const { catalog, file } = database;
    const { id: bucketId } = await makeBucket(database);
    const put = (key: string) =>
      catalog.write(({ versions }) => versions.insert(newVersion({ bucketId, key, size: 9_000 }), false));
    for (let index = 0; index < 100; index++) await put(`${index}`);
    const log = new DatabaseSync(file);
    onTestFinished(() => log.close());
    const versions = reading(file).everyVersion()[Symbol.iterator]();
    versions.next();
    const frames: number[] = [];
    for (let index = 0; index < 100; index++) {
      await put(`more-${index}`);
      frames.push(Number(log.prepare('PRAGMA wal_checkpoint(NOOP)').get()?.['log']));
    }
    expect(Math.max(...frames)).toBeLessThan(100);
    expect(versions.next().value).toMatchObject({ row: { key: '1' } });
  });

  it('knows which files something has', async () => {
    const database = await testCatalog(NO_SYNC);
    const { catalog, file } = database;
    const { id: bucketId } = await makeBucket(database);
    const reader = reading(file);
    const content = { kind: 'files', files: [bodyFile(1, 3)] } as const;
    const row = await catalog.write(({ versions }) =>
      versions.insert(newVersion({ bucketId, key: 'a', content }), false),
    );
    expect(reader.isOwned(1)).toBe(true);
    expect(reader.isOwned(2)).toBe(false);
    await catalog.write(({ versions }) => versions.remove(row));
    expect(reader.isOwned(1)).toBe(false);
    expect(reader.files.has(1)).toBe(true);
  });

  it('goes on past a version whose content is not all there', async () => {
    const database = await testCatalog(NO_SYNC);
    const { id: bucketId } = await makeBucket(database);
    await database.catalog.write(({ versions }) => {
      for (const key of ['a', 'b']) versions.insert(newVersion({ bucketId, key }), false);
    });
    await database.close();
    const bent = new DatabaseSync(database.file);
    bent.exec('DELETE FROM inline_bodies WHERE version = 1');
    bent.close();
    const contents = [...reading(database.file).everyVersion()].map(({ content }) => content?.kind);
    expect(contents).toEqual([undefined, 'inline']);
    const { catalog } = await testCatalog({ file: database.file });
    expect(() => catalog.versions.content(1)).toThrow(expect.objectContaining({ code: 'InternalError' }));
  });

  it('changes nothing, and reads one that no store has open', async () => {
    const { file, close } = await testCatalog();
    await close();
    const reader = reading(file);
    expect(reader.integrityCheck()).toEqual([]);
    expect(() => (reader.buckets as unknown as { remove(id: number): void }).remove(1)).toThrow();
    expect((await readdir(dirname(file))).filter((name) => name.endsWith('journal'))).toEqual([]);
  });

  it('is refused where there is none, and none is made', async () => {
    const file = await temporaryFile();
    expect(() => openReadOnly(file)).toThrow(`the catalog ${file} cannot be opened`);
    expect(await readdir(dirname(file))).toEqual([]);
  });
});
