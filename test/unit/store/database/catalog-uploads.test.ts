import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterKey, afterPrefix, fromKey } from '../../../../src/store/database/key-bounds.ts';
import type { PartRow, UploadRow } from '../../../../src/store/database/rows.ts';
import { differencesIn, makeBucket, NO_SYNC, testCatalog } from './catalog-fixture.ts';
import { bodyFile, filesRead, idsOf, newUpload, newVersion } from './new-rows.ts';

function part(number: number, fileId: number, size: number): PartRow {
  const file = bodyFile(fileId, size);
  return {
    number,
    size,
    etag: `etag-${fileId}`,
    modifiedMs: 4_000 + fileId,
    checksum: number % 2 === 0 ? 'AAAAAA==' : undefined,
    file: { ...file, blockChecksums: new Uint8Array(file.blockChecksums) },
  };
}

async function catalogWithBucket() {
  const database = await testCatalog(NO_SYNC);
  const { id: bucketId } = await makeBucket(database);
  const { catalog } = database;
  const begin = (key: string, uploadId: string): Promise<UploadRow> =>
    catalog.write(({ uploads }) => uploads.insert(newUpload({ bucketId, key, uploadId })));
  const putPart = (upload: UploadRow, row: PartRow) =>
    catalog.write(({ uploads }) => uploads.putPart(upload.id, row));
  const usedBytes = () => catalog.buckets.usage(bucketId).usedBytes;
  return { ...database, bucketId, begin, putPart, usedBytes };
}

describe('an upload', () => {
  it('is found only by its bucket, key and id together', async () => {
    const { catalog, bucketId } = await catalogWithBucket();
    const upload = await catalog.write(({ uploads }) =>
      uploads.insert({
        ...newUpload({ bucketId, key: 'a/😀', uploadId: 'u1' }),
        headers: [['content-type', 'text/plain']],
        tags: [['a', 'b']],
        lock: { retention: { mode: 'COMPLIANCE', untilMs: 8 }, legalHold: true },
        checksum: { algorithm: 'SHA256', type: 'COMPOSITE' },
      }),
    );
    expect(catalog.uploads.find(bucketId, 'a/😀', 'u1')).toEqual(upload);
    expect(catalog.uploads.find(bucketId, 'a', 'u1')).toBeUndefined();
    expect(catalog.uploads.find(bucketId + 1, 'a/😀', 'u1')).toBeUndefined();
    expect(catalog.uploads.find(bucketId, 'a/😀', 'u2')).toBeUndefined();
  });

  it('gives its parts by number, in pages', async () => {
    const { catalog, begin, putPart, usedBytes } = await catalogWithBucket();
    const upload = await begin('a', 'u1');
    const other = await begin('a', 'u2');
    await putPart(other, part(1, 9, 1));
    const parts = [part(3, 1, 300_000), part(1, 2, 5), part(10_000, 3, 0)];
    for (const row of parts) await putPart(upload, row);
    const [third, first, last] = parts;
    expect(catalog.uploads.parts(upload.id, 0, 10)).toEqual([first, third, last]);
    expect(catalog.uploads.parts(upload.id, 1, 1)).toEqual([third]);
    expect(catalog.uploads.parts(upload.id, 10_000, 1)).toEqual([]);
    expect(usedBytes()).toBe(300_006n);
  });

  it('gives up a part that is sent again', async () => {
    const { catalog, file, begin, putPart, usedBytes, givenUpCalls } = await catalogWithBucket();
    const upload = await begin('a', 'u1');
    await putPart(upload, part(1, 1, 10));
    await putPart(upload, part(1, 2, 4));
    expect(catalog.uploads.parts(upload.id, 0, 9)).toEqual([part(1, 2, 4)]);
    expect(idsOf(catalog.files.givenUp(9))).toEqual([1]);
    expect(givenUpCalls()).toBe(1);
    expect(usedBytes()).toBe(4n);
    expect(differencesIn(file)).toEqual([]);
  });

  it('moves the files of its parts to the version that it becomes, and gives up the others', async () => {
    const { catalog, file, bucketId, begin, putPart, usedBytes } = await catalogWithBucket();
    const upload = await begin('a', 'u1');
    const parts = [part(1, 1, 10), part(2, 2, 20), part(5, 3, 30)];
    for (const row of parts) await putPart(upload, row);
    const row = await catalog.write(({ uploads, versions }) => {
      const [first, , last] = uploads.parts(upload.id, 0, 100);
      if (first === undefined || last === undefined) throw new Error('parts are missing');
      const content = { kind: 'files', files: [first.file, last.file] } as const;
      const version = versions.insert(newVersion({ bucketId, key: 'a', size: 40, content }), false);
      uploads.remove(upload.id);
      return version;
    });
    expect(filesRead(catalog.versions.content(row.id))).toEqual({
      kind: 'files',
      files: [parts[0]?.file, parts[2]?.file],
    });
    expect(catalog.uploads.find(bucketId, 'a', 'u1')).toBeUndefined();
    expect(idsOf(catalog.files.givenUp(9))).toEqual([2]);
    expect(usedBytes()).toBe(40n);
    expect(differencesIn(file)).toEqual([]);
  });

  it('that ends gives up all of its parts', async () => {
    const { catalog, file, begin, putPart, usedBytes, bucketId } = await catalogWithBucket();
    const upload = await begin('a', 'u1');
    for (const row of [part(1, 1, 10), part(2, 2, 20)]) await putPart(upload, row);
    await catalog.write(({ uploads }) => uploads.remove(upload.id));
    expect(idsOf(catalog.files.givenUp(9))).toEqual([1, 2]);
    expect(usedBytes()).toBe(0n);
    expect(catalog.buckets.isEmpty(bucketId)).toBe(true);
    expect(differencesIn(file)).toEqual([]);
  });

  it('takes no part after its end, and no file that something else has', async () => {
    const { catalog, begin, putPart, file } = await catalogWithBucket();
    const upload = await begin('a', 'u1');
    await putPart(upload, part(1, 1, 10));
    await expect(putPart(upload, part(2, 1, 10))).rejects.toMatchObject({ code: 'InternalError' });
    await catalog.write(({ uploads }) => uploads.remove(upload.id));
    await expect(putPart(upload, part(2, 2, 10))).rejects.toThrow('no upload with the row id');
    expect(catalog.files.has(2)).toBe(false);
    expect(differencesIn(file)).toEqual([]);
  });

  it('is undone whole when completing it fails in the middle', async () => {
    const { catalog, file, bucketId, begin, putPart } = await catalogWithBucket();
    const upload = await begin('a', 'u1');
    const only = part(1, 1, 10);
    await putPart(upload, only);
    const content = { kind: 'files', files: [only.file] } as const;
    await expect(
      catalog.write(({ uploads, versions }) => {
        versions.insert(newVersion({ bucketId, key: 'a', size: 10, content }), false);
        uploads.remove(upload.id);
        throw new Error('the client is gone');
      }),
    ).rejects.toThrow('the client is gone');
    expect(catalog.uploads.parts(upload.id, 0, 9)).toEqual([only]);
    expect(catalog.versions.latest(bucketId, 'a')).toBeUndefined();
    expect(idsOf(catalog.files.givenUp(9))).toEqual([]);
    expect(differencesIn(file)).toEqual([]);
  });
});

