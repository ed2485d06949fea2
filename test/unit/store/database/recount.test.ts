// Each kind of difference can be found: rows are bent behind the catalog's back.
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { differencesIn, makeBucket, NO_SYNC, testCatalog } from './catalog-fixture.ts';
import { bodyFile, newUpload, newVersion } from './new-rows.ts';

/** Versions 1 (files 1 and 2), 2 (in the database), 3 (a marker over 2) and an upload with part 1 (file 3). */
async function sample(): Promise<string> {
  const database = await testCatalog(NO_SYNC);
  const { id: bucketId } = await makeBucket(database);
  await database.catalog.write(({ versions, uploads }) => {
    const files = [bodyFile(1, 200_000), bodyFile(2, 5)];
    versions.insert(
      newVersion({ bucketId, key: "it's", size: 200_005, content: { kind: 'files', files } }),
      false,
    );
    versions.insert(newVersion({ bucketId, key: 'small' }), false);
    versions.insertMarker(bucketId, 'small', 1, false);
    const upload = uploads.insert(newUpload({ bucketId, key: 'big', uploadId: 'u' }));
    const part = { number: 1, size: 7, etag: 'e', modifiedMs: 1, checksum: undefined };
    uploads.putPart(upload.id, { ...part, file: bodyFile(3, 7) });
  });
  await database.close();
  return database.file;
}

describe('a recount', () => {
  it('finds nothing where all is well', async () => {
    expect(differencesIn(await sample())).toEqual([]);
  });

  it.each([
    ['UPDATE buckets SET used_bytes = 5', ['bucket backups has used_bytes 5 and holds 200015']],
    ['UPDATE buckets SET version_count = 9', ['bucket backups has version_count 9 and holds 3']],
    [
      'UPDATE versions SET listed = 0 WHERE id = 1',
      ["version in row 1 (bucket row 1, key 'it''s') has listed = 0 and should have 1"],
    ],
    [
      'UPDATE versions SET listed = 1 WHERE id = 2',
      ["version in row 2 (bucket row 1, key 'small') has listed = 1 and should have 0"],
    ],
    [
      "INSERT INTO inline_bodies (version, crc32, data) VALUES (3, 1, x'')",
      ["version in row 3 (bucket row 1, key 'small') is a marker with content"],
    ],
    [
      "UPDATE inline_bodies SET data = x'00'",
      ["version in row 2 (bucket row 1, key 'small') has 3 bytes and its body in the database has 1"],
    ],
    [
      'DELETE FROM inline_bodies',
      ["version in row 2 (bucket row 1, key 'small') has 3 bytes and its files have 0"],
    ],
    [
      "INSERT INTO files (id, version, position, start, size, block_checksums) VALUES (4, 2, 0, 0, 0, x'')",
      ["version in row 2 (bucket row 1, key 'small') has a body in the database and files as well"],
    ],
    [
      'UPDATE files SET given_up = 1 WHERE id = 2',
      [
        "version in row 1 (bucket row 1, key 'it''s') has 200005 bytes and its files have 200000",
        'file 2 is given up, and the version in row 1 that had it is there',
      ],
    ],
    [
      'UPDATE files SET start = 199999 WHERE id = 2',
      ['file 2 begins at 199999 of the version in row 1 and should at 200000'],
    ],
    [
      'UPDATE files SET start = 1 WHERE id = 1',
      ['file 1 begins at 1 of the version in row 1 and should at 0'],
    ],
    [
      'UPDATE files SET position = 2 WHERE id = 2',
      ['the files of the version in row 1 have gaps in their order'],
    ],
    [
      'UPDATE files SET position = 0 WHERE id = 2',
      ['the files of the version in row 1 have gaps in their order'],
    ],
    [
      "UPDATE files SET block_checksums = x'00' WHERE id = 1",
      ['file 1 has 200000 bytes and 1 bytes of checksums'],
    ],
    [
      'UPDATE files SET upload = 9 WHERE id = 3',
      [
        'file 3 belongs to the upload in row 9 but to no part of it',
        'part 1 of the upload in row 1 does not own its file 3',
      ],
    ],
    ['DELETE FROM files WHERE id = 3', ['part 1 of the upload in row 1 does not own its file 3']],
    [
      'DELETE FROM inline_bodies; UPDATE files SET version = 77 WHERE version = 1; DELETE FROM versions; UPDATE buckets SET used_bytes = 7, version_count = 0',
      [
        'file 1 belongs to the version in row 77, which is not there',
        'file 2 belongs to the version in row 77, which is not there',
      ],
    ],
    [
      'UPDATE inline_bodies SET version = 55',
      [
        "version in row 2 (bucket row 1, key 'small') has 3 bytes and its files have 0",
        'there is a body in the database for the version in row 55, which is not there',
      ],
    ],
    [
      "UPDATE sqlite_sequence SET seq = 2 WHERE name = 'files'",
      ['file 3 is above the highest id that is remembered'],
    ],
    [
      'DELETE FROM uploads; UPDATE buckets SET used_bytes = 200008',
      ['a row of parts belongs to a row of uploads that is not there'],
    ],
  ])('finds: %s', async (sql, sentences) => {
    const file = await sample();
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: false, defensive: false });
    database.exec(sql);
    database.close();
    expect(differencesIn(file)).toEqual(sentences);
  });

  it('tells a hundred of a kind and counts the rest', async () => {
    const { catalog, file, close, ...rest } = await testCatalog(NO_SYNC);
    const { id: bucketId } = await makeBucket({ catalog, close, ...rest });
    await catalog.write(({ versions }) => {
      for (let index = 0; index < 130; index++)
        versions.insert(newVersion({ bucketId, key: `${index}` }), false);
    });
    await close();
    const database = new DatabaseSync(file);
    database.exec('UPDATE versions SET listed = 0');
    database.close();
    const differences = differencesIn(file);
    expect(differences).toHaveLength(101);
    expect(differences.at(-1)).toBe('… and 30 more like the last one');
  });
});
