// Multipart calls that are refused: by which code, and that nothing in catalog and directory has changed.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf } from '../../../support/bodies.ts';
import { elementOf } from '../../../support/raw-http.ts';
import type { StoreAsk } from '../server/http-fixture.ts';
import {
  BUCKET,
  completeXml,
  MIB,
  md5,
  type Part,
  startWholeStore,
  TestUpload,
  type WholeStore,
} from './multipart-fixture.ts';

const ABC_MD5 = createHash('md5').update('abc').digest('base64');
const SMALL_QUOTA = 100n;

let store: WholeStore;
/** Two good parts, and one that is too short to stand before another. */
let upload: TestUpload;
let first: Part;
let short: Part;
let last: Part;
let crcUpload: TestUpload;

beforeAll(async () => {
  store = await startWholeStore({
    createBuckets: ['locked'],
    quotas: [{ pattern: /^small$/, bytes: SMALL_QUOTA }],
  });
  upload = await TestUpload.create(store);
  first = await upload.part(1, bodyOf('first', 5 * MIB));
  short = await upload.part(2, 'short');
  last = await upload.part(3, 'last');
  crcUpload = await TestUpload.create(store, `/${BUCKET}/crc`, { 'x-amz-checksum-algorithm': 'CRC32' });
  await crcUpload.part(1, 'abc');
  await store.ask({ method: 'PUT', target: `/${BUCKET}/there`, body: '0123456789' });
  await store.ask({ method: 'PUT', target: `/${BUCKET}/empty`, body: '' });
  await store.ask({ method: 'PUT', target: '/small' });
});

afterAll(async () => {
  expect(store.internalErrors).toEqual([]);
  await store[Symbol.asyncDispose]();
});

async function refused(ask: StoreAsk, code: string): Promise<void> {
  const before = await store.state();
  const answer = await store.ask(ask);
  expect(answer.code).toBe(code);
  expect(await store.state()).toEqual(before);
}

const crcOf = (text: string): string => {
  const raw = Buffer.alloc(4);
  raw.writeUInt32BE(crc32(text));
  return raw.toString('base64');
};

