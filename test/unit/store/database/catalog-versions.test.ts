import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NewVersion } from '../../../../src/store/database/catalog.ts';
import { fromKey } from '../../../../src/store/database/key-bounds.ts';
import type { VersionRow } from '../../../../src/store/database/rows.ts';
import { differencesIn, makeBucket, NO_SYNC, testCatalog } from './catalog-fixture.ts';
import { bodyFile, filesRead, idsOf, newVersion } from './new-rows.ts';

async function catalogWithBucket() {
  const database = await testCatalog(NO_SYNC);
  const { id: bucketId } = await makeBucket(database);
  const { catalog } = database;
  const put = (
    version: Partial<NewVersion> & { readonly key: string },
    isNull = false,
  ): Promise<VersionRow> =>
    catalog.write(({ versions }) => versions.insert(newVersion({ bucketId, ...version }), isNull));
  const mark = (key: string, isNull = false) =>
    catalog.write(({ versions }) => versions.insertMarker(bucketId, key, 5, isNull));
  const remove = (row: VersionRow) => catalog.write(({ versions }) => versions.remove(row));
  const current = () => [...catalog.versions.currentFrom(bucketId, fromKey(''), '')].map(({ key }) => key);
  return { ...database, bucketId, put, mark, remove, current };
}

describe('a version', () => {
  it('comes back with everything that was said of it', async () => {
    const { catalog, bucketId, put } = await catalogWithBucket();
    const full: Partial<NewVersion> & { readonly key: string } = {
      key: 'Veeam/{3f2504e0}/😀',
      headers: [
        ['content-type', 'application/octet-stream'],
        ['x-amz-meta-näme', ' "quoted", \\ and\tmore'],
      ],
      tags: [
        ['key', ''],
        ['ключ', 'значение'],
      ],
      lock: { retention: { mode: 'COMPLIANCE', untilMs: 1_900_000_000_123 }, legalHold: true },
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'AAAAAAAAAAA=' },
      parts: [
        { number: 1, size: 2, checksum: 'AAAA' },
        { number: 10_000, size: 1, checksum: undefined },
      ],
    };
    const row = await put(full);
    const { parts, ...facts } = full;
    expect(row).toMatchObject(facts);
    expect(catalog.versions.parts(row.id)).toEqual(parts);
    expect(row).toMatchObject({ isLatest: true, isMarker: false, bucketId, versionId: 'v0000000000000001' });
    expect(catalog.versions.latest(bucketId, full.key)).toEqual(row);
    expect(catalog.versions.byVersionId(bucketId, full.key, row.versionId)).toEqual(row);
    expect([...catalog.versions.currentFrom(bucketId, fromKey(''), '')]).toEqual([
      expect.objectContaining({ key: full.key, checksum: full.checksum, modifiedMs: 2_000 }),
    ]);
    const none = await put({ key: 'b', parts: [] });
    expect(catalog.versions.latest(bucketId, 'b')).toEqual({ ...none, checksum: undefined });
    expect(catalog.versions.parts(none.id)).toEqual([]);
    expect(catalog.versions.parts((await put({ key: 'c' })).id)).toBeUndefined();
  });

  it('is found only by its own key, bucket and id', async () => {
    const { catalog, bucketId, put } = await catalogWithBucket();
    const row = await put({ key: 'a' });
    const other = await put({ key: 'b' }, true);
    const { versions } = catalog;
    expect(versions.byVersionId(bucketId, 'b', row.versionId)).toBeUndefined();
    expect(versions.byVersionId(bucketId + 1, 'a', row.versionId)).toBeUndefined();
    expect(versions.byVersionId(bucketId, 'a', 'null')).toBeUndefined();
    expect(versions.byVersionId(bucketId, 'a', 'nonsense')).toBeUndefined();
    expect(versions.byVersionId(bucketId, 'a', row.versionId.toUpperCase())).toBeUndefined();
    expect(versions.byVersionId(bucketId, 'b', 'null')).toEqual(other);
    // A null version has no second name made of its row.
    expect(versions.byVersionId(bucketId, 'b', 'v0000000000000002')).toBeUndefined();
  });

  it('row 35 (MaxIOFS): that is older is found, and known as older', async () => {
    const { catalog, bucketId, put } = await catalogWithBucket();
    const older = await put({ key: 'a' });
    await put({ key: 'a' });
    expect(catalog.versions.byVersionId(bucketId, 'a', older.versionId)).toEqual({
      ...older,
      isLatest: false,
    });
  });

  it('row 13 (seaweedfs#9269): taken away shows the one before, a marker hides it, its end shows it again', async () => {
    const { catalog, file, bucketId, put, mark, remove, current } = await catalogWithBucket();
    const first = await put({ key: 'a' });
    const second = await put({ key: 'a' });
    await remove(second);
    expect(catalog.versions.latest(bucketId, 'a')).toEqual(first);
    const marker = await mark('a');
    expect(marker).toMatchObject({ isMarker: true, size: 0, etag: '', isLatest: true });
    expect(catalog.versions.latest(bucketId, 'a')).toEqual(marker);
    expect(current()).toEqual([]);
    await remove(marker);
    expect(current()).toEqual(['a']);
    expect(differencesIn(file)).toEqual([]);
  });

  it('row 15 (seaweedfs#10278): and all of its kind taken away leave nothing', async () => {
    const { catalog, bucketId, put, mark, remove, current } = await catalogWithBucket();
    for (const row of [await put({ key: 'a' }), await mark('a'), await mark('a')]) await remove(row);
    expect(current()).toEqual([]);
    expect([...catalog.versions.versionsFrom(bucketId, fromKey(''), '')]).toEqual([]);
    expect(catalog.buckets.usage(bucketId)).toEqual({ usedBytes: 0n, versions: 0 });
    expect(catalog.versions.latest(bucketId, 'a')).toBeUndefined();
  });

  it('that is null takes the place of the earlier null one, and becomes the newest', async () => {
    const { catalog, bucketId, put, mark, givenUpCalls } = await catalogWithBucket();
    const content = { kind: 'files', files: [bodyFile(5, 3)] } as const;
    await put({ key: 'a', content }, true);
    const named = await put({ key: 'a' });
    const again = await put({ key: 'a', size: 4 }, true);
    const list = () => [...catalog.versions.versionsFrom(bucketId, fromKey(''), '')];
    expect(list().map(({ versionId }) => versionId)).toEqual(['null', named.versionId]);
    expect(catalog.versions.byVersionId(bucketId, 'a', 'null')).toEqual(again);
    expect(idsOf(catalog.files.givenUp(9))).toEqual([5]);
    expect(givenUpCalls()).toBe(1);
    await mark('a', true);
    expect(list().map(({ isMarker }) => isMarker)).toEqual([true, false]);
    expect(catalog.buckets.usage(bucketId)).toEqual({ usedBytes: 3n, versions: 2 });
  });

  it('row 51 (Ceph#45754): markers in a row are all kept', async () => {
    const { catalog, bucketId, mark } = await catalogWithBucket();
    for (let count = 0; count < 3; count++) await mark('a');
    expect([...catalog.versions.versionsFrom(bucketId, fromKey(''), '')]).toHaveLength(3);
  });

  it('row 21 (minio#13542): takes another lock and other tags in place', async () => {
    const { catalog, bucketId, put } = await catalogWithBucket();
    const row = await put({ key: 'a' });
    const lock = { retention: { mode: 'GOVERNANCE', untilMs: 9 }, legalHold: true } as const;
    await catalog.write(({ versions }) => {
      versions.setLock(row.id, lock);
      versions.setTags(row.id, [['a', 'b']]);
    });
    expect(catalog.versions.latest(bucketId, 'a')).toEqual({ ...row, lock, tags: [['a', 'b']] });
    await catalog.write(({ versions }) => {
      versions.setLock(row.id, { retention: undefined, legalHold: false });
      versions.setTags(row.id, []);
    });
    expect(catalog.versions.latest(bucketId, 'a')).toEqual(row);
  });

  it('that is gone is an error for whoever would change it', async () => {
    const { catalog, put, mark, remove } = await catalogWithBucket();
    const row = await put({ key: 'a' });
    await remove(row);
    await expect(remove(row)).rejects.toThrow('no version with the row id');
    await expect(catalog.write(({ versions }) => versions.setTags(row.id, []))).rejects.toThrow('no version');
    const marker = await mark('a');
    expect(() => catalog.versions.content(marker.id)).toThrow('no version with content');
    expect(() => catalog.versions.content(row.id)).toThrow('no version with content');
  });

  it('is refused with a body of another size, and with half a surrogate pair in its key', async () => {
    const { catalog, bucketId, put, current } = await catalogWithBucket();
    await expect(
      put({ key: 'a', size: 4, content: { kind: 'files', files: [bodyFile(1, 3)] } }),
    ).rejects.toThrow('a body of 3 bytes was given for a version of 4');
    await expect(put({ key: 'a\ud83d' })).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(() => catalog.versions.latest(bucketId, '\ud83d')).toThrow('not valid Unicode');
    expect(current()).toEqual([]);
    expect(catalog.files.has(1)).toBe(false);
  });
});

