// Calls that get no whole answer end, and say why.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { makeCertificate } from '../../../support/certificate.ts';
import { clientAt, standIn, targetAt } from './stand-in.ts';

async function rawServer(take: (socket: Socket, count: number) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    take(socket, sockets.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('an answer that does not come', () => {
  test('is given up after the time of the call', async () => {
    await using server = await rawServer(() => {});
    using connected = clientAt(targetAt(server.endpoint));
    await expect(connected.client.call({ method: 'GET', timeoutMs: 50 })).rejects.toThrow(
      'no whole answer within 0.05 s',
    );
    expect(connected.evidence.calls()).toMatchObject([{ error: 'no whole answer within 0.05 s' }]);
  });

  test('is given up with the signal', async () => {
    await using server = await rawServer(() => {});
    const controller = new AbortController();
    using connected = clientAt(targetAt(server.endpoint), controller.signal);
    const answer = connected.client.call({ method: 'GET' });
    const raw = connected.client.raw(Buffer.from('GET'));
    const both = Promise.allSettled([answer, raw]);
    controller.abort();
    expect(await both).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    await expect(connected.client.call({ method: 'GET' })).rejects.toThrow('told to end');
  });

  test('that ends too early is an error', async () => {
    await using server = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')),
    );
    using connected = clientAt(targetAt(server.endpoint));
    await expect(connected.client.call({ method: 'GET' })).rejects.toThrow('ended after 3 bytes');
  });

  test('that is no HTTP is an error', async () => {
    await using server = await rawServer((socket) => socket.once('data', () => socket.end('hello\r\n\r\n')));
    using connected = clientAt(targetAt(server.endpoint));
    await expect(connected.client.call({ method: 'GET' })).rejects.toThrow('Parse Error');
  });
});

describe('connections', () => {
  /** Answers once on each connection, and ends it when it is used again. */
  const once200 = () =>
    rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        socket.once('data', () => socket.resetAndDestroy());
      });
    });

  test('a read on one that the store has just closed is asked again', async () => {
    await using server = await once200();
    using connected = clientAt(targetAt(server.endpoint));
    await connected.client.call({ method: 'GET' });
    expect(await connected.client.call({ method: 'GET' })).toMatchObject({ status: 200 });
    expect(server.sockets).toHaveLength(2);
  });

  test('a write is not: nobody knows whether it was done', async () => {
    await using server = await once200();
    using connected = clientAt(targetAt(server.endpoint));
    await connected.client.call({ method: 'PUT', key: 'k' });
    await expect(connected.client.call({ method: 'PUT', key: 'k' })).rejects.toThrow('ECONNRESET');
  });

  test('Expect: 100-continue holds the body back, and a refusal spares it', async () => {
    const seen: string[] = [];
    await using server = await rawServer((socket, count) =>
      socket.on('data', (chunk) => {
        seen.push(`${count} ${chunk.toString('latin1').split('\r\n')[0]}`);
        const isHead = chunk.toString('latin1').startsWith('PUT');
        if (!isHead) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        else if (count === 1) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
        else socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      }),
    );
    using connected = clientAt(targetAt(server.endpoint));
    const call = { method: 'PUT', key: 'k', body: 'the body', headers: { expect: '100-continue' } } as const;
    expect(await connected.client.call(call)).toMatchObject({ status: 200 });
    using another = clientAt(targetAt(server.endpoint));
    expect(await another.client.call(call)).toMatchObject({ status: 403 });
    expect(seen).toEqual(['1 PUT /bucket/k HTTP/1.1', '1 the body', '2 PUT /bucket/k HTTP/1.1']);
  });
});

describe('answers', () => {
  test('have headers in lower case, and the code of an error document', async () => {
    await using server = await standIn((_, response) => {
      response.writeHead(404, ['X-One', 'a', 'x-one', 'b']);
      response.end('<Error><Code>NoSuchKey</Code></Error>');
    });
    using connected = clientAt(targetAt(server.endpoint));
    const answer = await connected.client.call({ method: 'GET', key: 'k' });
    expect([answer.status, answer.code, answer.headers.get('x-one')]).toEqual([404, 'NoSuchKey', 'a, b']);
  });

  test('raw: the bytes until it went quiet', async () => {
    await using server = await rawServer((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 400 Bad\r\n\r\nno')),
    );
    using connected = clientAt(targetAt(server.endpoint));
    expect((await connected.client.raw(Buffer.from('BAD\r\n\r\n'), 50)).toString()).toBe(
      'HTTP/1.1 400 Bad\r\n\r\nno',
    );
    expect(connected.evidence.calls()).toMatchObject([
      { request: { method: 'BAD' }, answer: { status: 400, body: 'no' } },
    ]);
  });

  test('over TLS, by name and by address, and not from a stranger', async () => {
    await using certificate = await makeCertificate(['bucket.localhost']);
    const [cert, key] = await Promise.all([readFile(certificate.certFile), readFile(certificate.keyFile)]);
    const server = createTlsServer({ cert, key }, (request, response) => response.end(request.headers.host));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      for (const [name, addressing] of [
        ['localhost', 'path'],
        ['localhost', 'virtual-hosted'],
        ['127.0.0.1', 'path'],
      ] as const) {
        using trusting = clientAt(targetAt(`https://${name}:${port}`, { ca: certificate.pem, addressing }));
        const { status, body } = await trusting.client.call({ method: 'GET' });
        const host = `${addressing === 'path' ? '' : 'bucket.'}${name}:${port}`;
        expect([status, body.toString()]).toEqual([200, host]);
      }
      using wary = clientAt(targetAt(`https://localhost:${port}`));
      await expect(wary.client.call({ method: 'GET' })).rejects.toThrow(/certificate/);
    } finally {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });
});
