import { describe, expect, test } from 'vitest';
import { collectRequestBody } from '../../../src/http1/collect.ts';
import type { Exchange } from '../../../src/http1/exchange.ts';
import { answerText, eventually, startServer, TestClient, turns } from './wire-fixture.ts';

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
const answerOf = (text: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;

const atOnce = (exchange: Exchange): void => answerText(exchange, exchange.head.target);
const later = (exchange: Exchange): void => {
  setImmediate(() => answerText(exchange, exchange.head.target));
};
/** Answers with the body that came. */
const echo = async (exchange: Exchange): Promise<void> => {
  const collected = await collectRequestBody(exchange, 1_000_000);
  answerText(
    exchange,
    collected.kind === 'whole' ? `${exchange.head.target}:${collected.body}` : collected.kind,
  );
};

describe.each([
  ['at once', atOnce],
  ['later', later],
])('a handler that answers %s', (_name, handler) => {
  test('one request after another on one connection', async () => {
    await using running = await startServer(handler);
    await using client = await TestClient.to(running.port);
    let expected = '';
    for (const path of ['/1', '/2', '/3']) {
      client.send(get(path));
      expected += answerOf(path);
      expect(await client.until(path)).toBe(expected);
    }
    expect(running.connections).toEqual(['opened']);
  });

  test('a hundred requests in one write are answered in order', async () => {
    await using running = await startServer(handler);
    await using client = await TestClient.to(running.port);
    const paths = Array.from({ length: 100 }, (_, index) => `/${index}`);
    client.send(paths.map(get).join(''));
    await client.until(/\/99$/);
    expect(client.received).toBe(paths.map(answerOf).join(''));
  });

  test('requests that part anywhere between two writes', async () => {
    await using running = await startServer(handler);
    const both = get('/1') + get('/2');
    for (let at = 1; at < both.length; at++) {
      await using client = await TestClient.to(running.port);
      client.send(both.slice(0, at));
      await turns(2);
      client.send(both.slice(at));
      expect(await client.until(/\/2$/)).toBe(answerOf('/1') + answerOf('/2'));
    }
  });
});

describe('a body followed by the next request in one segment', () => {
  const post = (path: string, fields: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: h\r\n${fields}\r\n\r\n${body}`;

  test.each([
    ['a length', post('/1', 'Content-Length: 5', 'hello')],
    ['chunks', post('/1', 'Transfer-Encoding: chunked', '2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n')],
  ])('%s', async (_name, request) => {
    await using running = await startServer((exchange) => void echo(exchange));
    await using client = await TestClient.to(running.port);
    client.send(request + get('/2') + request);
    expect(await client.until(/\/2:.*\/1:hello$/s)).toBe(
      answerOf('/1:hello') + answerOf('/2:') + answerOf('/1:hello'),
    );
  });

  test('the body parted from its head and from the next request at any byte', async () => {
    await using running = await startServer((exchange) => void echo(exchange));
    const both = post('/1', 'Content-Length: 5', 'hello') + get('/2');
    for (let at = both.indexOf('\r\n\r\n'); at < both.length; at++) {
      await using client = await TestClient.to(running.port);
      client.send(both.slice(0, at));
      await turns(2);
      client.send(both.slice(at));
      expect(await client.until(/\/2:$/)).toBe(answerOf('/1:hello') + answerOf('/2:'));
    }
  });
});

describe('connections that end with the answer', () => {
  test.each([
    ['HTTP/1.0', 'GET /1 HTTP/1.0\r\n\r\n'],
    ['HTTP/1.0 that asks for keep-alive', 'GET /1 HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n'],
    ['Connection: close', 'GET /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'],
  ])('%s: what is pipelined behind is not served', async (_name, request) => {
    const served: string[] = [];
    await using running = await startServer((exchange) => {
      served.push(exchange.head.target);
      answerText(exchange, exchange.head.target);
    });
    await using client = await TestClient.to(running.port);
    client.send(request + get('/2'));
    expect(await client.all()).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n/1');
    await eventually(() => running.connections.length === 2);
    expect(served).toEqual(['/1']);
    expect(running.connections).toEqual(['opened', 'closed']);
  });

  test('a body, Connection: close and another request, answered while the body is taken', async () => {
    await using running = await startServer((exchange) => {
      exchange.readBody({
        write() {},
        idle: true,
        whenIdle: (callback) => callback(),
        end: () => answerText(exchange, 'done'),
        abort() {},
      });
    });
    await using client = await TestClient.to(running.port);
    client.send(
      `POST /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello${get('/2')}`,
    );
    expect(await client.all()).toMatch(/Connection: close\r\n\r\ndone$/);
    // The end of the client's stream is heard: no sweep is needed for the connection to go.
    await eventually(() => running.connections.length === 2);
    expect(running.connections).toEqual(['opened', 'closed']);
  });

  test('chunked becomes close-delimited for HTTP/1.0', async () => {
    await using running = await startServer((exchange) => {
      const sink = exchange.answer({
        status: 200,
        reason: 'OK',
        fields: 'X: y\r\n',
        framing: { kind: 'chunked' },
      });
      sink.write(Buffer.from('one'));
      sink.write(Buffer.from('two'));
      sink.end();
    });
    await using old = await TestClient.to(running.port);
    old.send('GET / HTTP/1.0\r\n\r\n');
    expect(await old.all()).toBe('HTTP/1.1 200 OK\r\nX: y\r\nConnection: close\r\n\r\nonetwo');
    await using young = await TestClient.to(running.port);
    young.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(await young.until('0\r\n\r\n')).toBe(
      'HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n',
    );
  });
});
