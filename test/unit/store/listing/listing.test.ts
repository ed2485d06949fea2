import { beforeAll, describe, expect, test } from 'vitest';
import { elements, NOW, newVersion, readXml, texts, useStore } from '../buckets/store-fixture.ts';

const store = useStore();
const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';
const OWNER = '<Owner><ID>sosapi-gateway</ID><DisplayName>sosapi-gateway</DisplayName></Owner>';
const MODIFIED = '<LastModified>2026-11-21T12:34:56.000Z</LastModified>';

const bodyOf = async (target: string): Promise<string> => {
  const { status, text, code } = await store.ask('GET', target);
  expect([status, code]).toEqual([200, undefined]);
  return text;
};
const keysOf = async (target: string): Promise<string[]> =>
  elements(readXml(await bodyOf(target)), 'Contents').flatMap((each) => texts(each, 'Key'));
const prefixesOf = async (target: string): Promise<string[]> =>
  elements(readXml(await bodyOf(target)), 'CommonPrefixes').flatMap((each) => texts(each, 'Prefix'));

describe('documents, element for element as Amazon S3 orders them', () => {
  beforeAll(async () => {
    const id = await store.makeBucket('documents');
    await store.catalog.write(({ versions }) => {
      const checksum = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'AAAAAAAAAAA=' } as const;
      versions.insert(newVersion(id, 'a&b', { etag: 'e1', checksum }), true);
      versions.insert(newVersion(id, 'c d/1', { etag: 'e2' }), true);
      versions.insert(newVersion(id, 'e', { etag: 'e3-2' }), true);
    });
  });
  const first = (owner: string) =>
    `<Contents><Key>a&amp;b</Key>${MODIFIED}<ETag>&quot;e1&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>3</Size>${owner}<StorageClass>STANDARD</StorageClass></Contents>`;

  test('ListObjects', async () => {
    expect(await bodyOf('/documents?max-keys=1')).toBe(
      `${HEAD}<Name>documents</Name><Prefix></Prefix><Marker></Marker><MaxKeys>1</MaxKeys><IsTruncated>true</IsTruncated>${first(OWNER)}</ListBucketResult>`,
    );
  });

  test('ListObjects with a delimiter', async () => {
    expect(await bodyOf('/documents?max-keys=1&delimiter=%2F&marker=a%26b&encoding-type=url')).toBe(
      `${HEAD}<Name>documents</Name><Prefix></Prefix><Marker>a%26b</Marker><NextMarker>c+d/</NextMarker><MaxKeys>1</MaxKeys><Delimiter>/</Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><CommonPrefixes><Prefix>c+d/</Prefix></CommonPrefixes></ListBucketResult>`,
    );
  });

  test('ListObjectsV2', async () => {
    const body = await bodyOf('/documents?list-type=2&max-keys=2&delimiter=/&start-after=A');
    const [token] = texts(readXml(body), 'NextContinuationToken');
    expect(body).toBe(
      `${HEAD}<Name>documents</Name><Prefix></Prefix><StartAfter>A</StartAfter><NextContinuationToken>${token}</NextContinuationToken><KeyCount>2</KeyCount><MaxKeys>2</MaxKeys><Delimiter>/</Delimiter><IsTruncated>true</IsTruncated>${first('')}<CommonPrefixes><Prefix>c d/</Prefix></CommonPrefixes></ListBucketResult>`,
    );
    expect(await bodyOf(`/documents?list-type=2&delimiter=/&start-after=z&continuation-token=${token}`)).toBe(
      `${HEAD}<Name>documents</Name><Prefix></Prefix><ContinuationToken>${token}</ContinuationToken><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><Delimiter>/</Delimiter><IsTruncated>false</IsTruncated><Contents><Key>e</Key>${MODIFIED}<ETag>&quot;e3-2&quot;</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>`,
    );
  });

  test('ListObjectsV2 names owners only where fetch-owner asks for them', async () => {
    expect(await bodyOf('/documents?list-type=2&fetch-owner=true')).toContain(first(OWNER));
    expect(await bodyOf('/documents?list-type=2&fetch-owner=false')).not.toContain('Owner');
  });

  test('ListObjectVersions, versions and markers mixed and newest first', async () => {
    const id = await store.makeBucket('versions', 'enabled');
    await store.put(id, 'k', { isNull: true });
    const middle = await store.mark(id, 'k');
    const newest = await store.put(id, 'k');
    const { etag, size } = newest;
    const data = `<ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size>${OWNER}<StorageClass>STANDARD</StorageClass>`;
    const shown = {
      newest: `<Version><Key>k</Key><VersionId>${newest.versionId}</VersionId><IsLatest>true</IsLatest>${MODIFIED}${data}</Version>`,
      middle: `<DeleteMarker><Key>k</Key><VersionId>${middle.versionId}</VersionId><IsLatest>false</IsLatest>${MODIFIED}${OWNER}</DeleteMarker>`,
      oldest: `<Version><Key>k</Key><VersionId>null</VersionId><IsLatest>false</IsLatest>${MODIFIED}${data}</Version>`,
    };
    const versionsHead = HEAD.replace('ListBucketResult', 'ListVersionsResult');
    expect(await bodyOf('/versions?versions')).toBe(
      `${versionsHead}<Name>versions</Name><Prefix></Prefix><KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>${shown.newest}${shown.middle}${shown.oldest}</ListVersionsResult>`,
    );
    expect(
      await bodyOf(
        `/versions?versions&key-marker=k&version-id-marker=${newest.versionId}&max-keys=1&encoding-type=url`,
      ),
    ).toBe(
      `${versionsHead}<Name>versions</Name><Prefix></Prefix><KeyMarker>k</KeyMarker><VersionIdMarker>${newest.versionId}</VersionIdMarker><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>${middle.versionId}</NextVersionIdMarker><MaxKeys>1</MaxKeys><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>${shown.middle}</ListVersionsResult>`,
    );
  });

  test('row 18 (minio#9697): times are ISO 8601 in whole seconds, as Last-Modified says them', async () => {
    expect(new Date(NOW).getUTCMilliseconds()).not.toBe(0);
    expect(await bodyOf('/documents')).toContain(MODIFIED);
  });

  test('row 24 (minio#19748): the storage class of everything is STANDARD', async () => {
    const classes = (text: string) => [...text.matchAll(/<StorageClass>(\w+)</g)].map(([, name]) => name);
    const listed = [
      await bodyOf('/documents'),
      await bodyOf('/documents?list-type=2'),
      await bodyOf('/documents?versions'),
    ];
    expect(listed.map(classes)).toEqual(Array(3).fill(Array(3).fill('STANDARD')));
  });

  test('row 2 (rustfs#969): Name, Prefix, Marker, MaxKeys and IsTruncated are there in an empty bucket too', async () => {
    await store.makeBucket('empty');
    expect(await bodyOf('/empty?prefix=Veeam%2F')).toBe(
      `${HEAD}<Name>empty</Name><Prefix>Veeam/</Prefix><Marker></Marker><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>`,
    );
  });
});

