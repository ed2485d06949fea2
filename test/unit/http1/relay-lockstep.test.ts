// Large bodies through the relay's two reused buffers, each way, to a side that reads slowly: every byte must arrive.
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { relay } from '../../../src/http1/relay.ts';
import { connectTo, startServer, turns } from './wire-fixture.ts';

const MIB = 1024 * 1024;
const BODY_BYTES = 48 * MIB;

/** Writes noise of that length, and gives its hash. */
async function writeNoise(socket: Socket): Promise<string> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 9), Buffer.alloc(16));
  const hash = createHash('sha256');
  for (let sent = 0; sent < BODY_BYTES; sent += MIB) {
    const piece = cipher.update(Buffer.alloc(MIB));
    hash.update(piece);
    if (!socket.write(piece)) await once(socket, 'drain');
  }
  return hash.digest('hex');
}

/** Reads past a head and then the body, with pauses that let the kernel's buffers fill, and gives its hash. */
async function readSlowly(socket: Socket): Promise<string> {
  const hash = createHash('sha256');
  let head = '';
  let left = BODY_BYTES;
  let reads = 0;
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    let piece = chunk;
    if (!head.includes('\r\n\r\n')) {
      head += piece.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      piece = Buffer.from(end === -1 ? '' : head.slice(end + 4), 'latin1');
    }
    hash.update(piece);
    left -= piece.length;
    if (left <= 0) break;
    if (++reads % 20 === 0) await turns(30);
  }
  return hash.digest('hex');
}

/** A client's and a store's socket with a relay between them. */
async function between(): Promise<AsyncDisposable & { client: Socket; store: Promise<Socket> }> {
  const listener = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const store = once(listener, 'connection').then(([socket]) => socket as Socket);
  const { connection } = await connectTo((listener.address() as AddressInfo).port);
  const running = await startServer((exchange) => {
    const { head } = exchange;
    void relay({
      exchange,
      connection,
      head: `${head.method} / HTTP/1.1\r\n\r\n`,
      framing: head.framing,
      answerFields: () => '',
    });
  });
  const client = net.connect(running.port, '127.0.0.1');
  await once(client, 'connect');
  return {
    client,
    store,
    async [Symbol.asyncDispose]() {
      client.destroy();
      connection.destroy();
      (await store).destroy();
      listener.close();
      await running[Symbol.asyncDispose]();
    },
  };
}

test('a download to a slow client', async () => {
  await using all = await between();
  all.client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  const store = await all.store;
  await once(store, 'data');
  store.write(`HTTP/1.1 200 OK\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`);
  const [sent, received] = await Promise.all([writeNoise(store), readSlowly(all.client)]);
  expect(received).toBe(sent);
});

test('an upload to a slow store', async () => {
  await using all = await between();
  all.client.write(`PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`);
  const [sent, received] = await Promise.all([writeNoise(all.client), readSlowly(await all.store)]);
  expect(received).toBe(sent);
});
