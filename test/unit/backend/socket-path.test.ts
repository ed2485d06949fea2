// A store that is reached over a socket in the file system.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerText, startServer } from '../http1/wire-fixture.ts';
import { backendOver } from './backend-fixture.ts';

let directory = '';
let path = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'socket-'));
  path = join(directory, 'store.sock');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const over = (socketPath: string, overrides = {}) =>
  backendOver([], {
    endpoints: [{ protocol: 'http', host: 'localhost', port: 1, authority: 'store.localhost', socketPath }],
    ...overrides,
  });

test('calls go there, with the authority as Host, over one connection', async () => {
  const hosts: (string | undefined)[] = [];
  await using running = await startServer(
    (exchange) => {
      hosts.push(exchange.head.headers.get('host'));
      answerText(exchange, `at ${exchange.head.target}`);
    },
    { address: { path } },
  );
  const { backend } = over(path);
  for (const bucket of ['one', 'two']) {
    const { head, body } = await backend.call({ method: 'GET', bucket, rawQuery: '' });
    expect([head.status, body.toString()]).toEqual([200, `at /${bucket}`]);
  }
  expect(hosts).toEqual(['store.localhost', 'store.localhost']);
  expect(running.connections).toEqual(['opened']);
  backend.close();
});

test('where nobody listens it is ServiceUnavailable at once, not after a wait', async () => {
  // Neither the connect's patience nor a sweep comes to pass within this test.
  const { backend, changes } = over(path);
  await expect(backend.call({ method: 'GET', bucket: '', rawQuery: '' })).rejects.toMatchObject({
    code: 'ServiceUnavailable',
    reason: expect.stringContaining('ENOENT'),
  });
  expect(changes).toEqual(['failed']);
  backend.close();
});

test('a socket without its server is ServiceUnavailable at once too, and works again when the server is back', async () => {
  const { backend } = over(path);
  const serve = () => startServer((exchange) => answerText(exchange, 'ok'), { address: { path } });
  const first = await serve();
  await backend.call({ method: 'GET', bucket: '', rawQuery: '' });
  await first.server.close(0);
  await expect(backend.call({ method: 'GET', bucket: '', rawQuery: '' })).rejects.toMatchObject({
    code: 'ServiceUnavailable',
  });
  await using _second = await serve();
  const { body } = await backend.call({ method: 'GET', bucket: '', rawQuery: '' });
  expect(body.toString()).toBe('ok');
  backend.close();
});
