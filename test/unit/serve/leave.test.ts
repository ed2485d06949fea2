// `timeouts.leave`: told to stop, the gateway says that it is not ready and serves on, so that a load balancer can go elsewhere first.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { sdk } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';

describe.each([1, 2])('with workers: %d', (workers) => {
  test('between the signal and the stop requests are served, and /readyz is 503', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'leave-'));
    await using store = await EmbeddedStore.start({
      dataDirectory: join(directory, 'data'),
      createBuckets: ['veeam-1'],
    });
    // So long that only a second signal ends it: no clock decides this test.
    const config = { workers, timeouts: { leave: '24h' } };
    await using gateway = await GatewayProcess.start({ store: asRunningStore(store), config });
    const readiness = async () => (await fetch(`${gateway.adminUrl}/readyz`)).status;
    expect(await readiness()).toBe(200);

    gateway.signal('SIGTERM');
    await waitFor(async () => (await readiness()) === 503, { what: 'it to say that it leaves' });
    expect((await fetch(`${gateway.adminUrl}/healthz`)).status).toBe(200);
    // A client of its own, so that each connection is a new one.
    for (let turn = 0; turn < 4; turn++) {
      const client = sdk(gateway);
      await client.send(
        new PutObjectCommand({ Bucket: 'veeam-1', Key: `after-the-signal/${turn}`, Body: 'b' }),
      );
      client.destroy();
    }
    expect(gateway.running).toBe(true);

    gateway.signal('SIGTERM');
    expect((await gateway.exited).code).toBe(1);
    await rm(directory, { recursive: true, force: true });
  });
});
