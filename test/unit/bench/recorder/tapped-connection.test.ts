// The recorder between a client and a server: bytes go through as they are, in any pieces, and are written down.
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer as createHttpsServer, get as httpsGet } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createNameWriter } from '../../../../src/bench/recorder/hashed-names.ts';
import { readRecording } from '../../../../src/bench/recorder/read-recording.ts';
import type { RecordedRequest } from '../../../../src/bench/recorder/recording-format.ts';
import { runRecorder } from '../../../../src/bench/recorder/run-recorder.ts';
import { tapConnection } from '../../../../src/bench/recorder/tapped-connection.ts';
import { makeCertificate } from '../../../support/certificate.ts';

const REQUESTS = [
  'PUT /b/one HTTP/1.1\r\nHost: acme\r\ncontent-LENGTH: 5\r\nExpect: 100-continue\r\n\r\nhello',
  'PUT /b/two HTTP/1.1\r\nHost: acme\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n4\r\ndefg\r\n0\r\nT: x\r\n\r\n',
  'HEAD /b/two HTTP/1.1\r\nHost: acme\r\n\r\n',
  'GET /b/gone HTTP/1.1\r\nHost: acme\r\n\r\n',
].join('');
const ERROR = '<Error><Code>NoSuchKey</Code></Error>';
const ANSWERS = [
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n',
  `HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n${ERROR}`,
].join('');

/** A server that takes all the bytes, then gives its own and ends. */
async function served(bytes: number, answers: string) {
  let received = '';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (received.length === bytes) socket.end(answers);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    read: () => received,
  };
}

async function through(port: number, bytes: string, pieceBytes: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  const ended = once(socket, 'close');
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    socket.write(bytes.slice(at, at + pieceBytes));
    await new Promise(setImmediate);
  }
  await ended;
  return answer;
}

test.each([1, 7, 10_000])('in pieces of %i bytes', async (pieceBytes) => {
  const directory = await mkdtemp(join(tmpdir(), 'recorder-'));
  const out = join(directory, 'a.jsonl');
  const { server, url, read } = await served(REQUESTS.length, ANSWERS);
  const problems: string[] = [];
  const recorder = await runRecorder({
    listen: { host: '127.0.0.1', port: 0 },
    target: url,
    out,
    hashNames: false,
    now: Date.now,
    onProblem: (text) => problems.push(text),
  });
  try {
    expect(await through(recorder.port, REQUESTS, pieceBytes)).toBe(ANSWERS);
    expect(read()).toBe(REQUESTS);
  } finally {
    await recorder.close();
    server.close();
  }
  const { requests } = await readRecording(out);
  expect(problems).toEqual([]);
  expect(
    requests.map(({ operation, key, status, code, requestBytes, answerBytes, incomplete }) => [
      ...[operation, key, status, code, requestBytes, answerBytes, incomplete],
    ]),
  ).toEqual([
    ['PutObject', 'one', 200, undefined, 5, 0, undefined],
    ['PutObject', 'two', 200, undefined, 7, 2, undefined],
    ['HeadObject', 'two', 200, undefined, 0, 0, undefined],
    ['GetObject', 'gone', 404, 'NoSuchKey', 0, ERROR.length, undefined],
  ]);
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  await rm(directory, { recursive: true });
});

