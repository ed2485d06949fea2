// TLS connections whose handle was moved into a socket of another kind: whatever a client does then ends that connection alone,
// once, and leaves nothing open.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Certificate, makeCertificate } from '../../support/certificate.ts';
import {
  answerText,
  eventually,
  type RunningServer,
  startServer,
  TestClient,
  tlsOf,
} from './wire-fixture.ts';

const GET = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});
afterAll(() => certificate[Symbol.asyncDispose]());

const serving = async (): Promise<RunningServer> =>
  startServer((exchange) => answerText(exchange, `hello from ${exchange.remoteAddress}`), {
    tls: await tlsOf(certificate),
  });

async function secured(port: number, options: tls.ConnectionOptions = {}) {
  const below = net.connect(port, '127.0.0.1');
  const socket = tls.connect({
    socket: below,
    ca: certificate.pem,
    servername: 'localhost',
    ...options,
  });
  await once(socket, 'secureConnect');
  return { below, socket, client: new TestClient(socket) };
}

const closed = ({ connections }: RunningServer) => connections.filter((change) => change === 'closed').length;

describe('a TLS connection', () => {
  test('knows its peer, and ends in order where the server has nothing more to say', async () => {
    await using server = await serving();
    const { socket, client } = await secured(server.port);
    client.send(GET.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    expect(await client.all()).toContain('hello from 127.0.0.1');
    // TLS' own goodbye came: without it an end is an error.
    expect(socket.errored).toBe(null);
    await eventually(() => closed(server) === 1);
  });

  test('that sends what is no record is closed, once, and no other', async () => {
    await using server = await serving();
    const bystander = await secured(server.port);
    const { below, client } = await secured(server.port);
    client.send(GET);
    await client.until('hello');
    below.write(Buffer.concat([Buffer.from([0x17, 3, 3, 0, 64]), randomBytes(64)]));
    await client.all();
    await eventually(() => closed(server) === 1);
    bystander.client.send(GET);
    await bystander.client.until('hello');
    expect(server.connections).toEqual(['opened', 'opened', 'closed']);
    bystander.socket.destroy();
    await eventually(() => closed(server) === 2);
  });

  test('that is reset in the middle of a body is closed once', async () => {
    const over: boolean[] = [];
    await using server = await startServer(
      (exchange) => {
        exchange.onOver((complete) => over.push(complete));
        exchange.readBody({ write() {}, idle: true, whenIdle: (go) => go(), end() {}, abort() {} });
      },
      { tls: await tlsOf(certificate) },
    );
    const { below, client } = await secured(server.port);
    client.send('PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nsome of it');
    await eventually(() => server.connections.length === 1);
    below.resetAndDestroy();
    await eventually(() => closed(server) === 1);
    expect([over, server.connections]).toEqual([[false], ['opened', 'closed']]);
  });

  test('of TLS 1.2 that wants another handshake gets none, and harms nobody', async () => {
    await using server = await serving();
    const { socket, client } = await secured(server.port, { maxVersion: 'TLSv1.2' });
    client.send(GET);
    await client.until('hello');
    const hasAnother = await new Promise<boolean>((resolve) => {
      socket.on('close', () => resolve(false));
      socket.renegotiate({}, (error) => resolve(error === null));
    });
    expect(hasAnother).toBe(false);
    await eventually(() => closed(server) === 1);
    const { client: next, socket: nextSocket } = await secured(server.port);
    next.send(GET);
    await next.until('hello');
    nextSocket.destroy();
  });

  test('leaves nothing open, whoever ends it', async () => {
    const handles = () =>
      process.getActiveResourcesInfo().filter((kind) => /TLS|TCPSocket|TCPWRAP/.test(kind)).length;
    const before = handles();
    await using server = await serving();
    for (let round = 0; round < 20; round++) {
      const { socket, below, client } = await secured(server.port);
      client.send(GET);
      await client.until('hello');
      if (round % 3 === 0) below.destroy();
      else if (round % 3 === 1) socket.end();
      else below.resetAndDestroy();
      await eventually(() => closed(server) === round + 1);
    }
    await eventually(() => handles() <= before);
    expect(server.connections).toHaveLength(40);
  });
});
