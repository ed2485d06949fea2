// The embedded store as a source of capacity, over a function that stands for the channel to its process.
import { describe, expect, it } from 'vitest';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import { type EmbeddedRoom, embeddedCapacity } from '../../../src/capacity/providers/embedded.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import { accountOfMeasured } from './account-of-measured.ts';

const GIB = 2n ** 30n;
const ROOM: EmbeddedRoom = {
  totalBytes: 100n * GIB,
  availableBytes: 40n * GIB,
  bucketBytes: 7n * GIB,
  countedAtMs: 79,
};
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
      return { ...ROOM, countedAtMs: Date.now() };
    },
  }),
  bucket: 'any',
  missingBucket: 'none',
}));

describe('embeddedCapacity', () => {
  it('is the file system, what uploads may take of it, and what the bucket holds, each of its moment', async () => {
    const source = 'embedded';
    expect(await over({}).measure('b', never)).toEqual({
      total: { bytes: 100n * GIB, source, atMs: 77 },
      free: { bytes: 40n * GIB, source, atMs: 77 },
      used: { bytes: 7n * GIB, source, atMs: 79, lagMs: 0, uploads: 'counted' },
    });
  });

  it('beyond 2^53 to the byte', async () => {
    const totalBytes = 2n ** 63n + 1n;
    const room = { totalBytes, availableBytes: totalBytes - 5n, bucketBytes: 3n };
    const { total, free } = await over(room).measure('b', never);
    expect([total?.bytes, free?.bytes]).toEqual([totalBytes, totalBytes - 5n]);
  });

  it('a full disk has nothing available, and that is an answer', async () => {
    const full = accountOfMeasured(over({ availableBytes: 0n }).measure('b', never));
    expect((await full).availableBytes).toBe(0n);
  });

  it('a file system that compresses: no more is said to be available than capacity less used', async () => {
    const measured = over({ bucketBytes: 80n * GIB }).measure('b', never);
    expect((await accountOfMeasured(measured)).availableBytes).toBe(20n * GIB);
  });

  it('a file system of size zero is no answer', async () => {
    const measured = over({ totalBytes: 0n, availableBytes: 0n }).measure('b', never);
    await expect(accountOfMeasured(measured)).rejects.toBeInstanceOf(CapacityUnknownError);
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

  it('with a quota of the rule the account shows the quota', async () => {
    const quota = { name: 'quota of the bucket rule', limitBytes: 10n * GIB };
    expect(await accountOfMeasured(over({}).measure('b', never), quota)).toEqual({
      capacityBytes: 10n * GIB,
      availableBytes: 3n * GIB,
      usedBytes: 7n * GIB,
    });
  });
});
