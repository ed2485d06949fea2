// The store's pipeline over real HTTP: what reaches a handler, and how answers and refusals look on the wire.
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { BodySink } from '../../../../src/http1/body-sink.ts';
import { S3Error } from '../../../../src/s3/error.ts';
import type { Answer, Call, Handler, Handlers, StoreParts } from '../../../../src/store/server/call.ts';
import { elementOf, headerOf } from '../../../support/raw-http.ts';
import { REGION, STORE_KEY, startStoreServer, type TestStore } from './http-fixture.ts';

const NOTHING = { status: 200, headers: [] } as const;

/** The pipeline hands its parts on and uses nothing of them but the clock and the region. */
const PARTS = { region: REGION, wallClock: Date.now } as unknown as StoreParts;

let open: TestStore | undefined;

async function storeWith(handlers: Handlers): Promise<TestStore> {
  open = await startStoreServer(PARTS, handlers);
  return open;
}

afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});

/** A handler that answers so, and remembers its calls. */
function answering(answer: Answer | (() => Answer)): { readonly handler: Handler; readonly calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    handler: (call) => {
      calls.push(call);
      return typeof answer === 'function' ? answer() : answer;
    },
  };
}

describe('what reaches a handler', () => {
  test('a signed request, with the hash of its body and the right to bypass governance', async () => {
    const { handler, calls } = answering(NOTHING);
    const store = await storeWith({ PutObject: handler });
    const answer = await store.ask({ method: 'PUT', target: '/bucket/a%20key', body: 'abc' });
    expect(answer.status).toBe(200);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.request).toMatchObject({ bucket: 'bucket', key: 'a key' });
    expect(calls[0]?.payloadHash).toBe(createHash('sha256').update('abc').digest('hex'));
    expect(calls[0]?.mayBypassGovernance).toBe(true);
  });

  test.each([
    ['a wrong secret', { credentials: { ...STORE_KEY, secretAccessKey: 'other' } }, 'SignatureDoesNotMatch'],
    ['an unknown key', { credentials: { ...STORE_KEY, accessKeyId: 'OTHER' } }, 'InvalidAccessKeyId'],
    ['another region', { region: 'eu-west-9' }, 'AuthorizationHeaderMalformed'],
    ['a clock that is off', { date: new Date(Date.now() - 3_600_000) }, 'RequestTimeTooSkewed'],
    ['a header that is not signed', { unsignedHeaders: { 'x-amz-meta-a': 'b' } }, 'AccessDenied'],
    [
      'no signature',
      { edit: (bytes: Buffer) => bytes.toString('latin1').replace(/authorization:.*\r\n/, '') },
      'AccessDenied',
    ],
    ['a path with dot segments', { target: '/bucket/a/../b' }, 'InvalidArgument'],
    ['an encoded dot segment', { target: '/bucket/a/%2e%2e/b' }, 'InvalidArgument'],
    ['a key with NUL', { target: '/bucket/a%00b' }, 'InvalidArgument'],
    ['a bucket that is none', { target: '/B/key' }, 'InvalidBucketName'],
    ['an unknown parameter', { target: '/bucket/key?torrent' }, 'NotImplemented'],
    ['a repeated parameter', { target: '/bucket/key?versionId=1&versionId=2' }, 'InvalidArgument'],
  ])('not: %s', async (_, ask, code) => {
    const { handler, calls } = answering(NOTHING);
    const store = await storeWith({ GetObject: handler });
    const answer = await store.ask({ target: '/bucket/key', ...ask });
    expect(answer.code).toBe(code);
    expect(calls).toEqual([]);
    expect(store.internalErrors).toEqual([]);
  });

  test.each([
    ['chunks of unknown length', { payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }, 'MissingContentLength'],
    [
      'aws-chunked by its length alone',
      { headers: { 'x-amz-decoded-content-length': '3' } },
      'InvalidRequest',
    ],
    [
      'aws-chunked by its encoding alone',
      { headers: { 'content-encoding': 'aws-chunked' } },
      'InvalidRequest',
    ],
    [
      'a body without a length',
      { edit: (bytes: Buffer) => bytes.toString('latin1').replace(/content-length:.*\r\n/, '') },
      'MissingContentLength',
    ],
    [
      'a body where the signature says that there is none',
      { payload: createHash('sha256').digest('hex') },
      'XAmzContentSHA256Mismatch',
    ],
  ])('not an upload: %s', async (_, ask, code) => {
    const { handler, calls } = answering(NOTHING);
    const store = await storeWith({ PutObject: handler });
    const answer = await store.ask({ method: 'PUT', target: '/bucket/key', body: 'abc', ...ask });
    expect(answer.code).toBe(code);
    expect(calls).toEqual([]);
  });

  test('not a head that is too large', async () => {
    const { handler, calls } = answering(NOTHING);
    const store = await storeWith({ GetObject: handler });
    const answer = await store.ask({
      target: '/bucket/key',
      edit: (bytes) =>
        bytes.toString('latin1').replace('\r\n\r\n', `\r\nx-long: ${'a'.repeat(1_400_000)}\r\n\r\n`),
    });
    expect([answer.status, answer.code]).toEqual([400, 'RequestHeaderSectionTooLarge']);
    expect(headerOf(answer, 'connection')).toBe('close');
    expect(calls).toEqual([]);
  });

  test('not an operation that nobody handles: refused by its name', async () => {
    const store = await storeWith({});
    const answer = await store.ask({ method: 'POST', target: '/bucket/key?restore', body: '<x/>' });
    expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
    expect(elementOf(answer, 'Message')).toContain('RestoreObject');
  });
});

