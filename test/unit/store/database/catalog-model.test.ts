// Random histories of a bucket, against the model and against a recount after each step.
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import type { KeyBound, VersionMarker } from '../../../../src/store/database/catalog.ts';
import { afterKey, afterPrefix, fromKey } from '../../../../src/store/database/key-bounds.ts';
import { openReadOnly } from '../../../../src/store/database/open-read-only.ts';
import type { Content, ListedVersion } from '../../../../src/store/database/rows.ts';
import { makeBucket, NO_SYNC, type TestCatalog, testCatalog } from './catalog-fixture.ts';
import { BucketModel, type ModelListed } from './catalog-model.ts';
import { bodyFile, filesRead, idsOf, newVersion } from './new-rows.ts';

const key = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('a', 'a/', 'a/b', 'a/b/c', 'b', '\uffff', '😀', 'a/😀', 'a/\ue000'),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom('a', '/', '~', 'é', '\uffff', '😀'), minLength: 1 }),
  },
);
const prefix = fc.constantFrom('', 'a', 'a/', 'a/b', 'b', 'c', '😀', '\uffff', 'a/\ue000');
const bound = fc.oneof(
  fc.constant(fromKey('')),
  key.map(fromKey),
  key.map(afterKey),
  prefix.filter((text) => text !== '').map(afterPrefix),
);

type Op =
  | {
      readonly op: 'put';
      readonly key: string;
      readonly isNull: boolean;
      readonly sizes: readonly number[] | number;
    }
  | { readonly op: 'marker'; readonly key: string; readonly isNull: boolean }
  | { readonly op: 'remove'; readonly pick: number }
  | { readonly op: 'list'; readonly from: KeyBound; readonly prefix: string }
  | {
      readonly op: 'behind';
      readonly pick: number;
      readonly gone: 'id' | 'null' | 'no';
      readonly prefix: string;
    };

const size = fc.nat(300_000);
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('put' as const),
      key,
      isNull: fc.boolean(),
      sizes: fc.oneof(fc.nat(200), fc.array(size, { minLength: 1, maxLength: 3 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('marker' as const), key, isNull: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('remove' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('list' as const), from: bound, prefix }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('behind' as const),
      pick: fc.nat(),
      gone: fc.constantFrom('id' as const, 'null' as const, 'no' as const),
      prefix,
    }),
  },
);

/** One bucket in one history. */
class History {
  readonly #database: TestCatalog;
  readonly #bucketId: number;
  readonly #nextFile: () => number;
  readonly #model = new BucketModel();

  constructor(database: TestCatalog, bucketId: number, nextFile: () => number) {
    this.#database = database;
    this.#bucketId = bucketId;
    this.#nextFile = nextFile;
  }

  async run(step: Op): Promise<void> {
    const { catalog } = this.#database;
    const bucketId = this.#bucketId;
    if (step.op === 'put') {
      const content = this.#content(step.sizes);
      const total = contentSize(content);
      const row = await catalog.write(({ versions }) =>
        versions.insert(newVersion({ bucketId, key: step.key, size: total, content }), step.isNull),
      );
      this.#model.add({ ...row, rowId: row.id });
      expect(catalog.versions.latest(bucketId, step.key)).toEqual(row);
      expect(filesRead(catalog.versions.content(row.id))).toEqual(withBytes(content));
    } else if (step.op === 'marker') {
      const row = await catalog.write(({ versions }) =>
        versions.insertMarker(bucketId, step.key, 5, step.isNull),
      );
      this.#model.add({ ...row, rowId: row.id });
      expect(catalog.versions.latest(bucketId, step.key)).toEqual(row);
    } else if (step.op === 'remove') {
      await this.#remove(step.pick);
    } else if (step.op === 'list') {
      this.#checkListings(step.from, step.prefix);
    } else {
      this.#checkVersions(this.#marker(step), step.prefix);
    }
    this.#checkAll();
  }

  /** Takes everything away again, which leaves an empty bucket. */
  async end(): Promise<void> {
    while (this.#model.pick(0) !== undefined) await this.#remove(0);
    expect(this.#database.catalog.buckets.isEmpty(this.#bucketId)).toBe(true);
    await this.#database.catalog.write(({ buckets, files }) => {
      buckets.remove(this.#bucketId);
      files.forget(idsOf(files.givenUp(10_000)));
    });
  }

  async #remove(pick: number): Promise<void> {
    const victim = this.#model.pick(pick);
    if (victim === undefined) return;
    const { key, versionId } = victim;
    await this.#database.catalog.write(({ versions }) => {
      const row = versions.byVersionId(this.#bucketId, key, versionId);
      if (row === undefined) throw new Error(`${key} ${versionId} is not there`);
      versions.remove(row);
    });
    this.#model.remove(victim);
    expect(this.#database.catalog.versions.byVersionId(this.#bucketId, key, versionId)).toBeUndefined();
  }

