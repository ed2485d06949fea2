// The gateway with a store of its own: the numbers are live and exact, quotas hold, and a store that dies comes back.
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { embeddedCapacity } from '../../../src/capacity/providers/embedded.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import { bodyOf, sha256 } from '../../support/bodies.ts';
import { CAPACITY, type Numbers, numbersOf } from '../../support/capacity-document.ts';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { useGatewayWithOwnStore } from '../../support/embedded-store-fixture.ts';
import { MemoryDisk, mountMissing } from '../../support/mounted-disk.ts';
import { bucketName } from '../../support/s3-clients.ts';
import { errorOf, outcomeOf } from '../../support/same-answer.ts';
import { waitFor } from '../../support/wait.ts';
import { checkWhole } from './crash/disk.ts';

const MIB = 1024 * 1024;
const made = bucketName('made');
const limited = bucketName('limited');
const at = useGatewayWithOwnStore({
  createBuckets: [made],
  buckets: [
    { match: limited, backend: 'embedded', quota: '8MiB' },
    { match: '*', backend: 'embedded' },
  ],
});

const eventually = (Bucket: string, what: string, holds: (numbers: Numbers) => boolean): Promise<Numbers> =>
  waitFor(
    async () => {
      const now = await numbersOf(at.client, Bucket);
      return holds(now) && now;
    },
    { what, timeoutMs: 10_000 },
  );

test('the start has made the bucket, with object lock', async () => {
  const { Buckets } = await at.client.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual([made]);
  const { VersionId } = await at.client.send(new PutObjectCommand({ Bucket: made, Key: 'k', Body: 'x' }));
  expect(VersionId).toBeTruthy();
});

describe('capacity.xml', () => {
  const Bucket = bucketName('numbers');
  beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket })));

  test('row 43 (Zenko#2472): an empty bucket has room', async () => {
    const numbers = await numbersOf(at.client, Bucket);
    expect(numbers.used).toBe(0);
    expect(numbers.available).toBeGreaterThan(0);
  });

  test('what is written is used to the byte, versions and unfinished uploads too; deleted versions are not', async () => {
    const Key = 'written';
    await at.client.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf('1', 10 * MIB) }));
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'small', Body: 'five!' }));
    await eventually(Bucket, 'the usage to grow', ({ used }) => used === 10 * MIB + 5);
    const { UploadId } = await at.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    const part = { Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: bodyOf('part', MIB) };
    await at.client.send(new UploadPartCommand(part));
    await eventually(Bucket, 'the part to count', ({ used }) => used === 11 * MIB + 5);
    await at.client.send(new DeleteObjectCommand({ Bucket, Key }));
    await eventually(Bucket, 'the object to be gone', ({ used }) => used === MIB + 5);
  });

  test('Last-Modified moves with the numbers', async () => {
    const modified = async () =>
      Number((await at.client.send(new HeadObjectCommand({ Bucket, Key: CAPACITY }))).LastModified);
    const before = await modified();
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'moves', Body: 'x' }));
    await waitFor(async () => (await modified()) > before, {
      what: 'Last-Modified to move',
      timeoutMs: 10_000,
    });
  });
});

describe('a quota of a bucket rule', () => {
  beforeAll(() =>
    at.client.send(new CreateBucketCommand({ Bucket: limited, ObjectLockEnabledForBucket: true })),
  );
  const put = (Key: string, bytes: number) =>
    outcomeOf(at.client.send(new PutObjectCommand({ Bucket: limited, Key, Body: bodyOf(Key, bytes) })));

  test('is the capacity, and uploads beyond it are refused; reads and deletes are not', async () => {
    expect(await put('half', 4 * MIB)).toMatchObject({ status: 200 });
    expect(await eventually(limited, 'the usage', ({ used }) => used === 4 * MIB)).toEqual({
      capacity: 8 * MIB,
      used: 4 * MIB,
      available: 4 * MIB,
    });
    const rest = await put('rest', 4 * MIB);
    expect(rest).toMatchObject({ status: 200 });
    expect(await put('over', 1)).toMatchObject({ status: 403, code: 'QuotaExceeded' });
    expect(await eventually(limited, 'nothing to be left', ({ used }) => used === 8 * MIB)).toMatchObject({
      available: 0,
    });
    const read = await outcomeOf(at.client.send(new GetObjectCommand({ Bucket: limited, Key: 'half' })));
    expect(read).toMatchObject({ Body: sha256(bodyOf('half', 4 * MIB)) });
    const { VersionId } = rest as { VersionId?: string };
    await at.client.send(new DeleteObjectCommand({ Bucket: limited, Key: 'rest', VersionId }));
    expect(await put('again', MIB)).toMatchObject({ status: 200 });
  });

  test('counts what is on its way: of many at once only those that fit are taken', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, index) => put(`at once ${index}`, MIB)),
    );
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(statuses.filter((status) => status === 403)).toHaveLength(9);
  });
});

