// UploadPartCopy: parts out of objects that are there.
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyOf } from '../../../support/bodies.ts';
import { elementOf, headerOf } from '../../../support/raw-http.ts';
import type { StoreAnswer } from '../server/http-fixture.ts';
import { BUCKET, MIB, md5, startWholeStore, TestUpload, type WholeStore } from './multipart-fixture.ts';

const SOURCE = bodyOf('source', 6 * MIB);

let store: WholeStore;
let versionId: string;

beforeAll(async () => {
  store = await startWholeStore({ createBuckets: ['versioned'] });
  const put = await store.ask({ method: 'PUT', target: '/versioned/a%20source', body: SOURCE });
  versionId = headerOf(put, 'x-amz-version-id') ?? '';
  await store.ask({ method: 'PUT', target: `/${BUCKET}/small`, body: 'a small one' });
  await store.ask({ method: 'PUT', target: `/${BUCKET}/empty`, body: '' });
});

afterAll(async () => {
  expect(store.internalErrors).toEqual([]);
  await store[Symbol.asyncDispose]();
});

function copy(
  upload: TestUpload,
  number: number,
  source: string,
  headers: Record<string, string> = {},
): Promise<StoreAnswer> {
  return store.ask({
    method: 'PUT',
    target: `${upload.path}?partNumber=${number}&uploadId=${upload.uploadId}`,
    headers: { 'x-amz-copy-source': source, ...headers },
  });
}

const partOf = (number: number, answer: StoreAnswer) => ({ number, etag: elementOf(answer, 'ETag') ?? '' });

test('a whole object, a range of one, and an upload make one object together', async () => {
  const upload = await TestUpload.create(store, `/${BUCKET}/made`, { 'x-amz-checksum-algorithm': 'CRC32' });
  const whole = await copy(upload, 1, '/versioned/a%20source');
  expect([whole.status, whole.code]).toEqual([200, undefined]);
  expect(elementOf(whole, 'ETag')).toBe(`&quot;${md5(SOURCE)}&quot;`);
  expect(Date.parse(elementOf(whole, 'LastModified') ?? '')).toBeGreaterThan(Date.now() - 60_000);
  expect(headerOf(whole, 'x-amz-copy-source-version-id')).toBe(versionId);
  const raw = Buffer.alloc(4);
  raw.writeUInt32BE(crc32(SOURCE));
  expect(elementOf(whole, 'ChecksumCRC32')).toBe(raw.toString('base64'));
  const range = { 'x-amz-copy-source-range': `bytes=100-${5 * MIB + 99}` };
  const ranged = await copy(upload, 2, `versioned/a%20source?versionId=${versionId}`, range);
  const last = await copy(upload, 3, `${BUCKET}/small`);
  expect(headerOf(last, 'x-amz-copy-source-version-id')).toBeUndefined();
  const completed = await upload.complete([partOf(1, whole), partOf(2, ranged), partOf(3, last)]);
  expect([completed.status, completed.code]).toEqual([200, undefined]);
  const read = await store.ask({ target: `/${BUCKET}/made` });
  const bytes = Buffer.concat([SOURCE, SOURCE.subarray(100, 5 * MIB + 100), Buffer.from('a small one')]);
  expect(read.body.equals(bytes)).toBe(true);
  await store.state();
});

test('out of a multipart object, across the border of its parts', async () => {
  const upload = await TestUpload.create(store, `/${BUCKET}/from-parts`);
  const range = { 'x-amz-copy-source-range': `bytes=${6 * MIB - 5}-${6 * MIB + 4}` };
  const copied = await copy(upload, 1, `/${BUCKET}/made`, range);
  expect(elementOf(copied, 'ETag')).toBe(
    `&quot;${md5(Buffer.concat([SOURCE.subarray(-5), SOURCE.subarray(100, 105)]))}&quot;`,
  );
  await upload.abort();
});

test('out of an object that is kept in the database, and of an empty one', async () => {
  const upload = await TestUpload.create(store, `/${BUCKET}/tiny`);
  const ranged = await copy(upload, 1, `/${BUCKET}/small`, { 'x-amz-copy-source-range': 'bytes=2-6' });
  expect(elementOf(ranged, 'ETag')).toBe(`&quot;${md5('small')}&quot;`);
  const empty = await copy(upload, 1, `/${BUCKET}/empty`);
  expect((await upload.complete([partOf(1, empty)])).status).toBe(200);
  expect((await store.ask({ target: `/${BUCKET}/tiny` })).body.length).toBe(0);
});

test('where the conditions on the source hold', async () => {
  const upload = await TestUpload.create(store, `/${BUCKET}/conditions`);
  const held = {
    'x-amz-copy-source-if-match': `"${md5('a small one')}"`,
    'x-amz-copy-source-if-unmodified-since': 'Fri, 01 Jan 2100 00:00:00 GMT',
  };
  expect((await copy(upload, 1, `/${BUCKET}/small`, held)).status).toBe(200);
  await upload.abort();
});

test('not out of a delete marker', async () => {
  await store.ask({ method: 'PUT', target: '/versioned/marked', body: 'x' });
  const removed = await store.ask({ method: 'DELETE', target: '/versioned/marked' });
  const marker = headerOf(removed, 'x-amz-version-id');
  const upload = await TestUpload.create(store, `/${BUCKET}/of-marker`);
  expect((await copy(upload, 1, '/versioned/marked')).code).toBe('NoSuchKey');
  expect((await copy(upload, 1, `/versioned/marked?versionId=${marker}`)).code).toBe('InvalidRequest');
  await upload.abort();
});
