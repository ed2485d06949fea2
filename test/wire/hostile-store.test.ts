// A store that means ill, or somebody in its place: what it answers must not lead the gateway elsewhere, nor break out of its
// answer into another client's (GO-2026-6189: credentials followed redirects; CVE-2026-22036, CVE-2026-84890: answers were
// decompressed; CVE-2026-86409: a signature went on to the next address).
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { elementOf, headerOf } from '../support/raw-http.ts';
import { type GatewayInProcess, gatewayOver } from './composed-gateway.ts';
import { answerTo, expectRefusal, originOf } from './refusal-table.ts';

let store: Server;
let elsewhere: Server;
let gateway: GatewayInProcess;
let answer = '';
/** Heads that came to the store, and connections that came to the other place. */
const heads: string[] = [];
let strangers = 0;
const sockets = new Set<Socket>();

async function listening(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  elsewhere = await listening(() => {
    strangers++;
  });
  store = await listening((socket) => {
    socket.on('data', (bytes: Buffer) => {
      heads.push(bytes.toString('latin1'));
      socket.write(answer, 'latin1');
    });
  });
  gateway = await gatewayOver(portOf(store));
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  for (const socket of sockets) socket.destroy();
  store.close();
  elsewhere.close();
});
beforeEach(() => {
  heads.length = 0;
});

const GET = { target: '/bucket/key' };

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%s is the client’s to follow, not the gateway’s', async (status) => {
    answer = `HTTP/1.1 ${status} Elsewhere\r\nLocation: http://127.0.0.1:${portOf(elsewhere)}/bucket/key\r\nContent-Length: 0\r\n\r\n`;
    expect((await answerTo(GET, originOf(gateway))).status).toBe(status);
    expect(heads).toHaveLength(1);
    expect(strangers).toBe(0);
  });
});

test('an answer that says gzip goes back as it came, not unpacked', async () => {
  const bomb = '\x1f\x8b\x08\x00 not gzip at all';
  answer = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n${bomb}`;
  const got = await answerTo(GET, originOf(gateway));
  expect(got.body.toString('latin1')).toBe(bomb);
  expect(headerOf(got, 'content-encoding')).toBe('gzip');
  expect(heads[0]).not.toMatch(/accept-encoding/i);
});

describe('an answer that is not HTTP as it must be', () => {
  test.each<[string, string]>([
    ['two lengths, different', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nok'],
    ['two lengths, alike', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
    ['another coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok'],
    ['a bare line feed', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    [
      'a bare carriage return in a header',
      'HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b=c\r\nContent-Length: 2\r\n\r\nok',
    ],
    ['a NUL in a header', 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok'],
    ['a name with a blank', 'HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 2\r\n\r\nok'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['a head of 40 KiB', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(40 * 1024)}\r\nContent-Length: 2\r\n\r\nok`],
  ])('%s is told as BadGateway', async (_name, text) => {
    answer = text;
    expectRefusal(await answerTo(GET, originOf(gateway)), '502 BadGateway');
  });
});

test('bytes behind an answer are nobody’s answer', async () => {
  const extra = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';
  answer = `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${extra}`;
  await using connection = await gateway.connect();
  for (let round = 0; round < 3; round++) {
    await connection.send(gateway.signed(GET));
    const { status, body } = await connection.answer();
    expect([status, body.toString()]).toEqual([200, 'ok']);
  }
});

test('what the store says of itself does not become ours: its error is passed on as it is', async () => {
  const text = '<Error><Code>AccessDenied</Code></Error>';
  answer = `HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  const got = await answerTo(GET, originOf(gateway));
  expect([got.status, elementOf(got, 'Code')]).toEqual([403, 'AccessDenied']);
});

test('what a client sends comes back escaped in an error', async () => {
  const got = await answerTo({ target: '/minio/%3Cscript%3E%22%26%01', headers: {} }, originOf(gateway));
  expectRefusal(got, '400 InvalidBucketName');
  expect(got.body.toString()).not.toMatch(/<script|[\x00-\x08]/);
  expect(heads).toEqual([]);
});
