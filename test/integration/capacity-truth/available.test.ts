// What is written is no longer available, once: neither the store's word for it nor what passed through the gateway counts twice.
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf } from '../../support/bodies.ts';
import { NOT_ASKED } from '../../support/embedded-store-fixture.ts';
import { HeldScannerMinio } from '../../support/held-scanner-minio.ts';
import { findMinio } from '../../support/minio-store.ts';
import { MemoryDisk, mountMissing } from '../../support/mounted-disk.ts';
import { bucketName } from '../../support/s3-clients.ts';
import { knownCapacity } from '../../support/served-capacity.ts';
import { describeOnStore } from '../../support/stores.ts';
import { waitFor } from '../../support/wait.ts';
import { watchUntil } from '../../support/watch.ts';
import { MIB } from './scene.ts';
import { PACE, Setting } from './setting.ts';

const DISK_MEBIBYTES = 512;
const OBJECT_MEBIBYTES = 8;
const OBJECTS = 4;
const WRITTEN = OBJECTS * OBJECT_MEBIBYTES * MIB;
/** What a store writes down besides the objects themselves. */
const ASIDE = 4 * MIB;
/** Longer than two measurements, and than the manager of a Ceph keeps its numbers. */
const STEADY_MS = 3_000;

const cannotMount = await mountMissing('tmpfs');
const minioMissing = (await findMinio()) === undefined;

async function availableOf({ gateway }: Setting, bucket: string): Promise<number> {
  return Number((await knownCapacity(gateway, bucket)).available);
}

async function write({ client }: Setting, Bucket: string): Promise<void> {
  for (let index = 0; index < OBJECTS; index += 1) {
    const Body = bodyOf(`${Bucket}/${index}`, OBJECT_MEBIBYTES * MIB);
    await client.send(new PutObjectCommand({ Bucket, Key: `${index}`, Body }));
  }
}

describe.skipIf(cannotMount !== undefined)('on a disk of its own', () => {
  describe('the embedded store', () => {
    fallsByWhatIsWritten(async (disk) => {
      const dataDirectory = `${disk.path}/data`;
      const backend = { name: 'embedded', kind: 'embedded', dataDirectory, reserve: '0B' };
      return {
        setting: await Setting.withOwnStore({
          store: NOT_ASKED,
          config: { workers: 1, backends: [backend] },
        }),
        stop: async () => {},
      };
    }, true);
  });

  describe.skipIf(minioMissing)('MinIO', () => {
    fallsByWhatIsWritten(async (disk) => {
      const minio = await HeldScannerMinio.start(disk.path);
      const setting = await Setting.before(minio.store, {
        capacity: { source: 'minio', ...PACE },
        config: { workers: 1 },
      });
      const Bucket = bucketName('scanned');
      await setting.client.send(new CreateBucketCommand({ Bucket }));
      await setting.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'k' }));
      await minio.letScannerCatchUp(({ bytes }) => bytes.has(Bucket));
      await minio.holdScanner();
      return { setting, stop: () => minio[Symbol.asyncDispose]() };
    }, false);
  });
});

interface Started {
  readonly setting: Setting;
  stop(): Promise<void>;
}

/** `givesBackAtOnce`: MinIO keeps what was deleted in its trash for 5 min (delete_cleanup_interval), and so its space. */
function fallsByWhatIsWritten(start: (disk: MemoryDisk) => Promise<Started>, givesBackAtOnce: boolean): void {
  let disk: MemoryDisk;
  let started: Started;
  const Bucket = bucketName('available');

  beforeAll(async () => {
    disk = await MemoryDisk.mount(DISK_MEBIBYTES);
    started = await start(disk);
    await started.setting.client.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(async () => {
    await started?.setting[Symbol.asyncDispose]();
    await started?.stop();
    await disk?.[Symbol.asyncDispose]();
  });

  /**
   * Waits until it is about that and stays so. It is never more, where that is more than there is; it may be less for a while:
   * what was written while the store may still have told an older number counts twice rather than not at all.
   */
  async function expectAvailable(bytes: number): Promise<void> {
    let nearSinceMs: number | undefined;
    await watchUntil(
      async () => {
        const available = await availableOf(started.setting, Bucket);
        expect(available - bytes, `${available / MIB} MiB`).toBeLessThanOrEqual(ASIDE);
        nearSinceMs = bytes - available > ASIDE ? undefined : (nearSinceMs ?? Date.now());
        return nearSinceMs !== undefined && Date.now() - nearSinceMs > STEADY_MS;
      },
      { what: `about ${bytes / MIB} MiB to be available` },
    );
  }

  test('what is written is no longer available, and what is deleted is when the store says so', async () => {
    // What was written before the test counts twice for a moment too.
    await sleep(STEADY_MS);
    const before = await waitFor(() => availableOf(started.setting, Bucket), { what: 'the numbers' });
    await write(started.setting, Bucket);
    await expectAvailable(before - WRITTEN);
    for (let index = 0; index < OBJECTS; index += 1) {
      await started.setting.client.send(new DeleteObjectCommand({ Bucket, Key: `${index}` }));
    }
    await expectAvailable(givesBackAtOnce ? before : before - WRITTEN);
  });
}

// The pool is everybody's: other suites write to it and delete from it meanwhile.
describeOnStore('ceph', 'in a pool', (store) => {
  let setting: Setting;
  const Bucket = bucketName('available');
  beforeAll(async () => {
    const capacity = { source: 'ceph-rgw', metrics: store.metricsUrl ?? 'http://127.0.0.1:1/', ...PACE };
    setting = await Setting.before(store, { capacity });
    await setting.client.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(() => setting?.[Symbol.asyncDispose]());

  test('what is written is no longer available', async () => {
    const before = await availableOf(setting, Bucket);
    await write(setting, Bucket);
    await waitFor(async () => (await availableOf(setting, Bucket)) <= before - WRITTEN / 2, {
      what: 'less to be available',
    });
  });
});
