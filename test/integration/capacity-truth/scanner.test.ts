// On MinIO capacity.xml is what the store holds long before MinIO's own scanner knows of it, through restarts, and after the
// scanner has come round as well.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf } from '../../support/bodies.ts';
import { HeldScannerMinio, type Scan } from '../../support/held-scanner-minio.ts';
import { findMinio } from '../../support/minio-store.ts';
import { BUCKET_STEPS } from './bucket-steps.ts';
import { CROWD_STEPS } from './crowd-steps.ts';
import { LOCK_STEPS } from './lock-steps.ts';
import { PLAIN_STEPS } from './plain-steps.ts';
import { MIB, Scene, type Step } from './scene.ts';
import { PACE, Setting } from './setting.ts';
import { bytesHeld, expectSteadyTruth, expectTruth } from './truth.ts';
import { uploadSteps } from './upload-steps.ts';
import { VERSION_STEPS } from './version-steps.ts';

const STEPS = [...PLAIN_STEPS, ...VERSION_STEPS, ...LOCK_STEPS, ...uploadSteps()];

const LATER_STEPS: readonly Step[] = [
  { does: 'overwrites 7 MiB from before with 2 MiB', run: (scene) => scene.put(scene.plain, 'parts', 2) },
  { does: 'writes a version of 6 MiB', run: (scene) => scene.put(scene.versioned, 'key', 6) },
  { does: 'writes 4 MiB that are not locked', run: (scene) => scene.put(scene.locked, 'later', 4) },
];

describe.skipIf((await findMinio()) === undefined)('capacity.xml is what MinIO holds', () => {
  describe.each([
    ['one worker', 1],
    ['two workers', 2],
  ] as const)('with %s', (_, workers) => {
    let minio: HeldScannerMinio;
    let setting: Setting;
    let held: Scan;
    let directory = '';
    const scene = new Scene(() => setting);

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'truth-'));
      minio = await HeldScannerMinio.start();
      setting = await Setting.before(minio.store, {
        capacity: { source: 'minio', ...PACE },
        config: { workers, stateDirectory: join(directory, 'state') },
      });
      await scene.createBuckets();
      // The scanner goes by objects: a store without any stays in the year 1.
      for (const Bucket of scene.buckets) {
        await scene.client.send(
          new PutObjectCommand({ Bucket, Key: 'from the start', Body: bodyOf(Bucket, 2 * MIB) }),
        );
      }
      await minio.letScannerCatchUp(knowsAll);
      held = await minio.holdScanner();
      await expectTruth(setting, scene);
    });
    afterAll(async () => {
      await setting?.[Symbol.asyncDispose]();
      await minio?.[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    });

    async function knowsAll({ bytes }: Scan): Promise<boolean> {
      for (const bucket of scene.buckets) {
        if (bytes.get(bucket) !== (await bytesHeld(setting, scene, bucket))) return false;
      }
      return true;
    }

    const follow = (steps: readonly Step[]) =>
      test.each(steps.map((step) => [step.does, step] as const))('a client %s', async (__, step) => {
        await step.run(scene);
        await expectTruth(setting, scene);
        expect(await minio.scan()).toEqual(held);
      });

    /** Otherwise nothing of the above would have been shown. */
    async function expectOldScan(buckets: readonly string[]): Promise<void> {
      for (const bucket of buckets) {
        const known = held.bytes.get(bucket) ?? 0;
        expect(Math.abs(known - (await bytesHeld(setting, scene, bucket)))).toBeGreaterThan(MIB);
      }
    }

    describe('before the scanner has seen anything', () => {
      follow(workers === 1 ? STEPS : CROWD_STEPS);

      test('it stays so, although the scanner knows nothing of it', async () => {
        await expectSteadyTruth(setting, scene);
        await expectOldScan(workers === 1 ? scene.buckets : [scene.plain]);
        expect(await minio.scan()).toEqual(held);
      });
    });

    describe('after a restart of the gateway', () => {
      test('it is as true as before', async () => {
        await setting.stop();
        await setting.start();
        await expectSteadyTruth(setting, scene);
        expect(await minio.scan()).toEqual(held);
      });

      follow(LATER_STEPS);
    });

    describe('once the scanner has come round', () => {
      test('it is still true', { timeout: 240_000 }, async () => {
        await minio.letScannerCatchUp(knowsAll);
        await expectSteadyTruth(setting, scene);
        held = await minio.holdScanner();
        await expectSteadyTruth(setting, scene);
      });

      follow(BUCKET_STEPS);

      test('it stays so, although the scanner knows the old buckets', async () => {
        await expectSteadyTruth(setting, scene);
        await expectOldScan([scene.plain, scene.versioned]);
      });
    });
  });
});
