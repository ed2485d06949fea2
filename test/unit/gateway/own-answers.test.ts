// What the gateway answers itself: the documents, the list of buckets, and faults of its own.
import { describe, expect, test } from 'vitest';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import { S3Error } from '../../../src/s3/error.ts';
import { CAPACITY_KEY, SOSAPI_PREFIX, SYSTEM_KEY } from '../../../src/sosapi/keys.ts';
import { headerOf } from '../../support/raw-http.ts';
import { turns } from '../http1/wire-fixture.ts';
import { bucketList, fakeBackend } from './fake-backend.ts';
import { READER, startGateway } from './gateway-fixture.ts';

describe('the documents', () => {
  test.each([
    [SYSTEM_KEY, '<SystemInfo/>'],
    [CAPACITY_KEY, '<CapacityInfo/>'],
  ])('%s', async (key, text) => {
    const backend = fakeBackend();
    await using gateway = await startGateway({ backend });
    const { answer, event } = await gateway.ask({ target: `/read-1/${key}`, credentials: READER });
    expect(answer).toMatchObject({ status: 200, body: Buffer.from(text) });
    expect(headerOf(answer, 'last-modified')).toBe('Wed, 04 Mar 2026 05:00:00 GMT');
    expect(headerOf(answer, 'date')).toBe('Wed, 04 Mar 2026 05:06:07 GMT');
    expect(event).toMatchObject({
      outcome: 'virtual',
      backend: 'store',
      operation: 'GetObject',
      bucket: 'read-1',
      key,
      accessKeyId: 'READER',
      status: 200,
      errorCode: undefined,
      requestBytes: 0,
      responseBytes: text.length,
      aborted: undefined,
    });
    // The document comes from memory; only whether the bucket exists is asked.
    expect(backend.asked).toEqual(['exists read-1']);
    await turns();
    expect(gateway.events).toHaveLength(1);
  });

  test('HEAD, a range, and a condition that holds', async () => {
    await using gateway = await startGateway({ backend: fakeBackend() });
    const target = `/bucket/${SYSTEM_KEY}`;
    const head = await gateway.ask({ method: 'HEAD', target });
    expect(headerOf(head.answer, 'content-length')).toBe('13');
    const range = await gateway.ask({ target, unsignedHeaders: { Range: 'bytes=1-10' } });
    expect(range.answer).toMatchObject({ status: 206, body: Buffer.from('SystemInfo') });
    const etag = headerOf(head.answer, 'etag') ?? '';
    const same = await gateway.ask({ target, unsignedHeaders: { 'If-None-Match': etag } });
    expect(same.answer).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    const outside = await gateway.ask({ target, unsignedHeaders: { Range: 'bytes=99-' } });
    expect(outside.code).toBe('InvalidRange');
    expect(headerOf(outside.answer, 'content-range')).toBe('bytes */13');
  });

  test('of a bucket that does not exist', async () => {
    await using gateway = await startGateway({
      backend: fakeBackend('store', { bucketExists: () => false }),
    });
    const { answer, code, event } = await gateway.ask({ target: `/bucket/${SYSTEM_KEY}` });
    expect([answer.status, code]).toEqual([404, 'NoSuchBucket']);
    expect(event).toMatchObject({ outcome: 'virtual', errorCode: 'NoSuchBucket' });
  });

  test('a capacity that is not known is an error, not a number', async () => {
    await using gateway = await startGateway({
      backend: fakeBackend(),
      capacity: async () => {
        throw new S3Error('ServiceUnavailable', { reason: 'the store said nothing for 20 m' });
      },
    });
    const { answer, code, event } = await gateway.ask({ target: `/bucket/${CAPACITY_KEY}` });
    expect([answer.status, code]).toEqual([503, 'ServiceUnavailable']);
    expect(headerOf(answer, 'retry-after')).toBe('1');
    expect(answer.body.toString()).not.toContain('20 m');
    expect(event.reason).toBe('the store said nothing for 20 m');
  });

  test('a key that we do not know is told as a probe besides', async () => {
    await using gateway = await startGateway({ backend: fakeBackend() });
    const key = `${SOSAPI_PREFIX}new.xml`;
    await gateway.ask({ target: `/bucket/${key}`, unsignedHeaders: { 'User-Agent': 'Veeam' } });
    expect(gateway.events.map(({ kind }) => kind)).toEqual(['reserved-key-probe', 'request']);
    expect(gateway.events[0]).toEqual({
      kind: 'reserved-key-probe',
      bucket: 'bucket',
      key,
      method: 'GET',
      userAgent: 'Veeam',
    });
  });
});

test('the list of buckets', async () => {
  const backend = fakeBackend('store', { call: () => bucketList('read-1', 'write-1') });
  await using gateway = await startGateway({ backend });
  const { answer, event } = await gateway.ask({ target: '/', credentials: READER });
  expect(answer.body.toString()).toContain('<Name>read-1</Name>');
  expect(answer.body.toString()).not.toContain('write-1');
  expect(event).toMatchObject({
    outcome: 'virtual',
    operation: 'ListBuckets',
    bucket: '',
    backend: undefined,
  });
});

describe('a fault of our own', () => {
  test.each([
    ['an error', new Error('secret detail at /home/me/x.ts:1')],
    ['a refusal of another room', new CapacityUnknownError('secret detail')],
    ['no error at all', 'secret detail'],
  ])('%s is 500 without details, and told to the log', async (_name, fault) => {
    await using gateway = await startGateway({
      backend: fakeBackend(),
      capacity: async () => {
        throw fault;
      },
    });
    const { answer, code, event } = await gateway.ask({ target: `/bucket/${CAPACITY_KEY}` });
    expect([answer.status, code]).toEqual([500, 'InternalError']);
    expect(answer.body.toString()).not.toContain('detail');
    expect(JSON.stringify(answer.headers)).not.toContain('detail');
    expect(event).toMatchObject({ status: 500, errorCode: 'InternalError' });
    expect(gateway.internalErrors).toEqual([fault]);
    expect(gateway.requests()).toHaveLength(1);
  });
});
