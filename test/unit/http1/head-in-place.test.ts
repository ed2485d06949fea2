// A head is put into the read buffer in front of the body that it goes with. Whatever the lengths of heads and bodies, and however
// they come in pieces, every byte of a body must arrive, and heads as they were written.
import { once } from 'node:events';
import net, { type AddressInfo, Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { relay } from '../../../src/http1/relay.ts';
import { connectTo, startServer, TestClient } from './wire-fixture.ts';

const KIB = 1024;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Bytes that say where they are, so that none can be taken for another. */
function bodyOf(length: number, seed: number): string {
  let text = '';
  for (let at = 0; text.length < length; at++) text += `${seed}:${at};`;
  return text.slice(0, length);
}

const field = (name: string, length: number): string => `${name}: ${'h'.repeat(length)}\r\n`;

interface Call {
  readonly bodyBytes: number;
  /** Of the fields that the relay writes to the store, and of those that it gives back. */
  readonly requestFieldBytes: number;
  readonly answerFieldBytes: number;
}

interface Relayed extends AsyncDisposable {
  readonly port: number;
  /** All that the store was sent. */
  stored(): string;
}

const HEAD_END = '\r\n\r\n';

/** Answers each whole request with its body, cut into writes of `pieceBytes`. */
function echoWhole(socket: Socket, pieceBytes: number, onBytes: (text: string) => void): void {
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    onBytes(bytes.toString('latin1'));
    for (;;) {
      const end = text.indexOf(HEAD_END) + HEAD_END.length;
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
      if (end < HEAD_END.length || text.length < end + length) return;
      const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${text.slice(end, end + length)}`;
      for (let at = 0; at < answer.length; at += pieceBytes) {
        socket.write(answer.slice(at, at + pieceBytes), 'latin1');
      }
      text = text.slice(end + length);
    }
  });
}

/** A relay before a store that echoes; the fields of call after call as they are asked for. */
async function relayed(calls: readonly Call[], pieceBytes: number): Promise<Relayed> {
  let stored = '';
  const store = net.createServer({ noDelay: true }, (socket) => {
    echoWhole(socket, pieceBytes, (text) => {
      stored += text;
    });
  });
  store.listen(0, '127.0.0.1');
  await once(store, 'listening');
  const { connection } = await connectTo((store.address() as AddressInfo).port);
  let count = 0;
  const running = await startServer((exchange) => {
    const { method, target, framing } = exchange.head;
    const call = calls[count++];
    if (call === undefined) throw new Error('a call more than there are');
    const length = framing.kind === 'length' ? `Content-Length: ${framing.length}\r\n` : '';
    void relay({
      exchange,
      connection,
      head: `${method} ${target} HTTP/1.1\r\n${field('X-Sent', call.requestFieldBytes)}${length}\r\n`,
      framing,
      answerFields: () => field('X-Given', call.answerFieldBytes),
    });
  });
  return {
    port: running.port,
    stored: () => stored,
    async [Symbol.asyncDispose]() {
      connection.destroy();
      store.close();
      await running[Symbol.asyncDispose]();
    },
  };
}

async function sendInPieces(client: TestClient, text: string, pieceBytes: number): Promise<void> {
  for (let at = 0; at < text.length; at += pieceBytes) {
    client.send(text.slice(at, at + pieceBytes));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('pipelined calls of any lengths, in any pieces, arrive as they were, both ways', async () => {
  const call = fc.record({
    bodyBytes: fc.oneof(fc.nat(64), fc.nat(90 * KIB)),
    requestFieldBytes: fc.oneof(fc.nat(100), fc.nat(3 * KIB)),
    answerFieldBytes: fc.oneof(fc.nat(100), fc.nat(3 * KIB)),
  });
  const pieces = fc.integer({ min: 3 * KIB, max: 100 * KIB });
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: 4 }),
      pieces,
      pieces,
      async (calls, up, down) => {
        await using all = await relayed(calls, down);
        await using client = await TestClient.to(all.port);
        let sent = '';
        let wantedAtStore = '';
        let wantedBack = '';
        for (const [index, { bodyBytes, requestFieldBytes, answerFieldBytes }] of calls.entries()) {
          const body = bodyOf(bodyBytes, index);
          const length = `Content-Length: ${bodyBytes}\r\n\r\n`;
          sent += `PUT /${index} HTTP/1.1\r\nHost: h\r\n${length}${body}`;
          wantedAtStore += `PUT /${index} HTTP/1.1\r\n${field('X-Sent', requestFieldBytes)}${length}${body}`;
          wantedBack += `HTTP/1.1 200 OK\r\n${field('X-Given', answerFieldBytes)}${length}${body}`;
        }
        await sendInPieces(client, sent, up);
        while (client.received.length < wantedBack.length && !client.ended) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect(all.stored() === wantedAtStore).toBe(true);
        expect(client.received === wantedBack).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

describe('a large body', () => {
  /** Every head that was written, with how much went out in the same piece. */
  function watchWrites(): { readonly line: string; readonly length: number }[] {
    const heads: { line: string; length: number }[] = [];
    const write = Socket.prototype.write;
    vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...args: unknown[]) {
      const bytes = args[0] as Buffer | string;
      const start = Buffer.from(bytes.slice(0, 200) as string, 'latin1').toString('latin1');
      const line = /^(?:PUT \S+ HTTP\/1\.1|HTTP\/1\.1 200 OK)\r\nX-\w+/.exec(start)?.[0];
      if (line !== undefined) heads.push({ line, length: bytes.length });
      return Reflect.apply(write, this, args) as boolean;
    });
    return heads;
  }

  const BODY = 40 * KIB;
  const call = (fieldBytes: number): Call => ({
    bodyBytes: BODY,
    requestFieldBytes: fieldBytes,
    answerFieldBytes: fieldBytes,
  });

  async function upload(fieldBytes: number): Promise<readonly number[]> {
    await using all = await relayed([call(fieldBytes)], 1024 * KIB);
    await using client = await TestClient.to(all.port);
    const heads = watchWrites();
    client.send(`PUT /k HTTP/1.1\r\nHost: h\r\nContent-Length: ${BODY}\r\n\r\n${bodyOf(BODY, 1)}`);
    await client.until(bodyOf(BODY, 1).slice(-12));
    return heads.map(({ length }) => length - fieldBytes);
  }

  test('leaves with its head in one piece, to the store and back', async () => {
    const lengths = await upload(200);
    expect(lengths).toHaveLength(2);
    for (const length of lengths) expect(length).toBeGreaterThan(8 * KIB);
  });

  test('leaves behind its head where that is too large for the room before it', async () => {
    const lengths = await upload(3 * KIB);
    expect(lengths).toHaveLength(2);
    for (const length of lengths) expect(length).toBeLessThan(200);
  });
});
