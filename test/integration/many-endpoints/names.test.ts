// An endpoint with a host name that the system knows, looked up while requests go on.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { bucketName, sdk } from '../../support/s3-clients.ts';

test('localhost is one endpoint, whatever addresses it has, and lookups disturb nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'names-'));
  const store = await EmbeddedStore.start({ dataDirectory: directory });
  const storeUrl = `http://localhost:${store.port}`;
  const gateway = await GatewayProcess.start({
    store: asRunningStore(store),
    storeUrl,
    backend: { resolve: '50ms' },
    config: { workers: 1 },
  });
  const client = sdk(gateway);
  try {
    const Bucket = bucketName('names');
    await client.send(new CreateBucketCommand({ Bucket }));
    for (let round = 0; round < 10; round++) {
      await client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: `body ${round}` }));
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'key' }));
      expect(await Body?.transformToString()).toBe(`body ${round}`);
      await sleep(50);
    }
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    const requests = /^sosapi_gateway_endpoint_requests_total\{.*endpoint="(.*)"\} (\d+)$/m.exec(metrics);
    expect(requests?.[1]).toBe(`localhost:${store.port}`);
    expect(Number(requests?.[2])).toBeGreaterThanOrEqual(20);
    expect(gateway.logs().filter(({ msg }) => msg?.startsWith('endpoint of the store'))).toEqual([]);
  } finally {
    client.destroy();
    await gateway.stop();
    await store.kill();
    await rm(directory, { recursive: true, force: true });
  }
});
