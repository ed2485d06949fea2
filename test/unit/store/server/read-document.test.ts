// Reading an XML body: whole, proven and within its limit, or refused by name.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StoreParts } from '../../../../src/store/server/call.ts';
import { readDocument, SMALL_DOCUMENT_BYTES } from '../../../../src/store/server/read-document.ts';
import { elementOf, headerOf } from '../../../support/raw-http.ts';
import { REGION, type StoreAsk, startStoreServer, type TestStore } from './http-fixture.ts';

const PARTS = { region: REGION, wallClock: Date.now } as unknown as StoreParts;
const BODY = '<VersioningConfiguration/>';
const base64 = (name: string): string => createHash(name).update(BODY).digest('base64');
const crc = (text: string): string => {
  const raw = Buffer.alloc(4);
  raw.writeUInt32BE(crc32(text));
  return raw.toString('base64');
};

/** Bit by bit, by the definition. */
function crc32c(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  const raw = Buffer.alloc(4);
  raw.writeUInt32BE(~crc >>> 0);
  return raw.toString('base64');
}

let store: TestStore;
let read: string[] = [];

beforeAll(async () => {
  store = await startStoreServer(PARTS, {
    PutBucketVersioning: async (call) => {
      read.push((await readDocument(call, SMALL_DOCUMENT_BYTES)).toString());
      return { status: 200, headers: [] };
    },
    PutBucketPolicy: async (call) => {
      read.push((await readDocument(call, 100, { checksumOf: 'object' })).toString());
      return { status: 200, headers: [] };
    },
  });
});

beforeEach(() => {
  read = [];
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

const put = (ask: Partial<StoreAsk> = {}) =>
  store.ask({ method: 'PUT', target: '/bucket?versioning', body: BODY, ...ask });

describe('a document', () => {
  test.each<[string, Partial<StoreAsk>]>([
    ['by the hash of its signature', {}],
    ['unsigned', { payload: 'UNSIGNED-PAYLOAD' }],
    ['with Content-MD5', { headers: { 'content-md5': base64('md5') } }],
    [
      'row 55 (minio#20845): with CRC-32 and no Content-MD5',
      { headers: { 'x-amz-checksum-crc32': crc(BODY) } },
    ],
    ['with SHA-1', { headers: { 'x-amz-checksum-sha1': base64('sha1') } }],
    ['with SHA-256', { headers: { 'x-amz-checksum-sha256': base64('sha256') } }],
    ['with CRC-32C', { headers: { 'x-amz-checksum-crc32c': crc32c(BODY) } }],
  ])('%s', async (_, ask) => {
    const answer = await put(ask);
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(read).toEqual([BODY]);
  });

  test('that is chunked', async () => {
    const answer = await put({
      unsignedHeaders: { 'transfer-encoding': 'chunked' },
      edit: (bytes) =>
        bytes.toString('latin1').replace(BODY, `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`),
    });
    expect([answer.status, read]).toEqual([200, [BODY]]);
  });

  test('whose sender waits for 100 Continue', async () => {
    await using connection = await store.connect();
    const bytes = store.bytesOf({
      method: 'PUT',
      target: '/bucket?versioning',
      body: BODY,
      unsignedHeaders: { expect: '100-continue' },
    });
    const end = bytes.indexOf('\r\n\r\n') + 4;
    await connection.send(bytes.subarray(0, end));
    expect((await connection.answer()).status).toBe(100);
    await connection.send(bytes.subarray(end));
    expect((await connection.answer()).status).toBe(200);
    expect(read).toEqual([BODY]);
  });
});

describe('refused, and given to nobody:', () => {
  test.each<[string, Partial<StoreAsk>, string]>([
    ['no body', { body: '' }, 'MalformedXML'],
    [
      'another body than was signed',
      { payload: createHash('sha256').update('x').digest('hex') },
      'XAmzContentSHA256Mismatch',
    ],
    ['another Content-MD5', { headers: { 'content-md5': createHash('md5').digest('base64') } }, 'BadDigest'],
    ['a Content-MD5 that is none', { headers: { 'content-md5': 'abc' } }, 'InvalidDigest'],
    ['another CRC-32', { headers: { 'x-amz-checksum-crc32': crc('x') } }, 'BadDigest'],
    ['another CRC-64', { headers: { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' } }, 'BadDigest'],
    ['a checksum that is none', { headers: { 'x-amz-checksum-sha256': 'abc' } }, 'InvalidRequest'],
    [
      'two checksums',
      { headers: { 'x-amz-checksum-sha1': base64('sha1'), 'x-amz-checksum-crc32': crc(BODY) } },
      'InvalidRequest',
    ],
    ['one byte too many', { body: 'x'.repeat(SMALL_DOCUMENT_BYTES + 1) }, 'EntityTooLarge'],
    [
      'one byte too many, chunked',
      {
        body: 'x'.repeat(SMALL_DOCUMENT_BYTES + 1),
        unsignedHeaders: { 'transfer-encoding': 'chunked' },
        edit: (bytes) =>
          bytes
            .toString('latin1')
            .replace(/x{1000,}/, (body) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`),
      },
      'EntityTooLarge',
    ],
  ])('%s', async (_, ask, code) => {
    const answer = await put(ask);
    expect(elementOf(answer, 'Code')).toBe(code);
    expect(read).toEqual([]);
    expect(store.internalErrors).toEqual([]);
  });

  test('too large by its length alone: before 100 Continue', async () => {
    await using connection = await store.connect();
    const bytes = store.bytesOf({
      method: 'PUT',
      target: '/bucket?versioning',
      body: 'x'.repeat(SMALL_DOCUMENT_BYTES + 1),
      unsignedHeaders: { expect: '100-continue' },
    });
    await connection.send(bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4));
    const answer = await connection.answer();
    expect(elementOf(answer, 'Code')).toBe('EntityTooLarge');
    expect(headerOf(answer, 'connection')).toBe('close');
  });

  test('one that ends too early', async () => {
    await using connection = await store.connect();
    const bytes = store.bytesOf({ method: 'PUT', target: '/bucket?versioning', body: BODY });
    await connection.send(bytes.subarray(0, -1));
    connection.socket.end();
    expect(await connection.closes()).toBe(true);
    expect(read).toEqual([]);
  });
});

test('a checksum that speaks of the object is not of the document', async () => {
  const headers = { 'x-amz-checksum-crc32': crc('the object') };
  const answer = await store.ask({ method: 'PUT', target: '/bucket?policy', body: BODY, headers });
  expect([answer.status, read]).toEqual([200, [BODY]]);
});
