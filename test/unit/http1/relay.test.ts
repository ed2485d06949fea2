import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../src/http1/exchange.ts';
import { type RelayOutcome, relay } from '../../../src/http1/relay.ts';
import {
  connectTo,
  eventually,
  type RunningServer,
  type ScriptedStore,
  type StoreConnection,
  startServer,
  startStore,
  TestClient,
  turns,
} from './wire-fixture.ts';

interface Relayed extends AsyncDisposable {
  readonly store: ScriptedStore;
  readonly running: RunningServer;
  readonly client: TestClient;
  readonly outcomes: RelayOutcome[];
  /** What the exchange said of its end. */
  readonly over: boolean[];
  readonly pooled: StoreConnection;
  served(): Promise<TestClient>;
}

/** A client, a relay and a store; the request goes over with its own framing. */
async function relayed(body?: Buffer): Promise<Relayed> {
  const store = await startStore();
  const pooled = await connectTo(store.port);
  const outcomes: RelayOutcome[] = [];
  const over: boolean[] = [];
  const onExchange = async (exchange: Exchange): Promise<void> => {
    exchange.onOver((complete) => over.push(complete));
    exchange.allowBody();
    const framing =
      body === undefined ? exchange.head.framing : { kind: 'length' as const, length: body.length };
    const outcome = await relay({
      exchange,
      connection: pooled.connection,
      head: `${exchange.head.method} ${exchange.head.target} HTTP/1.1\r\nhost: store\r\n\r\n`,
      framing,
      body,
      answerFields: (head) => `X-Store: ${head.headers.get('x-store') ?? ''}\r\n`,
    });
    outcomes.push(outcome);
    if (outcome.kind === 'unanswered') {
      const answer = exchange.answer({
        status: 503,
        reason: 'No Store',
        fields: '',
        framing: { kind: 'length', length: 0 },
      });
      answer.end();
    }
  };
  const running = await startServer((exchange) => void onExchange(exchange));
  const client = await TestClient.to(running.port);
  return {
    store,
    running,
    client,
    outcomes,
    over,
    pooled,
    served: () => store.connection(0),
    async [Symbol.asyncDispose]() {
      client.socket.destroy();
      await running[Symbol.asyncDispose]();
      pooled.connection.destroy();
      await store[Symbol.asyncDispose]();
    },
  };
}

const GET = 'GET /k HTTP/1.1\r\nHost: h\r\n\r\n';
const put = (length: number, body: string): string =>
  `PUT /k HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n\r\n${body}`;
const STORE_HEAD = 'GET /k HTTP/1.1\r\nhost: store\r\n\r\n';
const PUT_HEAD = 'PUT /k HTTP/1.1\r\nhost: store\r\n\r\n';

describe('an answer that is whole', () => {
  test.each([
    [
      'a length',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Store: a\r\n\r\nhello',
      'HTTP/1.1 200 OK\r\nX-Store: a\r\nContent-Length: 5\r\n\r\nhello',
    ],
    [
      'chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'HTTP/1.1 200 OK\r\nX-Store: \r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 'HTTP/1.1 204 No Content\r\nX-Store: \r\n\r\n'],
  ])('%s goes back, and both connections go on', async (_name, answer, expected) => {
    await using all = await relayed();
    for (let turn = 1; turn <= 2; turn++) {
      all.client.send(GET);
      const served = await all.served();
      await eventually(() => served.received === STORE_HEAD.repeat(turn));
      served.send(answer);
      await eventually(() => all.client.received === expected.repeat(turn));
    }
    await eventually(() => all.outcomes.length === 2);
    expect(all.outcomes).toEqual([{ kind: 'answered' }, { kind: 'answered' }]);
    expect(all.over).toEqual([true, true]);
    expect(all.pooled.connection.usable).toBe(true);
  });

  test('an answer until the end of the connection becomes chunks', async () => {
    await using all = await relayed();
    all.client.send(GET);
    const served = await all.served();
    await served.until(STORE_HEAD);
    served.send('HTTP/1.1 200 OK\r\n\r\nhello');
    served.socket.end();
    await all.client.until(/Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/);
    await eventually(() => all.outcomes.length === 1);
    expect(all.pooled.connection.usable).toBe(false);
  });

  test('a body goes over as it comes, with its framing', async () => {
    await using all = await relayed();
    all.client.send('PUT /k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    const served = await all.served();
    await served.until(`${PUT_HEAD}5\r\nhello\r\n`);
    all.client.send('1\r\n!\r\n0\r\n\r\n');
    await served.until(`${PUT_HEAD}5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`);
    served.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await all.client.until('200 OK');
  });

  test('100 goes to the client before the body, and only then does the body come', async () => {
    await using all = await relayed();
    all.client.send('PUT /k HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
    await all.client.until('HTTP/1.1 100 Continue\r\n\r\n');
    all.client.send('hello');
    const served = await all.served();
    await served.until(`${PUT_HEAD}hello`);
    served.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await all.client.until('200 OK');
    expect(all.client.received.match(/100 Continue/g)).toHaveLength(1);
  });

  test("a body that was read before is sent in place of the client's", async () => {
    await using all = await relayed(Buffer.from('other'));
    all.client.send(GET);
    const served = await all.served();
    await served.until(`${STORE_HEAD}other`);
    served.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await all.client.until('200 OK');
  });
});

describe('an answer before the end of the body', () => {
  test('is heard by the client; the upload stops and both connections close', async () => {
    await using all = await relayed();
    all.client.send(put(1_000_000, 'begin'));
    const served = await all.served();
    await served.until(`${PUT_HEAD}begin`);
    served.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    await all.client.until(/Connection: close\r\n\r\nno$/);
    all.client.send('x'.repeat(100_000));
    expect(await served.all()).toBe(`${PUT_HEAD}begin`);
    expect(await all.client.all()).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n.*\r\n\r\nno$/s);
    expect(all.outcomes).toEqual([{ kind: 'answered' }]);
  });
});

describe('a store that breaks off', () => {
  test.each([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello', 'Content-Length: 10\r\n\r\nhello'],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', '5\r\nhello\r\n'],
    [
      'bad chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n',
      '5\r\nhello\r\n',
    ],
  ])('in the middle of its answer: the client sees no clean end (%s)', async (_name, answer, last) => {
    for (const end of ['end', 'resetAndDestroy'] as const) {
      await using all = await relayed();
      all.client.send(GET);
      const served = await all.served();
      await served.until(STORE_HEAD);
      served.send(answer);
      await all.client.until(last);
      served.socket[end]();
      const received = await all.client.all();
      expect(received.endsWith(last)).toBe(true);
      await eventually(() => all.outcomes.length === 1 && all.over.length === 1);
      expect(all.outcomes[0]?.kind).toBe('store-gone');
      expect(all.over).toEqual([false]);
    }
  });

  test.each([
    ['at once', ''],
    ['in its head', 'HTTP/1.1 200 OK\r\n'],
    ['with nonsense', 'nonsense\r\n\r\n'],
  ])('before its answer, %s: the client can still be told', async (_name, answer) => {
    await using all = await relayed();
    all.client.send(GET + GET);
    const served = await all.served();
    await served.until(STORE_HEAD);
    served.send(answer);
    served.socket.end();
    await all.client.until('503 No Store');
    expect(all.outcomes[0]).toMatchObject({ kind: 'unanswered', bodyBegun: false });
    expect(all.client.received).not.toContain('Connection: close');
  });

  test('in the middle of the upload: the client is told, and closed', async () => {
    await using all = await relayed();
    all.client.send(put(100, 'begin'));
    const served = await all.served();
    await served.until('begin');
    served.socket.resetAndDestroy();
    all.client.send('more');
    expect(await all.client.all()).toMatch(
      /^HTTP\/1\.1 503 No Store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n$/,
    );
    expect(all.outcomes[0]).toMatchObject({ kind: 'unanswered', bodyBegun: true });
  });
});

