// Pages of any size, walked through their markers, against a plain model of what S3 lists.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elements, newVersion, readXml, texts, useStore } from '../buckets/store-fixture.ts';
import {
  type Asked,
  behindMarker,
  byBytes,
  decodeForm,
  type ListedPage,
  type ModelEntry,
  modelOf,
  pagesOf,
  shownVersion,
  targetOf,
  walkObjects,
  walkObjectsV2,
  walkVersions,
} from './listing-model.ts';

const store = useStore();

// Few pieces, so that keys share prefixes, end in delimiters and equal them. U+FF5E sorts before U+10348 in UTF-8 and
// behind it in UTF-16.
const PIECES = [
  'a',
  'b',
  '/',
  '//',
  '{',
  '}',
  ' ',
  '+',
  '%',
  '%2F',
  '&',
  '"',
  'é',
  '\uff5e',
  '\u{10348}',
  '.',
  '~',
  "'",
  '*',
];
const text = (pieces: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...pieces), { maxLength }).map((all) => all.join(''));
const KEY = text(PIECES, 6).filter((key) => key !== '');
const UNPRINTABLE_KEY = text([...PIECES, '\x01', '\r', '\n', '\t', '\x7f', '\x85', '\ufffe'], 6).filter(
  (key) => key !== '',
);
const PREFIX = fc.oneof({ weight: 2, arbitrary: fc.constant('') }, fc.constant('/'), text(PIECES, 3));
const DELIMITER = fc.oneof(
  fc.constant(''),
  { weight: 3, arbitrary: fc.constant('/') },
  fc.constantFrom('//', 'a', 'a/', '{', ' ', '%', 'é', '\uff5e', '\u{10348}', '/a/', 'zz'),
);

/** Keys, and a prefix that often is the beginning of one or all of one. */
const listing = (keys: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.uniqueArray(keys, { minLength: 1, maxLength: 40 }), PREFIX, fc.nat(), fc.nat(), fc.boolean())
    .map(([all, prefix, which, length, own]) => {
      const key = [...(all[which % all.length] ?? '')];
      return { keys: all, prefix: own ? prefix : key.slice(0, length % (key.length + 1)).join('') };
    });
const SIZE = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 7 }) }, fc.constant(1000));

let buckets = 0;
async function bucketWith(keys: readonly string[]): Promise<{ name: string; id: number }> {
  const name = `objects-${buckets++}`;
  const id = await store.makeBucket(name);
  await store.putAll(id, keys);
  return { name, id };
}

const objectsOf = (keys: readonly string[]) => [...keys].sort(byBytes).map((key) => ({ key }));
const objectPages = (entries: readonly ModelEntry<{ readonly key: string }>[], { maxKeys }: Asked) =>
  pagesOf(entries, maxKeys, ({ key }) => key);