describe('the store’s process', () => {
  const storePid = async (): Promise<number> => {
    const children = await readFile(`/proc/${at.gateway.pid}/task/${at.gateway.pid}/children`, 'utf8');
    const [pid] = children.trim().split(' ').map(Number);
    if (pid === undefined || pid === 0) throw new Error('the gateway has no child');
    return pid;
  };

  test('is killed, and comes back with everything that was acknowledged', { timeout: 60_000 }, async () => {
    const Bucket = bucketName('killed');
    await at.client.send(new CreateBucketCommand({ Bucket }));
    for (let round = 0; round < 3; round += 1) {
      const Key = `round ${round}`;
      await at.client.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf(Key, MIB) }));
      const pid = await storePid();
      process.kill(pid, 'SIGKILL');
      await waitFor(async () => (await storePid()) !== pid, { what: 'a new process', timeoutMs: 20_000 });
      const read = await waitFor(
        async () => {
          const outcome = await outcomeOf(at.client.send(new GetObjectCommand({ Bucket, Key })));
          return outcome['status'] === 200 && outcome;
        },
        { what: 'the store to serve again', timeoutMs: 20_000 },
      );
      expect(read).toMatchObject({ Body: sha256(bodyOf(Key, MIB)) });
    }
    await checkWhole(at.dataDirectory);
  });

  test('two gateways do not share a directory', async () => {
    await expect(EmbeddedStore.start({ dataDirectory: at.dataDirectory })).rejects.toThrow(/in use/);
  });

  test('leaves nothing behind where nobody else may look', async () => {
    const entries = await readdir(at.dataDirectory);
    expect(entries).toEqual(expect.arrayContaining(['objects', 'store.db', 'tmp']));
    const { mode } = await stat(at.dataDirectory);
    expect(mode & 0o077).toBe(0);
  });
});

const missing = await mountMissing('tmpfs');

test.skipIf(missing)(
  'a disk that fills up: the reserve is not available, and nothing is negative',
  async () => {
    await using disk = await MemoryDisk.mount(48);
    await using store = await EmbeddedStore.start({
      dataDirectory: join(disk.path, 'data'),
      reserveBytes: BigInt(16 * MIB),
      createBuckets: ['full'],
    });
    const { totalBytes, availableBytes } = await store.capacity('full');
    expect(totalBytes).toBe(BigInt(48 * MIB));
    expect(availableBytes).toBeLessThanOrEqual(BigInt(32 * MIB));
    expect(availableBytes).toBeGreaterThan(BigInt(30 * MIB));
    await expect(store.capacity('absent')).rejects.toThrow(/absent/);
  },
);

describeCapacityProvider('embedded, the real one', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'contract-'));
  const bucket = 'contract';
  const store = await EmbeddedStore.start({
    dataDirectory: join(directory, 'data'),
    createBuckets: [bucket],
  });
  return {
    provider: embeddedCapacity({ ask: (name) => store.capacity(name), now: Date.now }),
    bucket,
    missingBucket: 'missing',
    async close() {
      await store.stop();
      await rm(directory, { recursive: true });
    },
  };
});

test('an unknown bucket has no capacity.xml', async () => {
  const get = new GetObjectCommand({ Bucket: bucketName('absent'), Key: CAPACITY });
  expect(await errorOf(at.client.send(get))).toEqual({ code: 'NoSuchBucket', status: 404 });
});