describe('content', () => {
  it.each([0, 1, 16_384])('of %i bytes comes back from the database', async (size) => {
    const { catalog, put } = await catalogWithBucket();
    const content = { kind: 'inline', data: new Uint8Array(size).fill(7), crc32: 4_294_967_295 } as const;
    const row = await put({ key: 'a', size, content });
    expect(catalog.versions.content(row.id)).toEqual(content);
  });

  it('comes back as files in their order', async () => {
    const { catalog, put } = await catalogWithBucket();
    const files = [bodyFile(9, 300_000), bodyFile(3, 0), bodyFile(4, 131_072)].map((file) => ({
      ...file,
      blockChecksums: new Uint8Array(file.blockChecksums),
    }));
    const row = await put({ key: 'a', size: 431_072, content: { kind: 'files', files } });
    const [first, , third] = files;
    expect(filesRead(catalog.versions.content(row.id))).toEqual({ kind: 'files', files: [first, third] });
    const empty = await put({ key: 'b', size: 0, content: { kind: 'files', files: [] } });
    expect(catalog.versions.content(empty.id)).toMatchObject({ kind: 'version', size: 0 });
  });

  it('has each byte in the file that it was given in, also after the version is gone', async () => {
    const { catalog, put, remove } = await catalogWithBucket();
    let fileId = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (sizes, gone) => {
          const files = sizes.map((size) => bodyFile(++fileId, size));
          const bytes = files.flatMap(({ id, size }) =>
            Array.from({ length: size }, (_, offset) => `${id}+${offset}`),
          );
          const row = await put({ key: 'a', size: bytes.length, content: { kind: 'files', files } });
          const content = catalog.versions.content(row.id);
          if (content.kind !== 'version') expect.fail('not in files');
          expect(content.size).toBe(bytes.length);
          if (gone) await remove(row);
          const found = bytes.map((_, place) => {
            const file = content.fileAt(place);
            return file && `${file.id}+${place - file.start}`;
          });
          expect(found).toEqual(bytes);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('whose files do not join is not known at the places where a file could be taken for another', async () => {
    const { catalog, put, file } = await catalogWithBucket();
    const files = [1, 2, 3].map((id) => bodyFile(id, 10));
    const row = await put({ key: 'a', size: 30, content: { kind: 'files', files } });
    const bent = new DatabaseSync(file);
    onTestFinished(() => bent.close());
    for (const change of [
      'UPDATE files SET start = 9 WHERE id = 2',
      'UPDATE files SET start = 11 WHERE id = 2',
      'UPDATE files SET start = 3 WHERE id = 1',
      'UPDATE files SET size = 9 WHERE id = 1',
      'UPDATE files SET size = 11 WHERE id = 1',
      'DELETE FROM files WHERE id = 2',
      'DELETE FROM files WHERE id = 1',
    ]) {
      bent.exec(`BEGIN; ${change}; COMMIT`);
      const content = catalog.versions.content(row.id);
      if (content.kind !== 'version') expect.fail('not in files');
      let unknown = 0;
      for (let place = 0; place < 30; place++) {
        const found = content.fileAt(place);
        if (found === undefined || place >= found.start + found.size) unknown++;
        else
          expect([change, place, found.id, place - found.start]).toEqual([
            change,
            place,
            Math.floor(place / 10) + 1,
            place % 10,
          ]);
      }
      expect(unknown).toBeGreaterThan(0);
      bent.exec(`DELETE FROM files;
        INSERT INTO files (id, version, position, start, size, block_checksums)
        VALUES (1, ${row.id}, 0, 0, 10, x'01010101'), (2, ${row.id}, 1, 10, 10, x'02020202'), (3, ${row.id}, 2, 20, 10, x'03030303')`);
    }
    for (const change of [
      'UPDATE files SET start = 21 WHERE id = 3',
      'UPDATE files SET size = 11 WHERE id = 3',
      'DELETE FROM files WHERE id = 3',
      'DELETE FROM files',
    ]) {
      bent.exec(`SAVEPOINT bent; ${change}; RELEASE bent`);
      expect(() => catalog.versions.content(row.id)).toThrow(
        expect.objectContaining({ code: 'InternalError' }),
      );
      bent.exec(`DELETE FROM files;
        INSERT INTO files (id, version, position, start, size, block_checksums)
        VALUES (1, ${row.id}, 0, 0, 10, x'01010101'), (2, ${row.id}, 1, 10, 10, x'02020202'), (3, ${row.id}, 2, 20, 10, x'03030303')`);
    }
    expect(differencesIn(file)).toEqual([]);
  });

  it('cannot be a file that another version has, or that was given up', async () => {
    const { put, remove, file } = await catalogWithBucket();
    const content = { kind: 'files', files: [bodyFile(1, 3)] } as const;
    const first = await put({ key: 'a', content });
    await expect(put({ key: 'b', content })).rejects.toThrow('file 1 is not free');
    await remove(first);
    await expect(put({ key: 'b', content })).rejects.toThrow('file 1 is not free');
    expect(differencesIn(file)).toEqual([]);
  });
});

describe('files', () => {
  it('that are given up wait until they are forgotten, and their ids never come again', async () => {
    const { catalog, put, remove, givenUpCalls } = await catalogWithBucket();
    expect(catalog.files.highestId()).toBe(0);
    const content = { kind: 'files', files: [bodyFile(7, 1), bodyFile(8, 2)] } as const;
    const row = await put({ key: 'a', content });
    expect(idsOf(catalog.files.givenUp(9))).toEqual([]);
    expect(givenUpCalls()).toBe(0);
    await remove(row);
    expect(givenUpCalls()).toBe(1);
    expect(idsOf(catalog.files.givenUp(9))).toEqual([7, 8]);
    expect(catalog.files.givenUp(1)).toEqual([{ id: 7, versionRowId: row.id }]);
    expect(idsOf(catalog.files.givenUp(9, 7))).toEqual([8]);
    expect(catalog.files.has(8)).toBe(true);
    await catalog.write(({ files }) => files.forget([7, 8, 8, 99]));
    expect(catalog.files.has(8)).toBe(false);
    expect(idsOf(catalog.files.givenUp(9))).toEqual([]);
    expect(catalog.files.highestId()).toBe(8);
  });

  it('that belong to a version cannot be forgotten', async () => {
    const { catalog, put } = await catalogWithBucket();
    await put({ key: 'a', content: { kind: 'files', files: [bodyFile(7, 3)] } });
    await expect(catalog.write(({ files }) => files.forget([7]))).rejects.toThrow(
      'file 7 belongs to something',
    );
    expect(catalog.files.has(7)).toBe(true);
  });
});

describe('a listing', () => {
  it('row 8 (seaweedfs#9884): gives no key that is not under its prefix', async () => {
    const { catalog, bucketId, put } = await catalogWithBucket();
    for (const key of ['Veeam/', 'Veeam/Backup/', 'Veeam/Backup/x/Metadata/1', 'Veeam/Backup/y'])
      await put({ key });
    const under = (prefix: string) =>
      [...catalog.versions.versionsFrom(bucketId, fromKey(''), prefix)].map(({ key }) => key);
    expect(under('Veeam/Backup/x/Metadata/')).toEqual(['Veeam/Backup/x/Metadata/1']);
    expect(under('Veeam/Backup/x/Metadata/2')).toEqual([]);
    expect(under('/')).toEqual([]);
  });

  it('may be several at once, and given up half read', async () => {
    const { catalog, bucketId, put } = await catalogWithBucket();
    for (const key of ['a', 'b', 'c']) await put({ key });
    const list = () => catalog.versions.currentFrom(bucketId, fromKey(''), '');
    const pairs: string[] = [];
    for (const { key: outer } of list()) {
      for (const { key: inner } of list()) {
        if (inner === 'c') break;
        pairs.push(outer + inner);
      }
    }
    expect(pairs).toEqual(['aa', 'ab', 'ba', 'bb', 'ca', 'cb']);
    const [first] = list();
    expect(first?.key).toBe('a');
    await put({ key: 'd' });
    expect([...list()]).toHaveLength(4);
  });

  it('refuses a version marker that no store made', async () => {
    const { catalog, bucketId } = await catalogWithBucket();
    const list = () => [...catalog.versions.versionsFrom(bucketId, { key: 'a', versionId: 'x' }, '')];
    expect(list).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });

  it('is of one bucket only', async () => {
    const { catalog, bucketId, put, ...database } = await catalogWithBucket();
    await put({ key: 'a' });
    const other = await makeBucket({ catalog, ...database }, 'other');
    expect([...catalog.versions.currentFrom(other.id, fromKey(''), '')]).toEqual([]);
    expect([...catalog.versions.versionsFrom(bucketId, { key: 'A', versionId: undefined }, '')]).toHaveLength(
      1,
    );
  });
});
