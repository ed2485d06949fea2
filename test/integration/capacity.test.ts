// The numbers come from the store, follow it, grow old, and are never invented.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf } from '../support/bodies.ts';
import { CAPACITY, numbersOf } from '../support/capacity-document.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { bucketName } from '../support/s3-clients.ts';
import { errorOf } from '../support/same-answer.ts';
import { describeOnStore } from '../support/stores.ts';
import { Tap } from '../support/tapped-store.ts';
import { waitFor } from '../support/wait.ts';

const MIB = 1024 * 1024;

// The pool is everyone's: what other suites write and delete meanwhile shows in it.
function expectAlike(one: number, other: number): void {
  expect(Math.abs(one - other)).toBeLessThan(Math.max(one, other) / 5);
}

describeOnStore('ceph', 'capacity', (store) => {
  let metrics: Tap;
  const at = useGateway(store, async () => {
    metrics = await Tap.before({ host: '127.0.0.1', port: Number(new URL(store.metricsUrl ?? '').port) });
    return {
      capacity: {
        source: 'ceph-rgw',
        metrics: `${metrics.url}/metrics`,
        refresh: '1s',
        maxAge: '6s',
        timeout: '3s',
      },
    };
  });
  const Bucket = bucketName('capacity');
  const empty = bucketName('empty');

  beforeAll(async () => {
    for (const name of [Bucket, empty]) await at.client.send(new CreateBucketCommand({ Bucket: name }));
  });
  afterAll(() => metrics.close());

  test('an empty bucket has used nothing of the pool', async () => {
    const { capacity, used } = await numbersOf(at.client, empty);
    expect(used).toBe(0);
    expect(capacity).toBeGreaterThan(1024 * MIB);
    expect(capacity).toBeLessThanOrEqual(16 * 1024 * MIB);
  });

  test('100 MiB written through the gateway are 100 MiB more used, and nothing else', async () => {
    const before = await numbersOf(at.client, Bucket);
    for (let index = 0; index < 10; index += 1) {
      await at.client.send(
        new PutObjectCommand({ Bucket, Key: `part ${index}`, Body: bodyOf(`${index}`, 10 * MIB) }),
      );
    }
    const after = await waitFor(
      async () => {
        const now = await numbersOf(at.client, Bucket);
        return now.used > before.used + 95 * MIB && now;
      },
      { what: 'the usage to grow', timeoutMs: 20_000 },
    );
    expect(after.used - before.used).toBe(100 * MIB);
    expect((await numbersOf(at.client, empty)).used).toBe(0);
  });

  test('what is available is what the manager says that the pool can still take', async () => {
    const text = await (await fetch(store.metricsUrl ?? '')).text();
    const free = [...text.matchAll(/^ceph_pool_max_avail\{.*?\} ([\d.e+]+)$/gm)].map(([, value]) =>
      Number(value),
    );
    expectAlike((await numbersOf(at.client, empty)).available, Math.max(...free));
  });

  test('what is deleted is no longer used', async () => {
    await at.client.send(new DeleteObjectCommand({ Bucket, Key: 'part 0' }));
    await waitFor(async () => (await numbersOf(at.client, Bucket)).used === 90 * MIB, {
      what: 'the usage to shrink',
      timeoutMs: 20_000,
    });
  });

  describe('with the metrics cut off', () => {
    test('the last good numbers, then 503, then new ones: never zeros', { timeout: 60_000 }, async () => {
      const good = await numbersOf(at.client, Bucket);
      metrics.cutOff();
      await sleep(2500);
      expectAlike((await numbersOf(at.client, Bucket)).capacity, good.capacity);
      const error = await waitFor(
        async () => {
          const outcome = await numbersOf(at.client, Bucket).then(
            () => undefined,
            () => errorOf(at.client.send(new GetObjectCommand({ Bucket, Key: CAPACITY }))),
          );
          return outcome;
        },
        { what: 'the numbers to grow too old', timeoutMs: 20_000 },
      );
      expect(error).toMatchObject({ status: 503 });
      metrics.restore();
      const back = await waitFor(() => numbersOf(at.client, Bucket), {
        what: 'numbers again',
        timeoutMs: 20_000,
      });
      expectAlike(back.capacity, good.capacity);
    });
  });
});

describeOnStore('minio', 'capacity', (store) => {
  const at = useGateway(store, {
    capacity: { source: 'minio', refresh: '1s', maxAge: '15m', timeout: '3s' },
  });
  const Bucket = bucketName('capacity');

  beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket })));

  test('usage follows the scanner, capacity is the disk', { timeout: 90_000 }, async () => {
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'five', Body: bodyOf('five', 5 * MIB) }));
    const numbers = await waitFor(
      async () => {
        const now = await numbersOf(at.client, Bucket);
        return now.used > 0 && now;
      },
      { what: 'the scanner to find 5 MiB', timeoutMs: 80_000, everyMs: 500 },
    );
    expect(numbers.used).toBe(5 * MIB);
    expect(numbers.capacity).toBeGreaterThan(numbers.used);
  });
});
