// What broke Veeam at other stores, as it was reported there: listings. The rows are those of veeam-rows.ts.
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { useGatewayedStore } from '../../support/embedded-store-fixture.ts';
import { elementOf } from '../../support/raw-http.ts';
import { ask } from '../../support/raw-target.ts';
import { bucketName } from '../../support/s3-clients.ts';

const at = useGatewayedStore();

const CLIENT = 'Veeam/Backup/folder/Clients/{5b9a9d2c-0001-4c7e-9a54-2f6c8a3b1d10}';
const FOLDERS = ['Veeam/', 'Veeam/Backup/', 'Veeam/Backup/folder/', 'Veeam/Backup/folder/Clients/'];

async function lockedBucket(prefix: string): Promise<string> {
  const Bucket = bucketName(prefix);
  await at.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  return Bucket;
}

async function put(Bucket: string, Key: string, Body = ''): Promise<string> {
  const { VersionId } = await at.client.send(new PutObjectCommand({ Bucket, Key, Body }));
  return VersionId ?? '';
}

interface Listed {
  readonly versions: readonly string[];
  readonly prefixes: readonly string[];
  readonly pages: number;
}

/** Every page of ListObjectVersions: `key versionId` with a `-` behind markers. */
async function allVersions(input: ListObjectVersionsCommandInput): Promise<Listed> {
  const versions: string[] = [];
  const prefixes: string[] = [];
  let pages = 0;
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await at.client.send(
      new ListObjectVersionsCommand({ ...input, KeyMarker, VersionIdMarker }),
    );
    versions.push(...(page.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`));
    versions.push(...(page.DeleteMarkers ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}-`));
    prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
    pages += 1;
    KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
    VersionIdMarker = page.IsTruncated ? page.NextVersionIdMarker : undefined;
    expect(pages).toBeLessThan(10_000);
  } while (KeyMarker !== undefined);
  return { versions, prefixes, pages };
}

async function folders(Bucket: string, Prefix: string) {
  const { Contents, CommonPrefixes } = await at.client.send(
    new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/' }),
  );
  return {
    keys: (Contents ?? []).map(({ Key }) => Key),
    prefixes: (CommonPrefixes ?? []).map((each) => each.Prefix),
  };
}

