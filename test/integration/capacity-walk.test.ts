// What s3-walk counts on real stores, against a full count by the AWS SDK, also over a restart in the middle.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type S3WalkCapacity,
  type S3WalkOptions,
  s3WalkCapacity,
} from '../../src/capacity/providers/s3-walk.ts';
import { Secret } from '../../src/secret.ts';
import { describeCapacityProvider } from '../contract/capacity-provider.ts';
import { bodyOf } from '../support/bodies.ts';
import type { RunningStore } from '../support/running-store.ts';
import { bucketName, sdk } from '../support/s3-clients.ts';
import { describeOnEachStore } from '../support/stores.ts';

const MIB = 1024 * 1024;
const patience = () => AbortSignal.timeout(30_000);
const noPause = async (_ms: number, signal: AbortSignal) => signal.throwIfAborted();

function walker(store: RunningStore, changed: Partial<S3WalkOptions> = {}): S3WalkCapacity {
  return s3WalkCapacity({
    endpoints: [store.endpoint],
    addressing: 'path',
    accessKeyId: store.accessKeyId,
    secret: new Secret(store.secretAccessKey),
    region: store.region,
    database: undefined,
    onTrouble: (message) => {
      throw new Error(message);
    },
    now: Date.now,
    sleep: noPause,
    ...changed,
  });
}

/** By one page, with another client than the one under test. */
async function counted(client: S3Client, Bucket: string) {
  const page = await client.send(new ListObjectVersionsCommand({ Bucket }));
  expect(page.IsTruncated).toBe(false);
  const sizes = (page.Versions ?? []).map(({ Size = 0 }) => BigInt(Size));
  return {
    versions: sizes.length,
    markers: (page.DeleteMarkers ?? []).length,
    bytes: sizes.reduce((sum, size) => sum + size, 0n),
  };
}

describeOnEachStore('s3-walk', (store) => {
  const client = sdk(store);
  const Bucket = bucketName('walk');
  const plain = bucketName('plain');
  // MinIO takes no dot segments, the embedded store neither.
  const dots = store.name === 'ceph' ? ['./x', 'a/../b', '..'] : [];
  const keys = ['a', 'a b+c%20d', 'ctl\u0001x', 'é/ü 日本', '&<>"\'', 'tilde~*()!', ...dots];
  const UPLOADED = BigInt(keys.length) * BigInt(5 * MIB + 7);

  beforeAll(async () => {
    for (const name of [Bucket, plain]) await client.send(new CreateBucketCommand({ Bucket: name }));
    await client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    for (const [at, Key] of keys.entries()) {
      for (const size of [1000 + at, 7, 0]) {
        await client.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(size) }));
      }
      if (at % 2 === 0) await client.send(new DeleteObjectCommand({ Bucket, Key }));
      await client.send(new PutObjectCommand({ Bucket: plain, Key, Body: Buffer.alloc(10 + at) }));
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      for (const [number, size] of [5 * MIB, 7].entries()) {
        const part = { Bucket, Key, UploadId, PartNumber: number + 1, Body: bodyOf(Key, size) };
        await client.send(new UploadPartCommand(part));
      }
    }
  });
  afterAll(() => client.destroy());

  describeCapacityProvider(`s3-walk at ${store.name}`, () => {
    const provider = walker(store);
    return {
      ...{ provider, bucket: Bucket, missingBucket: bucketName('nope'), tells: ['used'] },
      close: () => provider.close(),
    };
  });

  test.each([1, 2, 1000])('is the full count, by pages of %i', async (pageSize) => {
    const provider = walker(store, { pageSize });
    try {
      const truth = await counted(client, Bucket);
      expect(truth.markers).toBe(Math.ceil(keys.length / 2));
      expect((await provider.measure(Bucket, patience())).used).toMatchObject({
        bytes: truth.bytes + UPLOADED,
        uploads: 'counted',
      });
      expect(provider.progress()).toMatchObject([{ bucket: Bucket, finished: { objects: truth.versions } }]);
      const plainTruth = await counted(client, plain);
      expect((await provider.measure(plain, patience())).used?.bytes).toBe(plainTruth.bytes);
    } finally {
      provider.close();
    }
  });

  test('is what can be read now, where noncurrent versions and uploads are left out', async () => {
    const provider = walker(store, { pageSize: 1, countNoncurrent: false, countUploads: false });
    try {
      // The latest version of each key is empty, or a delete marker.
      expect((await provider.measure(Bucket, patience())).used).toMatchObject({
        bytes: 0n,
        uploads: 'not-counted',
      });
      const sum = keys.reduce((bytes, _key, at) => bytes + BigInt(10 + at), 0n);
      expect((await provider.measure(plain, patience())).used?.bytes).toBe(sum);
    } finally {
      provider.close();
    }
  });

  test('is the same over a restart after every page', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'capacity-walk-'));
    const database = join(directory, 'walk.sqlite');
    try {
      const truth = await counted(client, Bucket);
      let used: bigint | undefined;
      let restarts = 0;
      for (let lives = 0; used === undefined; lives += 1) {
        expect(lives).toBeLessThan(50);
        // Each life has a pause after its first page that never ends.
        const paused = Promise.withResolvers<void>();
        let pauses = 0;
        const sleep = (ms: number, signal: AbortSignal) => {
          pauses += 1;
          if (pauses < 2 || provider.progress()[0]?.current?.phase === 'uploads') return noPause(ms, signal);
          paused.resolve();
          return new Promise<void>((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason), { once: true });
          });
        };
        const provider = walker(store, { database, pageSize: 4, sleep });
        const measured = provider.measure(Bucket, patience()).then(
          (figures) => figures.used?.bytes,
          () => undefined,
        );
        used = await Promise.race([measured, paused.promise.then(() => undefined)]);
        provider.close();
        await measured;
        restarts = lives;
      }
      expect(used).toBe(truth.bytes + UPLOADED);
      expect(restarts).toBeGreaterThan(2);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  test('follows thousands of versions in pages that the store cuts', { timeout: 120_000 }, async () => {
    const many = bucketName('many');
    await client.send(new CreateBucketCommand({ Bucket: many }));
    const put = (at: number) =>
      client.send(new PutObjectCommand({ Bucket: many, Key: `k${at}`, Body: Buffer.alloc(at % 3) }));
    for (let at = 0; at < 1_200; at += 40) {
      await Promise.all(Array.from({ length: 40 }, (_, offset) => put(at + offset)));
    }
    const provider = walker(store);
    try {
      expect((await provider.measure(many, patience())).used?.bytes).toBe(1_200n);
      expect(provider.progress()).toMatchObject([{ finished: { objects: 1_200, pages: 3 } }]);
    } finally {
      provider.close();
    }
  });

  test('the uploads are there for another client too', async () => {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads).toHaveLength(keys.length);
  });
});
