// A server on a socket in the file system.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Exchange } from '../../../src/http1/exchange.ts';
import { answerText, eventually, startServer, TestClient } from './wire-fixture.ts';

const GET = 'GET /1 HTTP/1.1\r\nHost: h\r\n\r\n';

let directory = '';
let path = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'listen-'));
  path = join(directory, 'a.sock');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('answers, one request after another, and knows no remote address', async () => {
  const remotes: string[] = [];
  await using running = await startServer(
    (exchange) => {
      remotes.push(exchange.remoteAddress);
      answerText(exchange, 'ok');
    },
    { address: { path } },
  );
  expect(running.port).toBe(0);
  await using client = await TestClient.toPath(path);
  client.send(GET);
  await client.until('ok');
  client.send(GET);
  await client.until(/ok[\s\S]*ok/);
  expect(remotes).toEqual(['', '']);
});

test('only this user may connect, whatever the umask', async () => {
  await using _running = await startServer((exchange) => answerText(exchange, 'ok'), { address: { path } });
  const { mode } = await stat(path);
  expect((mode & 0o777).toString(8)).toBe('600');
});

test('closing removes the socket', async () => {
  const running = await startServer((exchange) => answerText(exchange, 'ok'), { address: { path } });
  await running.server.close(0);
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

test('a socket that a killed process left behind is replaced', async () => {
  const program = join(directory, 'listen.mjs');
  await writeFile(
    program,
    `import net from 'node:net'; net.createServer().listen(${JSON.stringify(path)}, () => process.send('there'));`,
  );
  const child = fork(program);
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await stat(path)).isSocket()).toBe(true);
  await using _running = await startServer((exchange) => answerText(exchange, 'ok'), { address: { path } });
  await using client = await TestClient.toPath(path);
  client.send(GET);
  await client.until('ok');
});

test('what is no socket is never removed', async () => {
  await writeFile(path, 'mine');
  await expect(startServer(() => {}, { address: { path } })).rejects.toThrow('EADDRINUSE');
  expect(await readFile(path, 'utf8')).toBe('mine');
});

test('a directory that is not there is an error, not a crash', async () => {
  const nowhere = join(directory, 'nowhere', 'a.sock');
  // Node says EACCES for it, libuv says ENOENT.
  await expect(startServer(() => {}, { address: { path: nowhere } })).rejects.toThrow(/EACCES|ENOENT/);
});

test('an answer without length that breaks off ends the connection (a reset is not to be had here)', async () => {
  const held: Exchange[] = [];
  await using _running = await startServer((exchange) => held.push(exchange), { address: { path } });
  await using client = await TestClient.toPath(path);
  client.send('GET /1 HTTP/1.0\r\nHost: h\r\n\r\n');
  await eventually(() => held.length === 1);
  const sink = (held[0] as Exchange).answer({
    status: 200,
    reason: 'OK',
    fields: '',
    framing: { kind: 'until-close' },
  });
  sink.write(Buffer.from('part'));
  await client.until('part');
  sink.abort(new Error('broken'));
  expect(await client.all()).toMatch(/part$/);
});
