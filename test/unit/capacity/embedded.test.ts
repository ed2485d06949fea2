// The embedded store as a source of capacity, over a function that stands for the channel to its process.
import { describe, expect, it } from 'vitest';
import { cachedCapacity } from '../../../src/capacity/cached.ts';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import { type EmbeddedRoom, embeddedCapacity } from '../../../src/capacity/providers/embedded.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';

const GIB = 2n ** 30n;
const ROOM: EmbeddedRoom = { totalBytes: 100n * GIB, availableBytes: 40n * GIB, bucketBytes: 7n * GIB };
const never = new AbortController().signal;

const over = (room: Partial<EmbeddedRoom> | Error, now = () => 77) =>
  embeddedCapacity({
    now,
    async ask() {
      if (room instanceof Error) throw room;
      return { ...ROOM, ...room };
    },
  });

describeCapacityProvider('embedded', () => ({
  provider: embeddedCapacity({
    now: Date.now,
    async ask(bucket) {
      if (bucket === 'none') throw new Error('there is no bucket none');
      return ROOM;
    },
  }),
  bucket: 'any',
  missingBucket: 'none',
}));

describe('embeddedCapacity', () => {
  it('is the file system, what uploads may take of it, and what the bucket holds', async () => {
    expect(await over({}).measure('b', never)).toEqual({
      capacityBytes: 100n * GIB,
      availableBytes: 40n * GIB,
      usedBytes: 7n * GIB,
      sampledAtMs: 77,
    });
  });

  it('beyond 2^53 to the byte', async () => {
    const totalBytes = 2n ** 63n + 1n;
    const sample = await over({ totalBytes, availableBytes: totalBytes - 5n, bucketBytes: 3n }).measure(
      'b',
      never,
    );
    expect(sample.capacityBytes).toBe(totalBytes);
    expect(sample.availableBytes).toBe(totalBytes - 5n);
  });

  it('a full disk has nothing available, and that is an answer', async () => {
    expect((await over({ availableBytes: 0n }).measure('b', never)).availableBytes).toBe(0n);
  });

  it('a file system that compresses: no more is said to be available than capacity less used', async () => {
    const sample = await over({ bucketBytes: 80n * GIB }).measure('b', never);
    expect(sample.availableBytes).toBe(20n * GIB);
  });

  it('a file system of size zero is no answer', async () => {
    await expect(over({ totalBytes: 0n, availableBytes: 0n }).measure('b', never)).rejects.toBeInstanceOf(
      CapacityUnknownError,
    );
  });

  it('a process that died is unknown, with its reason in the sentence', async () => {
    const measured = over(new Error('the store ended with signal SIGKILL')).measure('veeam-1', never);
    await expect(measured).rejects.toThrow(
      'asked the embedded store for the room of bucket veeam-1: the store ended with signal SIGKILL',
    );
  });

  it('a process that does not answer is unknown when the deadline comes', async () => {
    const stuck = embeddedCapacity({ now: () => 0, ask: () => new Promise(() => {}) });
    const controller = new AbortController();
    const measured = stuck.measure('b', controller.signal);
    controller.abort(new DOMException('too late', 'TimeoutError'));
    await expect(measured).rejects.toThrow('no answer before the deadline');
  });

  it('with a quota of the rule the cache shows the quota', async () => {
    const capacity = cachedCapacity({
      provider: over({}),
      refreshMs: 1000,
      maxAgeMs: 60_000,
      deadlineMs: 1000,
      now: () => 77,
      quotaOf: () => 10n * GIB,
    });
    expect(await capacity.of('b')).toMatchObject({
      capacityBytes: 10n * GIB,
      availableBytes: 3n * GIB,
      usedBytes: 7n * GIB,
      source: 'embedded',
    });
    capacity.close();
  });
});