describe('answers', () => {
  test('each has a request id, a date and the name of the server', async () => {
    const { handler } = answering(NOTHING);
    const store = await storeWith({ GetObject: handler });
    for (const target of ['/bucket/key', '/bucket/key?acl']) {
      const answer = await store.ask({ target });
      expect(headerOf(answer, 'x-amz-request-id')).toMatch(/^[0-9A-F]{16}$/);
      expect(headerOf(answer, 'server')).toBe('sosapi-gateway');
      expect(Date.parse(headerOf(answer, 'date') ?? '')).toBeGreaterThan(Date.now() - 60_000);
    }
  });

  test('an error is S3 XML that names the resource and the request', async () => {
    const store = await storeWith({});
    const answer = await store.ask({ target: '/bucket/a%26b?acl' });
    expect(headerOf(answer, 'content-type')).toBe('application/xml');
    expect(answer.text).toContain('<Resource>/bucket/a&amp;b</Resource>');
    expect(elementOf(answer, 'RequestId')).toBe(headerOf(answer, 'x-amz-request-id'));
  });

  test('row 37 (MaxIOFS): a body has a Content-Length, and never is chunked', async () => {
    const body = Buffer.from('<a/>');
    const { handler } = answering({ status: 200, headers: [], body });
    const store = await storeWith({ ListBuckets: handler });
    for (const target of ['/', '/bucket/key']) {
      const answer = await store.ask({ target });
      expect(headerOf(answer, 'content-length')).toBe(String(answer.body.length));
      expect(headerOf(answer, 'transfer-encoding')).toBeUndefined();
    }
  });

  test('200 without a body says so with Content-Length 0; 204 says nothing', async () => {
    const store = await storeWith({
      PutBucketVersioning: answering(NOTHING).handler,
      DeleteObject: answering({ status: 204, headers: [] }).handler,
    });
    const put = await store.ask({ method: 'PUT', target: '/bucket?versioning', body: '<a/>' });
    const removed = await store.ask({ method: 'DELETE', target: '/bucket/key' });
    expect(headerOf(put, 'content-length')).toBe('0');
    expect([removed.status, headerOf(removed, 'content-length')]).toEqual([204, undefined]);
  });

  test('HEAD: the length of the body that GET would have, and an error without a body', async () => {
    const { handler } = answering({ status: 200, headers: [], body: Buffer.from('12345') });
    const store = await storeWith({ HeadBucket: handler });
    await using connection = await store.connect();
    await connection.send(store.bytesOf({ method: 'HEAD', target: '/bucket' }));
    const first = await connection.answer('HEAD');
    await connection.send(store.bytesOf({ method: 'HEAD', target: '/bucket/key' }));
    const second = await connection.answer('HEAD');
    expect([first.status, headerOf(first, 'content-length')]).toEqual([200, '5']);
    expect([second.status, headerOf(second, 'content-length')]).toEqual([501, undefined]);
    await connection.send(store.bytesOf({ method: 'HEAD', target: '/bucket' }));
    expect((await connection.answer('HEAD')).status).toBe(200);
    expect(connection.pending.length).toBe(0);
  });

  test('an error that carries headers of its own', async () => {
    const { handler } = answering({
      error: new S3Error('NoSuchKey'),
      headers: [['x-amz-delete-marker', 'true']],
    });
    const store = await storeWith({ GetObject: handler });
    const answer = await store.ask({ target: '/bucket/key' });
    expect([answer.status, answer.code]).toEqual([404, 'NoSuchKey']);
    expect(headerOf(answer, 'x-amz-delete-marker')).toBe('true');
  });

  test('what is no S3Error is a 500 that says nothing of it, and is told to the log', async () => {
    const fault = new Error('secret detail');
    const store = await storeWith({
      GetObject: () => {
        throw fault;
      },
    });
    const answer = await store.ask({ target: '/bucket/key' });
    expect([answer.status, answer.code]).toEqual([500, 'InternalError']);
    expect(answer.text).not.toContain('secret detail');
    expect(store.internalErrors).toEqual([fault]);
  });

  test('a header that would break the head apart is not sent', async () => {
    const { handler } = answering({ status: 200, headers: [['x-amz-meta-a', 'b\u010d\u010aSet-Cookie: c']] });
    const store = await storeWith({ GetObject: handler });
    const answer = await store.ask({ target: '/bucket/key' });
    expect(answer.status).toBe(500);
    expect(headerOf(answer, 'set-cookie')).toBeUndefined();
  });
});

