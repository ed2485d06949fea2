// What must not be parsed is not parsed: behind bad heads, behind bodies that nobody read, behind broken bodies.
import { describe, expect, test } from 'vitest';
import { collectRequestBody } from '../../../src/http1/collect.ts';
import type { Exchange } from '../../../src/http1/exchange.ts';
import { answerText, eventually, startServer, TestClient, turns } from './wire-fixture.ts';

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n';

function recording(handler: (exchange: Exchange) => void): {
  served: string[];
  onExchange: (exchange: Exchange) => void;
} {
  const served: string[] = [];
  return {
    served,
    onExchange(exchange) {
      served.push(exchange.head.target);
      handler(exchange);
    },
  };
}

describe('a bad head', () => {
  test('is answered once, and nothing behind it is served', async () => {
    const { served, onExchange } = recording((exchange) => answerText(exchange, 'ok'));
    await using running = await startServer(onExchange);
    await using client = await TestClient.to(running.port);
    client.send(`GET /\nHost: h\r\n\r\n${SMUGGLED}${SMUGGLED}`);
    expect(await client.all()).toBe(
      'HTTP/1.1 400 malformed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    );
    expect(running.badHeads).toEqual(['malformed']);
    expect(served).toEqual([]);
  });

  test('behind a good request leaves that one its answer', async () => {
    const { onExchange } = recording((exchange) => setImmediate(() => answerText(exchange, 'ok')));
    await using running = await startServer(onExchange);
    await using client = await TestClient.to(running.port);
    client.send('GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/3.0\r\n\r\n');
    const all = await client.all();
    expect(all).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP\/1\.1 400 unsupported\r\n/);
  });

  test('without an end is refused when it is too large', async () => {
    const { onExchange } = recording(() => {});
    await using running = await startServer(onExchange);
    await using client = await TestClient.to(running.port);
    client.send(`GET / HTTP/1.1\r\nX: ${'y'.repeat(9000)}`);
    expect(await client.all()).toMatch(/^HTTP\/1\.1 400 too-large/);
  });
});

describe('a request that is refused before its body was read', () => {
  test.each([
    ['a length, all of it sent', `Content-Length: ${SMUGGLED.length}`, SMUGGLED + SMUGGLED],
    ['a length, part of it sent', 'Content-Length: 1000', SMUGGLED],
    ['chunks', 'Transfer-Encoding: chunked', `0\r\n\r\n${SMUGGLED}`],
    [
      'Expect, and sent all the same',
      `Content-Length: ${SMUGGLED.length}\r\nExpect: 100-continue`,
      SMUGGLED + SMUGGLED,
    ],
  ])('closes: %s', async (_name, fields, behind) => {
    for (const answer of [
      answerText,
      (exchange: Exchange, text: string) => setImmediate(answerText, exchange, text),
    ]) {
      const { served, onExchange } = recording((exchange) => answer(exchange, 'no'));
      await using running = await startServer(onExchange);
      await using client = await TestClient.to(running.port);
      client.send(`POST /refused HTTP/1.1\r\nHost: h\r\n${fields}\r\n\r\n${behind}`);
      expect(await client.all()).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
      await turns();
      expect(served).toEqual(['/refused']);
    }
  });

  test('bytes that come after the answer are dropped, and the client is not reset', async () => {
    const { served, onExchange } = recording((exchange) => answerText(exchange, 'no'));
    await using running = await startServer(onExchange);
    await using client = await TestClient.to(running.port, true);
    client.send('POST /refused HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n');
    await client.all();
    client.send(SMUGGLED);
    await turns();
    expect(served).toEqual(['/refused']);
    expect(client.socket.errored).toBeNull();
    client.socket.end();
    await eventually(() => running.connections.length === 2);
    expect(running.connections).toEqual(['opened', 'closed']);
  });
});

describe('a body that is abandoned', () => {
  test('when it was too large: the rest is dropped, then the connection closes', async () => {
    const { served, onExchange } = recording((exchange) => {
      void collectRequestBody(exchange, 10).then((collected) => answerText(exchange, collected.kind));
    });
    await using running = await startServer(onExchange);
    await using client = await TestClient.to(running.port);
    client.send(
      `POST /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n${'x'.repeat(20)}\r\n`,
    );
    expect(await client.all()).toMatch(/Connection: close\r\n\r\ntoo-large$/);
    expect(served).toEqual(['/1']);
  });

  test('with its last byte read, the next request is served whole', async () => {
    const { served, onExchange } = recording((exchange) => {
      if (exchange.head.framing.kind === 'none') return answerText(exchange, 'ok');
      void collectRequestBody(exchange, 10).then(async (collected) => {
        await turns();
        answerText(exchange, collected.kind);
      });
    });
    await using running = await startServer(onExchange);
    await using client = await TestClient.to(running.port);
    client.send(`POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n${'x'.repeat(20)}`);
    await turns(5);
    client.send('GET /2 HT');
    await turns(5);
    client.send('TP/1.1\r\nHost: h\r\n\r\n');
    await client.until(/too-large.*ok$/s);
    expect(served).toEqual(['/1', '/2']);
  });
});

describe('a body with broken framing', () => {
  test('is told to the reader as an abort, and the connection closes behind the answer', async () => {
    const { served, onExchange } = recording((exchange) => {
      void collectRequestBody(exchange, 1000).then((collected) =>
        answerText(exchange, `${collected.kind} ${exchange.bodyError?.kind}`),
      );
    });
    await using running = await startServer(onExchange);
    await using client = await TestClient.to(running.port);
    client.send(
      `POST /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n${SMUGGLED}`,
    );
    expect(await client.all()).toMatch(/Connection: close\r\n\r\nbroken malformed$/);
    expect(served).toEqual(['/1']);
  });
});

describe('Expect: 100-continue', () => {
  const HEAD = 'PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n';

  test('100 goes out when the body is allowed, once', async () => {
    await using running = await startServer((exchange) => {
      exchange.allowBody();
      exchange.allowBody();
      void collectRequestBody(exchange, 100).then((collected) =>
        answerText(exchange, collected.kind === 'whole' ? collected.body.toString() : collected.kind),
      );
    });
    await using client = await TestClient.to(running.port);
    client.send(HEAD);
    expect(await client.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    client.send('hello');
    expect(await client.until(/hello$/)).toBe(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    );
  });

  test('no 100 where the request is refused', async () => {
    await using running = await startServer((exchange) => answerText(exchange, 'no'));
    await using client = await TestClient.to(running.port);
    client.send(HEAD);
    expect(await client.all()).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
  });

  test('no 100 where nobody waits for it', async () => {
    await using running = await startServer((exchange) => {
      exchange.allowBody();
      answerText(exchange, 'ok');
    });
    await using client = await TestClient.to(running.port);
    client.send('GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(await client.until(/ok.*ok$/s)).not.toContain('100 Continue');
  });
});
