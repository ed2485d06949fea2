// Hashing in threads gives what hashing here gives, whatever the slices and however many bodies come at once.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKSUM_ALGORITHMS } from '../../../../src/s3/checksum.ts';
import type { DigestPlan, DigestsOfBody } from '../../../../src/store/files/body-digests.ts';
import { HashThreads } from '../../../../src/store/files/hash-threads.ts';
import { localDigests, type RunningDigests } from '../../../../src/store/files/running-digests.ts';

const SIGNED = '0'.repeat(64);
const PLANS: readonly DigestPlan[] = [
  { payloadHash: 'UNSIGNED-PAYLOAD', algorithms: [] },
  { payloadHash: SIGNED, algorithms: [] },
  { payloadHash: SIGNED, algorithms: CHECKSUM_ALGORITHMS, blocksOf: 400 * 1024 },
];

let threads: HashThreads;
const failures: Error[] = [];

beforeAll(() => {
  threads = new HashThreads(2, (error) => failures.push(error));
});

afterAll(async () => {
  await threads.close();
  expect(failures).toEqual([]);
});

function begin(plan: DigestPlan): RunningDigests {
  const digests = threads.begin(plan);
  if (digests === undefined) throw new Error('there are threads');
  return digests;
}

function updated(digests: RunningDigests, slice: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (digests.update(slice, resolve)) resolve();
  });
}

async function digestsOf(digests: RunningDigests, slices: readonly Uint8Array[]): Promise<DigestsOfBody> {
  for (const slice of slices) await updated(digests, slice);
  return await digests.digest();
}

/** The slices one after another in one buffer that is used again, as the server reads them. */
async function digestsOfReused(
  digests: RunningDigests,
  slices: readonly Uint8Array[],
): Promise<DigestsOfBody> {
  const buffer = Buffer.from(new SharedArrayBuffer(64 * 1024));
  for (const slice of slices) {
    buffer.set(slice);
    await updated(digests, buffer.subarray(0, slice.length));
    buffer.fill(0xff);
  }
  return await digests.digest();
}

describe.each(PLANS)('%j', (plan) => {
  test('any slices, in shared memory and in other', async () => {
    const slice = fc.uint8Array({ maxLength: 64 * 1024, size: 'max' });
    await fc.assert(
      fc.asyncProperty(fc.array(slice, { maxLength: 6 }), async (slices) => {
        const expected = await digestsOf(await localDigests(plan), slices);
        expect(await digestsOf(begin(plan), slices)).toEqual(expected);
        expect(await digestsOfReused(begin(plan), slices)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  test('many bodies at once do not mix', async () => {
    const bodies = Array.from({ length: 40 }, () => [randomBytes(5000), randomBytes(1), randomBytes(70_000)]);
    const got = await Promise.all(bodies.map((slices) => digestsOf(begin(plan), slices)));
    for (const [index, slices] of bodies.entries()) {
      expect(got[index]).toEqual(await digestsOf(await localDigests(plan), slices));
    }
  });
});

test('slices that are given without waiting are taken in order', async () => {
  const [plan] = PLANS;
  if (plan === undefined) return;
  const slices = Array.from({ length: 50 }, () => randomBytes(100));
  const digests = begin(plan);
  const done = slices.map((slice) => updated(digests, slice));
  const digested = digests.digest();
  await Promise.all(done);
  expect(await digested).toEqual(await digestsOf(await localDigests(plan), slices));
});

test('a body that is abandoned disturbs no other, and abandoning behind the digest does nothing', async () => {
  const [plan] = PLANS;
  if (plan === undefined) return;
  const abandoned = begin(plan);
  abandoned.update(randomBytes(1000), () => {});
  abandoned.abandon();
  const other = begin(plan);
  const slices = [randomBytes(1000)];
  expect(await digestsOf(other, slices)).toEqual(await digestsOf(await localDigests(plan), slices));
  other.abandon();
});

test('without threads nothing is begun', async () => {
  const none = new HashThreads(0, (error) => failures.push(error));
  expect(none.begin({ payloadHash: SIGNED, algorithms: [] })).toBeUndefined();
  await none.close();
});

test('a thread that fails is told', async () => {
  const failed = Promise.withResolvers<Error>();
  const failing = new HashThreads(1, failed.resolve);
  const digests = failing.begin({ payloadHash: SIGNED, algorithms: ['CRC99' as 'CRC32'] });
  digests?.update(randomBytes(10), () => {});
  expect(await failed.promise).toBeInstanceOf(Error);
  await failing.close();
});