test('a client of HTTP/1.0 does not take a store that breaks off for the end of the answer', async () => {
  await using all = await relayed();
  let failure: Error | undefined;
  all.client.socket.on('error', (error) => {
    failure = error;
  });
  all.client.send('GET /k HTTP/1.0\r\nHost: h\r\n\r\n');
  const served = await all.served();
  await served.until(STORE_HEAD);
  served.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
  await all.client.until('Connection: close\r\n\r\nhello');
  served.socket.end();
  await eventually(() => failure !== undefined);
  expect(failure).toMatchObject({ code: 'ECONNRESET' });
});

describe('a client that goes away', () => {
  test.each(['end', 'destroy', 'resetAndDestroy'] as const)(
    'in the middle of its body (%s): the store never gets a whole one',
    async (how) => {
      for (const [head, sent] of [
        [put(100, 'begin'), 'begin'],
        ['PUT /k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n', '5\r\nbegin\r\n'],
      ] as const) {
        await using all = await relayed();
        all.client.send(head);
        const served = await all.served();
        await served.until(sent);
        all.client.socket[how]();
        expect(await served.all()).toBe(PUT_HEAD + sent);
        await eventually(() => all.outcomes.length === 1);
        expect(all.outcomes[0]?.kind).toBe('client-gone');
        expect(all.over).toEqual([false]);
        expect(all.pooled.connection.usable).toBe(false);
      }
    },
  );

  test('with broken chunks: the store never gets the last one, the client is told', async () => {
    await using all = await relayed();
    all.client.send(
      'PUT /k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n5;x\r\nmore!\r\n0\r\n\r\n',
    );
    const served = await all.served();
    expect(await served.all()).not.toContain('0\r\n\r\n');
    expect(await all.client.all()).toMatch(/^HTTP\/1\.1 503 No Store\r\n.*Connection: close/s);
  });

  test('while the store thinks: the store is cut off', async () => {
    await using all = await relayed();
    all.client.send(GET);
    const served = await all.served();
    await served.until(STORE_HEAD);
    all.client.socket.destroy();
    await served.all();
    await eventually(() => all.outcomes.length === 1);
    expect(all.outcomes[0]?.kind).toBe('client-gone');
  });

  test('in the middle of the answer: the store is cut off', async () => {
    await using all = await relayed();
    all.client.send(GET);
    const served = await all.served();
    await served.until(STORE_HEAD);
    served.send('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\nhello');
    await all.client.until('hello');
    all.client.socket.resetAndDestroy();
    const piece = Buffer.alloc(65_536);
    while (!served.ended) {
      served.send(piece);
      await turns(1);
    }
    await eventually(() => all.outcomes.length === 1 && all.over.length === 1);
    expect(all.outcomes[0]?.kind).toBe('client-gone');
    expect(all.over).toEqual([false]);
  });
});