describe('the list of uploads', () => {
  const key = fc.constantFrom('a', 'a/', 'a/b', 'b', '\uffff', '😀', 'c/d');
  const prefix = fc.constantFrom('', 'a', 'a/', 'b', '😀', 'x');

  it('is by key and then by time, from any place, with any prefix', async () => {
    const { catalog } = await testCatalog(NO_SYNC);
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 12 }),
        key,
        prefix,
        fc.nat(),
        fc.uuid(),
        async (keys, place, under, pick, name) => {
          const rows = await catalog.write(({ buckets, uploads }) => {
            const bucket = buckets.insert({ name, createdMs: 1, versioning: 'off', objectLock: false });
            return keys.map((text, index) =>
              uploads.insert(newUpload({ bucketId: bucket.id, key: text, uploadId: `${name}-${index}` })),
            );
          });
          const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
          const sorted = rows.toSorted((a, b) => order(a.key, b.key) || a.id - b.id);
          const bucketId = rows[0]?.bucketId ?? 0;
          const list = (from: Parameters<typeof catalog.uploads.uploadsFrom>[1], start = under) => [
            ...catalog.uploads.uploadsFrom(bucketId, from, start),
          ];
          const shown = sorted.filter((row) => row.key.startsWith(under));
          expect(list(fromKey(''))).toEqual(shown);
          expect(list(fromKey(place))).toEqual(shown.filter((row) => order(row.key, place) >= 0));
          expect(list(afterKey(place))).toEqual(shown.filter((row) => order(row.key, place) > 0));
          expect(list(afterPrefix(place), '')).toEqual(
            sorted.filter((row) => order(row.key, place) > 0 && !row.key.startsWith(place)),
          );
          const marker = sorted[pick % Math.max(sorted.length, 1)];
          if (marker === undefined) return;
          const behind = sorted.slice(sorted.indexOf(marker) + 1).filter((row) => row.key.startsWith(under));
          expect(list(marker)).toEqual(behind);
          // One that is gone may have been anywhere among those of its key.
          expect(list({ key: marker.key, uploadId: 'gone' })).toEqual(
            shown.filter((row) => order(row.key, marker.key) >= 0),
          );
        },
      ),
      { numRuns: 80 },
    );
  });
});
