// The whole way to a store and back, with stores whose answers are scripted.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { S3BackendOptions } from '../../../src/backend/s3-backend.ts';
import { headerOf } from '../../support/raw-http.ts';
import { backendOver, refusingPort } from '../backend/backend-fixture.ts';
import {
  eventually,
  ManualClock,
  type ScriptedStore,
  startStore,
  type TestClient,
  turns,
} from '../http1/wire-fixture.ts';
import { type Ask, startGateway, type TestGateway } from './gateway-fixture.ts';

const OK = 'HTTP/1.1 200 OK\r\nx-amz-request-id: STORES\r\nContent-Length: 2\r\n\r\nok';
const PUT: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello' };

interface Chain extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly store: ScriptedStore;
  readonly changes: string[];
}

async function chain(
  onConnection: (connection: TestClient) => void,
  overrides: Partial<S3BackendOptions> = {},
): Promise<Chain> {
  const store = await startStore(onConnection);
  const { backend, changes } = backendOver([store.port], overrides);
  const gateway = await startGateway({ backend });
  return {
    gateway,
    store,
    changes,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      backend.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Answers each complete request with the next answer; a number resets the connection instead, at its request of that order. */
const script =
  (...answers: readonly (string | 'reset')[]) =>
  (connection: TestClient): void => {
    let next = 0;
    connection.socket.on('data', () => {
      const requests = connection.received.split('HTTP/1.1\r\n').length - 1;
      while (next < requests) {
        const answer = answers[Math.min(next++, answers.length - 1)] ?? '';
        if (answer === 'reset') connection.socket.resetAndDestroy();
        else connection.send(answer);
      }
    });
  };

describe('a request that passes through', () => {
  test("has the store's answer, and one event with its numbers", async () => {
    await using all = await chain(script(OK));
    const { answer, event } = await all.gateway.ask({ ...PUT, headers: { 'x-amz-meta-a': 'b' } });
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('ok') });
    expect(headerOf(answer, 'x-amz-request-id')).toBe('STORES');
    expect(event).toMatchObject({
      outcome: 'pass-through',
      backend: 'store',
      operation: 'PutObject',
      bucket: 'bucket',
      key: 'key',
      accessKeyId: 'WRITER',
      status: 200,
      errorCode: undefined,
      requestBytes: 5,
      responseBytes: 2,
      aborted: undefined,
    });
    expect(event.durationMs).toBeGreaterThanOrEqual(event.timeToFirstByteMs ?? Number.POSITIVE_INFINITY);
    const sent = all.store.connections[0]?.received ?? '';
    expect(sent).toMatch(
      /^PUT \/bucket\/key HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\nx-amz-meta-a: b\r\n.*\r\ncontent-length: 5\r\n\r\nhello$/s,
    );
    expect(sent).toContain(`x-amz-content-sha256: ${createHash('sha256').update('hello').digest('hex')}\r\n`);
    expect(sent).not.toContain('WRITER');
    await turns();
    expect(all.gateway.requests()).toHaveLength(1);
  });

  test("the store's refusal goes back as it is", async () => {
    const body = '<Error><Code>NoSuchKey</Code></Error>';
    await using all = await chain(
      script(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    const { answer, code, event } = await all.gateway.ask({ target: '/bucket/key' });
    expect([answer.status, code]).toEqual([404, 'NoSuchKey']);
    expect(event).toMatchObject({ outcome: 'pass-through', status: 404, errorCode: undefined });
  });

  test('DeleteObjects goes on as it came, and with the length that it has', async () => {
    await using all = await chain(script(OK));
    const body = '<Delete><Object><Key>a</Key></Object></Delete>';
    const ask: Ask = { method: 'POST', target: '/bucket?delete', body };
    const { event } = await all.gateway.ask(ask);
    expect(event).toMatchObject({
      outcome: 'screened',
      operation: 'DeleteObjects',
      requestBytes: body.length,
    });
    await using connection = await all.gateway.connect();
    // In chunks from the client: a store must not get them beside a Content-Length.
    const head = all.gateway
      .bytesOf({ ...ask, headers: { 'transfer-encoding': 'chunked' } })
      .toString('latin1')
      .split('\r\n\r\n')[0];
    await connection.send(
      `${head}\r\n\r\n5\r\n${body.slice(0, 5)}\r\n${(body.length - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\n\r\n`,
    );
    expect(await connection.answer()).toMatchObject({ status: 200 });
    const [, first, second] = (all.store.connections[0]?.received ?? '').split('POST ');
    for (const sent of [first, second]) {
      expect(sent).toMatch(new RegExp(`\r\ncontent-length: ${body.length}\r\n\r\n${body}$`));
      expect(sent).not.toContain('transfer-encoding');
    }
  });

  test('a bucket that is deleted is forgotten', async () => {
    await using all = await chain(script('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    const document = { target: '/bucket/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml' };
    await all.gateway.ask(document);
    await all.gateway.ask(document);
    await all.gateway.ask({ method: 'DELETE', target: '/bucket' });
    await all.gateway.ask(document);
    const methods = (all.store.connections[0]?.received ?? '').match(/^[A-Z]+(?= \/)/gm);
    expect(methods).toEqual(['HEAD', 'DELETE', 'HEAD']);
  });
});

describe('a pooled connection that is dead', () => {
  /** One good answer puts a connection into the pool; its second request finds it dead. */
  const dying = () => {
    let connections = 0;
    return (connection: TestClient): void =>
      (++connections === 1 ? script(OK, 'reset') : script(OK))(connection);
  };

  test.each<[string, Ask]>([
    ['GET', { target: '/bucket/key' }],
    ['HEAD', { method: 'HEAD', target: '/bucket/key' }],
  ])('%s is sent again, once, on a fresh one', async (_name, ask) => {
    await using all = await chain(dying());
    await all.gateway.ask({ target: '/bucket/first' });
    const { answer, event } = await all.gateway.ask(ask);
    expect(answer.status).toBe(200);
    expect(event).toMatchObject({ status: 200, errorCode: undefined });
    expect(all.store.connections).toHaveLength(2);
    expect(all.changes).toContain('retried');
  });

  test('PUT is sent again where no byte of its body was read, and the client is asked for it once', async () => {
    await using all = await chain(dying());
    await all.gateway.ask({ target: '/bucket/first' });
    await using connection = await all.gateway.connect();
    const bytes = all.gateway.bytesOf({ ...PUT, headers: { expect: '100-continue' } });
    await connection.send(bytes.subarray(0, -5));
    expect(await connection.answer()).toMatchObject({ status: 100 });
    await eventually(() => all.store.connections.length === 2);
    await connection.send('hello');
    expect(await connection.answer()).toMatchObject({ status: 200 });
    expect(all.store.connections[1]?.received).toMatch(/^PUT .*\r\n\r\nhello$/s);
    expect(all.gateway.requests().map(({ requestBytes }) => requestBytes)).toEqual([0, 5]);
  });

  test.each<[string, Ask]>([
    ['PUT with a body that was begun', PUT],
    ['PUT without a body', { method: 'PUT', target: '/bucket' }],
    ['POST', { method: 'POST', target: '/bucket/key?uploads' }],
    ['DELETE', { method: 'DELETE', target: '/bucket/key' }],
    [
      'DeleteObjects',
      { method: 'POST', target: '/bucket?delete', body: '<Delete><Object><Key>a</Key></Object></Delete>' },
    ],
  ])('%s is not sent again', async (_name, ask) => {
    await using all = await chain(dying());
    await all.gateway.ask({ target: '/bucket/first' });
    const { answer, code } = await all.gateway.ask(ask);
    expect([answer.status, code]).toEqual([503, 'ServiceUnavailable']);
    await turns();
    expect(all.store.connections).toHaveLength(1);
    expect(all.changes).not.toContain('retried');
  });

  test('GET is not sent a third time', async () => {
    let connections = 0;
    await using all = await chain((connection) =>
      (++connections === 1 ? script(OK, 'reset') : script('reset'))(connection),
    );
    await all.gateway.ask({ target: '/bucket/first' });
    const { code } = await all.gateway.ask({ target: '/bucket/key' });
    expect(code).toBe('ServiceUnavailable');
    expect(all.store.connections).toHaveLength(2);
  });

  test('a fresh connection that dies is no reason to send again', async () => {
    await using all = await chain(script('reset'));
    const { code } = await all.gateway.ask({ target: '/bucket/key' });
    expect(code).toBe('ServiceUnavailable');
    expect(all.store.connections).toHaveLength(1);
  });
});

describe('a store that fails', () => {
  test.each([
    ['nonsense', 'nonsense\r\n\r\n', 502, 'BadGateway'],
    [
      'both framings',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      502,
      'BadGateway',
    ],
    ['a broken connection', 'reset', 503, 'ServiceUnavailable'],
  ])('with %s', async (_name, answer, status, code) => {
    await using all = await chain(script(answer));
    const { answer: told, code: toldCode, event } = await all.gateway.ask({ target: '/bucket/key' });
    expect([told.status, toldCode]).toEqual([status, code]);
    expect(event).toMatchObject({ outcome: 'pass-through', backend: 'store', status, errorCode: code });
    expect(told.body.toString()).not.toContain('127.0.0.1');
  });

  test('by silence', async () => {
    const clock = new ManualClock();
    await using all = await chain(() => {}, { now: clock.now, sweepEveryMs: 5 });
    const ticking = setInterval(() => {
      clock.ms += 60_001;
    }, 20);
    const { answer, code } = await all.gateway.ask({ target: '/bucket/key' });
    clearInterval(ticking);
    expect([answer.status, code]).toEqual([504, 'GatewayTimeout']);
  });

  test('by refusing connections', async () => {
    const { backend } = backendOver([await refusingPort()]);
    await using gateway = await startGateway({ backend });
    const { answer, code } = await gateway.ask(PUT);
    expect([answer.status, code]).toEqual([503, 'ServiceUnavailable']);
    backend.close();
  });

  test('in the middle of its answer: the client is cut off, the event says who', async () => {
    await using all = await chain((connection) => {
      connection.socket.on('data', () => {
        connection.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
        connection.socket.end();
      });
    });
    const { answer, event } = await all.gateway.ask({ target: '/bucket/key' });
    expect(answer).toMatchObject({ truncated: true, body: Buffer.from('hello') });
    expect(event).toMatchObject({ aborted: 'store', status: 200, responseBytes: 5 });
  });
});

describe('a client that goes away', () => {
  test('in the middle of its body: no store gets a whole one, the event says who', async () => {
    await using all = await chain(() => {});
    const connection = await all.gateway.connect();
    await connection.send(
      all.gateway.bytesOf({ ...PUT, headers: { 'content-length': '100' }, payload: 'UNSIGNED-PAYLOAD' }),
    );
    const served = await all.store.connection(0);
    await served.until('hello');
    connection.drop();
    expect(await served.all()).toMatch(/\r\n\r\nhello$/);
    await eventually(() => all.gateway.requests().length === 1);
    expect(all.gateway.requests()[0]).toMatchObject({
      aborted: 'client',
      status: 0,
      requestBytes: 5,
      responseBytes: 0,
    });
  });

  test('with broken chunks is told so', async () => {
    await using all = await chain(() => {});
    await using connection = await all.gateway.connect();
    const head = all.gateway.bytesOf({
      ...PUT,
      body: '',
      headers: { 'transfer-encoding': 'chunked' },
      payload: 'UNSIGNED-PAYLOAD',
    });
    await connection.send(Buffer.concat([head, Buffer.from('5\r\nhello\r\n5;x\r\nhello\r\n0\r\n\r\n')]));
    const answer = await connection.answer();
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain('<Code>BadRequest</Code>');
    expect(await connection.closes()).toBe(true);
    await eventually(() => all.gateway.requests().length === 1);
    for (const { received } of all.store.connections) expect(received).not.toContain('0\r\n\r\n');
  });
});
