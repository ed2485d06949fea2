import { describe, expect, test } from 'vitest';
import { eventually, ManualClock, startStore, turns } from '../http1/wire-fixture.ts';
import { backendOver, refusingPort } from './backend-fixture.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const LIST = { method: 'GET', bucket: '', rawQuery: '' } as const;

const authorityOf = ({ port }: { readonly port: number }): string => `127.0.0.1:${port}`;

/** A store that answers every request alike, at once. */
const answering = (answer: string) =>
  startStore((connection) => {
    connection.socket.on('data', () => connection.send(answer));
  });

describe('connections', () => {
  test('are used again, the latest first', async () => {
    await using store = await startStore();
    const { backend, changes } = backendOver([store.port]);
    const [a, b] = [await backend.acquire(), await backend.acquire()];
    expect([a.fresh, b.fresh]).toEqual([true, true]);
    a.release();
    b.release();
    const again = await backend.acquire();
    expect(again.connection).toBe(b.connection);
    expect(again.fresh).toBe(false);
    expect(changes).toEqual(['opened', 'opened']);
    backend.close();
    await eventually(() => changes.length === 4);
    expect(changes).toEqual(['opened', 'opened', 'closed', 'closed']);
  });

  test('a fresh one is made where it is asked for', async () => {
    await using store = await startStore();
    const { backend } = backendOver([store.port]);
    const first = await backend.acquire();
    first.release();
    const fresh = await backend.acquire(true);
    expect(fresh.fresh).toBe(true);
    expect(fresh.connection).not.toBe(first.connection);
    backend.close();
  });

  test('one that the store closed in the pool is not given out', async () => {
    await using store = await startStore();
    const { backend, changes } = backendOver([store.port]);
    (await backend.acquire()).release();
    (await store.connection(0)).socket.end();
    await eventually(() => changes.includes('closed'));
    expect((await backend.acquire()).fresh).toBe(true);
    backend.close();
  });

  test('beyond the limit a request waits for one to come free, in turn', async () => {
    await using store = await startStore();
    const { backend } = backendOver([store.port], { maxConnectionsPerEndpoint: 1 });
    const first = await backend.acquire();
    const order: string[] = [];
    const second = Promise.resolve(backend.acquire()).then((lease) => {
      order.push('second');
      return lease;
    });
    const third = Promise.resolve(backend.acquire()).then((lease) => {
      order.push('third');
      return lease;
    });
    await turns();
    expect(order).toEqual([]);
    first.release();
    expect((await second).connection).toBe(first.connection);
    await turns();
    expect(order).toEqual(['second']);
    // One that breaks leaves room for a new one.
    (await second).connection.destroy();
    expect((await third).fresh).toBe(true);
    expect(store.connections).toHaveLength(2);
    backend.close();
  });

  test('one that comes free serves whoever waits for a fresh one, and the fresh one is kept', async () => {
    await using store = await startStore();
    const { backend, changes } = backendOver([store.port]);
    const first = await backend.acquire();
    const waiting = backend.acquire();
    // Given back before the second connection can have been made: a connect takes a turn of the event loop.
    first.release();
    const second = await waiting;
    expect(second.connection).toBe(first.connection);
    expect(second.fresh).toBe(false);
    await eventually(() => changes.filter((change) => change === 'opened').length === 2);
    await turns();
    const third = await backend.acquire();
    expect(third.connection).not.toBe(first.connection);
    expect(store.connections).toHaveLength(2);
    backend.close();
  });

  test('beyond the limit an idle one makes room for a fresh one', async () => {
    await using store = await startStore();
    const { backend } = backendOver([store.port], { maxConnectionsPerEndpoint: 1 });
    (await backend.acquire()).release();
    expect((await backend.acquire(true)).fresh).toBe(true);
    backend.close();
  });

  test('SlowDown where none comes free', async () => {
    await using store = await startStore();
    const timeouts = { idleMs: 60_000, answerMs: 60_000, bodyIdleMs: 60_000, connectMs: 300 };
    const { backend } = backendOver([store.port], { maxConnectionsPerEndpoint: 1, timeouts });
    await backend.acquire();
    await expect(backend.acquire()).rejects.toMatchObject({ code: 'SlowDown' });
    backend.close();
  });

  test('one that waits learns at once that the store cannot be reached', async () => {
    const { backend } = backendOver([await refusingPort()], {
      maxConnectionsPerEndpoint: 1,
      timeouts: { idleMs: 60_000, answerMs: 60_000, bodyIdleMs: 60_000, connectMs: 3_600_000 },
    });
    const answers = await Promise.allSettled([backend.acquire(), backend.acquire(), backend.acquire()]);
    const refused = {
      status: 'rejected',
      reason: { code: 'ServiceUnavailable', reason: expect.stringContaining('ECONNREFUSED') },
    };
    expect(answers).toMatchObject([refused, refused, refused]);
    backend.close();
  });

  test('who waits when it ends is told so', async () => {
    await using store = await startStore();
    const { backend } = backendOver([store.port], { maxConnectionsPerEndpoint: 1 });
    await backend.acquire();
    const waiting = backend.acquire();
    await turns();
    backend.close();
    await expect(waiting).rejects.toMatchObject({
      code: 'ServiceUnavailable',
      reason: 'backend store: the gateway is shutting down',
    });
  });

  test('a connect under way ends with it', async () => {
    await using store = await startStore();
    const { backend, changes } = backendOver([store.port]);
    const waiting = backend.acquire();
    await Promise.resolve();
    backend.close();
    await expect(waiting).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    await eventually(() => changes.includes('failed'));
    expect(changes).not.toContain('opened');
  });

  test('none after the end', async () => {
    await using store = await startStore();
    const { backend } = backendOver([store.port]);
    backend.close();
    await expect(backend.acquire()).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    expect(store.connections).toHaveLength(0);
  });

  test('unused ones are closed after the idle time', async () => {
    await using store = await startStore();
    const clock = new ManualClock();
    const { backend, changes } = backendOver([store.port], { now: clock.now, sweepEveryMs: 5 });
    (await backend.acquire()).release();
    clock.ms += 60_001;
    await eventually(() => changes.includes('closed'));
    backend.close();
  });
});

