// On stores that count live capacity.xml is what they hold, to the byte almost, after each thing that a client does.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore, NOT_ASKED } from '../../support/embedded-store-fixture.ts';
import { fullCount } from '../../support/full-count.ts';
import { sdk } from '../../support/s3-clients.ts';
import { knownCapacity } from '../../support/served-capacity.ts';
import { describeOnStore } from '../../support/stores.ts';
import { BUCKET_STEPS } from './bucket-steps.ts';
import { CROWD_STEPS } from './crowd-steps.ts';
import { LOCK_STEPS } from './lock-steps.ts';
import { PLAIN_STEPS } from './plain-steps.ts';
import { Scene, type Step } from './scene.ts';
import { PACE, Setting } from './setting.ts';
import { expectSteadyTruth, expectTruth } from './truth.ts';
import { uploadSteps } from './upload-steps.ts';
import { VERSION_STEPS } from './version-steps.ts';

/** What is there when the steps are done. */
interface Stage {
  readonly setting: Setting;
  readonly scene: Scene;
}

const steps = (): readonly Step[] => [
  ...PLAIN_STEPS,
  ...VERSION_STEPS,
  ...LOCK_STEPS,
  ...uploadSteps(),
  ...BUCKET_STEPS,
];

function follow(start: () => Promise<Setting>, all: readonly Step[]): Stage {
  let setting: Setting | undefined;
  const stage: Stage = {
    get setting() {
      if (setting === undefined) throw new Error('the gateway did not start');
      return setting;
    },
    scene: new Scene(() => stage.setting),
  };
  beforeAll(async () => {
    setting = await start();
    await stage.scene.createBuckets();
    await expectTruth(setting, stage.scene);
  });
  afterAll(() => setting?.[Symbol.asyncDispose]());

  test.each(all.map((step) => [step.does, step] as const))('a client %s', async (_, step) => {
    await step.run(stage.scene);
    await expectTruth(stage.setting, stage.scene);
  });

  test('and then it stays so', () => expectSteadyTruth(stage.setting, stage.scene));
  return stage;
}

describeOnStore('ceph', 'capacity.xml is what the store holds', (store) => {
  const capacity = { source: 'ceph-rgw', metrics: store.metricsUrl ?? 'http://127.0.0.1:1/', ...PACE };
  describe('with one worker', () => {
    follow(() => Setting.before(store, { capacity, config: { workers: 1 } }), steps());
  });
  describe('with two workers', () => {
    follow(() => Setting.before(store, { capacity, config: { workers: 2 } }), CROWD_STEPS);
  });
});

describe('capacity.xml is what the embedded store holds', () => {
  describe.each([
    ['one worker', 1, steps()],
    ['two workers', 2, CROWD_STEPS],
  ] as const)('with %s', (_, workers, all) => {
    let directory = '';
    afterAll(() => rm(directory, { recursive: true, force: true }));
    const stage = follow(async () => {
      directory = await mkdtemp(join(tmpdir(), 'truth-'));
      const backend = { name: 'embedded', kind: 'embedded', dataDirectory: join(directory, 'data') };
      return await Setting.withOwnStore({ store: NOT_ASKED, config: { workers, backends: [backend] } });
    }, all);

    // Until now the store was counted through the gateway.
    test('and the store alone says the same', async () => {
      const { setting, scene } = stage;
      const served = new Map<string, bigint>();
      for (const bucket of scene.buckets) {
        served.set(bucket, (await knownCapacity(setting.gateway, bucket)).used);
      }
      await setting.stop();
      await using store = await EmbeddedStore.start({ dataDirectory: join(directory, 'data') });
      const direct = sdk(asRunningStore(store));
      for (const [bucket, used] of served) {
        const { versionBytes, partBytes } = await fullCount(direct, bucket);
        expect(used).toBe(BigInt(versionBytes + partBytes));
      }
      direct.destroy();
    });
  });
});