describe('folders as Veeam makes them', () => {
  beforeAll(async () => {
    const id = await store.makeBucket('veeam', 'enabled');
    const client = 'Veeam/Backup/f1/Clients/{5c9e0d3c-3d3b-4b0e-8a10-3f6a8c1d2e4f}';
    for (const key of [
      'Veeam/',
      'Veeam/Backup/',
      'Veeam/Backup/f1/',
      `${client}/ClientInfo.xml`,
      'Veeam/Archive/f2/x.blk',
      'top',
    ]) {
      await store.put(id, key);
    }
    for (let count = 0; count < 3; count++) await store.put(id, 'Veeam/Backup/f1/Config/Owner');
  });

  test('row 3 (rustfs#1797): a folder with its 0-byte object and content is one common prefix and no object', async () => {
    for (const version of ['', '&list-type=2']) {
      expect(await prefixesOf(`/veeam?delimiter=/${version}`)).toEqual(['Veeam/']);
      expect(await keysOf(`/veeam?delimiter=/${version}`)).toEqual(['top']);
      expect(await prefixesOf(`/veeam?delimiter=/&prefix=Veeam/${version}`)).toEqual([
        'Veeam/Archive/',
        'Veeam/Backup/',
      ]);
      expect(await keysOf(`/veeam?delimiter=/&prefix=Veeam/${version}`)).toEqual(['Veeam/']);
    }
  });

  test('row 11 (seaweedfs#7850): a key with many versions is listed once', async () => {
    expect(await keysOf('/veeam?prefix=Veeam/Backup/f1/Config/')).toEqual(['Veeam/Backup/f1/Config/Owner']);
  });

  test('rows 16, 19 (seaweedfs#8210, minio#10286): versions are grouped too, with CommonPrefixes', async () => {
    expect(await prefixesOf('/veeam?versions&delimiter=/&prefix=Veeam/Archive/')).toEqual([
      'Veeam/Archive/f2/',
    ]);
    expect(await prefixesOf('/veeam?versions&delimiter=/')).toEqual(['Veeam/']);
  });

  test('row 8 (seaweedfs#9884): a long prefix gives no ancestors', async () => {
    const prefix = 'Veeam/Backup/f1/Clients/%7B5c9e0d3c';
    const page = readXml(await bodyOf(`/veeam?versions&prefix=${prefix}`));
    expect(elements(page, 'Version').flatMap((each) => texts(each, 'Key'))).toEqual([
      'Veeam/Backup/f1/Clients/{5c9e0d3c-3d3b-4b0e-8a10-3f6a8c1d2e4f}/ClientInfo.xml',
    ]);
  });

  test('row 20 (minio#10893): a full key as prefix finds that key', async () => {
    const page = readXml(await bodyOf('/veeam?versions&prefix=Veeam/Archive/f2/x.blk&max-keys=1'));
    expect(elements(page, 'Version').flatMap((each) => texts(each, 'Key'))).toEqual([
      'Veeam/Archive/f2/x.blk',
    ]);
    expect(texts(page, 'IsTruncated')).toEqual(['false']);
  });

  test('row 10 (seaweedfs#7827): prefix / with delimiter / gives what begins with a slash: nothing', async () => {
    for (const version of ['', '&list-type=2', '&versions']) {
      const page = readXml(await bodyOf(`/veeam?prefix=%2F&delimiter=%2F${version}`));
      expect(page).not.toHaveProperty('Contents');
      expect(page).not.toHaveProperty('CommonPrefixes');
      expect(texts(page, 'Prefix')).toEqual(['/']);
    }
  });

  test('row 9 (seaweedfs#7919): a key with a leading slash is another key, and found by it', async () => {
    const id = await store.makeBucket('slashes');
    await store.putAll(id, ['/Veeam/a', 'Veeam/a', '//b']);
    expect(await keysOf('/slashes?prefix=%2FVeeam%2F')).toEqual(['/Veeam/a']);
    expect(await keysOf('/slashes?prefix=Veeam%2F')).toEqual(['Veeam/a']);
    expect(await prefixesOf('/slashes?prefix=%2F&delimiter=%2F')).toEqual(['//', '/Veeam/']);
    expect(await prefixesOf('/slashes?delimiter=%2F')).toEqual(['/', 'Veeam/']);
  });

  test('row 51 (Ceph 54476): delete markers one on another are all listed', async () => {
    const id = await store.makeBucket('markers', 'enabled');
    const made = [await store.mark(id, 'k'), await store.mark(id, 'k'), await store.mark(id, 'k')];
    const page = readXml(await bodyOf('/markers?versions'));
    expect(elements(page, 'DeleteMarker').flatMap((each) => texts(each, 'VersionId'))).toEqual(
      made.map(({ versionId }) => versionId).reverse(),
    );
    expect(elements(page, 'DeleteMarker').flatMap((each) => texts(each, 'IsLatest'))).toEqual([
      'true',
      'false',
      'false',
    ]);
  });

  test('row 15 (seaweedfs#10278): a key without versions is in no listing', async () => {
    const id = await store.makeBucket('leftovers', 'enabled');
    const made = [await store.put(id, 'a/b'), await store.mark(id, 'a/b')];
    for (const each of made) await store.catalog.write(({ versions }) => versions.remove(each));
    for (const listing of ['?', '?list-type=2', '?versions']) {
      expect(await bodyOf(`/leftovers${listing}&delimiter=/`)).not.toContain('a/');
    }
  });
});

