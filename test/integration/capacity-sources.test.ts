// Sources that ask over the network, against the real thing: MinIO's own capacity.xml, and a Prometheus that watches the store.
import { createHmac } from 'node:crypto';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CapacityUnknownError } from '../../src/capacity/capacity.ts';
import { mergedCapacity } from '../../src/capacity/merged.ts';
import type { CapacityProvider } from '../../src/capacity/provider.ts';
import { cephRgwCapacity } from '../../src/capacity/providers/ceph-rgw.ts';
import { minioCapacity } from '../../src/capacity/providers/minio.ts';
import { prometheusCapacity } from '../../src/capacity/providers/prometheus.ts';
import { sosapiCapacity } from '../../src/capacity/providers/sosapi.ts';
import { Secret } from '../../src/secret.ts';
import { describeCapacityProvider } from '../contract/capacity-provider.ts';
import { bodyOf } from '../support/bodies.ts';
import { PrometheusServer, prometheusMissing } from '../support/prometheus-server.ts';
import type { RunningStore } from '../support/running-store.ts';
import { bucketName, sdk } from '../support/s3-clients.ts';
import { describeOnStore } from '../support/stores.ts';
import { waitFor } from '../support/wait.ts';

const MIB = 1024 * 1024;
const WRITTEN = 5 * MIB;
const patience = () => AbortSignal.timeout(10_000);

const noPrometheus = await prometheusMissing();
if (noPrometheus !== undefined) process.stdout.write(`not run with a real Prometheus: ${noPrometheus}\n`);

function sourceOf(store: RunningStore) {
  return {
    endpoint: store.endpoint,
    accessKeyId: store.accessKeyId,
    secret: new Secret(store.secretAccessKey),
    region: store.region,
    now: Date.now,
    shareMs: 0,
  };
}

async function makeBucket(store: RunningStore, bucket: string): Promise<void> {
  const client = sdk(store);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'five', Body: bodyOf(bucket, WRITTEN) }));
  client.destroy();
}

function usageOf(provider: CapacityProvider, bucket: string, bytes: number): Promise<true> {
  return waitFor(
    async () => {
      const { used } = await provider.measure(bucket, patience());
      return used?.bytes === BigInt(bytes);
    },
    { what: `${provider.source} to say ${bytes} bytes of ${bucket}`, timeoutMs: 100_000, everyMs: 500 },
  );
}

describeOnStore('minio', 'its own capacity.xml as a source', (store) => {
  const bucket = bucketName('sosapi');
  const provider = sosapiCapacity(sourceOf(store));
  beforeAll(() => makeBucket(store, bucket));

  test('tells what its scanner found, and all the rest as available', { timeout: 120_000 }, async () => {
    await usageOf(provider, bucket, WRITTEN);
    const { total, free, used } = await provider.measure(bucket, patience());
    const own = await minioCapacity(sourceOf(store)).measure(bucket, patience());
    expect(total?.bytes).toBe(own.total?.bytes);
    expect(free?.bytes).toBe((total?.bytes ?? 0n) - (used?.bytes ?? 0n));
  });

  test('a wrong key is unknown', async () => {
    const wrong = sosapiCapacity({ ...sourceOf(store), secret: new Secret('wrong') });
    await expect(wrong.measure(bucket, patience())).rejects.toThrow('answered 403 SignatureDoesNotMatch');
  });

  // MinIO writes the document for any name, also of a bucket that it does not have.
  describeCapacityProvider('sosapi, of the real MinIO', () => ({ provider, bucket }));
});

describeOnStore('ceph', 'a store without SOSAPI', (store) => {
  test('is said to be one', async () => {
    const bucket = bucketName('no-sosapi');
    await makeBucket(store, bucket);
    const measured = sosapiCapacity(sourceOf(store)).measure(bucket, patience());
    await expect(measured).rejects.toThrow('404 NoSuchKey: this store has no SOSAPI');
    const missing = sosapiCapacity(sourceOf(store)).measure(bucketName('missing'), patience());
    await expect(missing).rejects.toThrow('answered 404 NoSuchBucket');
  });
});

/** What `mc admin prometheus generate` makes: a token for the metrics, signed with the secret key. */
function metricsToken(store: RunningStore): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { exp: Math.floor(Date.now() / 1000) + 3_600, sub: store.accessKeyId, iss: 'prometheus' };
  const signed = `${part({ alg: 'HS512', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha512', store.secretAccessKey).update(signed).digest('base64url')}`;
}

