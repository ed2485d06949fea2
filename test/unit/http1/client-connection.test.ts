import { describe, expect, test } from 'vitest';
import type { BodyFraming } from '../../../src/http1/head.ts';
import { RecordingListener } from './recording-sink.ts';
import {
  connectTo,
  eventually,
  ManualClock,
  type StoreConnection,
  startStore,
  turns,
} from './wire-fixture.ts';

const NONE: BodyFraming = { kind: 'none' };

/** Sends a request without a body. */
function ask({ connection }: StoreConnection, method = 'GET'): RecordingListener {
  const listener = new RecordingListener(connection);
  connection.begin(method, `${method} / HTTP/1.1\r\nhost: s\r\n\r\n`, NONE, listener).end();
  return listener;
}

/** One answer of a store to one request. */
async function answered(answer: string | readonly string[], method = 'GET', closes = false) {
  const pieces = typeof answer === 'string' ? [answer] : answer;
  await using store = await startStore();
  const pooled = await connectTo(store.port);
  const listener = ask(pooled, method);
  const served = await store.connection(0);
  await served.until('\r\n\r\n');
  for (const piece of pieces) {
    served.send(piece);
    await turns(3);
  }
  if (closes) served.socket.end();
  await eventually(() => listener.ends.length > 0);
  await turns();
  const usable = pooled.connection.usable;
  pooled.connection.destroy();
  await turns();
  return { listener, usable, closed: pooled.closed.count };
}

describe('answers', () => {
  test.each([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'GET', 'hello'],
    ['no bytes', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'GET', ''],
    [
      'chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n',
      'GET',
      'hello',
    ],
    ['HEAD with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'HEAD', ''],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 'DELETE', ''],
    ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 'GET', ''],
    [
      '100 before',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      'GET',
      'ok',
    ],
    [
      '102 and 103 before',
      'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      'GET',
      'ok',
    ],
  ])('%s: the connection can be used again', async (_name, answer, method, body) => {
    const { listener, usable, closed } = await answered(answer, method);
    expect(listener.ends).toEqual(['done true']);
    expect(listener.sink.text).toBe(body);
    expect(listener.sink.ends).toEqual(['end']);
    expect(usable).toBe(true);
    expect(closed).toBe(1);
  });

  test('in any two pieces', async () => {
    const answer =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
    for (let at = 1; at < answer.length; at++) {
      const { listener } = await answered([answer.slice(0, at), answer.slice(at)]);
      expect(listener.sink.text).toBe('hello');
      expect(listener.ends).toEqual(['done true']);
    }
  });

  test.each([
    ['Connection: close', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok', false],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', false],
    ['until the connection closes', 'HTTP/1.1 200 OK\r\n\r\nok', true],
    ['bytes behind the answer', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n', false],
  ])('%s: the answer is whole, the connection is not used again', async (_name, answer, closes) => {
    const { listener, usable, closed } = await answered(answer, 'GET', closes);
    expect(listener.sink.text).toBe('ok');
    expect(listener.sink.ends).toEqual(['end']);
    expect(listener.ends).toEqual(['done false']);
    expect(usable).toBe(false);
    expect(closed).toBe(1);
  });

  test('bytes behind an answer without a body spoil the connection', async () => {
    const { listener, usable } = await answered('HTTP/1.1 304 Not Modified\r\n\r\nbody', 'GET');
    expect(listener.ends).toEqual(['done false']);
    expect(usable).toBe(false);
  });
});

