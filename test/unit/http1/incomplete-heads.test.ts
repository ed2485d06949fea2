// Connections whose request head is not complete, counted by client address: on real sockets, from addresses of loopback.
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { describe, expect, test } from 'vitest';
import { createAddressGroups } from '../../../src/http1/address-groups.ts';
import { IncompleteHeads } from '../../../src/http1/incomplete-heads.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { answerText, eventually, startServer, TestClient, tlsOf, turns } from './wire-fixture.ts';

const GET = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';

interface Refusal {
  readonly group: string;
  readonly first: boolean;
}

function counting(perAddress: number, exempt: readonly string[] = []) {
  const refusals: Refusal[] = [];
  const heads = new IncompleteHeads({
    perAddress,
    groupOf: createAddressGroups(exempt),
    onRefused: (group, first) => refusals.push({ group, first }),
  });
  return { heads, refusals };
}

const serving = (incompleteHeads: IncompleteHeads) =>
  startServer((exchange) => answerText(exchange, 'hello'), { incompleteHeads });

async function clientFrom(localAddress: string, port: number): Promise<TestClient> {
  const socket = net.connect({ host: '127.0.0.1', port, localAddress });
  await once(socket, 'connect');
  return new TestClient(socket);
}

const idle = (port: number, count: number, from = '127.0.0.1') =>
  Promise.all(Array.from({ length: count }, () => clientFrom(from, port)));

describe('connections beyond the limit', () => {
  test('are closed as they come, without an answer; those before them go on', async () => {
    const { heads, refusals } = counting(2);
    await using server = await serving(heads);
    const [first, second] = await idle(server.port, 2);
    await eventually(() => server.connections.length === 2);
    const third = await clientFrom('127.0.0.1', server.port);
    expect(await third.all()).toBe('');
    expect(refusals).toEqual([{ group: '127.0.0.1', first: true }]);
    expect(server.connections).toEqual(['opened', 'opened']);
    for (const client of [first, second]) {
      client?.send(GET);
      expect(await client?.until('hello')).toContain('200 OK');
    }
  });

  test('of one address are no business of another', async () => {
    const { heads } = counting(2);
    await using server = await serving(heads);
    await idle(server.port, 2);
    await eventually(() => server.connections.length === 2);
    const other = await clientFrom('127.0.0.2', server.port);
    other.send(GET);
    expect(await other.until('hello')).toContain('200 OK');
  });

  test('are told as one episode until the address has no incomplete head any more', async () => {
    const { heads, refusals } = counting(1);
    await using server = await serving(heads);
    const [held] = await idle(server.port, 1);
    await eventually(() => server.connections.length === 1);
    for (const client of await idle(server.port, 3)) await client.all();
    expect(refusals.map(({ first }) => first)).toEqual([true, false, false]);
    held?.socket.destroy();
    await eventually(() => heads.size === 0);
    await idle(server.port, 1);
    await eventually(() => heads.size === 1);
    for (const client of await idle(server.port, 2)) await client.all();
    expect(refusals.map(({ first }) => first)).toEqual([true, false, false, true, false]);
  });
});

describe('what counts', () => {
  test('a head that is complete no longer does, nor does a connection between two requests', async () => {
    const { heads, refusals } = counting(1);
    await using server = await serving(heads);
    for (let n = 0; n < 5; n++) {
      const client = await clientFrom('127.0.0.1', server.port);
      client.send(GET);
      await client.until('hello');
      expect(heads.size).toBe(0);
    }
    expect(refusals).toEqual([]);
  });

  test('a head that was refused no longer does', async () => {
    const { heads } = counting(1);
    await using server = await serving(heads);
    const client = await clientFrom('127.0.0.1', server.port);
    client.send('no HTTP\n\n');
    await client.until('400');
    expect(heads.size).toBe(0);
  });

  test('the second head of a connection does while it is incomplete', async () => {
    const { heads, refusals } = counting(1);
    await using server = await serving(heads);
    const client = await clientFrom('127.0.0.1', server.port);
    client.send(GET);
    await client.until('hello');
    client.send('GET / HT');
    await eventually(() => heads.size === 1);
    expect(await (await clientFrom('127.0.0.1', server.port)).all()).toBe('');
    expect(refusals).toHaveLength(1);
    client.send('TP/1.1\r\nHost: h\r\n\r\n');
    await client.until(/hello[\s\S]*hello/);
    expect(heads.size).toBe(0);
  });

  test('what went away does not', async () => {
    const { heads } = counting(5);
    await using server = await serving(heads);
    const clients = await idle(server.port, 5);
    await eventually(() => server.connections.length === 5);
    for (const client of clients) client.socket.resetAndDestroy();
    await eventually(() => heads.size === 0);
  });

  test('nothing of an exempt address does, and nothing where there is no limit', async () => {
    for (const { heads, refusals } of [counting(1, ['127.0.0.0/8']), counting(0)]) {
      await using server = await serving(heads);
      await idle(server.port, 5);
      await eventually(() => server.connections.length === 5);
      expect(heads.size).toBe(0);
      expect(refusals).toEqual([]);
    }
  });

  test('two servers count together', async () => {
    const { heads } = counting(1);
    await using one = await serving(heads);
    await using two = await serving(heads);
    await idle(one.port, 1);
    await eventually(() => heads.size === 1);
    expect(await (await clientFrom('127.0.0.1', two.port)).all()).toBe('');
  });
});

describe('over TLS', () => {
  test('a handshake counts, then the head, and each ends with its connection', async () => {
    await using certificate = await makeCertificate();
    const { heads, refusals } = counting(2);
    await using server = await startServer((exchange) => answerText(exchange, 'hello'), {
      incompleteHeads: heads,
      tls: await tlsOf(certificate),
    });
    const { port } = server;
    const trust = { host: '127.0.0.1', port, ca: certificate.pem, servername: 'localhost' };
    const secured = new TestClient(tls.connect(trust));
    await once(secured.socket, 'secureConnect');
    const [handshake] = await idle(port, 1);
    await eventually(() => server.connections.length === 1);
    await turns();
    expect(await (await clientFrom('127.0.0.1', port)).all()).toBe('');
    expect(refusals).toEqual([{ group: '127.0.0.1', first: true }]);

    // A complete head makes room for another connection.
    secured.send(GET);
    await secured.until('hello');
    const late = new TestClient(tls.connect(trust));
    await once(late.socket, 'secureConnect');
    late.send(GET);
    expect(await late.until('hello')).toContain('200 OK');

    handshake?.socket.destroy();
    await eventually(() => heads.size === 0);
    secured.socket.destroy();
    late.socket.destroy();
    await eventually(() => server.connections.filter((change) => change === 'closed').length === 2);
    expect(heads.size).toBe(0);
  });

  test('a TLS connection that goes away before its head does not count any more', async () => {
    await using certificate = await makeCertificate();
    const { heads } = counting(5);
    await using server = await startServer((exchange) => answerText(exchange, 'hello'), {
      incompleteHeads: heads,
      tls: await tlsOf(certificate),
    });
    const socket = tls.connect({
      host: '127.0.0.1',
      port: server.port,
      ca: certificate.pem,
      servername: 'localhost',
    });
    await once(socket, 'secureConnect');
    await eventually(() => heads.size === 1);
    socket.destroy();
    await eventually(() => heads.size === 0);
  });
});