describe('the shape of a listing', () => {
  let Bucket: string;
  beforeAll(async () => {
    Bucket = await lockedBucket('shape');
    await put(Bucket, `${CLIENT}/Config/Owner`, 'owner');
    await put(Bucket, 'Veeam/gone', 'x');
    await at.client.send(new DeleteObjectCommand({ Bucket, Key: 'Veeam/gone' }));
  });

  const raw = async (query: string): Promise<string> => {
    const answer = await ask(at.target, { method: 'GET', target: `/${Bucket}?${query}` });
    expect(answer.status).toBe(200);
    return answer.body.toString();
  };
  const namesIn = (xml: string) => [
    ...new Set([...xml.matchAll(/<([A-Za-z]+)[ >/]/g)].map(([, name]) => name)),
  ];

  test('row 2 (rustfs#969, #958, #985): ListObjectsV2 has every element that S3 sends', async () => {
    const xml = await raw('list-type=2&prefix=Veeam%2F&delimiter=%2F&max-keys=1000');
    expect(xml).toMatch(/<ListBucketResult xmlns="http:\/\/s3.amazonaws.com\/doc\/2006-03-01\/">/);
    expect(namesIn(xml)).toEqual(
      expect.arrayContaining([
        ...['Name', 'Prefix', 'Delimiter', 'KeyCount', 'MaxKeys', 'IsTruncated', 'CommonPrefixes'],
      ]),
    );
    expect(namesIn(await raw('list-type=2'))).toEqual(
      expect.arrayContaining(['Contents', 'Key', 'LastModified', 'ETag', 'Size', 'StorageClass']),
    );
    // Empty elements are there too.
    expect(await raw('list-type=2')).toMatch(/<Prefix(\/>|><\/Prefix>)/);
  });

  test('row 2 (rustfs#969, #958, #985): so has version 1', async () => {
    const xml = await raw('delimiter=%2F');
    expect(namesIn(xml)).toEqual(
      expect.arrayContaining([
        ...['Name', 'Prefix', 'Marker', 'Delimiter', 'MaxKeys', 'IsTruncated', 'CommonPrefixes'],
      ]),
    );
    expect(namesIn(await raw('prefix=Veeam%2F'))).toEqual(
      expect.arrayContaining(['Contents', 'Key', 'LastModified', 'ETag', 'Size', 'StorageClass', 'Owner']),
    );
  });

  test('row 2 (rustfs#969, #958, #985): so has ListObjectVersions, markers included', async () => {
    const xml = await raw('versions');
    expect(namesIn(xml)).toEqual(
      expect.arrayContaining([
        ...['Name', 'Prefix', 'KeyMarker', 'VersionIdMarker', 'MaxKeys', 'IsTruncated', 'Version'],
        ...['Key', 'VersionId', 'IsLatest', 'LastModified', 'ETag', 'Size', 'StorageClass', 'Owner', 'ID'],
        'DeleteMarker',
      ]),
    );
    const [marker = ''] = /<DeleteMarker>.*?<\/DeleteMarker>/s.exec(xml) ?? [];
    expect(namesIn(marker)).toEqual(
      expect.arrayContaining(['Key', 'VersionId', 'IsLatest', 'LastModified', 'Owner']),
    );
    expect(namesIn(marker)).not.toContain('Size');
  });

  test('row 18 (minio PR#9697): times in listings are ISO 8601 in UTC with milliseconds', async () => {
    for (const query of ['list-type=2', '', 'versions']) {
      const times = [...(await raw(query)).matchAll(/<LastModified>([^<]*)</g)].map(([, time]) => time);
      expect(times.length).toBeGreaterThan(0);
      for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
  });

  test('row 24 (minio#19748): the storage class is STANDARD everywhere', async () => {
    for (const query of ['list-type=2', '', 'versions']) {
      const classes = [...(await raw(query)).matchAll(/<StorageClass>([^<]*)</g)].map(([, name]) => name);
      expect(new Set(classes)).toEqual(new Set(['STANDARD']));
    }
    for (const method of ['GET', 'HEAD']) {
      const key = encodeURIComponent(`${CLIENT}/Config/Owner`);
      const { status, headers } = await ask(at.target, { method, target: `/${Bucket}/${key}` });
      expect(status).toBe(200);
      const told = headers.find(([name]) => name.toLowerCase() === 'x-amz-storage-class')?.[1];
      expect(told ?? 'STANDARD').toBe('STANDARD');
    }
  });
});

describe('folders', () => {
  let Bucket: string;
  beforeAll(async () => {
    Bucket = await lockedBucket('folders');
    for (const Key of FOLDERS) await put(Bucket, Key);
    await put(Bucket, `${CLIENT}/Config/Owner`, 'owner');
  });

  test('row 3 (rustfs#1797, PR#1841): a folder with a marker of its own is there once', async () => {
    expect(await folders(Bucket, '')).toEqual({ keys: [], prefixes: ['Veeam/'] });
    expect(await folders(Bucket, 'Veeam/')).toEqual({ keys: ['Veeam/'], prefixes: ['Veeam/Backup/'] });
    expect(await folders(Bucket, 'Veeam')).toEqual({ keys: [], prefixes: ['Veeam/'] });
    expect(await folders(Bucket, 'Veeam/Backup/folder/Clients/')).toEqual({
      keys: ['Veeam/Backup/folder/Clients/'],
      prefixes: [`${CLIENT}/`],
    });
    const v1 = await at.client.send(new ListObjectsCommand({ Bucket, Prefix: 'Veeam/', Delimiter: '/' }));
    expect(v1.CommonPrefixes).toEqual([{ Prefix: 'Veeam/Backup/' }]);
    expect(v1.Contents?.map(({ Key }) => Key)).toEqual(['Veeam/']);
  });

  test('row 4 (rustfs#1931): each call of a New Folder is answered, and the folder is there once', async () => {
    const Key = 'Veeam/Backup/new folder/';
    const missing = await ask(at.target, { method: 'HEAD', target: `/${Bucket}/${encodeURI(Key)}` });
    expect(missing.status).toBe(404);
    expect(await folders(Bucket, Key)).toEqual({ keys: [], prefixes: [] });
    expect(await put(Bucket, Key)).toBeTruthy();
    const head = await at.client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head.ContentLength).toBe(0);
    const { prefixes } = await folders(Bucket, 'Veeam/Backup/');
    expect(prefixes).toEqual(['Veeam/Backup/folder/', Key]);
    expect(await folders(Bucket, Key)).toEqual({ keys: [Key], prefixes: [] });
  });

  test('row 8 (seaweedfs#9884, PR#9885): a long prefix brings no folder above it', async () => {
    const Prefix = `${CLIENT}/Config/`;
    const { versions } = await allVersions({ Bucket, Prefix });
    expect(versions).toHaveLength(1);
    for (const version of versions) expect(version.startsWith(Prefix)).toBe(true);
    expect((await allVersions({ Bucket, Prefix: 'Veeam/Backup/folder/Clients/{none}' })).versions).toEqual(
      [],
    );
  });

  test('row 9 (seaweedfs#7919): a prefix with a leading slash is a prefix like any other', async () => {
    const slashed = await lockedBucket('slashed');
    await put(slashed, 'Veeam/plain', 'x');
    await put(slashed, '/Veeam/slashed', 'x');
    const list = async (Prefix: string) =>
      (await at.client.send(new ListObjectsV2Command({ Bucket: slashed, Prefix }))).Contents?.map(
        ({ Key }) => Key,
      );
    expect(await list('/Veeam/')).toEqual(['/Veeam/slashed']);
    expect(await list('Veeam/')).toEqual(['Veeam/plain']);
    expect((await allVersions({ Bucket: slashed, Prefix: '/Veeam/' })).versions).toHaveLength(1);
    const { Body } = await at.client.send(new GetObjectCommand({ Bucket: slashed, Key: '/Veeam/slashed' }));
    expect(await Body?.transformToString()).toBe('x');
  });

  test('row 10 (seaweedfs#7827): prefix "/" with delimiter "/" is an answer, and an empty one', async () => {
    for (const query of ['list-type=2', 'versions', '']) {
      const answer = await ask(at.target, {
        method: 'GET',
        target: `/${Bucket}?${query}&prefix=%2F&delimiter=%2F`.replace('?&', '?'),
      });
      expect([answer.status, elementOf(answer, 'Prefix'), elementOf(answer, 'IsTruncated')]).toEqual([
        200,
        '/',
        'false',
      ]);
      expect(answer.body.toString()).not.toMatch(/<Contents>|<Version>|<CommonPrefixes>/);
    }
  });

  test('row 16 (seaweedfs#8210): ListObjectVersions groups by delimiter', async () => {
    const grouped = await allVersions({ Bucket, Prefix: 'Veeam/', Delimiter: '/' });
    expect(grouped.prefixes).toEqual(['Veeam/Backup/']);
    expect(grouped.versions.map((version) => version.split(' ')[0])).toEqual(['Veeam/']);
    expect((await allVersions({ Bucket, Delimiter: '/' })).prefixes).toEqual(['Veeam/']);
    const byBrace = await allVersions({ Bucket, Delimiter: '}' });
    expect(byBrace.prefixes).toEqual([CLIENT]);
  });

  test('row 19 (minio PR#10286): ListObjectVersions under Veeam/Archive/ has common prefixes', async () => {
    const names = ['alpha', 'beta', 'gamma'];
    for (const name of names) {
      await put(Bucket, `Veeam/Archive/${name}/0f1e/blocks/00/1.aa.blk`, 'x');
      await put(Bucket, `Veeam/Archive/${name}/0f1e/blocks/00/1.aa.blk`, 'y');
    }
    const { prefixes, versions } = await allVersions({ Bucket, Prefix: 'Veeam/Archive/', Delimiter: '/' });
    expect(prefixes).toEqual(names.map((name) => `Veeam/Archive/${name}/`));
    expect(versions).toEqual([]);
    // One at a time, too: a group counts as one entry and is not begun again on the next page.
    const paged = await allVersions({ Bucket, Prefix: 'Veeam/Archive/', Delimiter: '/', MaxKeys: 1 });
    expect(paged.prefixes).toEqual(prefixes);
  });
});