  #marker({ pick, gone }: Extract<Op, { op: 'behind' }>): VersionMarker {
    const picked = this.#model.pick(pick);
    if (picked === undefined) return { key: 'a', versionId: undefined };
    if (gone === 'null') return { key: picked.key, versionId: 'null' };
    if (gone === 'no') return { key: picked.key, versionId: picked.versionId };
    // Of another key, so that it is not there.
    const other = this.#model.all().findLast(({ versionId }) => versionId !== 'null');
    return { key: picked.key, versionId: other?.versionId };
  }

  #checkListings(from: KeyBound, prefix: string): void {
    this.#checkVersions(from, prefix);
    const current = [...this.#database.catalog.versions.currentFrom(this.#bucketId, from, prefix)];
    expect(current.map(shown)).toEqual(this.#model.currentFrom(from, prefix).map(shown));
  }

  #checkVersions(from: KeyBound | VersionMarker, prefix: string): void {
    const versions = [...this.#database.catalog.versions.versionsFrom(this.#bucketId, from, prefix)];
    expect(versions.map(shown)).toEqual(this.#model.versionsFrom(from, prefix).map(shown));
  }

  #checkAll(): void {
    this.#checkListings(fromKey(''), '');
    expect(this.#database.catalog.buckets.usage(this.#bucketId)).toEqual(this.#model.usage);
    for (const { key, versionId, isLatest, rowId } of this.#model.all()) {
      const row = this.#database.catalog.versions.byVersionId(this.#bucketId, key, versionId);
      expect(row).toMatchObject({ id: rowId, key, versionId, isLatest });
    }
  }

  #content(sizes: readonly number[] | number): Content {
    if (typeof sizes === 'number') return { kind: 'inline', data: new Uint8Array(sizes).fill(1), crc32: 9 };
    const files = sizes.map((bytes) => {
      const file = bodyFile(this.#nextFile(), bytes);
      return { ...file, blockChecksums: new Uint8Array(file.blockChecksums) };
    });
    return { kind: 'files', files };
  }
}

function contentSize(content: Content): number {
  if (content.kind === 'inline') return content.data.length;
  return content.files.reduce((sum, file) => sum + file.size, 0);
}

function withBytes(content: Content): Content {
  return content.kind === 'inline'
    ? content
    : { kind: 'files', files: content.files.filter((file) => file.size > 0) };
}

function shown({ key, versionId, isMarker, isLatest, size: bytes }: ListedVersion | ModelListed) {
  return { key, versionId, isMarker, isLatest, size: bytes };
}

it('keeps to the model through any history, and a recount never differs', async () => {
  const database = await testCatalog(NO_SYNC);
  const reader = openReadOnly(database.file);
  onTestFinished(() => reader.close());
  let runs = 0;
  let fileId = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(op, { minLength: 1, maxLength: 40 }), async (steps) => {
      runs += 1;
      const { id } = await makeBucket(database, `bucket-${runs}`);
      const history = new History(database, id, () => {
        fileId += 1;
        return fileId;
      });
      for (const step of steps) {
        await history.run(step);
        expect(reader.recount()).toEqual([]);
      }
      await history.end();
    }),
    { numRuns: 120 },
  );
  expect(database.catalog.files.highestId()).toBe(fileId);
  expect(reader.integrityCheck()).toEqual([]);
});

it.each([1, 2, 7])('row 38 (MaxIOFS): pages of %i give every version once, in order', async (pageSize) => {
  const { catalog } = await testCatalog(NO_SYNC);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ key, isNull: fc.boolean(), marker: fc.boolean() }), { maxLength: 25 }),
      prefix,
      fc.uuid(),
      async (puts, under, name) => {
        const bucket = await catalog.write(({ buckets, versions }) => {
          const row = buckets.insert({ name, createdMs: 1, versioning: 'enabled', objectLock: false });
          for (const { key, isNull, marker } of puts) {
            if (marker) versions.insertMarker(row.id, key, 1, isNull);
            else versions.insert(newVersion({ bucketId: row.id, key }), isNull);
          }
          return row;
        });
        const paged: ListedVersion[] = [];
        let from: KeyBound | VersionMarker = fromKey('');
        for (;;) {
          const page: ListedVersion[] = [];
          for (const version of catalog.versions.versionsFrom(bucket.id, from, under)) {
            page.push(version);
            if (page.length === pageSize) break;
          }
          paged.push(...page);
          const last = page.at(-1);
          if (last === undefined) break;
          from = { key: last.key, versionId: last.versionId };
        }
        expect(paged).toEqual([...catalog.versions.versionsFrom(bucket.id, fromKey(''), under)]);
      },
    ),
    { numRuns: 60 },
  );
});
