// A book over a fake store: what was measured, what passed through since, and when it is asked again.
import { beforeEach, describe, expect, test } from 'vitest';
import { accountOf } from '../../../src/capacity/account.ts';
import { type BookOptions, CapacityBook } from '../../../src/capacity/book.ts';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import type { WholeFigures } from '../../../src/capacity/figures.ts';
import { createLedger, type Ledger } from '../../../src/capacity/ledger/ledger.ts';

const START = Date.UTC(2026, 10, 21);
const MIB = 1024n * 1024n;
let nowMs = START;
let held: Map<string, bigint>;
let asked: string[];
let totalBytes: bigint;
let lagMs: number;
let isDown: boolean;
let ledger: Ledger;
let accounts: string[];

beforeEach(() => {
  nowMs = START;
  held = new Map([['b', 100n * MIB]]);
  asked = [];
  totalBytes = 1000n * MIB;
  lagMs = 0;
  isDown = false;
  accounts = [];
  ledger = createLedger({ path: undefined, now: () => nowMs, onSetAside() {} });
});

function figuresOf(bucket: string): WholeFigures {
  const figure = { source: 'fake', atMs: nowMs };
  const used = held.get(bucket) ?? 0n;
  return {
    total: { ...figure, bytes: totalBytes },
    free: { ...figure, bytes: totalBytes - used },
    used: { ...figure, bytes: used, lagMs, uploads: 'counted' },
    quotas: [],
  };
}

function book(extra: Partial<BookOptions> = {}): CapacityBook {
  return new CapacityBook({
    backend: 'store',
    source: 'fake',
    pace: { refreshMs: 30_000, maxAgeMs: 900_000, deadlineMs: 1_000, retryMs: 5_000, soonestMs: 1_000 },
    jumpPercent: 25,
    now: () => nowMs,
    random: () => 0.5,
    ledger: {
      measured: (bucket, { used }) => void ledger.measured('store', bucket, used),
      drift: (bucket) => ledger.bucketDrift('store', bucket),
      changedSince: (bucket, atMs) => ledger.changedSince('store', bucket, atMs),
      bucketDelta: (bucket) => ledger.bucketDelta('store', bucket),
      isGone: () => false,
    },
    unitOf: (bucket) => ({
      label: bucket,
      isPool: false,
      async measure() {
        asked.push(bucket);
        if (isDown) throw new CapacityUnknownError('asked the store: answered 500');
        return new Map([[bucket, figuresOf(bucket)]]);
      },
      account(perBucket) {
        const figures = perBucket.get(bucket);
        if (figures === undefined) throw new CapacityUnknownError('not measured');
        return accountOf(
          figures,
          { reserveBytes: 0n },
          {
            bucketBytes: ledger.bucketDelta('store', bucket),
            storeBytes: ledger.storeWritten('store', figures.free.atMs),
          },
        );
      },
    }),
    onAccount: (unit, { usedBytes }) => accounts.push(`${unit.label} ${usedBytes / MIB}`),
    onMeasured() {},
    onFailed() {},
    ...extra,
  });
}

function write(bucket: string, mib: number): void {
  const change = {
    kind: 'put',
    bucket,
    key: `${Math.random()}`,
    versionId: `v${Math.random()}`,
    bytes: mib * 1024 * 1024,
  } as const;
  ledger.take('store', [{ change, atMs: nowMs }]);
}

describe('a scanner that comes late', () => {
  beforeEach(() => {
    lagMs = 3_600_000;
  });

  test('does not keep what passed through from being counted', async () => {
    const one = book();
    await one.of('b');
    nowMs += 1_000;
    write('b', 7);
    expect((await one.of('b')).usedBytes).toBe(107n * MIB);
    nowMs += 60_000;
    expect(await one.of('b')).toMatchObject({ usedBytes: 107n * MIB, availableBytes: 893n * MIB });
    held.set('b', 107n * MIB);
    nowMs += 60_000;
    expect((await one.of('b')).usedBytes).toBe(107n * MIB);
    expect(one.reports()).toMatchObject([{ bucket: 'b', driftBytes: 0n, isServed: true }]);
  });

  test('is not asked again for that', async () => {
    const one = book();
    await one.of('b');
    nowMs += 2_000;
    write('b', 7);
    await one.of('b');
    expect(asked).toHaveLength(1);
  });
});

