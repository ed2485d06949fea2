// Every statement that the catalog prepares, by its plan: through an index, in the index's order.
import { readFileSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BucketTable } from '../../../../src/store/database/bucket-table.ts';
import { FILE_QUERIES, FileTable } from '../../../../src/store/database/file-table.ts';
import { fromKey } from '../../../../src/store/database/key-bounds.ts';
import { OpenListings } from '../../../../src/store/database/lazy-rows.ts';
import { openForReading } from '../../../../src/store/database/open-connection.ts';
import { SCHEMA } from '../../../../src/store/database/schema.ts';
import { UPLOAD_QUERIES } from '../../../../src/store/database/upload-reader.ts';
import { UploadTable } from '../../../../src/store/database/upload-table.ts';
import { LISTING_QUERIES } from '../../../../src/store/database/version-listing.ts';
import { VERSION_QUERIES, VersionReader } from '../../../../src/store/database/version-reader.ts';
import { VersionTable } from '../../../../src/store/database/version-table.ts';
import { makeBucket, NO_SYNC, testCatalog } from './catalog-fixture.ts';
import { bodyFile, newVersion } from './new-rows.ts';

/** Remembers what was prepared. */
class RecordingDatabase extends DatabaseSync {
  readonly statements: string[] = [];

  override prepare(sql: string): StatementSync {
    this.statements.push(sql);
    return super.prepare(sql);
  }
}

/** Few rows each, and the whole of them is asked for; of the parts only whether there is one. */
const MAY_SCAN = [
  'SCAN parts',
  'SCAN buckets USING INDEX sqlite_autoindex_buckets_1',
  'SCAN sqlite_sequence',
  'SCAN CONSTANT ROW',
];

function catalogStatements(): RecordingDatabase {
  const database = new RecordingDatabase(':memory:');
  onTestFinished(() => database.close());
  database.exec(SCHEMA);
  const listings = new OpenListings();
  const buckets = new BucketTable(database);
  const files = new FileTable(database);
  new VersionTable(database, listings, buckets, files);
  new UploadTable(database, listings, buckets, files);
  return database;
}