describe('request bodies that no handler read', () => {
  test('close the connection, and nothing of them is taken for a request', async () => {
    const store = await storeWith({ PutObject: answering(NOTHING).handler });
    await using connection = await store.connect();
    const smuggled = 'GET /bucket/key HTTP/1.1\r\nhost: h\r\n\r\n';
    await connection.send(store.bytesOf({ method: 'PUT', target: '/bucket/key', body: smuggled }));
    const answer = await connection.answer('PUT');
    expect(answer.status).toBe(200);
    expect(headerOf(answer, 'connection')).toBe('close');
    expect(await connection.closes()).toBe(true);
    expect(connection.pending.length).toBe(0);
  });

  test('a client that waits for 100 Continue gets the refusal instead', async () => {
    const store = await storeWith({});
    await using connection = await store.connect();
    const bytes = store.bytesOf({
      method: 'PUT',
      target: '/bucket/key',
      body: 'x'.repeat(1000),
      unsignedHeaders: { expect: '100-continue' },
    });
    await connection.send(bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4));
    expect((await connection.answer('PUT')).status).toBe(501);
  });
});

describe('streams', () => {
  class Reader {
    readonly length: number;
    closed = 0;
    sink: BodySink | undefined;
    constructor(length: number) {
      this.length = length;
    }
    sendTo(sink: BodySink): void {
      this.sink = sink;
      sink.write(Buffer.alloc(this.length, 'a'));
      sink.end();
    }
    close(): void {
      this.closed++;
    }
  }

  test('are sent with their length and closed behind it', async () => {
    const stream = new Reader(100_000);
    const store = await storeWith({ GetObject: answering({ status: 200, headers: [], stream }).handler });
    const answer = await store.ask({ target: '/bucket/key' });
    expect(headerOf(answer, 'content-length')).toBe('100000');
    expect(answer.body.length).toBe(100_000);
    expect(stream.closed).toBeGreaterThan(0);
  });

  test('are not sent to HEAD, and closed', async () => {
    const stream = new Reader(100);
    const store = await storeWith({ HeadObject: answering({ status: 200, headers: [], stream }).handler });
    const answer = await store.ask({ method: 'HEAD', target: '/bucket/key' });
    expect(headerOf(answer, 'content-length')).toBe('100');
    expect(stream.sink).toBeUndefined();
    expect(stream.closed).toBeGreaterThan(0);
  });

  test('are closed, and not read, where the client went away before the answer', async () => {
    const stream = new Reader(100);
    const asked = Promise.withResolvers<Call>();
    const go = Promise.withResolvers<Answer>();
    const store = await storeWith({
      GetObject: (call) => {
        asked.resolve(call);
        return go.promise;
      },
    });
    const gone = Promise.withResolvers<void>();
    await using connection = await store.connect();
    await connection.send(store.bytesOf({ target: '/bucket/key' }));
    (await asked.promise).exchange.onGone(() => gone.resolve());
    connection.drop();
    await gone.promise;
    go.resolve({ status: 200, headers: [], stream });
    await expect.poll(() => stream.closed).toBeGreaterThan(0);
    expect(stream.sink).toBeUndefined();
  });

  test('are closed where the client goes away in the middle', async () => {
    const stream = new Reader(100);
    const started = Promise.withResolvers<void>();
    stream.sendTo = (sink) => {
      sink.write(Buffer.alloc(10));
      started.resolve();
    };
    const store = await storeWith({ GetObject: answering({ status: 200, headers: [], stream }).handler });
    await using connection = await store.connect();
    await connection.send(store.bytesOf({ target: '/bucket/key' }));
    await started.promise;
    connection.drop();
    await expect.poll(() => stream.closed).toBeGreaterThan(0);
  });
});
