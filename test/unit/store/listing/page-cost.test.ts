// A page costs what is on it, whatever the bucket holds: rows that the catalog gives out are counted.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog } from '../../../../src/store/database/catalog.ts';
import type { ListedVersion } from '../../../../src/store/database/rows.ts';
import { elements, newVersion, partsOf, readXml, texts, useStore } from '../buckets/store-fixture.ts';

const store = useStore();
const COUNT = 100_000;
const IN_ONE_FOLDER = 50_000;
const FOLDERS = 1_000;

/** Half of the keys in one folder, the others spread over a thousand, and some beside and behind. */
const keyOf = (index: number): string => {
  const name = String(index).padStart(6, '0');
  if (index < IN_ONE_FOLDER) return `big/${name}.blk`;
  return `small/${String(index % FOLDERS).padStart(4, '0')}/${name}.blk`;
};

interface Cost {
  rows: number;
  queries: number;
}

/** The catalog with its listings counted. */
function counted(catalog: Catalog, cost: Cost): Catalog {
  const { versions } = catalog;
  function* count(rows: Iterable<ListedVersion>): Generator<ListedVersion> {
    cost.queries++;
    for (const row of rows) {
      cost.rows++;
      yield row;
    }
  }
  return {
    buckets: catalog.buckets,
    uploads: catalog.uploads,
    files: catalog.files,
    write: (change) => catalog.write(change),
    versions: {
      latest: (bucketId, key) => versions.latest(bucketId, key),
      byVersionId: (bucketId, key, versionId) => versions.byVersionId(bucketId, key, versionId),
      content: (rowId) => versions.content(rowId),
      parts: (rowId) => versions.parts(rowId),
      currentFrom: (bucketId, from, prefix) => count(versions.currentFrom(bucketId, from, prefix)),
      versionsFrom: (bucketId, from, prefix) => count(versions.versionsFrom(bucketId, from, prefix)),
    },
  };
}

async function page(query: string): Promise<Cost & { entries: number; truncated: string | undefined }> {
  const cost: Cost = { rows: 0, queries: 0 };
  const { status, text } = await store.askWith(
    partsOf(counted(store.catalog, cost)),
    'GET',
    `/large?${query}`,
  );
  expect(status).toBe(200);
  const listed = readXml(text);
  const entries = ['Contents', 'Version', 'DeleteMarker', 'CommonPrefixes'].flatMap((name) =>
    elements(listed, name),
  );
  return { ...cost, entries: entries.length, truncated: texts(listed, 'IsTruncated')[0] };
}

describe(`rows 12, 20, 47 (seaweedfs#8890, minio#10893, cortx): a bucket of ${COUNT} keys`, () => {
  beforeAll(async () => {
    const id = await store.makeBucket('large', 'enabled');
    for (let from = 0; from < COUNT; from += 20_000) {
      await store.catalog.write(({ versions }) => {
        for (let index = from; index < from + 20_000; index++)
          versions.insert(newVersion(id, keyOf(index)), false);
      });
    }
  }, 120_000);

  const KINDS = [
    ['ListObjects', '', 'marker'],
    ['ListObjectsV2', 'list-type=2&', 'start-after'],
    ['ListObjectVersions', 'versions&', 'key-marker'],
  ] as const;

  test.each(KINDS)('%s: a page anywhere visits one row more than it shows', async (_, kind, marker) => {
    for (const from of ['', 'big/025000.blk', 'big/049999.blk', 'small/0500/']) {
      const { rows, queries, entries, truncated } = await page(`${kind}max-keys=100&${marker}=${from}`);
      expect([entries, truncated]).toEqual([100, 'true']);
      expect(rows).toBe(101);
      expect(queries).toBe(1);
    }
  });

  test.each(KINDS)('%s: a folder of 50,000 keys costs one row', async (_, kind) => {
    const { rows, queries, entries, truncated } = await page(`${kind}delimiter=/`);
    expect([entries, truncated]).toEqual([2, 'false']);
    expect(rows).toBe(2);
    // The last one finds that there is nothing more.
    expect(queries).toBe(3);
  });

  test.each(KINDS)('%s: a page of folders costs a row and a query for each', async (_, kind, marker) => {
    for (const from of ['', 'small/0400/', 'small/0400/000400.blk']) {
      const { rows, queries, entries, truncated } = await page(
        `${kind}prefix=small/&delimiter=/&max-keys=100&${marker}=${from}`,
      );
      expect([entries, truncated]).toEqual([100, 'true']);
      expect([rows, queries]).toEqual([101, 101]);
    }
  });

  test('ListObjectVersions: the existence test of one block visits one row', async () => {
    const { rows, entries } = await page('versions&prefix=big/025000.blk');
    expect([rows, entries]).toEqual([1, 1]);
  });

  test.each(KINDS)('%s: nothing under a prefix visits nothing', async (_, kind) => {
    expect(await page(`${kind}prefix=medium/&delimiter=/`)).toEqual({
      rows: 0,
      queries: 1,
      entries: 0,
      truncated: 'false',
    });
  });
});