describe.skipIf(noPrometheus !== undefined)('a real Prometheus', () => {
  describeOnStore('minio', 'that watches MinIO', (store) => {
    const bucket = bucketName('watched');
    let server: PrometheusServer;
    let provider: CapacityProvider;

    beforeAll(async () => {
      await makeBucket(store, bucket);
      // MinIO keeps its metrics for a minute: they are asked for when the scanner has found the object.
      await usageOf(minioCapacity(sourceOf(store)), bucket, WRITTEN);
      const token = metricsToken(store);
      server = await PrometheusServer.start([
        { url: `${store.endpoint}/minio/v2/metrics/cluster`, token },
        { url: `${store.endpoint}/minio/v2/metrics/bucket`, token },
      ]);
      provider = prometheusCapacity({
        url: server.url,
        total: 'minio_cluster_capacity_usable_total_bytes',
        free: 'minio_cluster_capacity_usable_free_bytes',
        used: 'minio_bucket_usage_total_bytes{bucket="$bucket"}',
        now: Date.now,
      });
      await usageOf(provider, bucket, WRITTEN);
    }, 240_000);
    afterAll(() => server[Symbol.asyncDispose]());

    test('gives the numbers that MinIO itself gives', async () => {
      const { total, free, used } = await provider.measure(bucket, patience());
      const own = await minioCapacity(sourceOf(store)).measure(bucket, patience());
      expect(total?.bytes).toBe(own.total?.bytes);
      // Others write to the same disk meanwhile.
      expect(Number(free?.bytes) / Number(own.free?.bytes)).toBeCloseTo(1, 1);
      expect(used).toMatchObject({ bytes: own.used?.bytes, source: 'prometheus', lagMs: 300_000 });
    });

    test.each([
      ['minio_bucket_usage_total_bytes * 0 + 1 or vector(2)', /gives \d+ samples, not one/],
      ['minio_bucket_usage_total_bytes{bucket="none of this name"}', /finds nothing/],
      ['sum(', /answered 400 bad_data: .*unclosed left parenthesis/],
      ['minio_bucket_usage_total_bytes[1m]', /gives a matrix/],
      ['"text"', /gives a string/],
      ['0/0', /not a finite number/],
      ['vector(-1)', /is -1, below zero/],
      ['1/0', /not a finite number/],
    ])('%s is no number', async (used, why) => {
      const asked = prometheusCapacity({ url: server.url, used, now: Date.now });
      const error = await asked.measure(bucket, patience()).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(CapacityUnknownError);
      expect((error as Error).message).toMatch(why);
    });

    test.each([
      ['2^53 + 2', 2n ** 53n + 2n],
      ['2^63', 2n ** 63n],
      ['vector(2^70)', 2n ** 70n],
      ['scalar(vector(7.9))', 7n],
    ])('%s is read to the byte', async (used, bytes) => {
      const asked = prometheusCapacity({ url: server.url, used, now: Date.now });
      expect((await asked.measure(bucket, patience())).used?.bytes).toBe(bytes);
    });

    test('a name can be written in escapes', async () => {
      const escaped = [...bucket].map((char) => `\\x${char.charCodeAt(0).toString(16)}`).join('');
      const used = `minio_bucket_usage_total_bytes{bucket="${escaped}"}`;
      const asked = prometheusCapacity({ url: server.url, used, now: Date.now });
      expect((await asked.measure(bucket, patience())).used?.bytes).toBe(BigInt(WRITTEN));
    });

    describeCapacityProvider('prometheus, the real one', () => ({
      provider,
      bucket,
      missingBucket: bucketName('missing'),
    }));
  });

  describeOnStore('ceph', 'that watches Ceph, with what a bucket holds from RGW', (store) => {
    const bucket = bucketName('watched');
    const metricsUrl = store.metricsUrl ?? 'http://127.0.0.1:1/';
    const rgw = cephRgwCapacity({ ...sourceOf(store), metricsUrl });
    const ofPool = (expression: string) =>
      `sum((${expression}) * on(pool_id) group_left() ceph_pool_metadata{name=~".*\\\\.rgw\\\\.buckets\\\\.data"})`;
    let server: PrometheusServer;
    let merged: CapacityProvider;

    beforeAll(async () => {
      await makeBucket(store, bucket);
      server = await PrometheusServer.start([{ url: metricsUrl }]);
      const watched = prometheusCapacity({
        url: server.url,
        total: ofPool('ceph_pool_max_avail + ceph_pool_stored'),
        free: ofPool('ceph_pool_max_avail'),
        now: Date.now,
      });
      merged = mergedCapacity([watched, rgw]);
      await waitFor(async () => (await watched.measure(bucket, patience())).total !== undefined, {
        what: 'Prometheus to know the pool',
        timeoutMs: 60_000,
        everyMs: 500,
      });
    }, 120_000);
    afterAll(() => server[Symbol.asyncDispose]());

    test('each number says where it is from', async () => {
      const { total, free, used } = await merged.measure(bucket, patience());
      expect([total?.source, free?.source, used?.source]).toEqual(['prometheus', 'prometheus', 'ceph-rgw']);
      const own = await rgw.measure(bucket, patience());
      expect(Number(total?.bytes) / Number(own.total?.bytes)).toBeCloseTo(1, 0);
      expect(used?.bytes).toBe(BigInt(WRITTEN));
    });

    test('what is deleted is no longer used', async () => {
      const client = sdk(store);
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'five' }));
      client.destroy();
      await usageOf(merged, bucket, 0);
    });

    describeCapacityProvider('prometheus and ceph-rgw, merged', () => ({ provider: merged, bucket }));
  });
});
