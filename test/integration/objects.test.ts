// The life of one object, byte for byte, also under keys that break clients, proxies and stores.
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../support/bodies.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { bucketName } from '../support/s3-clients.ts';
import { expectSameAnswer, outcomeOf } from '../support/same-answer.ts';
import { differenceOf } from '../support/store-differences.ts';
import { describeOnEachStore } from '../support/stores.ts';

const BYTES = 3 * 1024 * 1024 + 17;
const BODY = bodyOf('object', BYTES);

const AWKWARD_KEYS = [
  'a key with  spaces ',
  'plus+plus',
  '100%',
  '%2F%2B%20',
  'Veeam/Backup/x/Clients/{0b1c}/{d2}/CloudStg/Meta/Blocks.{9f}',
  'folder/',
  "!-_.*'()",
  '&$@=;:,?',
  '#fragment?query=1',
  'ünïcödé/日本語/🗄',
  '"<>\\^`|~[]',
  'upper/lower-%7e-%7E',
  ' leading',
  'tab\tinside',
  'x'.repeat(255),
  'double//slash',
  'a//',
  '/leading-slash',
  '//',
];

describeOnEachStore('objects', (store) => {
  const at = useGateway(store);
  const Bucket = bucketName('objects');

  beforeAll(async () => {
    await at.client.send(new CreateBucketCommand({ Bucket }));
    await at.client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'object',
        Body: BODY,
        ContentType: 'application/x-veeam',
        CacheControl: 'no-cache',
        ContentDisposition: 'attachment; filename="a b.bin"',
        Metadata: { one: 'first', two: 'a  b', three: 'x=y;z' },
      }),
    );
  });

  test('put twice, to the gateway and to the store, answers alike', async () => {
    await expectSameAnswer(at, (of) =>
      of.send(new PutObjectCommand({ Bucket, Key: 'twice', Body: BODY.subarray(0, 999) })),
    );
    await expectSameAnswer(at, (of) => of.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' })));
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetObjectCommand({ Bucket, Key: 'empty' }))),
    ).toMatchObject({ ContentLength: 0, Body: sha256('') });
  });

  test('get gives every byte and all that was put with it', async () => {
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetObjectCommand({ Bucket, Key: 'object' }))),
    ).toMatchObject({
      Body: sha256(BODY),
      ContentLength: BYTES,
      ContentType: 'application/x-veeam',
      ContentDisposition: 'attachment; filename="a b.bin"',
      Metadata: { one: 'first', three: 'x=y;z' },
    });
  });

  test('head', async () => {
    expect(
      await expectSameAnswer(at, (of) => of.send(new HeadObjectCommand({ Bucket, Key: 'object' }))),
    ).toMatchObject({ ContentLength: BYTES, status: 200 });
    expect(
      await expectSameAnswer(at, (of) => of.send(new HeadObjectCommand({ Bucket, Key: 'absent' }))),
    ).toMatchObject({ status: 404 });
  });

  test.each([
    ['bytes=0-0', 206, BODY.subarray(0, 1)],
    ['bytes=1000-1999', 206, BODY.subarray(1000, 2000)],
    ['bytes=3145700-', 206, BODY.subarray(3145700)],
    ['bytes=-17', 206, BODY.subarray(BYTES - 17)],
    [`bytes=0-${BYTES * 2}`, 206, BODY],
    [`bytes=${BYTES}-`, 416, undefined],
  ])('range %s', async (Range, status, bytes) => {
    const answer = await expectSameAnswer(at, (of) =>
      of.send(new GetObjectCommand({ Bucket, Key: 'object', Range })),
    );
    expect(answer).toMatchObject({
      status,
      ...(bytes && { Body: sha256(bytes), ContentLength: bytes.length }),
    });
  });

  test('conditions', async () => {
    const { ETag } = await at.direct.send(new HeadObjectCommand({ Bucket, Key: 'object' }));
    const get = (conditions: object) =>
      expectSameAnswer(at, (of) => of.send(new GetObjectCommand({ Bucket, Key: 'object', ...conditions })));
    expect(await get({ IfMatch: ETag })).toMatchObject({ status: 200 });
    expect(await get({ IfNoneMatch: ETag })).toMatchObject({ status: 304 });
    expect(await get({ IfMatch: '"00000000000000000000000000000000"' })).toMatchObject({ status: 412 });
    expect(await get({ IfModifiedSince: new Date(Date.now() + 60_000) })).toMatchObject({ status: 304 });
    expect(await get({ IfUnmodifiedSince: new Date(0) })).toMatchObject({ status: 412 });
  });

  test('copy, with its metadata and with new ones', async () => {
    const copy = (Key: string, more: object = {}) =>
      at.client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/object`, ...more }));
    const { CopyObjectResult } = await copy('copy');
    expect(CopyObjectResult?.ETag).toMatch(/^"?[0-9a-f]{32}"?$/);
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetObjectCommand({ Bucket, Key: 'copy' }))),
    ).toMatchObject({
      Body: sha256(BODY),
      Metadata: { one: 'first' },
    });
    await copy('copy', { MetadataDirective: 'REPLACE', Metadata: { four: '4' } });
    expect(
      await expectSameAnswer(at, (of) => of.send(new HeadObjectCommand({ Bucket, Key: 'copy' }))),
    ).toMatchObject({
      Metadata: { four: '4' },
    });
    const missing = { Bucket, Key: 'copy', CopySource: `${Bucket}/absent` };
    expect(await expectSameAnswer(at, (of) => of.send(new CopyObjectCommand(missing)))).toMatchObject({
      code: 'NoSuchKey',
      status: 404,
    });
  });

  test.each([
    ['a slash before the bucket', `/${Bucket}/object`],
    ['the slash encoded, as some clients do', encodeURIComponent(`${Bucket}/object`)],
  ])('a copy source with %s', async (_, CopySource) => {
    await at.client.send(new CopyObjectCommand({ Bucket, Key: 'spelt', CopySource }));
    expect(await outcomeOf(at.direct.send(new HeadObjectCommand({ Bucket, Key: 'spelt' })))).toMatchObject({
      ContentLength: BYTES,
    });
  });

  test('tags', async () => {
    const Tagging = { TagSet: [{ Key: 'a b', Value: 'v +/=@' }] };
    await at.client.send(new PutObjectTaggingCommand({ Bucket, Key: 'object', Tagging }));
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetObjectTaggingCommand({ Bucket, Key: 'object' }))),
    ).toMatchObject(Tagging);
  });

  test('delete, also of what is not there', async () => {
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: 'x' }));
    expect(await outcomeOf(at.client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' })))).toMatchObject({
      status: 204,
    });
    await expectSameAnswer(at, (of) => of.send(new DeleteObjectCommand({ Bucket, Key: 'gone' })));
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetObjectCommand({ Bucket, Key: 'gone' }))),
    ).toMatchObject({ code: 'NoSuchKey', status: 404 });
  });

  describe('awkward keys', () => {
    const inBucket = bucketName('keys');
    beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket: inBucket })));

    test.each(AWKWARD_KEYS)('%j', async (Key) => {
      const body = bodyOf(Key, 5000);
      const target = { Bucket: inBucket, Key };
      const put = await expectSameAnswer(at, (of) =>
        of.send(new PutObjectCommand({ ...target, Body: body })),
      );
      await expectSameAnswer(at, (of) => of.send(new HeadObjectCommand(target)));
      const isTaken = !Key.includes('//') || differenceOf(store, 'keysWithEmptySegments');
      expect(put['status']).toBe(isTaken ? 200 : 400);
      if (!isTaken) return;
      await at.direct.send(new DeleteObjectCommand(target));
      await at.client.send(new PutObjectCommand({ ...target, Body: body }));
      expect(await expectSameAnswer(at, (of) => of.send(new GetObjectCommand(target)))).toMatchObject({
        Body: sha256(body),
      });
      const listed = await expectSameAnswer(at, (of) =>
        of.send(new ListObjectsV2Command({ Bucket: inBucket, Prefix: Key })),
      );
      const isListed = !Key.startsWith('/') || differenceOf(store, 'findsKeysByALeadingSlash');
      if (isListed) expect(listed['Contents']).toEqual([expect.objectContaining({ Key })]);
      const copy = {
        Bucket: inBucket,
        Key: `copy of ${sha256(Key)}`,
        CopySource: `${inBucket}/${encodeURIComponent(Key)}`,
      };
      await at.client.send(new CopyObjectCommand(copy));
      const deleted = await at.client.send(
        new DeleteObjectsCommand({ Bucket: inBucket, Delete: { Objects: [{ Key }, { Key: copy.Key }] } }),
      );
      expect(deleted.Errors).toBeUndefined();
      expect(await expectSameAnswer(at, (of) => of.send(new HeadObjectCommand(target)))).toMatchObject({
        status: 404,
      });
    });
  });
});