describe('pages', () => {
  const COUNT = 2300;
  const KEYS = Array.from(
    { length: COUNT },
    (_, index) => `Veeam/blocks/${index.toString(36).padStart(4, '0')}.blk`,
  );
  let Bucket: string;

  beforeAll(async () => {
    Bucket = await lockedBucket('pages');
    const left = [...KEYS];
    const worker = async () => {
      for (let Key = left.pop(); Key !== undefined; Key = left.pop()) await put(Bucket, Key, 'x');
    };
    await Promise.all(Array.from({ length: 32 }, worker));
  });

  test.each([1000, 999, 100, 7])('row 38 (MaxIOFS): no key is lost between pages of %i', async (MaxKeys) => {
    const sorted = [...KEYS].sort();
    const keys: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await at.client.send(new ListObjectsV2Command({ Bucket, MaxKeys, ContinuationToken }));
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      expect(page.KeyCount).toBe(page.Contents?.length);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(keys).toEqual(sorted);

    const v1: (string | undefined)[] = [];
    let more = true;
    while (more) {
      const page = await at.client.send(new ListObjectsCommand({ Bucket, MaxKeys, Marker: v1.at(-1) }));
      v1.push(...(page.Contents ?? []).map(({ Key }) => Key));
      more = page.IsTruncated === true;
    }
    expect(v1).toEqual(sorted);

    const { versions } = await allVersions({ Bucket, MaxKeys });
    expect(versions.map((version) => version.split(' ')[0])).toEqual(sorted);
  });

  test('row 20 (minio#10893, #16593): a whole key as prefix finds that key', async () => {
    const Key = KEYS[1234] ?? '';
    const { versions } = await allVersions({ Bucket, Prefix: Key });
    expect(versions.map((version) => version.split(' ')[0])).toEqual([Key]);
    expect((await allVersions({ Bucket, Prefix: `${Key}x` })).versions).toEqual([]);
  });
});