test('a store that does not read holds the client up: nothing piles up between them', async () => {
  const total = 48 * 1024 * 1024;
  let received = 0;
  const paused = Promise.withResolvers<Socket>();
  const server = createServer((socket) => {
    socket.pause();
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    socket.pause();
    paused.resolve(socket);
  }).listen(0, '127.0.0.1');
  const front = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(front, 'listening')]);
  const sender = connect((front.address() as AddressInfo).port, '127.0.0.1');
  const [client] = (await once(front, 'connection')) as [Socket];
  const store = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const lines: RecordedRequest[] = [];
  const closed = Promise.withResolvers<void>();
  let most = 0;
  tapConnection({
    ...{ number: 1, client, store, readyEvent: 'connect' },
    setting: {
      names: createNameWriter(Buffer.alloc(32), false),
      ...{ ownNames: [], now: Date.now, elapsed: () => performance.now() },
    },
    onLine: (line) => lines.push(line),
    onProblem: (text) => expect.unreachable(text),
    onClose: closed.resolve,
  });
  const heldUp = Promise.withResolvers<void>();
  const look = (): void => {
    most = Math.max(most, store.writableLength);
  };
  client.on('data', look);
  client.once('pause', heldUp.resolve);
  sender.write(`PUT /b/k HTTP/1.1\r\nContent-Length: ${total}\r\n\r\n`);
  sender.end(Buffer.alloc(total));
  const slow = await paused.promise;
  await heldUp.promise;
  slow.resume();
  await once(slow, 'end');
  slow.end();
  await closed.promise;
  server.close();
  front.close();
  expect(most).toBeLessThan(1024 * 1024);
  expect(received).toBeGreaterThan(total);
  expect(lines).toMatchObject([{ operation: 'PutObject', requestBytes: total, incomplete: true }]);
});

test('TLS on both sides', async () => {
  await using certificate = await makeCertificate();
  const directory = await mkdtemp(join(tmpdir(), 'recorder-'));
  const [cert, key] = [certificate.pem, await readFile(certificate.keyFile, 'utf8')];
  const server = createHttpsServer({ cert, key }, (_, response) => response.end('hello')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const problems: string[] = [];
  const recorder = await runRecorder({
    listen: { host: '127.0.0.1', port: 0, tls: { cert, key } },
    target: new URL(`https://localhost:${(server.address() as AddressInfo).port}`),
    ca: certificate.pem,
    out: join(directory, 'a'),
    hashNames: true,
    now: Date.now,
    onProblem: (text) => problems.push(text),
  });
  const asked = httpsGet({ host: '127.0.0.1', port: recorder.port, path: '/b/k', ca: cert, agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  expect(await text(response)).toBe('hello');
  await recorder.close();
  server.close();
  expect(problems).toEqual([]);
  expect((await readRecording(join(directory, 'a'))).requests).toMatchObject([
    { operation: 'GetObject', status: 200, answerBytes: 5 },
  ]);
  await rm(directory, { recursive: true });
});

test('a file that is there already is refused, and stays as it was', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'recorder-'));
  const out = join(directory, 'a.jsonl');
  await writeFile(out, 'mine');
  const recorder = runRecorder({
    listen: { host: '127.0.0.1', port: 0 },
    target: new URL('http://127.0.0.1:1'),
    out,
    hashNames: false,
    now: Date.now,
    onProblem: () => {},
  });
  await expect(recorder).rejects.toThrow(`--out "${out}" is there already`);
  expect(await readFile(out, 'utf8')).toBe('mine');
  await rm(directory, { recursive: true });
});

test('what is not HTTP goes through all the same, and a store that is away is told', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'recorder-'));
  const problems: string[] = [];
  const { server, url, read } = await served(20, 'whatever\r\n\r\n');
  const settings = {
    listen: { host: '127.0.0.1', port: 0 },
    hashNames: false,
    now: Date.now,
    onProblem: (text: string) => problems.push(text),
  };
  const strange = await runRecorder({ ...settings, target: url, out: join(directory, 'a') });
  const sent = 'PUT /b/k\r\nno header\r\n';
  expect(await through(strange.port, sent.slice(0, 20), 100)).toBe('whatever\r\n\r\n');
  expect(read()).toBe(sent.slice(0, 20));
  await strange.close();
  const closed = once(server, 'close');
  server.close();
  await closed;
  const away = await runRecorder({ ...settings, target: url, out: join(directory, 'b') });
  const socket = connect(away.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'close');
  await away.close();
  expect(problems).toEqual([
    expect.stringContaining('no longer recorded'),
    expect.stringContaining('the store cannot be reached'),
  ]);
  await rm(directory, { recursive: true });
});
