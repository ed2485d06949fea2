// Every operation of S3 is handled, or answered NotImplemented by name: none is forgotten.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATIONS, type OperationRow } from '../../../../src/s3/operation.ts';
import { createHandlers } from '../../../../src/store/server/handlers.ts';
import { elementOf } from '../../../support/raw-http.ts';
import { BUCKET, startWholeStore, type WholeStore } from '../multipart/multipart-fixture.ts';
import type { StoreAsk } from './http-fixture.ts';

const handlers = createHandlers(() => 'upload');

/** What this store does, besides telling of settings that no bucket here has. */
const DONE = [
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CopyObject',
  'CreateBucket',
  'CreateMultipartUpload',
  'DeleteBucket',
  'DeleteObject',
  'DeleteObjects',
  'DeleteObjectTagging',
  'GetObject',
  'GetObjectAcl',
  'GetObjectAttributes',
  'GetObjectLegalHold',
  'GetObjectRetention',
  'GetObjectTagging',
  'HeadBucket',
  'HeadObject',
  'HeadService',
  'ListBuckets',
  'ListMultipartUploads',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'ListParts',
  'PutBucketVersioning',
  'PutObject',
  'PutObjectLegalHold',
  'PutObjectLockConfiguration',
  'PutObjectRetention',
  'PutObjectTagging',
  'UploadPart',
  'UploadPartCopy',
];

let store: WholeStore;

beforeAll(async () => {
  store = await startWholeStore();
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

function askFor({ level, method, requires, copies }: OperationRow): StoreAsk {
  const path = level === 'service' ? '/' : level === 'bucket' ? `/${BUCKET}` : `/${BUCKET}/key`;
  const query = requires.map((name) => `${name}=${name === 'list-type' ? '2' : ''}`).join('&');
  return {
    method,
    target: query === '' ? path : `${path}?${query}`,
    ...(copies ? { headers: { 'x-amz-copy-source': `/${BUCKET}/key` } } : {}),
  };
}

describe('the operations of S3', () => {
  test.each(DONE)('%s is done', (name) => {
    expect(OPERATIONS.map((operation) => operation.name)).toContain(name);
    expect(handlers[name]).toBeTypeOf('function');
  });

  test.each(OPERATIONS.filter(({ name }) => handlers[name] === undefined))(
    '$name is refused by its name',
    async (operation) => {
      const answer = await store.ask(askFor(operation));
      expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
      expect(elementOf(answer, 'Message')).toContain(operation.name);
    },
  );

  test('no handler is for something that is no operation', () => {
    const names = new Set(OPERATIONS.map(({ name }) => name));
    expect(Object.keys(handlers).filter((name) => !names.has(name))).toEqual([]);
  });

  test.each(OPERATIONS)('$name answers, and not with an error of our own', async (operation) => {
    const answer = await store.ask(askFor(operation));
    expect(answer.status).not.toBe(500);
    expect(store.internalErrors).toEqual([]);
    if (operation.name === 'DeleteBucket') await store.ask({ method: 'PUT', target: `/${BUCKET}` });
  });
});
