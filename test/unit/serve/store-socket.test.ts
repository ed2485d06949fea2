import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeStoreSocket } from '../../../src/serve/store-socket.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'socket-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('stands in the data directory, which stays', async () => {
  const socket = await makeStoreSocket(directory);
  expect(socket).toMatchObject({ path: join(directory, 'store.sock'), isPrivate: false });
  await writeFile(socket.path, '');
  await socket.remove();
  await socket.remove();
  expect([existsSync(socket.path), existsSync(directory)]).toEqual([false, true]);
});

/** A directory whose socket would have a path of so many bytes. */
const directoryFor = (bytes: number) => {
  const rest = bytes - Buffer.byteLength(join(directory, 'x', 'store.sock')) + 1;
  return join(directory, 'x'.repeat(rest));
};

test('up to a path of 100 bytes', async () => {
  const at = directoryFor(100);
  const { path } = await makeStoreSocket(at);
  expect([Buffer.byteLength(path), dirname(path)]).toEqual([100, at]);
});

test.each([
  ['beyond that', () => directoryFor(101)],
  ['where letters take several bytes', () => join(directory, 'ö'.repeat(60))],
])('%s: in a directory of its own that nobody else may enter, and that goes with it', async (_name, make) => {
  const socket = await makeStoreSocket(make());
  expect(socket.isPrivate).toBe(true);
  expect(Buffer.byteLength(socket.path)).toBeLessThanOrEqual(100);
  const own = dirname(socket.path);
  expect(((await stat(own)).mode & 0o777).toString(8)).toBe('700');
  await writeFile(socket.path, '');
  await socket.remove();
  expect(existsSync(own)).toBe(false);
});