describe('pages as Amazon S3 was seen to cut them (LocalStack, 2026-02)', () => {
  beforeAll(async () => {
    const id = await store.makeBucket('cut');
    await store.putAll(id, [
      'folder/aSubfolder/subFile1',
      'folder/aSubfolder/subFile2',
      'folder/file1',
      'folder/file2',
    ]);
  });
  const asked = 'prefix=folder/&delimiter=/&max-keys=1';

  test('NextMarker may be a common prefix, and the page behind it begins behind all of it', async () => {
    const first = readXml(await bodyOf(`/cut?${asked}`));
    expect([texts(first, 'NextMarker'), texts(first, 'IsTruncated')]).toEqual([
      ['folder/aSubfolder/'],
      ['true'],
    ]);
    expect(await keysOf(`/cut?${asked}&marker=folder/aSubfolder/`)).toEqual(['folder/file1']);
    const last = readXml(await bodyOf(`/cut?${asked}&marker=folder/file1`));
    expect([last['NextMarker'], texts(last, 'IsTruncated')]).toEqual([undefined, ['false']]);
  });

  test('a marker within a common prefix leaves it behind', async () => {
    expect(await keysOf(`/cut?${asked}&marker=folder/aSubfolder/subFile1`)).toEqual(['folder/file1']);
    const page = readXml(await bodyOf(`/cut?versions&${asked}&key-marker=folder/aSubfolder/subFile1`));
    expect(elements(page, 'Version').flatMap((each) => texts(each, 'Key'))).toEqual(['folder/file1']);
  });

  test('a key and version id as marker within a common prefix leave it behind too', async () => {
    const markers = 'key-marker=folder/aSubfolder/subFile1&version-id-marker=null';
    expect(await prefixesOf(`/cut?versions&${asked}&${markers}`)).toEqual([]);
  });

  test('of versions, the marker behind a common prefix has no version id', async () => {
    const page = readXml(await bodyOf(`/cut?versions&${asked}`));
    expect([page['NextKeyMarker'], page['NextVersionIdMarker']]).toEqual([['folder/aSubfolder/'], undefined]);
  });

  test('a common prefix that holds the rest of the bucket ends the listing', async () => {
    const page = readXml(await bodyOf('/cut?delimiter=/&max-keys=1'));
    expect(texts(page, 'IsTruncated')).toEqual(['false']);
  });

  test('max-keys=0 is an empty page that is complete', async () => {
    for (const version of ['', '&list-type=2', '&versions']) {
      const page = readXml(await bodyOf(`/cut?max-keys=0${version}`));
      expect([texts(page, 'IsTruncated'), texts(page, 'MaxKeys'), page['Contents'], page['Version']]).toEqual(
        [['false'], ['0'], undefined, undefined],
      );
    }
  });

  test.each(['1001', '2147483647'])('max-keys=%s is 1000', async (count) => {
    expect(texts(readXml(await bodyOf(`/cut?max-keys=${count}`)), 'MaxKeys')).toEqual(['1000']);
  });

  test('an empty max-keys or delimiter is none', async () => {
    const page = readXml(await bodyOf('/cut?max-keys=&delimiter='));
    expect([texts(page, 'MaxKeys'), page['Delimiter']]).toEqual([['1000'], undefined]);
    expect(elements(page, 'Contents')).toHaveLength(4);
  });

  test('a token holds where it stands, also with another delimiter: keys not listed yet are not lost', async () => {
    const [token] = texts(readXml(await bodyOf('/cut?list-type=2&max-keys=1')), 'NextContinuationToken');
    expect(
      await prefixesOf(`/cut?list-type=2&delimiter=/&prefix=folder/&continuation-token=${token}`),
    ).toEqual(['folder/aSubfolder/']);
  });

  test('a version-id marker that is gone gives the place where it was', async () => {
    const id = await store.makeBucket('gone-marker', 'enabled');
    const made = [await store.put(id, 'k'), await store.put(id, 'k'), await store.put(id, 'k')];
    const middle = made[1];
    if (middle === undefined) throw new Error('no version');
    await store.catalog.write(({ versions }) => versions.remove(middle));
    const page = readXml(
      await bodyOf(`/gone-marker?versions&key-marker=k&version-id-marker=${middle.versionId}`),
    );
    expect(elements(page, 'Version').flatMap((each) => texts(each, 'VersionId'))).toEqual([
      made[0]?.versionId,
    ]);
  });
});

