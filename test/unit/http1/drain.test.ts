import { expect, test } from 'vitest';
import type { Exchange } from '../../../src/http1/exchange.ts';
import { answerText, eventually, startServer, TestClient, turns } from './wire-fixture.ts';

const GET = 'GET /1 HTTP/1.1\r\nHost: h\r\n\r\n';

test('connections beyond the limit are closed as they come', async () => {
  await using running = await startServer((exchange) => answerText(exchange, 'ok'), { maxConnections: 2 });
  await using first = await TestClient.to(running.port);
  await using second = await TestClient.to(running.port);
  first.send(GET);
  second.send(GET);
  await Promise.all([first.until('ok'), second.until('ok')]);
  await using third = await TestClient.to(running.port);
  expect(await third.all()).toBe('');
  first.socket.destroy();
  await eventually(() => running.connections.includes('closed'));
  await using fourth = await TestClient.to(running.port);
  fourth.send(GET);
  await fourth.until('ok');
});

test('closing cuts idle connections at once, and lets an exchange under way finish', async () => {
  const held: Exchange[] = [];
  await using running = await startServer((exchange) => {
    if (exchange.head.target === '/held') held.push(exchange);
    else answerText(exchange, 'ok');
  });
  await using idle = await TestClient.to(running.port);
  await using unused = await TestClient.to(running.port);
  await using busy = await TestClient.to(running.port);
  idle.send(GET);
  await idle.until('ok');
  busy.send(`GET /held HTTP/1.1\r\nHost: h\r\n\r\n${GET}`);
  await eventually(() => held.length === 1);

  let closed = false;
  const closing = running.server.close(3_600_000).then(() => {
    closed = true;
  });
  await Promise.all([idle.all(), unused.all()]);
  await turns();
  expect(closed).toBe(false);
  await expect(TestClient.to(running.port)).rejects.toThrow('ECONNREFUSED');
  answerText(held[0] as Exchange, 'done');
  // The pipelined request behind it is not served any more.
  expect(await busy.all()).toBe('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone');
  await closing;
});

test('what is not finished at the deadline is cut', async () => {
  let over: boolean | undefined;
  await using running = await startServer((exchange) => {
    exchange.onOver((complete) => {
      over = complete;
    });
  });
  await using busy = await TestClient.to(running.port);
  busy.send(GET);
  await eventually(() => running.connections.length === 1);
  await turns();
  await running.server.close(1);
  expect(await busy.all()).toBe('');
  await eventually(() => over !== undefined);
  expect(over).toBe(false);
});

test('a client that goes away is heard while the handler thinks, once', async () => {
  const heard: string[] = [];
  await using running = await startServer((exchange) => {
    exchange.onGone(() => heard.push('gone'));
    exchange.onOver((complete) => heard.push(`over ${complete}`));
  });
  const client = await TestClient.to(running.port);
  client.send(GET);
  await eventually(() => running.connections.length === 1);
  await turns();
  client.socket.destroy();
  await eventually(() => running.connections.length === 2);
  expect(heard).toEqual(['gone', 'over false']);
});

test('whoever asks after the client went away is told at once', async () => {
  let held: Exchange | undefined;
  await using running = await startServer((exchange) => {
    held = exchange;
  });
  const client = await TestClient.to(running.port);
  client.send('PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n');
  await eventually(() => held !== undefined);
  client.socket.resetAndDestroy();
  // Reading is paused before the body is asked for, so the reset is noticed with the first write.
  (held as unknown as Exchange).allowBody();
  (held as unknown as Exchange).abandonBody();
  await eventually(() => running.connections.length === 2);
  let gone = 0;
  (held as unknown as Exchange).onGone(() => gone++);
  expect(gone).toBe(1);
});

test('an answer that was given in the same moment still goes out whole', async () => {
  const held: Exchange[] = [];
  await using running = await startServer((exchange) => void held.push(exchange));
  await using client = await TestClient.to(running.port);
  client.send(GET);
  await eventually(() => held.length === 1);
  answerText(held[0] as Exchange, 'done');
  const closing = running.server.close(3_600_000);
  expect(await client.all()).toBe('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone');
  await closing;
});