describe('CreateMultipartUpload', () => {
  test.each<[string, string, Record<string, string>, string]>([
    ['a bucket that is not there', '/nowhere/key', {}, 'NoSuchBucket'],
    [
      'a checksum that does not exist',
      `/${BUCKET}/key`,
      { 'x-amz-checksum-algorithm': 'MD5' },
      'InvalidRequest',
    ],
    [
      'a type of checksum that does not exist',
      `/${BUCKET}/key`,
      { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'HALF' },
      'InvalidRequest',
    ],
    [
      'a type without an algorithm',
      `/${BUCKET}/key`,
      { 'x-amz-checksum-type': 'FULL_OBJECT' },
      'InvalidRequest',
    ],
    [
      'SHA-256 of a full object, which cannot be had from parts',
      `/${BUCKET}/key`,
      { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' },
      'InvalidRequest',
    ],
    [
      'a composite CRC-64',
      `/${BUCKET}/key`,
      { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' },
      'InvalidRequest',
    ],
    [
      'encryption, which is not done here',
      `/${BUCKET}/key`,
      { 'x-amz-server-side-encryption': 'AES256' },
      'NotImplemented',
    ],
    ['a header that nobody knows', `/${BUCKET}/key`, { 'x-amz-unheard-of': '1' }, 'NotImplemented'],
    [
      'row 24 (minio#19748): another storage class than STANDARD',
      `/${BUCKET}/key`,
      { 'x-amz-storage-class': 'GLACIER' },
      'InvalidStorageClass',
    ],
    ['an ACL', `/${BUCKET}/key`, { 'x-amz-acl': 'public-read' }, 'AccessControlListNotSupported'],
    ['tags that are none', `/${BUCKET}/key`, { 'x-amz-tagging': 'a=1&a=2' }, 'InvalidTag'],
    [
      'a lock in a bucket without object lock',
      `/${BUCKET}/key`,
      { 'x-amz-object-lock-legal-hold': 'ON' },
      'InvalidRequest',
    ],
    ['half a retention', '/locked/key', { 'x-amz-object-lock-mode': 'COMPLIANCE' }, 'InvalidArgument'],
    [
      'a retention in the past',
      '/locked/key',
      {
        'x-amz-object-lock-mode': 'COMPLIANCE',
        'x-amz-object-lock-retain-until-date': '2020-01-01T00:00:00Z',
      },
      'InvalidArgument',
    ],
  ])('%s', async (_, path, headers, code) => {
    await refused({ method: 'POST', target: `${path}?uploads`, headers }, code);
  });
});

describe('UploadPart', () => {
  test.each<[string, string]>([
    ['0', 'InvalidArgument'],
    ['10001', 'InvalidArgument'],
    ['abc', 'InvalidArgument'],
    ['', 'InvalidArgument'],
    ['-1', 'InvalidArgument'],
    ['1.0', 'InvalidArgument'],
    ['1e2', 'InvalidArgument'],
    ['99999999999999999999', 'InvalidArgument'],
  ])('part number "%s"', async (number, code) => {
    await refused(upload.partAsk(number, 'abc'), code);
  });

  test.each<[string, () => Partial<StoreAsk>, string]>([
    [
      'an upload that is not there',
      () => ({ target: `/${BUCKET}/key?partNumber=1&uploadId=00` }),
      'NoSuchUpload',
    ],
    ['an empty upload id', () => ({ target: `/${BUCKET}/key?partNumber=1&uploadId=` }), 'NoSuchUpload'],
    [
      'the upload of another key',
      () => ({ target: `/${BUCKET}/other?partNumber=1&uploadId=${upload.uploadId}` }),
      'NoSuchUpload',
    ],
    [
      'the upload of another bucket',
      () => ({ target: `/locked/key?partNumber=1&uploadId=${upload.uploadId}` }),
      'NoSuchUpload',
    ],
    [
      'a bucket that is not there',
      () => ({ target: `/nowhere/key?partNumber=1&uploadId=${upload.uploadId}` }),
      'NoSuchBucket',
    ],
    [
      'another Content-MD5',
      () => ({ headers: { 'content-md5': createHash('md5').digest('base64') } }),
      'BadDigest',
    ],
    ['a Content-MD5 that is none', () => ({ headers: { 'content-md5': 'x' } }), 'InvalidDigest'],
    [
      'the right Content-MD5 and another CRC-32',
      () => ({ headers: { 'content-md5': ABC_MD5, 'x-amz-checksum-crc32': crcOf('x') } }),
      'BadDigest',
    ],
    [
      'two checksums',
      () => ({ headers: { 'x-amz-checksum-crc32': crcOf('abc'), 'x-amz-checksum-crc32c': crcOf('abc') } }),
      'InvalidRequest',
    ],
    ['a checksum that is none', () => ({ headers: { 'x-amz-checksum-crc32': 'x' } }), 'InvalidRequest'],
    [
      'another body than was signed',
      () => ({ payload: createHash('sha256').update('x').digest('hex') }),
      'XAmzContentSHA256Mismatch',
    ],
    [
      'chunks of unknown length',
      () => ({ payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }),
      'MissingContentLength',
    ],
    [
      'chunks that are signed',
      () => ({
        payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        headers: { 'x-amz-decoded-content-length': '1' },
      }),
      'NotImplemented',
    ],
    [
      'a key of the client for encryption',
      () => ({ headers: { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' } }),
      'NotImplemented',
    ],
    [
      'more than 5 GiB',
      () => ({
        body: '',
        unsignedHeaders: { 'content-length': String(5 * 1024 ** 3 + 1) },
        payload: 'UNSIGNED-PAYLOAD',
      }),
      'EntityTooLarge',
    ],
    [
      'no Content-Length',
      () => ({
        unsignedHeaders: { 'transfer-encoding': 'chunked' },
        edit: (bytes) => bytes.toString('latin1').replace(/abc$/, '3\r\nabc\r\n0\r\n\r\n'),
      }),
      'MissingContentLength',
    ],
  ])('%s', async (_, make, code) => {
    await refused({ ...upload.partAsk(5, 'abc'), ...make() }, code);
  });

  test('another checksum than the upload keeps', async () => {
    const sha = createHash('sha256').update('abc').digest('base64');
    await refused(crcUpload.partAsk(2, 'abc', { 'x-amz-checksum-sha256': sha }), 'InvalidRequest');
  });

  test('a body that ends too early leaves nothing', async () => {
    const before = await store.state();
    await using connection = await store.connect();
    await connection.send(store.bytesOf(upload.partAsk(5, bodyOf('cut', MIB))).subarray(0, -1));
    connection.socket.end();
    expect(await connection.closes()).toBe(true);
    expect(await store.state()).toEqual(before);
  });

  test('a body that is longer than announced: what is too much is no part of it, and no request', async () => {
    const before = store.usedBytes();
    await using connection = await store.connect();
    const longer = (bytes: Buffer): string => `${bytes.toString('latin1')}DELETE /`;
    await connection.send(store.bytesOf({ ...upload.partAsk(3, 'last'), edit: longer }));
    expect((await connection.answer('PUT')).status).toBe(200);
    await connection.send('x\r\n\r\n');
    expect((await connection.answer('PUT')).status).toBe(400);
    expect(store.usedBytes()).toBe(before);
    await store.state();
  });

  test('beyond the quota: before the body is taken; a smaller part in place of another is', async () => {
    const small = await TestUpload.create(store, '/small/key');
    await small.part(1, 'x'.repeat(90));
    const before = await store.state();
    const bytes = store.bytesOf({
      ...small.partAsk(2, 'x'.repeat(11)),
      unsignedHeaders: { expect: '100-continue' },
    });
    await using connection = await store.connect();
    await connection.send(bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4));
    const answer = await connection.answer('PUT');
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([403, 'QuotaExceeded']);
    expect(await store.state()).toEqual(before);
    await small.part(1, 'x'.repeat(100));
    const part = await small.part(1, 'y'.repeat(99));
    // To complete it makes nothing bigger.
    expect((await small.complete([part])).status).toBe(200);
    expect(store.usedBytes('small')).toBe(99n);
    await refused({ method: 'PUT', target: '/small/other', body: 'xx' }, 'QuotaExceeded');
  });
});

describe('UploadPartCopy', () => {
  const copyTo = (source: string, headers: Record<string, string> = {}): StoreAsk => ({
    method: 'PUT',
    target: `/${BUCKET}/key?partNumber=9&uploadId=${upload.uploadId}`,
    headers: { 'x-amz-copy-source': source, ...headers },
  });
  const there = `/${BUCKET}/there`;

  test.each<[string, string, Record<string, string>, string]>([
    ['a source that is not there', `/${BUCKET}/nothing`, {}, 'NoSuchKey'],
    ['a source bucket that is not there', '/nowhere/key', {}, 'NoSuchBucket'],
    ['a version that is none', `${there}?versionId=x`, {}, 'InvalidArgument'],
    ['a version that is not there', `${there}?versionId=v00000000000000ff`, {}, 'NoSuchVersion'],
    ['a source that is nothing', 'nothing', {}, 'InvalidArgument'],
    ['a range beyond the end', there, { 'x-amz-copy-source-range': 'bytes=0-10' }, 'InvalidArgument'],
    ['a range behind the end', there, { 'x-amz-copy-source-range': 'bytes=10-11' }, 'InvalidArgument'],
    [
      'a range of an empty object',
      `/${BUCKET}/empty`,
      { 'x-amz-copy-source-range': 'bytes=0-0' },
      'InvalidArgument',
    ],
    ['a range that runs backwards', there, { 'x-amz-copy-source-range': 'bytes=5-4' }, 'InvalidArgument'],
    ['a range without an end', there, { 'x-amz-copy-source-range': 'bytes=5-' }, 'InvalidArgument'],
    ['the last bytes', there, { 'x-amz-copy-source-range': 'bytes=-5' }, 'InvalidArgument'],
    ['two ranges', there, { 'x-amz-copy-source-range': 'bytes=0-1,3-4' }, 'InvalidArgument'],
    ['a range of nothing', there, { 'x-amz-copy-source-range': '0-1' }, 'InvalidArgument'],
    [
      'a range with a huge number',
      there,
      { 'x-amz-copy-source-range': 'bytes=0-99999999999999999999' },
      'InvalidArgument',
    ],
    ['another ETag', there, { 'x-amz-copy-source-if-match': '"x"' }, 'PreconditionFailed'],
    [
      'this very ETag',
      there,
      { 'x-amz-copy-source-if-none-match': `"${md5('0123456789')}"` },
      'PreconditionFailed',
    ],
    [
      'not changed since tomorrow',
      there,
      { 'x-amz-copy-source-if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' },
      'PreconditionFailed',
    ],
    [
      'changed since long ago',
      there,
      { 'x-amz-copy-source-if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' },
      'PreconditionFailed',
    ],
    ['a header of CopyObject', there, { 'x-amz-metadata-directive': 'REPLACE' }, 'NotImplemented'],
    ['a source that is not UTF-8', `/${BUCKET}/%ff`, {}, 'InvalidURI'],
  ])('%s', async (_, source, headers, code) => {
    await refused(copyTo(source, headers), code);
  });

  test('an upload that is not there', async () => {
    await refused({ ...copyTo(there), target: `/${BUCKET}/key?partNumber=9&uploadId=00` }, 'NoSuchUpload');
  });

  test('part number 0', async () => {
    await refused(
      { ...copyTo(there), target: `/${BUCKET}/key?partNumber=0&uploadId=${upload.uploadId}` },
      'InvalidArgument',
    );
  });

  test('beyond the quota', async () => {
    const small = await TestUpload.create(store, '/small/copy');
    const target = `/small/copy?partNumber=1&uploadId=${small.uploadId}`;
    await refused({ ...copyTo(there), target }, 'QuotaExceeded');
  });
});

describe('CompleteMultipartUpload', () => {
  const ask = (body: string, headers: Record<string, string> = {}, of = upload): StoreAsk => ({
    method: 'POST',
    target: `${of.path}?uploadId=${of.uploadId}`,
    body,
    headers,
  });

  test.each<[string, () => readonly Part[], string]>([
    ['no part', () => [], 'MalformedXML'],
    ['a part that was not uploaded', () => [first, { number: 4, etag: last.etag }], 'InvalidPart'],
    ['another ETag', () => [first, { number: 3, etag: first.etag }], 'InvalidPart'],
    ['no ETag to speak of', () => [first, { number: 3, etag: '' }], 'InvalidPart'],
    ['parts in the wrong order', () => [last, first], 'InvalidPartOrder'],
    ['a part twice', () => [first, first], 'InvalidPartOrder'],
    ['a short part before the last', () => [first, short, last], 'EntityTooSmall'],
    ['part number 0', () => [{ number: 0, etag: first.etag }], 'InvalidArgument'],
    ['part number 10001', () => [{ number: 10_001, etag: first.etag }], 'InvalidArgument'],
    ['part number abc', () => [{ number: Number.NaN, etag: first.etag }], 'MalformedXML'],
    ['part number -1', () => [{ number: -1, etag: first.etag }], 'MalformedXML'],
    ['part number 1.5', () => [{ number: 1.5, etag: first.etag }], 'MalformedXML'],
    ['an element too many', () => [{ ...first, more: '<Size>1</Size>' }], 'MalformedXML'],
    ['an ETag too many', () => [{ ...first, more: `<ETag>${first.etag}</ETag>` }], 'MalformedXML'],
    ['an element within the ETag', () => [{ number: 1, etag: '<b>1</b>' }], 'MalformedXML'],
    ['text within a part', () => [{ ...first, more: 'text' }], 'MalformedXML'],
    [
      'more than 10000 parts',
      () => Array.from({ length: 10_001 }, (_, at) => ({ number: at + 1, etag: 'a' })),
      'MalformedXML',
    ],
  ])('%s', async (_, make, code) => {
    await refused(ask(completeXml(make())), code);
  });

  test.each<[string, string, string]>([
    ['nothing', '', 'MalformedXML'],
    ['no XML', 'PartNumber=1', 'MalformedXML'],
    ['another document', '<Delete><Object><Key>a</Key></Object></Delete>', 'MalformedXML'],
    ['XML that is cut off', completeXml([]).slice(0, -4), 'MalformedXML'],
    [
      'a part without its number',
      '<CompleteMultipartUpload><Part><ETag>x</ETag></Part></CompleteMultipartUpload>',
      'MalformedXML',
    ],
    [
      'an entity bomb',
      '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&c;</ETag></Part></CompleteMultipartUpload>',
      'MalformedXML',
    ],
    [
      'a file of the server',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&b;</ETag></Part></CompleteMultipartUpload>',
      'MalformedXML',
    ],
    [
      'deep nesting',
      `${'<CompleteMultipartUpload>'.repeat(2000)}${'</CompleteMultipartUpload>'.repeat(2000)}`,
      'MalformedXML',
    ],
    ['2 MiB and a byte', ' '.repeat(2 * MIB + 1), 'EntityTooLarge'],
  ])('%s', async (_, body, code) => {
    await refused(ask(body), code);
  });

  test.each<[string, Record<string, string>, string]>([
    ['another size', { 'x-amz-mp-object-size': '1' }, 'InvalidRequest'],
    ['a size that is none', { 'x-amz-mp-object-size': '5242884.0' }, 'InvalidRequest'],
    ['a checksum that the upload does not keep', { 'x-amz-checksum-crc32': crcOf('x') }, 'InvalidRequest'],
    [
      'a type of checksum that the upload does not keep',
      { 'x-amz-checksum-type': 'COMPOSITE' },
      'InvalidRequest',
    ],
    ['If-Match without an object', { 'if-match': '"x"' }, 'NoSuchKey'],
    ['If-None-Match with an ETag', { 'if-none-match': '"x"' }, 'NotImplemented'],
    [
      'a key of the client for encryption',
      { 'x-amz-server-side-encryption-customer-key': 'x' },
      'NotImplemented',
    ],
    ['another body than was signed', { 'content-md5': ABC_MD5 }, 'BadDigest'],
  ])('%s', async (_, headers, code) => {
    await refused(ask(completeXml([first, last]), headers), code);
  });

  test.each<[string, string, Record<string, string>, string]>([
    ['another checksum of a part', crcOf('x'), {}, 'InvalidPart'],
    ['another checksum of the object', crcOf('abc'), { 'x-amz-checksum-crc32': crcOf('x') }, 'BadDigest'],
    [
      'another algorithm for the object',
      crcOf('abc'),
      { 'x-amz-checksum-crc32c': crcOf('x') },
      'InvalidRequest',
    ],
    ['another type', crcOf('abc'), { 'x-amz-checksum-type': 'FULL_OBJECT' }, 'InvalidRequest'],
    ['a type that does not exist', crcOf('abc'), { 'x-amz-checksum-type': 'HALF' }, 'InvalidRequest'],
  ])('%s', async (_, value, headers, code) => {
    const part = { number: 1, etag: md5('abc'), more: `<ChecksumCRC32>${value}</ChecksumCRC32>` };
    await refused(ask(completeXml([part]), headers, crcUpload), code);
  });

  test('row 56 (versitygw#1708): If-None-Match: * where there is an object; the upload stays', async () => {
    const over = await TestUpload.create(store, `/${BUCKET}/there`);
    const part = await over.part(1, 'over');
    await refused(ask(completeXml([part]), { 'if-none-match': '*' }, over), 'PreconditionFailed');
    await refused(ask(completeXml([part]), { 'if-match': '"x"' }, over), 'PreconditionFailed');
    const matched = await over.complete([part], { 'if-match': `"${md5('0123456789')}"` });
    expect(matched.status).toBe(200);
  });

  test.each<[string, () => StoreAsk, string]>([
    [
      'an upload that is not there',
      () => ({ ...ask('<x/>'), target: `/${BUCKET}/key?uploadId=00` }),
      'NoSuchUpload',
    ],
    [
      'an upload of another key',
      () => ({ ...ask(completeXml([first])), target: `/${BUCKET}/k?uploadId=${upload.uploadId}` }),
      'NoSuchUpload',
    ],
    [
      'a bucket that is not there',
      () => ({ ...ask(completeXml([first])), target: `/nowhere/key?uploadId=${upload.uploadId}` }),
      'NoSuchBucket',
    ],
    [
      'an unsigned header',
      () => ({ ...ask(completeXml([first])), unsignedHeaders: { 'x-amz-mp-object-size': '1' } }),
      'AccessDenied',
    ],
    [
      'a wrong signature',
      () => ({
        ...ask(completeXml([first])),
        credentials: { accessKeyId: 'STOREKEY', secretAccessKey: 'x' },
      }),
      'SignatureDoesNotMatch',
    ],
    [
      'an unknown key',
      () => ({
        ...ask(completeXml([first])),
        credentials: { accessKeyId: 'X', secretAccessKey: 'store-secret' },
      }),
      'InvalidAccessKeyId',
    ],
    [
      'no signature',
      () => ({
        ...ask(completeXml([first])),
        edit: (bytes) => bytes.toString('latin1').replace(/authorization:.*\r\n/, ''),
      }),
      'AccessDenied',
    ],
    [
      'a path with dot segments',
      () => ({ ...ask(completeXml([first])), target: `/${BUCKET}/a/../key?uploadId=${upload.uploadId}` }),
      'InvalidArgument',
    ],
    [
      'a key that is not UTF-8',
      () => ({ ...ask(completeXml([first])), target: `/${BUCKET}/%ff?uploadId=${upload.uploadId}` }),
      'InvalidURI',
    ],
    [
      'the upload id twice',
      () => ({
        ...ask(completeXml([first])),
        target: `/${BUCKET}/key?uploadId=${upload.uploadId}&uploadId=x`,
      }),
      'InvalidArgument',
    ],
  ])('%s', async (_, make, code) => {
    await refused(make(), code);
  });
});

describe('the others', () => {
  test.each<[string, () => StoreAsk, string]>([
    [
      'AbortMultipartUpload of nothing',
      () => ({ method: 'DELETE', target: `/${BUCKET}/key?uploadId=00` }),
      'NoSuchUpload',
    ],
    [
      'AbortMultipartUpload in no bucket',
      () => ({ method: 'DELETE', target: '/nowhere/key?uploadId=00' }),
      'NoSuchBucket',
    ],
    [
      'AbortMultipartUpload with a condition',
      () => ({
        method: 'DELETE',
        target: `/${BUCKET}/key?uploadId=${upload.uploadId}`,
        headers: { 'x-amz-if-match-initiated-time': 'x' },
      }),
      'NotImplemented',
    ],
    ['ListParts of nothing', () => ({ target: `/${BUCKET}/key?uploadId=00` }), 'NoSuchUpload'],
    [
      'ListParts with a limit that is none',
      () => ({ target: `/${BUCKET}/key?uploadId=${upload.uploadId}&max-parts=x` }),
      'InvalidArgument',
    ],
    [
      'ListParts with a marker that is none',
      () => ({ target: `/${BUCKET}/key?uploadId=${upload.uploadId}&part-number-marker=-1` }),
      'InvalidArgument',
    ],
    ['ListMultipartUploads in no bucket', () => ({ target: '/nowhere?uploads' }), 'NoSuchBucket'],
    [
      'ListMultipartUploads with a limit that is none',
      () => ({ target: `/${BUCKET}?uploads&max-uploads=2147483648` }),
      'InvalidArgument',
    ],
    [
      'ListMultipartUploads in an encoding that does not exist',
      () => ({ target: `/${BUCKET}?uploads&encoding-type=xml` }),
      'InvalidArgument',
    ],
  ])('%s', async (_, make, code) => {
    await refused(make(), code);
  });

  test('after all that the upload can still be completed', async () => {
    expect((await upload.complete([first, last])).status).toBe(200);
  });
});
