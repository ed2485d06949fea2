// Whether somebody listens on a port already, also somebody who would share it.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { checkFree, HAS_REUSE_PORT } from '../../../src/serve/shared-ports.ts';

const host = '127.0.0.1';

test.each([false, HAS_REUSE_PORT])(
  'a port that is taken (shared: %s) is refused, and free again after',
  async (reusePort) => {
    const server = createServer().listen({ host, port: 0, reusePort });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(checkFree({ host, port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: another program uses that port`,
    );
    server.close();
    await once(server, 'close');
    await checkFree({ host, port });
    // It left nothing behind.
    await checkFree({ host, port });
  },
);

test('any free port needs no check', async () => {
  await checkFree({ host: '192.0.2.1', port: 0 });
  await expect(checkFree({ host: '192.0.2.1', port: 8080 })).rejects.toThrow('no such address');
});