describe('versions', () => {
  test('row 11 (seaweedfs#7850): a key with many versions is listed once, each version once', async () => {
    const Bucket = await lockedBucket('many');
    const Key = `${CLIENT}/Config/ClientInfo.xml`;
    const ids: string[] = [];
    for (let index = 0; index < 300; index += 1) ids.push(await put(Bucket, Key, String(index)));
    await put(Bucket, `${CLIENT}/Config/Repository`, 'x');
    const { Contents } = await at.client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map((each) => each.Key)).toEqual([Key, `${CLIENT}/Config/Repository`]);
    expect(new Set(ids).size).toBe(300);
    for (const MaxKeys of [1000, 64, 1]) {
      const { versions } = await allVersions({ Bucket, Prefix: Key, MaxKeys });
      // Newest first.
      expect(versions).toEqual(ids.toReversed().map((id) => `${Key} ${id}`));
    }
  });

  test('row 12 (seaweedfs#8890): a page goes on within a key, at the version where the last one ended', async () => {
    const Bucket = await lockedBucket('marker');
    const written: string[] = [];
    for (const Key of ['a', 'b', 'c']) {
      for (let index = 0; index < 5; index += 1)
        written.push(`${Key} ${await put(Bucket, Key, String(index))}`);
    }
    const newestFirst = ['a', 'b', 'c'].flatMap((key) =>
      written.filter((each) => each.startsWith(key)).toReversed(),
    );
    for (const MaxKeys of [1, 2, 3, 4, 5, 6, 14, 15]) {
      const { versions, pages } = await allVersions({ Bucket, MaxKeys });
      expect(versions).toEqual(newestFirst);
      expect(pages).toBe(Math.ceil(15 / MaxKeys));
    }
    // A marker that is not there any more is still a place.
    const [KeyMarker = '', VersionIdMarker = ''] = (newestFirst[6] ?? '').split(' ');
    await at.client.send(new DeleteObjectCommand({ Bucket, Key: KeyMarker, VersionId: VersionIdMarker }));
    const rest = await at.client.send(new ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }));
    expect(rest.Versions?.map(({ Key, VersionId }) => `${Key} ${VersionId}`)).toEqual(newestFirst.slice(7));
  });

  test('row 15 (seaweedfs#10278): what has lost its last version is gone from every list', async () => {
    const Bucket = await lockedBucket('leftovers');
    const keys = Array.from({ length: 50 }, (_, index) => `Veeam/Backup/${index % 5}/{x}/Meta/${index}`);
    for (const Key of keys) {
      await put(Bucket, Key, 'one');
      await put(Bucket, Key, 'two');
      await at.client.send(new DeleteObjectCommand({ Bucket, Key }));
    }
    const page = await at.client.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    expect(Objects).toHaveLength(150);
    const { Errors } = await at.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Errors).toBeUndefined();
    expect(await allVersions({ Bucket })).toMatchObject({ versions: [], prefixes: [] });
    expect(await allVersions({ Bucket, Delimiter: '/' })).toMatchObject({ versions: [], prefixes: [] });
    expect(await folders(Bucket, '')).toEqual({ keys: [], prefixes: [] });
    await at.client.send(new DeleteBucketCommand({ Bucket }));
  });

  test('row 51 (Ceph PR#45754): delete markers behind one another are all listed', async () => {
    const Bucket = await lockedBucket('markers');
    const Key = 'Veeam/twice';
    await put(Bucket, Key, 'x');
    const markers: (string | undefined)[] = [];
    for (let index = 0; index < 3; index += 1) {
      const { VersionId, DeleteMarker } = await at.client.send(new DeleteObjectCommand({ Bucket, Key }));
      expect(DeleteMarker).toBe(true);
      markers.unshift(VersionId);
    }
    const page = await at.client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(page.DeleteMarkers?.map(({ VersionId }) => VersionId)).toEqual(markers);
    expect(page.DeleteMarkers?.map(({ IsLatest }) => IsLatest)).toEqual([true, false, false]);
    expect(page.Versions).toHaveLength(1);
  });

  test('row 52 (Garage): versions are there to be listed, versioning is no stub', async () => {
    const Bucket = await lockedBucket('versioned');
    const first = await put(Bucket, 'key', 'one');
    const second = await put(Bucket, 'key', 'two');
    const page = await at.client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(page.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second, true],
      [first, false],
    ]);
    const old = await at.client.send(new GetObjectCommand({ Bucket, Key: 'key', VersionId: first }));
    expect(await old.Body?.transformToString()).toBe('one');
  });
});