describe('what is refused', () => {
  beforeAll(async () => {
    await store.putAll(await store.makeBucket('refusing'), ['a']);
  });

  test.each([
    ['max-keys=-1', 'InvalidArgument'],
    ['max-keys=x', 'InvalidArgument'],
    ['max-keys=1.5', 'InvalidArgument'],
    ['max-keys=2147483648', 'InvalidArgument'],
    ['list-type=2&max-keys=-1', 'InvalidArgument'],
    ['versions&max-keys=-1', 'InvalidArgument'],
    ['encoding-type=', 'InvalidArgument'],
    ['encoding-type=URL', 'InvalidArgument'],
    ['list-type=2&encoding-type=base64', 'InvalidArgument'],
    ['list-type=1', 'InvalidArgument'],
    ['list-type=3', 'InvalidArgument'],
    ['list-type=2&continuation-token=', 'InvalidArgument'],
    ['list-type=2&continuation-token=a', 'InvalidArgument'],
    ['list-type=2&continuation-token=1ueGcxLPRx1Tr%2FXYExHnhbYLgveDs2J%2Fwm36Hy4vbOwM%3D', 'InvalidArgument'],
    ['versions&version-id-marker=null', 'InvalidArgument'],
    ['versions&key-marker=a&version-id-marker=1', 'InvalidArgument'],
    ['versions&key-marker=a&version-id-marker=v1&max-keys=0', 'InvalidArgument'],
    ['prefix=%FF', 'InvalidArgument'],
    ['delimiter=%C3', 'InvalidArgument'],
  ])('%s: %s', async (query, code) => {
    expect(await store.ask('GET', `/refusing?${query}`)).toMatchObject({ status: 400, code });
  });

  test('an empty version-id-marker is none', async () => {
    expect(await bodyOf('/refusing?versions&key-marker=&version-id-marker=')).toContain('<Key>a</Key>');
    expect(await bodyOf('/refusing?versions&key-marker=a&version-id-marker=')).not.toContain('<Key>');
  });

  test.each(['?', '?list-type=2', '?versions'])(
    '%s of a bucket that is not there: NoSuchBucket',
    async (query) => {
      expect(await store.ask('GET', `/absent${query}`)).toMatchObject({ status: 404, code: 'NoSuchBucket' });
    },
  );

  test('a key that XML cannot hold is listed as itself and hides no other', async () => {
    await store.putAll(await store.makeBucket('unprintable'), ['a', 'b\x01', 'c&\x1f<', 'd\ufffe']);
    for (const query of ['?', '?list-type=2', '?versions']) {
      const body = await bodyOf(`/unprintable${query}`);
      const keys = [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key);
      expect(keys).toEqual(['a', 'b&#x1;', 'c&amp;&#x1F;&lt;', 'd&#xFFFE;']);
    }
    expect(await bodyOf('/unprintable?delimiter=%01')).toContain('<Prefix>b&#x1;</Prefix>');
    expect(await keysOf('/unprintable?encoding-type=url')).toEqual(['a', 'b%01', 'c%26%1F%3C', 'd%EF%BF%BE']);
  });

  test('a carriage return stays one', async () => {
    await store.putAll(await store.makeBucket('returns'), ['a\r\nb']);
    expect(await bodyOf('/returns')).toContain('<Key>a&#13;\nb</Key>');
    expect(await keysOf('/returns')).toEqual(['a\r\nb']);
  });

  test('encoding-type=url encodes like a form and keeps slashes', async () => {
    await store.putAll(await store.makeBucket('encoded'), ["Az09-_.*/ +%=@é\u{10348}~!'()&<"]);
    expect(await keysOf('/encoded?encoding-type=url')).toEqual([
      'Az09-_.*/+%2B%25%3D%40%C3%A9%F0%90%8D%88%7E%21%27%28%29%26%3C',
    ]);
  });
});