describe('what is not an answer', () => {
  test.each([
    ['a bad status line', 'SSH-2.0-OpenSSH_9\r\n\r\n'],
    ['a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    [
      'Content-Length and Transfer-Encoding',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['101', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
    ['a head that is too large', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(9000)}\r\n\r\n`],
  ])('%s fails the request', async (_name, answer) => {
    const { listener, usable, closed } = await answered(answer);
    expect(listener.ends).toEqual(['failed HttpError']);
    expect(listener.head).toBeUndefined();
    expect(usable).toBe(false);
    expect(closed).toBe(1);
  });

  test.each([
    ['a bad chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\n'],
    ['a trailer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n0\r\nX: y\r\n\r\n'],
  ])('%s aborts the body', async (_name, answer) => {
    const { listener } = await answered(answer);
    expect(listener.sink.text).toBe('he');
    expect(listener.sink.ends).toEqual(['abort']);
    expect(listener.ends).toEqual(['failed HttpError']);
  });

  test.each([
    ['before the head', ''],
    ['in the head', 'HTTP/1.1 200 OK\r\nConte'],
    ['behind 100', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('an end %s fails the request', async (_name, answer) => {
    const { listener, closed } = await answered(answer, 'GET', true);
    expect(listener.ends).toEqual(['failed Error']);
    expect(closed).toBe(1);
  });

  test.each([
    ['of a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe'],
    ['of chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n'],
  ])('an end in a body %s aborts it', async (_name, answer) => {
    const { listener, closed } = await answered(answer, 'GET', true);
    expect(listener.sink.text).toBe('he');
    expect(listener.sink.ends).toEqual(['abort']);
    expect(listener.ends).toEqual(['failed Error']);
    expect(closed).toBe(1);
  });
});

describe('between requests', () => {
  test('one connection carries one request after another', async () => {
    await using store = await startStore();
    const pooled = await connectTo(store.port);
    for (let turn = 1; turn <= 3; turn++) {
      const listener = ask(pooled);
      const served = await store.connection(0);
      await eventually(() => served.received.split('\r\n\r\n').length === turn + 1);
      served.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      await eventually(() => listener.ends.length > 0);
      expect(listener.ends).toEqual(['done true']);
    }
    expect(store.connections).toHaveLength(1);
    pooled.connection.destroy();
  });

  test('bytes that nobody asked for close an idle connection', async () => {
    await using store = await startStore();
    const pooled = await connectTo(store.port);
    (await store.connection(0)).send('HTTP/1.1 408 Request Timeout\r\n\r\n');
    await eventually(() => pooled.closed.count > 0);
    expect(pooled.connection.usable).toBe(false);
  });

  test('the end of an idle connection is heard', async () => {
    await using store = await startStore();
    const pooled = await connectTo(store.port);
    (await store.connection(0)).socket.end();
    await eventually(() => pooled.closed.count > 0);
    expect(pooled.connection.usable).toBe(false);
    expect(pooled.closed.count).toBe(1);
  });
});

describe('request bodies', () => {
  test('a length goes as it is, chunks are framed anew', async () => {
    await using store = await startStore();
    const plain = await connectTo(store.port);
    const sink = plain.connection.begin(
      'PUT',
      'HEAD1\r\n\r\n',
      { kind: 'length', length: 5 },
      new RecordingListener(plain.connection),
    );
    sink.write(Buffer.from('he'));
    sink.write(Buffer.alloc(0));
    sink.write(Buffer.from('llo'));
    sink.end();
    await (await store.connection(0)).until('HEAD1\r\n\r\nhello');
    const chunks = await connectTo(store.port);
    const chunked = chunks.connection.begin(
      'PUT',
      'HEAD2\r\n\r\n',
      { kind: 'chunked' },
      new RecordingListener(chunks.connection),
    );
    chunked.write(Buffer.from('hello, world'));
    // An empty chunk would end the body.
    chunked.write(Buffer.alloc(0));
    chunked.write(Buffer.from('!'));
    chunked.end();
    await (await store.connection(1)).until('HEAD2\r\n\r\nc\r\nhello, world\r\n1\r\n!\r\n0\r\n\r\n');
    plain.connection.destroy();
    chunks.connection.destroy();
  });

  test('an aborted body destroys the connection without its end', async () => {
    await using store = await startStore();
    const pooled = await connectTo(store.port);
    const listener = new RecordingListener(pooled.connection);
    const sink = pooled.connection.begin('PUT', 'HEAD\r\n\r\n', { kind: 'chunked' }, listener);
    sink.write(Buffer.from('he'));
    await (await store.connection(0)).until('he\r\n');
    sink.abort();
    expect(await (await store.connection(0)).all()).toBe('HEAD\r\n\r\n2\r\nhe\r\n');
    expect(listener.ends).toEqual(['failed Error']);
  });

  test('an answer before the end of the body is heard, and the connection is not used again', async () => {
    await using store = await startStore();
    const pooled = await connectTo(store.port);
    const listener = new RecordingListener(pooled.connection);
    const sink = pooled.connection.begin('PUT', 'HEAD\r\n\r\n', { kind: 'length', length: 10 }, listener);
    sink.write(Buffer.from('he'));
    (await store.connection(0)).send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    await eventually(() => listener.ends.length > 0);
    expect(listener.head?.status).toBe(403);
    expect(listener.ends).toEqual(['done false']);
    expect(await (await store.connection(0)).all()).toBe('HEAD\r\n\r\nhe');
  });
});

describe('deadlines', () => {
  test('an unused connection is closed after the idle time', async () => {
    await using store = await startStore();
    const clock = new ManualClock();
    const pooled = await connectTo(store.port, clock.now);
    pooled.connection.sweep(clock.ms + 1000);
    expect(pooled.connection.usable).toBe(true);
    pooled.connection.sweep(clock.ms + 1001);
    await eventually(() => pooled.closed.count === 1);
  });

  test('a store that does not answer times out', async () => {
    await using store = await startStore();
    const clock = new ManualClock();
    const pooled = await connectTo(store.port, clock.now);
    const listener = ask(pooled);
    pooled.connection.sweep(clock.ms + 2000);
    expect(listener.ends).toEqual([]);
    pooled.connection.sweep(clock.ms + 2001);
    expect(listener.ends).toEqual(['failed StoreTimeoutError']);
    await turns();
    expect(listener.ends).toHaveLength(1);
    expect(pooled.closed.count).toBe(1);
  });

  test('a store that stops in its answer times out', async () => {
    await using store = await startStore();
    const clock = new ManualClock();
    const pooled = await connectTo(store.port, clock.now);
    const listener = ask(pooled);
    (await store.connection(0)).send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe');
    await eventually(() => listener.sink.text === 'he');
    clock.ms += 2999;
    (await store.connection(0)).send('l');
    await eventually(() => listener.sink.text === 'hel');
    pooled.connection.sweep(clock.ms + 3000);
    expect(listener.ends).toEqual([]);
    pooled.connection.sweep(clock.ms + 3001);
    expect(listener.ends).toEqual(['failed StoreTimeoutError']);
    expect(listener.sink.ends).toEqual(['abort']);
  });

  test('while the client is waited for, the store is not to blame', async () => {
    await using store = await startStore();
    const clock = new ManualClock();
    const sending = await connectTo(store.port, clock.now);
    const first = new RecordingListener(sending.connection);
    sending.connection
      .begin('PUT', 'HEAD\r\n\r\n', { kind: 'length', length: 10 }, first)
      .write(Buffer.from('he'));
    await (await store.connection(0)).until('he');
    const receiving = await connectTo(store.port, clock.now);
    const ends: string[] = [];
    let got = 0;
    const { connection } = receiving;
    connection
      .begin('GET', 'HEAD\r\n\r\n', NONE, {
        onHead: () =>
          connection.readBody({
            write: (slice) => {
              got += slice.length;
            },
            idle: false,
            whenIdle() {},
            end() {},
            abort: () => ends.push('abort'),
          }),
        onDone() {},
        onFailed: () => ends.push('failed'),
      })
      .end();
    (await store.connection(1)).send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe');
    await eventually(() => got === 2);
    sending.connection.sweep(clock.ms + 1_000_000);
    receiving.connection.sweep(clock.ms + 1_000_000);
    expect(first.ends).toEqual([]);
    expect(ends).toEqual([]);
    sending.connection.destroy();
    receiving.connection.destroy();
  });
});