test('a store that counts live is asked again as soon as something passed through', async () => {
  const one = book();
  await one.of('b');
  nowMs += 2_000;
  await one.of('b');
  expect(asked).toHaveLength(1);
  write('b', 7);
  held.set('b', 107n * MIB);
  expect((await one.of('b')).usedBytes).toBe(107n * MIB);
  expect(asked).toHaveLength(2);
});

test('the date of the numbers moves with them and not otherwise', async () => {
  const one = book();
  expect((await one.of('b')).changedAtMs).toBe(START);
  nowMs += 60_000;
  expect((await one.of('b')).changedAtMs).toBe(START);
  nowMs += 1_000;
  write('b', 1);
  held.set('b', 101n * MIB);
  expect((await one.of('b')).changedAtMs).toBe(START + 61_000);
});

test('a usage that falls although nothing was deleted is not believed at once', async () => {
  const one = book();
  await one.of('b');
  held.set('b', 1n * MIB);
  nowMs += 60_000;
  expect((await one.of('b')).usedBytes).toBe(100n * MIB);
  nowMs += 6_000;
  expect((await one.of('b')).usedBytes).toBe(1n * MIB);
});

test('a store of half its size is not believed at once', async () => {
  const one = book();
  await one.of('b');
  totalBytes = 500n * MIB;
  nowMs += 60_000;
  expect((await one.of('b')).capacityBytes).toBe(1000n * MIB);
  totalBytes = 1000n * MIB;
  nowMs += 6_000;
  expect((await one.of('b')).capacityBytes).toBe(1000n * MIB);
  expect(one.reports()[0]?.account?.capacityBytes).toBe(1000n * MIB);
});

test('whoever watches hears of each measurement, and of what passes through in between', async () => {
  const one = book();
  await one.of('b');
  nowMs += 1;
  write('b', 5);
  one.touched('b');
  one.touched('never measured');
  expect(accounts).toEqual(['b 100', 'b 105']);
});

test('reports tell why there is nothing, and forget a bucket that was deleted', async () => {
  const one = book();
  isDown = true;
  await expect(one.of('b')).rejects.toThrow('never known');
  expect(one.reports('b')).toMatchObject([
    { bucket: 'b', backend: 'store', isServed: false, failure: { sinceMs: START } },
  ]);
  one.forget('b');
  expect(one.reports()).toEqual([]);
});

test('a bucket that is still of this book keeps its numbers over a change of the rules, another is measured again', async () => {
  const one = book();
  held.set('c', MIB);
  await Promise.all([one.of('b'), one.of('c')]);
  nowMs += 1;
  write('b', 5);
  isDown = true;
  one.reassign(({ label }) => label === 'b');
  expect(accounts.at(-1)).toBe('b 105');
  expect(one.reports().map(({ bucket }) => bucket)).toEqual(['b']);
  expect((await one.of('b')).usedBytes).toBe(105n * MIB);
  await expect(one.of('c')).rejects.toThrow('never known');
});

test('a measurement that fails after its bucket was forgotten is told to nobody, and the next one goes well', async () => {
  let refuse: ((error: Error) => void) | undefined;
  const failed: string[] = [];
  const one = book({
    unitOf: (bucket) => ({
      label: bucket,
      isPool: false,
      measure: () => {
        const answer = Promise.withResolvers<ReadonlyMap<string, WholeFigures>>();
        if (refuse === undefined) refuse = answer.reject;
        else answer.resolve(new Map([[bucket, figuresOf(bucket)]]));
        return answer.promise;
      },
      account: (perBucket) =>
        accountOf(
          perBucket.get(bucket) ?? figuresOf(bucket),
          { reserveBytes: 0n },
          { bucketBytes: 0n, storeBytes: 0n },
        ),
    }),
    onFailed: ({ label }) => failed.push(label),
  });
  const first = one.of('b');
  await Promise.resolve();
  one.forget('b');
  refuse?.(new CapacityUnknownError('asked the store: answered 404'));
  await expect(first).rejects.toThrow('answered 404');
  expect(failed).toEqual([]);
  expect((await one.of('b')).usedBytes).toBe(100n * MIB);
  await one.keepWarm();
});
