// Bodies through one reused buffer: every byte must arrive, and a slow reader must slow the writer.
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../src/http1/exchange.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { startServer, TestClient, tlsOf, turns } from './wire-fixture.ts';

const MIB = 1024 * 1024;
const BODY_BYTES = 64 * MIB;

/** Sends the request's body back while it comes, in lockstep. */
function echo(exchange: Exchange, onWrite: (idleBefore: boolean) => void): void {
  const answer = exchange.answer({ status: 200, reason: 'OK', fields: '', framing: exchange.head.framing });
  exchange.readBody({
    write(slice) {
      onWrite(answer.idle);
      answer.write(slice);
    },
    get idle() {
      return answer.idle;
    },
    whenIdle: (callback) => answer.whenIdle(callback),
    end: () => answer.end(),
    abort: (error) => answer.abort(error),
  });
}

/** In lockstep nothing is written on top of what has not left yet, so at most one slice is ever queued. */
class Queued {
  onTopOfQueue = 0;
  #writes = 0;
  readonly onWrite = (idleBefore: boolean): void => {
    // The first slice may find the head still queued.
    if (this.#writes++ > 0 && !idleBefore) this.onTopOfQueue++;
  };
}

const noise = () => {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  return (bytes: number): Buffer => cipher.update(Buffer.alloc(bytes));
};

async function upload(socket: net.Socket, bytes: number): Promise<string> {
  const next = noise();
  const hash = createHash('sha256');
  for (let left = bytes; left > 0; left -= MIB) {
    const piece = next(Math.min(left, MIB));
    hash.update(piece);
    if (!socket.write(piece)) await once(socket, 'drain');
  }
  return hash.digest('hex');
}

/** Reads the answer in small sips with pauses between, and hashes its body. */
async function download(socket: net.Socket, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  let head = '';
  let left = bytes;
  let sip = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    let piece = chunk;
    if (!head.includes('\r\n\r\n')) {
      head += piece.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      piece = end === -1 ? Buffer.alloc(0) : Buffer.from(head.slice(end + 4), 'latin1');
    }
    hash.update(piece);
    left -= piece.length;
    if (left <= 0) break;
    if (++sip % 64 === 0) await turns(2);
  }
  return hash.digest('hex');
}

const HEAD = `PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`;

describe('64 MiB echoed to a slow reader', () => {
  test('in plain text', async () => {
    const queued = new Queued();
    await using running = await startServer((exchange) => echo(exchange, queued.onWrite));
    const socket = net.connect(running.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(HEAD);
    const [sent, received] = await Promise.all([upload(socket, BODY_BYTES), download(socket, BODY_BYTES)]);
    socket.destroy();
    expect(received).toBe(sent);
    expect(queued.onTopOfQueue).toBe(0);
  });

  test('over TLS', async () => {
    await using certificate = await makeCertificate();
    const queued = new Queued();
    await using running = await startServer((exchange) => echo(exchange, queued.onWrite), {
      tls: await tlsOf(certificate),
    });
    const socket = tls.connect({
      host: '127.0.0.1',
      port: running.port,
      ca: certificate.pem,
      servername: 'localhost',
    });
    await once(socket, 'secureConnect');
    socket.write(HEAD);
    const [sent, received] = await Promise.all([upload(socket, BODY_BYTES), download(socket, BODY_BYTES)]);
    socket.destroy();
    expect(received).toBe(sent);
    expect(queued.onTopOfQueue).toBe(0);
  });
});

test('a writer whose reader stands still stands still too', async () => {
  let written = 0;
  await using running = await startServer((exchange) => {
    echo(exchange, () => {
      written = exchange.responseBytes;
    });
  });
  await using client = await TestClient.to(running.port);
  client.socket.pause();
  client.send(HEAD);
  const piece = Buffer.alloc(MIB);
  for (let sent = 0; sent < BODY_BYTES && client.socket.write(piece); sent += MIB);
  // Fill what the kernel holds, both ways; then nothing moves any more.
  let before = -1;
  for (let still = 0; still < 50; still = written === before ? still + 1 : 0) {
    before = written;
    await turns(20);
    if (client.socket.writableLength < 2 * MIB) client.socket.write(piece);
  }
  const unsent = client.socket.writableLength;
  expect(unsent).toBeGreaterThan(0);
  const inside = client.socket.bytesWritten - unsent - HEAD.length - written;
  expect(inside).toBeLessThan(32 * MIB);
  expect(written).toBeLessThan(BODY_BYTES);
});

describe('TLS', () => {
  test('answers, keeps alive, and closes a client that speaks plain text', async () => {
    await using certificate = await makeCertificate();
    const served: string[] = [];
    await using running = await startServer(
      (exchange) => {
        served.push(exchange.head.target);
        const sink = exchange.answer({
          status: 204,
          reason: 'No Content',
          fields: '',
          framing: { kind: 'none' },
        });
        sink.end();
      },
      { tls: await tlsOf(certificate) },
    );
    const socket = tls.connect({
      host: '127.0.0.1',
      port: running.port,
      ca: certificate.pem,
      servername: 'localhost',
    });
    await once(socket, 'secureConnect');
    await using client = new TestClient(socket);
    client.send('GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n');
    await client.until(/No Content.*No Content.*\r\n\r\n$/s);
    await using plain = await TestClient.to(running.port);
    plain.send('GET /3 HTTP/1.1\r\nHost: h\r\n\r\n');
    await plain.all();
    expect(served).toEqual(['/1', '/2']);
    // A handshake that never comes does not hold the drain up.
    await using silent = await TestClient.to(running.port);
    await turns();
    await running.server.close(3_600_000);
    await Promise.all([client.all(), silent.all()]);
  });

  test('a handshake that ends while the server closes is not served', async () => {
    await using certificate = await makeCertificate();
    const held: Exchange[] = [];
    await using running = await startServer((exchange) => void held.push(exchange), {
      tls: await tlsOf(certificate),
    });
    const trust = { ca: certificate.pem, servername: 'localhost' };
    const busy = tls.connect({ host: '127.0.0.1', port: running.port, ...trust });
    await once(busy, 'secureConnect');
    busy.write('GET /busy HTTP/1.1\r\nHost: h\r\n\r\n');
    const late = net.connect(running.port, '127.0.0.1');
    await once(late, 'connect');
    while (held.length === 0) await turns(1);
    const closing = running.server.close(3_600_000);
    await using secured = new TestClient(tls.connect({ socket: late, ...trust }));
    secured.send('GET /late HTTP/1.1\r\nHost: h\r\n\r\n');
    await secured.all();
    expect(held.map(({ head }) => head.target)).toEqual(['/busy']);
    held[0]?.cut();
    await closing;
  });
});
