// Certificates that are replaced on disk while clients that verify transfer: none fails, and each name gets its new one.
import { once } from 'node:events';
import tls from 'node:tls';
import { describe, expect, test } from 'vitest';
import { ASKED, CERTIFICATES, CertifiedGateway } from './certified-gateway.ts';
import { transfer } from './verified-transfers.ts';

const NAMES = Object.keys(CERTIFICATES) as (keyof typeof CERTIFICATES)[];

describe.each([
  { workers: 2, transfers: 10_000, reloads: 12 },
  { workers: 1, transfers: 1_000, reloads: 4 },
])(
  '$transfers transfers through $workers, certificates replaced $reloads times',
  ({ workers, transfers, reloads }) => {
    test('none fails', { timeout: 180_000 }, async () => {
      await using at = await CertifiedGateway.start(workers);
      const every = Math.floor(transfers / (reloads + 1));
      const outcomes: string[] = [];
      const presented: boolean[] = [];
      let replacing = Promise.resolve();
      const replaceAll = async (): Promise<void> => {
        const renewed = new Map<string, string>();
        for (const name of NAMES) renewed.set(name, await at.replace(name));
        outcomes.push(String((await at.reload()).msg));
        for (const [servername, name] of ASKED) {
          presented.push((await at.presented(servername)) === renewed.get(name));
        }
      };
      const { done, failures, handshakes, resumed, fingerprints } = await transfer(at, transfers, (count) => {
        if (count % every === 0 && count / every <= reloads) replacing = replacing.then(replaceAll);
      });
      await replacing;
      expect(failures).toEqual([]);
      expect(done).toBe(transfers);
      expect(outcomes).toHaveLength(reloads);
      expect(presented).toEqual(Array.from({ length: reloads * ASKED.length }, () => true));
      // Transfers met several generations of each certificate, and whole handshakes as well as resumed ones.
      expect(fingerprints.size).toBeGreaterThan(2 * NAMES.length);
      expect(handshakes).toBeGreaterThan(transfers / 10);
      expect(resumed).toBeGreaterThan(0);
    });
  },
);

test('a session goes on at whichever worker has the connection', async () => {
  await using at = await CertifiedGateway.start(2);
  const options = { host: '127.0.0.1', port: at.port, servername: 'two.example', ca: at.authority.ca };
  const first = tls.connect(options);
  const [session] = (await once(first, 'session')) as [Buffer];
  first.destroy();
  const isReused: boolean[] = [];
  // Which worker gets a connection is for the kernel to say: of 20 not all go to one.
  for (let turn = 0; turn < 20; turn++) {
    const socket = tls.connect({ ...options, session });
    await once(socket, 'secureConnect');
    isReused.push(socket.isSessionReused());
    socket.destroy();
  }
  expect(isReused).toEqual(Array.from({ length: 20 }, () => true));
});
