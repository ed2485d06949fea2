// The store that keeps nothing answers the same in C and in Node.js.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sink, startSink } from '../../perf/hotpath/sink-process.ts';

let directory: string;
let sinks: readonly Sink[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sink-'));
  // Without a C compiler both are the one in Node.js, which is then tested alone.
  sinks = [
    await startSink({ cores: '0', directory, compilers: [] }),
    await startSink({ cores: '0', directory }),
  ];
});

afterAll(async () => {
  await Promise.all(sinks.map((sink) => sink[Symbol.asyncDispose]()));
  await rm(directory, { recursive: true, force: true });
});

/** What each sink answers until it looks like that, without what differs by the clock. */
async function exchange(pieces: readonly string[], until: RegExp): Promise<readonly string[]> {
  return Promise.all(
    sinks.map(async ({ port }) => {
      const socket = connect(port, '127.0.0.1');
      let received = '';
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString('latin1');
      });
      await once(socket, 'connect');
      for (const piece of pieces) {
        socket.write(piece, 'latin1');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      while (!until.test(received)) await once(socket, 'data');
      socket.destroy();
      return received.replaceAll(/Date: [^\r]*/g, 'Date: -');
    }),
  );
}

test.each([
  ['an object', ['GET /bench/object-5000 HTTP/1.1\r\nHost: a\r\n\r\n'], /\r\n\r\nx{5000}$/],
  [
    'its head',
    ['HEAD /bench/object-5000?a=b HTTP/1.1\r\nHost: a\r\n\r\n'],
    /Length: 5000\r\n[\s\S]*\r\n\r\n$/,
  ],
  ['a bucket', ['HEAD /bench HTTP/1.1\r\nHost: a\r\n\r\n'], /^HTTP\/1\.1 200 OK[\s\S]*\r\n\r\n$/],
  ['all buckets', ['GET / HTTP/1.1\r\nHost: a\r\n\r\n'], /<Name>bench<\/Name>[\s\S]*Result>$/],
  ['another key', ['HEAD /bench/object HTTP/1.1\r\nHost: a\r\n\r\n'], /^HTTP\/1\.1 404 [\s\S]*\r\n\r\n$/],
  [
    'an upload in pieces, with the next request in its last one',
    [
      'PUT /bench/object-10 HTTP/1.1\r\nContent-Le',
      'ngth: 10\r\nHost: a\r\n\r\n0123',
      '4567',
      '89HEAD /bench/object-7 HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
    /^HTTP\/1\.1 200 OK[\s\S]*Length: 0\r\n[\s\S]*Length: 7\r\n[\s\S]*\r\n\r\n$/,
  ],
  [
    'two requests at once',
    ['GET /bench/object-2 HTTP/1.1\r\nHost: a\r\n\r\nGET /bench/object-3 HTTP/1.1\r\nHost: a\r\n\r\n'],
    /\r\n\r\nxxHTTP[\s\S]*\r\n\r\nxxx$/,
  ],
])('%s', async (_, pieces, until) => {
  const [inNode, inC] = await exchange(pieces, until);
  expect(inC).toBe(inNode);
});
