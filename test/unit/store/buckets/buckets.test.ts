import { describe, expect, test } from 'vitest';
import { header, NOW, newVersion, partsOf, readXml, texts, useStore } from './store-fixture.ts';

const store = useStore();
const locationOf = (region: string) =>
  `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;

describe('CreateBucket', () => {
  test('makes a bucket with versioning never on', async () => {
    const seen = await store.ask('PUT', '/plain');
    expect(seen).toMatchObject({ status: 200, text: '' });
    expect(header(seen, 'location')).toBe('/plain');
    expect(store.catalog.buckets.find('plain')).toMatchObject({
      createdMs: NOW,
      versioning: 'off',
      objectLock: false,
      defaultRetention: undefined,
    });
  });

  test('with x-amz-bucket-object-lock-enabled versioning and object lock are on together', async () => {
    const lines = [
      'x-amz-bucket-object-lock-enabled: true',
      'x-amz-object-ownership: BucketOwnerEnforced',
      'x-amz-acl: private',
      'x-amz-content-sha256: UNSIGNED-PAYLOAD',
    ];
    expect(await store.ask('PUT', '/locked', { lines })).toMatchObject({ status: 200 });
    expect(store.catalog.buckets.find('locked')).toMatchObject({ versioning: 'enabled', objectLock: true });
  });

  test('one that exists is refused in us-east-1 as elsewhere, and stays as it is', async () => {
    await store.ask('PUT', '/twice', { lines: ['x-amz-bucket-object-lock-enabled: true'] });
    expect(await store.ask('PUT', '/twice')).toMatchObject({ status: 409, code: 'BucketAlreadyOwnedByYou' });
    expect(store.catalog.buckets.find('twice')).toMatchObject({ objectLock: true });
  });

  test('of two at the same moment one is made', async () => {
    const seen = await Promise.all([store.ask('PUT', '/race'), store.ask('PUT', '/race')]);
    expect(seen.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test.each<[string, string, string]>([
    ['no body', 'us-east-1', ''],
    ['the region by name', 'us-east-1', locationOf('us-east-1')],
    [
      'the region by name, without a namespace',
      'eu-central-1',
      locationOf('eu-central-1').replace(/ xmlns="[^"]*"/, ''),
    ],
    ['an empty constraint', 'eu-central-1', locationOf('')],
    [
      'an empty root',
      'eu-central-1',
      '<?xml version="1.0"?>\n<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>',
    ],
    ['an empty root in two tags', 'eu-central-1', '<CreateBucketConfiguration> </CreateBucketConfiguration>'],
  ])('the location may be %s', async (_, region, body) => {
    const parts = partsOf(store.catalog, region);
    expect(await store.askWith(parts, 'PUT', '/located', body === '' ? {} : { body })).toMatchObject({
      status: 200,
    });
    expect(await store.ask('DELETE', '/located')).toMatchObject({ status: 204 });
  });

  test('60 KiB of blanks are read at once', async () => {
    const body = `${' '.repeat(60_000)}x`;
    expect(await store.ask('PUT', '/refused', { body })).toMatchObject({ code: 'MalformedXML' });
    expect(
      await store.ask('PUT', '/blanks', { body: `${' '.repeat(60_000)}<CreateBucketConfiguration/> ` }),
    ).toMatchObject({
      status: 200,
    });
  });

  test('a body of unknown length that is empty is none', async () => {
    const lines = ['Transfer-Encoding: chunked'];
    expect(await store.ask('PUT', '/chunked', { lines })).toMatchObject({ status: 200 });
  });

  test.each<[string, string, string]>([
    ['another region', locationOf('eu-west-1'), 'IllegalLocationConstraintException'],
    [
      'another document',
      '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
      'MalformedXML',
    ],
    [
      'tags, which would not be kept',
      '<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></CreateBucketConfiguration>',
      'NotImplemented',
    ],
    [
      'an element that nobody knows',
      '<CreateBucketConfiguration><Speed>9</Speed></CreateBucketConfiguration>',
      'MalformedXML',
    ],
    [
      'two constraints',
      '<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>',
      'MalformedXML',
    ],
    [
      'a DTD',
      '<!DOCTYPE x [<!ENTITY e "us-east-1">]><CreateBucketConfiguration><LocationConstraint>&e;</LocationConstraint></CreateBucketConfiguration>',
      'MalformedXML',
    ],
    ['no XML', 'us-east-1', 'MalformedXML'],
  ])('a configuration with %s is refused and makes nothing', async (_, body, code) => {
    expect(await store.ask('PUT', '/refused', { body })).toMatchObject({ code });
    expect(store.catalog.buckets.find('refused')).toBeUndefined();
  });

  test.each([
    ['x-amz-grant-full-control: id=x', 'NotImplemented'],
    ['x-amz-acl: public-read', 'AccessControlListNotSupported'],
    ['x-amz-object-ownership: ObjectWriter', 'NotImplemented'],
    ['x-amz-bucket-object-lock-enabled: yes', 'InvalidArgument'],
    ['x-amz-bucket-namespace: x', 'NotImplemented'],
  ])('%s is refused with %s', async (line, code) => {
    const seen = await store.ask('PUT', '/refused', { lines: [line] });
    expect(seen.code).toBe(code);
    expect(store.catalog.buckets.find('refused')).toBeUndefined();
  });

  test('a header that is not understood is named', async () => {
    const { message } = await store.ask('PUT', '/refused', { lines: ['X-Amz-Grant-Read: id=x'] });
    expect(message).toContain('x-amz-grant-read');
  });

  test('a repeated header means two things to two readers', async () => {
    const lines = ['x-amz-bucket-object-lock-enabled: false', 'x-amz-bucket-object-lock-enabled: true'];
    expect(await store.ask('PUT', '/refused', { lines })).toMatchObject({ code: 'InvalidArgument' });
  });
});

describe('HeadBucket and GetBucketLocation', () => {
  test('row 30 (MaxIOFS): the region stands in x-amz-bucket-region', async () => {
    await store.ask('PUT', '/headed');
    const seen = await store.ask('HEAD', '/headed');
    expect(seen).toMatchObject({ status: 200, text: '' });
    expect(header(seen, 'x-amz-bucket-region')).toBe('us-east-1');
    expect(header(seen, 'x-amz-bucket-object-lock-enabled')).toBeUndefined();
  });

  test('row 34 (MaxIOFS): object lock stands in x-amz-bucket-object-lock-enabled', async () => {
    await store.ask('PUT', '/headed-lock', { lines: ['x-amz-bucket-object-lock-enabled: true'] });
    expect(header(await store.ask('HEAD', '/headed-lock'), 'x-amz-bucket-object-lock-enabled')).toBe('true');
  });

  test('row 31 (MaxIOFS): ?location is empty for us-east-1', async () => {
    await store.ask('PUT', '/placed');
    expect((await store.ask('GET', '/placed?location')).text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>',
    );
    const elsewhere = await store.askWith(partsOf(store.catalog, 'eu-central-1'), 'GET', '/placed?location');
    expect(elsewhere.text).toContain('>eu-central-1</LocationConstraint>');
  });

  test.each(['HEAD /absent', 'GET /absent?location', 'DELETE /absent'])('%s: NoSuchBucket', async (line) => {
    const [method = '', target = ''] = line.split(' ');
    expect(await store.ask(method, target)).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });
});

describe('DeleteBucket', () => {
  test('an empty bucket goes, and can be made again', async () => {
    await store.ask('PUT', '/gone');
    expect(await store.ask('DELETE', '/gone')).toMatchObject({ status: 204, text: '' });
    expect(await store.ask('HEAD', '/gone')).toMatchObject({ code: 'NoSuchBucket' });
    expect(await store.ask('PUT', '/gone')).toMatchObject({ status: 200 });
  });

  test('with an object in it: BucketNotEmpty', async () => {
    await store.put(await store.makeBucket('full'), 'a', { isNull: true });
    expect(await store.ask('DELETE', '/full')).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
  });

  test('with a delete marker only: BucketNotEmpty, until row 15 (seaweedfs#10278): nothing remains', async () => {
    const bucketId = await store.makeBucket('marked', 'enabled');
    const version = await store.put(bucketId, 'a');
    const marker = await store.mark(bucketId, 'a');
    await store.catalog.write(({ versions }) => versions.remove(version));
    expect(await store.ask('DELETE', '/marked')).toMatchObject({ code: 'BucketNotEmpty' });
    await store.catalog.write(({ versions }) => versions.remove(marker));
    expect(await store.ask('DELETE', '/marked')).toMatchObject({ status: 204 });
  });

  test('with an unfinished upload: BucketNotEmpty', async () => {
    const bucketId = await store.makeBucket('uploading');
    await store.catalog.write(({ uploads }) =>
      uploads.insert({
        bucketId,
        key: 'a',
        uploadId: 'upload-1',
        initiatedMs: NOW,
        headers: [],
        tags: [],
        lock: { retention: undefined, legalHold: false },
        checksum: undefined,
      }),
    );
    expect(await store.ask('DELETE', '/uploading')).toMatchObject({ code: 'BucketNotEmpty' });
  });

  test('an upload that ends up first wins', async () => {
    const bucketId = await store.makeBucket('contested');
    const put = store.catalog.write(({ versions }) => versions.insert(newVersion(bucketId, 'a'), true));
    const seen = await store.ask('DELETE', '/contested');
    await put;
    expect(seen).toMatchObject({ code: 'BucketNotEmpty' });
  });

  test('what is not understood is refused', async () => {
    await store.ask('PUT', '/kept');
    const lines = ['x-amz-expected-bucket-owner: 123456789012'];
    expect(await store.ask('DELETE', '/kept', { lines })).toMatchObject({ code: 'NotImplemented' });
    expect(await store.ask('HEAD', '/kept')).toMatchObject({ status: 200 });
  });
});

describe('ListBuckets', () => {
  test('names all buckets, sorted, with their owner and time of creation', async () => {
    await store.ask('PUT', '/list-b');
    await store.ask('PUT', '/list-a');
    const { status, text } = await store.ask('GET', '/?prefix=list-');
    expect(status).toBe(200);
    expect(text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>sosapi-gateway</ID><DisplayName>sosapi-gateway</DisplayName></Owner><Buckets><Bucket><Name>list-a</Name><CreationDate>2026-11-21T12:34:56.789Z</CreationDate></Bucket><Bucket><Name>list-b</Name><CreationDate>2026-11-21T12:34:56.789Z</CreationDate></Bucket></Buckets><Prefix>list-</Prefix></ListAllMyBucketsResult>',
    );
  });

  test('in pages', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await store.ask('PUT', `/${name}`);
    const first = await store.ask('GET', '/?prefix=page-&max-buckets=2');
    const [token] = texts(readXml(first.text), 'ContinuationToken');
    const second = await store.ask('GET', `/?prefix=page-&max-buckets=2&continuation-token=${token}`);
    expect(second.text).toContain('<Bucket><Name>page-c</Name>');
    expect(second.text).not.toContain('<Bucket><Name>page-b</Name>');
  });

  test('of another region there are none', async () => {
    expect((await store.ask('GET', '/?bucket-region=eu-west-1')).text).toContain('<Buckets></Buckets>');
    expect((await store.ask('GET', '/?bucket-region=us-east-1')).text).toContain('<Bucket>');
  });

  test.each(['0', '-1', '10001', 'x'])('max-buckets=%s is refused', async (count) => {
    expect(await store.ask('GET', `/?max-buckets=${count}`)).toMatchObject({ code: 'InvalidArgument' });
  });

  test('row 29 (MaxIOFS): HEAD of the service is answered', async () => {
    expect(await store.ask('HEAD', '/')).toMatchObject({ status: 200, text: '' });
  });
});