function planOf(database: DatabaseSync, sql: string): readonly string[] {
  return DatabaseSync.prototype.prepare
    .call(database, `EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => String(row['detail']));
}

describe('the plans', () => {
  it('never read a whole table and never sort', () => {
    const database = catalogStatements();
    expect(database.statements.length).toBeGreaterThan(40);
    const bad = database.statements.flatMap((sql) =>
      planOf(database, sql)
        .filter((detail) => /SCAN|TEMP B-TREE|AUTOMATIC/.test(detail) && !MAY_SCAN.includes(detail))
        .map((detail) => `${detail}: ${sql}`),
    );
    expect(bad).toEqual([]);
  });

  it('row 44 (cloudserver#5195): need no statement journal, which makes the time of a large change quadratic', () => {
    const changes = catalogStatements().statements.filter((sql) => /^(INSERT|UPDATE|DELETE)/.test(sql));
    expect(changes.length).toBeGreaterThan(20);
    const byRow = /WHERE id = \?( AND upload = \?)?$/;
    const bad = changes.filter(
      (sql) => /RETURNING/.test(sql) || (/^UPDATE (?!OR FAIL)/.test(sql) && !byRow.test(sql)),
    );
    expect(bad).toEqual([]);
  });

  it.each([
    ['ListObjects', LISTING_QUERIES.current, 'versions_listed (bucket=? AND key>? AND key<?)'],
    ['ListObjectVersions', LISTING_QUERIES.keys, 'versions_by_key (bucket=? AND key>? AND key<?)'],
    ['the rest of a key', LISTING_QUERIES.restOfKey, 'versions_by_key (bucket=? AND key=? AND id<?)'],
    ['latest', VERSION_QUERIES.latest, 'versions_by_key (bucket=? AND key=?)'],
    ['the null version', VERSION_QUERIES.nullVersion, 'versions_null (bucket=? AND key=?)'],
    ['ListMultipartUploads', UPLOAD_QUERIES.keys, 'uploads_by_key (bucket=? AND key>? AND key<?)'],
    [
      'the rest of the uploads of a key',
      UPLOAD_QUERIES.restOfKey,
      'uploads_by_key (bucket=? AND key=? AND id>?)',
    ],
    ['an upload', UPLOAD_QUERIES.find, 'sqlite_autoindex_uploads_1 (upload_id=?)'],
    ['the files of a version', FILE_QUERIES.ofVersion, 'files_by_version (version=?)'],
    ['the last file', FILE_QUERIES.last, 'files_by_version (version=?)'],
    ['the file with a byte', FILE_QUERIES.at, 'files_by_version (version=? AND start<?)'],
  ])('row 20 (minio#10893): %s is bounded by its index on both sides', (_, sql, index) => {
    const [first] = planOf(catalogStatements(), sql);
    expect(first).toMatch(/^SEARCH (versions|uploads|files) USING (COVERING )?INDEX /);
    expect(first).toContain(index);
  });

  it('find a version by its row, parts by upload, given up files by the index of those', () => {
    const database = catalogStatements();
    expect(planOf(database, VERSION_QUERIES.byRowId)[0]).toBe(
      'SEARCH versions USING INTEGER PRIMARY KEY (rowid=?)',
    );
    expect(planOf(database, UPLOAD_QUERIES.parts)).toEqual([
      'SEARCH parts USING PRIMARY KEY (upload=? AND number>?)',
      'SEARCH files USING INTEGER PRIMARY KEY (rowid=?)',
    ]);
    expect(planOf(database, FILE_QUERIES.givenUp)).toEqual([
      'SEARCH files USING INDEX files_given_up (id>?)',
    ]);
  });
});

describe('row 12 (seaweedfs#8890), row 47: a listing of 100,000 keys', () => {
  it('reads the pages of what it gives and no more', async () => {
    const { catalog, file } = await testCatalog(NO_SYNC);
    const { id: bucketId } = await makeBucket({ catalog } as never);
    for (let start = 0; start < 100_000; start += 10_000) {
      await catalog.write(({ versions }) => {
        for (let index = start; index < start + 10_000; index++) {
          versions.insert(newVersion({ bucketId, key: keyNumber(index), size: 0 }), false);
        }
      });
    }
    const everything = readingOf(
      file,
      ({ versions }) => [...versions.currentFrom(bucketId, fromKey(''), '')].length,
    );
    expect(everything.result).toBe(100_000);
    const page = readingOf(file, ({ versions }) => {
      const keys: string[] = [];
      for (const { key } of versions.currentFrom(bucketId, fromKey(keyNumber(50_000)), 'blocks/')) {
        keys.push(key);
        if (keys.length === 1_000) break;
      }
      return keys;
    });
    expect(page.result).toHaveLength(1_000);
    expect(page.result[0]).toBe(keyNumber(50_000));
    const one = readingOf(file, ({ versions }) => [
      ...versions.versionsFrom(bucketId, fromKey(''), keyNumber(77_777)),
    ]);
    expect(one.result).toHaveLength(1);
    if (everything.reads === undefined || page.reads === undefined || one.reads === undefined) return;
    expect(everything.reads).toBeGreaterThan(2_000);
    expect(page.reads).toBeLessThan(everything.reads / 20);
    expect(one.reads).toBeLessThan(60);
  });
});

describe('an object of 10,000 parts', () => {
  it('costs a range the files that overlap it, and HEAD none of its parts', async () => {
    const { catalog, file, close } = await testCatalog(NO_SYNC);
    const { id: bucketId } = await makeBucket({ catalog } as never);
    const files = Array.from({ length: 10_000 }, (_, at) => bodyFile(at + 1, 5_000_000));
    const parts = files.map(({ id, size }) => ({ number: id, size, checksum: 'AAAAAAAAAAA=' }));
    const size = 5_000_000 * files.length;
    await catalog.write(({ versions }) =>
      versions.insert(
        newVersion({ bucketId, key: 'a', size, parts, content: { kind: 'files', files } }),
        false,
      ),
    );
    await close();
    const rows = (read: (versions: VersionReader) => unknown) =>
      readingOf(file, ({ versions }) => read(versions)).reads;
    const head = rows((versions) => versions.latest(bucketId, 'a'));
    const all = rows((versions) => versions.wholeContent(1));
    const some = readingOf(file, ({ versions }) => {
      const content = versions.content(1);
      if (content.kind !== 'version') expect.fail('not in files');
      return [24_999_999_999, 25_000_000_000].map((place) => content.fileAt(place));
    });
    expect(some.result).toMatchObject([
      { id: 5_000, start: 24_995_000_000 },
      { id: 5_001, start: 25_000_000_000 },
    ]);
    const { reads } = some;
    const ofParts = rows((versions) => versions.parts(1));
    if (head === undefined || all === undefined || reads === undefined || ofParts === undefined) return;
    expect(ofParts).toBeGreaterThan(50);
    expect(all).toBeGreaterThan(300);
    expect(head).toBeLessThan(20);
    expect(reads).toBeLessThan(30);
  });
});

function keyNumber(index: number): string {
  return `blocks/${String(index).padStart(8, '0')}`;
}

/** What a connection with an empty cache finds, and how many reads of the disk that took, where the system tells. */
function readingOf<T>(file: string, read: (catalog: { readonly versions: VersionReader }) => T) {
  const database = openForReading(file);
  try {
    const versions = new VersionReader(database, new OpenListings(), new FileTable(database));
    const before = readCalls();
    const result = read({ versions });
    const after = readCalls();
    return { result, reads: before === undefined || after === undefined ? undefined : after - before };
  } finally {
    database.close();
  }
}

/** Of this thread, so that others do not count. */
function readCalls(): number | undefined {
  try {
    return Number(/^syscr: (\d+)$/m.exec(readFileSync('/proc/thread-self/io', 'latin1'))?.[1]);
  } catch {
    return undefined;
  }
}