describe('row 38 (MaxIOFS): no key lost or repeated at the edge of a page', () => {
  test.each([
    ['ListObjects', walkObjects],
    ['ListObjectsV2', walkObjectsV2],
  ] as const)('%s', async (_, walk) => {
    await fc.assert(
      fc.asyncProperty(
        listing(KEY),
        DELIMITER,
        SIZE,
        fc.boolean(),
        async ({ keys, prefix }, delimiter, maxKeys, encoded) => {
          const asked = { prefix, delimiter, maxKeys, encoded };
          const { name } = await bucketWith(keys);
          expect(await walk(store, name, asked)).toEqual(objectPages(modelOf(objectsOf(keys), asked), asked));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('encoding-type=url carries every character that a key may have', async () => {
    await fc.assert(
      fc.asyncProperty(
        listing(UNPRINTABLE_KEY),
        DELIMITER,
        SIZE,
        async ({ keys, prefix }, delimiter, maxKeys) => {
          const asked = { prefix, delimiter, maxKeys, encoded: true };
          const { name } = await bucketWith(keys);
          const expected = objectPages(modelOf(objectsOf(keys), asked), asked);
          expect(await walkObjects(store, name, asked)).toEqual(expected);
          expect(await walkObjectsV2(store, name, asked)).toEqual(expected);
        },
      ),
      { numRuns: 75 },
    );
  });

  test('markers that a client makes up, within common prefixes too', async () => {
    await fc.assert(
      fc.asyncProperty(
        listing(KEY),
        DELIMITER,
        text(PIECES, 5),
        async ({ keys, prefix }, delimiter, marker) => {
          const asked = { prefix, delimiter, maxKeys: 1000, encoded: true };
          const { name } = await bucketWith(keys);
          const [expected] = objectPages(behindMarker(modelOf(objectsOf(keys), asked), marker), asked);
          const listed = async (more: Record<string, string>): Promise<ListedPage> => {
            const page = readXml((await store.ask('GET', targetOf(name, asked, more))).text);
            return {
              rows: [...elements(page, 'Contents'), ...elements(page, 'Version')].flatMap((each) =>
                texts(each, 'Key').map(decodeForm),
              ),
              prefixes: elements(page, 'CommonPrefixes').flatMap((each) =>
                texts(each, 'Prefix').map(decodeForm),
              ),
            };
          };
          expect(await listed({ marker })).toEqual(expected);
          expect(await listed({ 'list-type': '2', 'start-after': marker })).toEqual(expected);
          expect(await listed({ versions: '', 'key-marker': marker })).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('keys that come and go between pages do not disturb those that stay', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(KEY, { minLength: 2, maxLength: 30 }),
        fc.array(KEY, { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (staying, others, maxKeys) => {
          const passing = others.filter((key) => !staying.includes(key));
          const { name, id } = await bucketWith([...staying, ...passing.slice(0, passing.length / 2)]);
          const change = async () => {
            const key = passing.pop();
            if (key === undefined) return;
            const there = store.catalog.versions.latest(id, key);
            await store.catalog.write(({ versions }) => {
              if (there === undefined) versions.insert(newVersion(id, key), true);
              else versions.remove(there);
            });
          };
          const asked = { prefix: '', delimiter: '', maxKeys, encoded: true };
          const listed = (await walkObjectsV2(store, name, asked, change)).flatMap(({ rows }) => rows);
          expect(listed.filter((key) => staying.includes(key))).toEqual([...staying].sort(byBytes));
          expect(new Set(listed).size).toBe(listed.length);
        },
      ),
      { numRuns: 75 },
    );
  });
});

describe('versions', () => {
  // Each key with what happened to it, oldest first.
  const HISTORY = fc.uniqueArray(
    fc.tuple(KEY, fc.array(fc.constantFrom('put', 'mark', 'null'), { minLength: 1, maxLength: 5 })),
    { minLength: 1, maxLength: 15, selector: ([key]) => key },
  );
  type History = readonly (readonly [key: string, acts: readonly string[]])[];
  interface Version {
    readonly key: string;
    readonly versionId: string;
    readonly isMarker: boolean;
  }

  /** Makes the history happen; gives the versions by key, newest first. */
  async function bucketOf(history: History) {
    const name = `versions-${buckets++}`;
    const id = await store.makeBucket(name, 'enabled');
    const versions = await store.catalog.write((transaction) =>
      history.flatMap(([key, acts]) => {
        const made: Version[] = [];
        for (const act of acts) {
          const isMarker = act === 'mark';
          if (act === 'null') {
            const before = made.findIndex(({ versionId }) => versionId === 'null');
            if (before !== -1) made.splice(before, 1);
          }
          const { versionId } = isMarker
            ? transaction.versions.insertMarker(id, key, 0, false)
            : transaction.versions.insert(newVersion(id, key), act === 'null');
          made.unshift({ key, versionId, isMarker });
        }
        return made.map((version, index) => ({ ...version, isLatest: index === 0 }));
      }),
    );
    return { name, id, versions: versions.sort((a, b) => byBytes(a.key, b.key)) };
  }
  type Listed = Awaited<ReturnType<typeof bucketOf>>['versions'][number];

  const sorted = ({ rows, prefixes }: ListedPage): ListedPage => ({ rows: [...rows].sort(), prefixes });
  const versionPages = (versions: readonly Listed[], asked: Asked) =>
    pagesOf(modelOf(versions, asked), asked.maxKeys, shownVersion).map(sorted);

  test('rows 11, 16, 38, 51 (seaweedfs#7850, #8210, MaxIOFS, Ceph 54476): each version and marker once, in groups or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        HISTORY,
        PREFIX,
        DELIMITER,
        SIZE,
        fc.boolean(),
        async (history, prefix, delimiter, maxKeys, encoded) => {
          const asked = { prefix, delimiter, maxKeys, encoded };
          const { name, versions } = await bucketOf(history);
          expect(await walkVersions(store, name, asked)).toEqual(versionPages(versions, asked));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('rows 8, 20 (seaweedfs#9884, minio#10893): a full key as prefix gives that key and longer ones, no ancestors', async () => {
    await fc.assert(
      fc.asyncProperty(HISTORY, fc.nat(), DELIMITER, async (history, which, delimiter) => {
        const { name, versions } = await bucketOf(history);
        const prefix = versions[which % versions.length]?.key ?? '';
        const asked = { prefix, delimiter, maxKeys: 1000, encoded: true };
        const [page] = await walkVersions(store, name, asked);
        expect(page).toEqual(versionPages(versions, asked)[0]);
        expect(page?.prefixes.every((each) => each.startsWith(prefix))).toBe(true);
      }),
      { numRuns: 75 },
    );
  });

  test('row 15 (seaweedfs#10278): a sweep that deletes each page behind it sees all and leaves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(HISTORY, fc.integer({ min: 1, max: 7 }), async (history, maxKeys) => {
        const { name, id, versions } = await bucketOf(history);
        const asked = { prefix: '', delimiter: '', maxKeys, encoded: true };
        const remove = (rows: readonly string[]) =>
          store.catalog.write((transaction) => {
            for (const row of rows) {
              const [key, versionId] = JSON.parse(row) as [string, string];
              const found = transaction.versions.byVersionId(id, key, versionId);
              if (found !== undefined) transaction.versions.remove(found);
            }
          });
        const pages = await walkVersions(store, name, asked, remove);
        await remove(pages.at(-1)?.rows ?? []);
        const seen = pages
          .flatMap(({ rows }) => rows)
          .map((row) => (JSON.parse(row) as string[]).slice(0, 2));
        const all = versions.map(({ key, versionId }) => [key, versionId]);
        expect(seen.map(String).sort()).toEqual(all.map(String).sort());
        expect(await walkVersions(store, name, asked)).toEqual([{ rows: [], prefixes: [] }]);
        expect(await store.ask('DELETE', `/${name}`)).toMatchObject({ status: 204 });
      }),
      { numRuns: 75 },
    );
  });

  test('a plain listing shows the keys whose newest version is no marker', async () => {
    await fc.assert(
      fc.asyncProperty(HISTORY, PREFIX, DELIMITER, SIZE, async (history, prefix, delimiter, maxKeys) => {
        const asked = { prefix, delimiter, maxKeys, encoded: true };
        const { name, versions } = await bucketOf(history);
        const current = versions.filter(({ isLatest, isMarker }) => isLatest && !isMarker);
        expect(await walkObjectsV2(store, name, asked)).toEqual(objectPages(modelOf(current, asked), asked));
      }),
      { numRuns: 75 },
    );
  });
});