describe('endpoints', () => {
  test('one that refuses is passed over, and tried last for a while', async () => {
    await using store = await startStore();
    const refusing = await refusingPort();
    const clock = new ManualClock();
    const { backend, changes } = backendOver([refusing, store.port], { now: clock.now });
    const first = await backend.acquire();
    expect(first.authority).toBe(authorityOf(store));
    expect(changes).toEqual(['failed', 'opened']);
    expect((await backend.acquire()).authority).toBe(authorityOf(store));
    expect(changes).toEqual(['failed', 'opened', 'opened']);
    clock.ms += 2_001;
    expect((await backend.acquire()).authority).toBe(authorityOf(store));
    expect(changes).toEqual(['failed', 'opened', 'opened', 'failed', 'opened']);
    backend.close();
  });

  test('ServiceUnavailable where all refuse, with the reason for the log only', async () => {
    const [a, b] = [await refusingPort(), await refusingPort()];
    const { backend, changes } = backendOver([a, b]);
    await expect(backend.acquire()).rejects.toMatchObject({
      code: 'ServiceUnavailable',
      message: 'The store behind the gateway cannot be reached. Please try again.',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    expect(changes).toEqual(['failed', 'failed']);
    backend.close();
  });

  test('the less busy one is chosen', async () => {
    await using one = await startStore();
    await using two = await startStore();
    const { backend } = backendOver([one.port, two.port]);
    const chosen: string[] = [];
    for (let turn = 0; turn < 4; turn++) chosen.push((await backend.acquire()).authority);
    expect(chosen).toEqual([one, two, one, two].map(authorityOf));
    backend.close();
  });
});

describe("calls of the gateway's own", () => {
  test('are signed, and give head and body', async () => {
    await using store = await answering(OK);
    const { backend, changes } = backendOver([store.port]);
    const answer = await backend.call({ method: 'GET', bucket: 'bucket', rawQuery: 'versioning' });
    expect(answer.head.status).toBe(200);
    expect(answer.body.toString()).toBe('ok');
    await backend.call(LIST);
    const [first, second] = (store.connections[0]?.received ?? '').split('\r\n\r\n');
    expect(first).toMatch(
      /^GET \/bucket\?versioning HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\nx-amz-date: .*\r\nx-amz-content-sha256: e3b0c4.*\r\nauthorization: AWS4-HMAC-SHA256 Credential=STORE\//,
    );
    expect(second).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
    expect(changes).toEqual(['opened']);
    backend.close();
  });

  test('a pooled connection that is dead is found out and the call made again', async () => {
    await using store = await startStore((connection) => {
      let requests = 0;
      connection.socket.on('data', () => {
        if (++requests === 1) connection.send(OK);
        else connection.socket.resetAndDestroy();
      });
    });
    const { backend } = backendOver([store.port]);
    await backend.call(LIST);
    expect((await backend.call(LIST)).body.toString()).toBe('ok');
    expect(store.connections).toHaveLength(2);
    backend.close();
  });

  test.each([
    ['nothing', '', 'ServiceUnavailable'],
    ['nonsense', 'nonsense\r\n\r\n', 'BadGateway'],
    ['half an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe', 'ServiceUnavailable'],
  ])('%s for an answer', async (_name, answer, code) => {
    await using store = await startStore((connection) => {
      connection.socket.on('data', () => {
        connection.send(answer);
        connection.socket.end();
      });
    });
    const { backend } = backendOver([store.port]);
    await expect(backend.call(LIST)).rejects.toMatchObject({ code });
    expect(store.connections).toHaveLength(2);
    backend.close();
  });

  test('no answer in time', async () => {
    await using store = await startStore();
    const clock = new ManualClock();
    const { backend } = backendOver([store.port], { now: clock.now, sweepEveryMs: 5 });
    const ticking = setInterval(() => {
      clock.ms += 60_001;
    }, 20);
    await expect(backend.call(LIST)).rejects.toMatchObject({ code: 'GatewayTimeout' });
    clearInterval(ticking);
    backend.close();
  });

  test('an answer that is too large', async () => {
    const size = 33 * 1024 * 1024;
    await using store = await startStore((connection) => {
      connection.socket.on('data', () => {
        connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
        connection.send(Buffer.alloc(size));
      });
    });
    const { backend } = backendOver([store.port]);
    await expect(backend.call(LIST)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    backend.close();
  });

  test('HEAD on a bucket says whether it exists', async () => {
    await using there = await answering('HTTP/1.1 200 OK\r\n\r\n');
    await using missing = await answering('HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\n');
    const first = backendOver([there.port]).backend;
    const second = backendOver([missing.port]).backend;
    expect(await first.bucketExists('bucket')).toBe(true);
    expect(await second.bucketExists('bucket')).toBe(false);
    expect(there.connections[0]?.received).toMatch(/^HEAD \/bucket HTTP\/1\.1\r\n/);
    first.close();
    second.close();
  });
});
