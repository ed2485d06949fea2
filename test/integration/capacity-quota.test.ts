// A quota beats the cluster: one that the store has, and one of the gateway's own rules. And the providers' contract on real stores.
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { cephRgwCapacity } from '../../src/capacity/providers/ceph-rgw.ts';
import { minioCapacity } from '../../src/capacity/providers/minio.ts';
import { Secret } from '../../src/secret.ts';
import { describeCapacityProvider } from '../contract/capacity-provider.ts';
import { bodyOf } from '../support/bodies.ts';
import { numbersOf } from '../support/capacity-document.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { ask, rawTargetOf } from '../support/raw-target.ts';
import type { RunningStore } from '../support/running-store.ts';
import { bucketName, sdk } from '../support/s3-clients.ts';
import { describeOnStore } from '../support/stores.ts';
import { waitFor } from '../support/wait.ts';

const MIB = 1024 * 1024;
const WRITTEN = 8 * MIB;

/** Sets a hard quota the way the store's administrator would. */
async function setQuota(store: RunningStore, bucket: string, bytes: number): Promise<void> {
  const target = rawTargetOf({ endpoint: store.endpoint, credentials: store });
  const answer =
    store.name === 'minio'
      ? await ask(target, {
          method: 'PUT',
          target: `/minio/admin/v3/set-bucket-quota?bucket=${bucket}`,
          body: JSON.stringify({ quota: bytes, quotatype: 'hard' }),
        })
      : await ask(target, {
          method: 'PUT',
          target: `/admin/bucket?bucket=${bucket}&enabled=true&max-size-kb=${bytes / 1024}&quota=&uid=gateway`,
          body: '',
        });
  expect(answer.status).toBe(200);
}

function providerOf(store: RunningStore) {
  const source = {
    endpoint: store.endpoint,
    accessKeyId: store.accessKeyId,
    secret: new Secret(store.secretAccessKey),
    region: store.region,
    now: Date.now,
  };
  return store.name === 'minio'
    ? minioCapacity(source)
    : cephRgwCapacity({ ...source, metricsUrl: store.metricsUrl ?? '' });
}

// The embedded store has quotas from the gateway alone: store/capacity.test.ts.
describe.each(['minio', 'ceph'] as const)('a store with quotas of its own', (name) => {
  describeOnStore(name, 'capacity under quotas', quotaSuite);
});

function quotaSuite(store: RunningStore): void {
  const pace = { refresh: '1s', maxAge: '15m', timeout: '5s' };
  const capacity =
    store.name === 'minio'
      ? { source: 'minio', ...pace }
      : { source: 'ceph-rgw', metrics: store.metricsUrl ?? 'http://127.0.0.1:1/', ...pace };
  const atStore = bucketName('quota-store');
  const atRule = bucketName('quota-rule');
  const at = useGateway(store, {
    capacity,
    buckets: [
      { match: atRule, backend: store.name, quota: '32MiB' },
      { match: '*', backend: store.name },
    ],
  });

  beforeAll(async () => {
    for (const Bucket of [atStore, atRule]) {
      await at.client.send(new CreateBucketCommand({ Bucket }));
      await at.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: bodyOf(Bucket, WRITTEN) }));
    }
    await setQuota(store, atStore, 64 * MIB);
  });

  test.each([
    ['that the store has', atStore, 64 * MIB],
    ['of a bucket rule', atRule, 32 * MIB],
  ])(
    'a quota %s is the capacity, and what is left of it is available',
    { timeout: 90_000 },
    async (_, Bucket, quota) => {
      const numbers = await waitFor(
        async () => {
          const now = await numbersOf(at.client, Bucket);
          return now.used === WRITTEN && now.capacity === quota && now;
        },
        { what: `the usage of ${Bucket} under its quota`, timeoutMs: 80_000, everyMs: 500 },
      );
      expect(numbers).toEqual({ capacity: quota, used: WRITTEN, available: quota - WRITTEN });
    },
  );

  test('a quota that is used up leaves nothing available', { timeout: 90_000 }, async () => {
    await setQuota(store, atStore, 4 * MIB);
    const numbers = await waitFor(
      async () => {
        const now = await numbersOf(at.client, atStore);
        return now.capacity === 4 * MIB && now;
      },
      { what: 'the smaller quota', timeoutMs: 80_000, everyMs: 500 },
    );
    expect(numbers).toEqual({ capacity: 4 * MIB, used: WRITTEN, available: 0 });
  });

  describeCapacityProvider(`${store.name}, the real one`, async () => {
    const direct = sdk(store);
    const bucket = bucketName('contract');
    await direct.send(new CreateBucketCommand({ Bucket: bucket }));
    direct.destroy();
    return { provider: providerOf(store), bucket, missingBucket: bucketName('missing') };
  });
}
