import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../../../src/serve/listen.ts';

const at = { host: '127.0.0.1', port: 443 };
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(`listen ${code}`), { code }));

test('gives what the start gives', async () => {
  expect(await listen(at, async () => 8443)).toBe(8443);
});

test.each([
  ['EADDRINUSE', 'cannot listen on 127.0.0.1:443: another program uses that port'],
  ['EACCES', 'cannot listen on 127.0.0.1:443: this user may not use that port'],
  ['EADDRNOTAVAIL', 'cannot listen on 127.0.0.1:443: this machine has no such address'],
  ['EWHATEVER', 'cannot listen on 127.0.0.1:443: listen EWHATEVER'],
])('%s in one sentence', async (code, sentence) => {
  await expect(listen(at, failing(code))).rejects.toThrow(sentence);
});

test('a port that is really taken', async () => {
  const first = createServer();
  const port = await new Promise<number>((resolve) => {
    first.listen(0, '127.0.0.1', () => resolve((first.address() as { port: number }).port));
  });
  const second = createServer();
  const start = () =>
    new Promise<void>((resolve, reject) => {
      second.once('error', reject);
      second.listen(port, '127.0.0.1', resolve);
    });
  await expect(listen({ host: '127.0.0.1', port }, start)).rejects.toThrow('another program uses that port');
  first.close();
});
