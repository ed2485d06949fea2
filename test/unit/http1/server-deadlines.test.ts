// Clocks that stand still; the sweep is called by hand.

import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, test } from 'vitest';
import { Deadlines } from '../../../src/http1/deadlines.ts';
import type { Exchange } from '../../../src/http1/exchange.ts';
import { readBuffersOf } from '../../../src/http1/read-buffer.ts';
import { ServerConnection } from '../../../src/http1/server-connection.ts';
import { TurnEnd } from '../../../src/http1/turn-end.ts';
import { Wire } from '../../../src/http1/wire.ts';
import {
  answerText,
  eventually,
  LIMITS,
  ManualClock,
  startServer,
  TestClient,
  turns,
} from './wire-fixture.ts';

interface Swept extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly deadlines: Deadlines;
  readonly client: TestClient;
  readonly connection: ServerConnection;
  readonly state: { closed: boolean; badHead: string | undefined };
}

async function connected(onExchange: (exchange: Exchange) => void): Promise<Swept> {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock.now, 3_600_000);
  const listener = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'connection');
  const client = await TestClient.to((listener.address() as net.AddressInfo).port);
  const [socket] = (await accepted) as [net.Socket];
  const state: { closed: boolean; badHead: string | undefined } = { closed: false, badHead: undefined };
  const connection = new ServerConnection(Wire.accepted(socket, readBuffersOf(65_536), new TurnEnd()), {
    limits: LIMITS,
    timeouts: { headMs: 1000, idleMs: 2000, bodyIdleMs: 3000, lingerMs: 500 },
    now: clock.now,
    onExchange,
    underWay: { count: 0, aloneAtMs: 0 },
    onBadHead: (error) => {
      state.badHead = error.kind;
      return 'HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n';
    },
    onClosed: () => {
      state.closed = true;
    },
  });
  deadlines.add(connection);
  return {
    clock,
    deadlines,
    client,
    connection,
    state,
    async [Symbol.asyncDispose]() {
      connection.destroy();
      client.socket.destroy();
      listener.close();
      deadlines.close();
    },
  };
}

const pass = ({ clock, deadlines }: Swept, ms: number): void => {
  clock.ms += ms;
  deadlines.sweep();
};

describe('deadlines of a server connection', () => {
  test('a client that says nothing is cut off after the time for a head', async () => {
    await using all = await connected(() => {});
    pass(all, 1000);
    await turns();
    expect(all.state.closed).toBe(false);
    pass(all, 1);
    expect(await all.client.all()).toBe('');
    await eventually(() => all.state.closed);
    expect(all.state.badHead).toBeUndefined();
  });

  test('a head that does not end is told so, however often a byte comes', async () => {
    await using all = await connected(() => {});
    all.client.send('GET / HTTP/1.1\r\n');
    await turns();
    pass(all, 600);
    all.client.send('X: y\r\n');
    await turns();
    pass(all, 401);
    expect(await all.client.all()).toMatch(/^HTTP\/1\.1 400 Bad/);
    expect(all.state.badHead).toBe('timeout');
  });

  test('between two requests it waits for the idle time', async () => {
    await using all = await connected((exchange) => answerText(exchange, 'ok'));
    all.client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await all.client.until('ok');
    pass(all, 2000);
    await turns();
    expect(all.state.closed).toBe(false);
    pass(all, 1);
    await all.client.all();
    await eventually(() => all.state.closed);
  });

  test('while the handler thinks, nothing is cut off', async () => {
    let held: Exchange | undefined;
    await using all = await connected((exchange) => {
      held = exchange;
    });
    all.client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await eventually(() => held !== undefined);
    pass(all, 1_000_000);
    await turns();
    answerText(held as unknown as Exchange, 'late');
    await all.client.until('late');
  });

  test('a body that stands still is aborted', async () => {
    let aborted: Error | undefined;
    let got = '';
    await using all = await connected((exchange) => {
      exchange.readBody({
        write: (slice) => {
          got += slice.toString();
        },
        idle: true,
        whenIdle: (callback) => callback(),
        end() {},
        abort: (error) => {
          aborted = error;
        },
      });
    });
    all.client.send('PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhel');
    await eventually(() => got === 'hel');
    pass(all, 2999);
    all.client.send('lo');
    await eventually(() => got === 'hello');
    pass(all, 2999);
    await turns();
    expect(aborted).toBeUndefined();
    pass(all, 2);
    await eventually(() => aborted !== undefined && all.state.closed);
  });

  test('a client that does not take its answer is cut off', async () => {
    let over: boolean | undefined;
    await using all = await connected((exchange) => {
      exchange.onOver((complete) => {
        over = complete;
      });
      exchange
        .answer({ status: 200, reason: 'OK', fields: '', framing: { kind: 'length', length: 64_000_000 } })
        .write(Buffer.alloc(32_000_000));
    });
    all.client.socket.pause();
    all.client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await turns(50);
    pass(all, 3001);
    await eventually(() => all.state.closed);
    expect(over).toBe(false);
  });

  test('while the reader of a body cannot take more, the client is not to blame', async () => {
    let aborted = false;
    let got = 0;
    await using all = await connected((exchange) => {
      exchange.readBody({
        write: (slice) => {
          got += slice.length;
        },
        idle: false,
        whenIdle() {},
        end() {},
        abort: () => {
          aborted = true;
        },
      });
    });
    all.client.send('PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello');
    await eventually(() => got === 5);
    pass(all, 1_000_000);
    await turns();
    expect(aborted).toBe(false);
    expect(all.state.closed).toBe(false);
  });

  test('while an answer waits for the store, the client is not to blame', async () => {
    await using all = await connected((exchange) => {
      exchange
        .answer({ status: 200, reason: 'OK', fields: '', framing: { kind: 'length', length: 10 } })
        .write(Buffer.from('hello'));
    });
    all.client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await all.client.until('hello');
    pass(all, 1_000_000);
    await turns();
    expect(all.state.closed).toBe(false);
  });

  test.each([
    ['whose connection closes behind it', 'Connection: close\r\n', () => {}],
    ['whose connection is drained', '', (connection: ServerConnection) => connection.drain()],
  ])('a client that takes a whole answer slowly gets all of it, %s', async (_name, fields, then) => {
    const size = 16_000_000;
    await using all = await connected((exchange) => {
      const sink = exchange.answer({
        status: 200,
        reason: 'OK',
        fields: '',
        framing: { kind: 'length', length: size },
      });
      sink.write(Buffer.alloc(size, 'x'));
      sink.end();
    });
    all.client.socket.pause();
    all.client.send(`GET / HTTP/1.1\r\nHost: h\r\n${fields}\r\n`);
    await turns(50);
    then(all.connection);
    pass(all, 2000);
    await turns();
    all.client.socket.resume();
    const received = await all.client.all();
    expect(received.length - received.indexOf('\r\n\r\n') - 4).toBe(size);
  });

  test('a refused client that goes on holding the connection is cut off', async () => {
    await using all = await connected((exchange) => answerText(exchange, 'no'));
    const { client } = all;
    client.socket.allowHalfOpen = true;
    client.send('PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n');
    await client.all();
    pass(all, 500);
    await turns();
    expect(all.state.closed).toBe(false);
    pass(all, 1);
    await eventually(() => all.state.closed);
  });
});

test('the server sweeps by itself', async () => {
  await using running = await startServer(() => {}, { timeouts: { headMs: 1 }, sweepEveryMs: 5 });
  await using client = await TestClient.to(running.port);
  expect(await client.all()).toBe('');
});
