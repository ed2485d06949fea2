import { describe, expect, test } from 'vitest';
import { S3Error } from '../../../src/s3/error.ts';
import { createReadiness } from '../../../src/serve/readiness.ts';
import { bucketList, fakeBackend, ownAnswer } from '../gateway/fake-backend.ts';

const listening = () => true;

describe('readiness', () => {
  test('says of each store whether it answers, and is ready when all do', async () => {
    const good = fakeBackend('good', { call: () => bucketList() });
    expect(
      await createReadiness(
        () => [good],
        listening,
        () => 0,
      ).check(),
    ).toEqual({
      ready: true,
      backends: [{ name: 'good', reachable: true }],
    });
    const refusing = fakeBackend('refusing', { call: () => ownAnswer(403, '') });
    const gone = fakeBackend('gone', {
      call: () => {
        throw new S3Error('ServiceUnavailable');
      },
    });
    const readiness = await createReadiness(
      () => [good, refusing, gone],
      listening,
      () => 0,
    ).check();
    expect(readiness.ready).toBe(false);
    expect(readiness.backends.map(({ reachable }) => reachable)).toEqual([true, false, false]);
    expect(readiness.backends.map(({ detail }) => detail)).toEqual([
      undefined,
      'the store answered with status 403',
      'the store cannot be reached',
    ]);
  });

  test('asks once for all who ask within two seconds', async () => {
    let asked = 0;
    let nowMs = 0;
    const backend = fakeBackend('store', {
      call: () => {
        asked += 1;
        return bucketList();
      },
    });
    const readiness = createReadiness(
      () => [backend],
      listening,
      () => nowMs,
    );
    await Promise.all([readiness.check(), readiness.check()]);
    nowMs = 2_000;
    await readiness.check();
    expect(asked).toBe(1);
    nowMs = 2_001;
    await readiness.check();
    expect(asked).toBe(2);
  });

  test('is over once the gateway drains, whatever the stores say', async () => {
    const readiness = createReadiness(
      () => [fakeBackend('good', { call: () => bucketList() })],
      listening,
      () => 0,
    );
    readiness.drain();
    expect(await readiness.check()).toEqual({
      ready: false,
      backends: [{ name: 'good', reachable: true }],
    });
  });

  test('is away while nobody listens, and back with the first who does', async () => {
    let serving = 0;
    const backend = fakeBackend('good', { call: () => bucketList() });
    const readiness = createReadiness(
      () => [backend],
      () => serving > 0,
      () => 0,
    );
    expect(await readiness.check()).toMatchObject({ ready: false });
    serving = 1;
    expect(await readiness.check()).toMatchObject({ ready: true });
  });
});
