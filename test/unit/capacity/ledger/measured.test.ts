// Which changes a measurement shows: what is added to it, and what it found that nobody knew of.
import { describe, expect, test } from 'vitest';
import { HOUR_MS, LedgerRig, part, put, remove, START_MS } from './ledger-fixture.ts';

const SCANNED = { source: 'minio', lagMs: HOUR_MS, uploads: 'not-counted' } as const;

describe('a store that counts live', () => {
  test('nothing is added before there is a measurement', () => {
    const rig = new LedgerRig();
    rig.take(put('k', 100, 'v'));
    expect(rig.delta()).toBe(0n);
  });

  test('the first shows what ended by then, and nothing later', () => {
    const rig = new LedgerRig();
    rig.take(put('k', 100, 'v'));
    rig.pass(200);
    const found = rig.measured({ bytes: 500n });
    expect(found).toEqual({ deltaBytes: 0n, driftBytes: 0n, explainedByUnknown: false, kind: 'first' });
    rig.pass(200);
    rig.take(put('l', 7, 'v'));
    expect(rig.delta()).toBe(7n);
  });

  test('each later one is compared with the one before', () => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 500n });
    rig.pass(1_000);
    rig.take(put('k', 100, 'v'));
    rig.pass(1_000);
    expect(rig.measured({ bytes: 600n })).toMatchObject({ deltaBytes: 0n, driftBytes: 0n, kind: 'later' });
    rig.pass(1_000);
    expect(rig.measured({ bytes: 650n })).toMatchObject({ deltaBytes: 0n, driftBytes: 50n });
    rig.pass(1_000);
    expect(rig.measured({ bytes: 640n })).toMatchObject({ deltaBytes: 0n, driftBytes: -10n });
  });

  test.each([
    { shown: 'in', bytes: 100n, delta: 0n },
    { shown: 'not in', bytes: 0n, delta: 100n },
  ])('a write that ends while the store is asked is $shown, as the number says', ({ bytes, delta }) => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 0n });
    rig.pass(1_000);
    const askedMs = rig.nowMs;
    rig.pass(20);
    rig.take(put('k', 100, 'v'));
    rig.pass(20);
    expect(rig.measured({ bytes, atMs: askedMs })).toMatchObject({ deltaBytes: delta, driftBytes: 0n });
  });

  test('a change that is told of late finds its place', () => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 0n });
    rig.pass(1_000);
    const doneMs = rig.nowMs;
    rig.pass(30);
    expect(rig.measured({ bytes: 100n })).toMatchObject({ deltaBytes: 0n, driftBytes: 100n });
    rig.pass(70);
    rig.takeAt(doneMs, put('k', 100, 'v'));
    expect(rig.delta()).toBe(0n);
    expect(rig.ledger.bucketDrift('store', 'b')).toBe(0n);
    rig.pass(1_000);
    expect(rig.measured({ bytes: 100n })).toMatchObject({ deltaBytes: 0n, driftBytes: 0n });
  });

  test('one that is told of after yet another measurement is shown by that', () => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 0n });
    rig.pass(1_000);
    const doneMs = rig.nowMs;
    for (const _ of [1, 2]) {
      rig.pass(1_000);
      rig.measured({ bytes: 100n });
    }
    rig.takeAt(doneMs, put('k', 100, 'v'));
    expect(rig.delta()).toBe(0n);
  });
});

describe('a store whose scanner comes round', () => {
  test('a fresh date over an old sum takes nothing back', () => {
    const rig = new LedgerRig();
    rig.measured({ ...SCANNED, bytes: 1_000n });
    rig.pass(60_000);
    rig.take(put('k', 50, 'v'));
    for (const _ of [1, 2, 3]) {
      rig.pass(60_000);
      expect(rig.measured({ ...SCANNED, bytes: 1_000n })).toMatchObject({ deltaBytes: 50n, driftBytes: 0n });
    }
    rig.pass(60_000);
    expect(rig.measured({ ...SCANNED, bytes: 1_050n })).toMatchObject({ deltaBytes: 0n, driftBytes: 0n });
  });

  test('what it has not found an hour later is not there', () => {
    const rig = new LedgerRig();
    rig.measured({ ...SCANNED, bytes: 1_000n });
    rig.pass(60_000);
    rig.take(put('k', 50, 'v'));
    rig.pass(HOUR_MS);
    expect(rig.measured({ ...SCANNED, bytes: 1_000n })).toMatchObject({ deltaBytes: 50n, driftBytes: 0n });
    rig.pass(1);
    expect(rig.measured({ ...SCANNED, bytes: 1_000n })).toMatchObject({ deltaBytes: 0n, driftBytes: -50n });
  });

  test('it shows the first of several changes', () => {
    const rig = new LedgerRig();
    rig.measured({ ...SCANNED, bytes: 0n });
    for (const bytes of [10, 200, 3_000]) {
      rig.pass(1_000);
      rig.take(put(`k${bytes}`, bytes, 'v'));
    }
    rig.pass(60_000);
    expect(rig.measured({ ...SCANNED, bytes: 210n })).toMatchObject({ deltaBytes: 3_000n, driftBytes: 0n });
    rig.pass(60_000);
    expect(rig.measured({ ...SCANNED, bytes: 3_210n })).toMatchObject({ deltaBytes: 0n, driftBytes: 0n });
  });

  test('it shows a part of what stands in one bin', () => {
    const rig = new LedgerRig();
    rig.measured({ ...SCANNED, bytes: 0n });
    rig.pass(1_000);
    rig.take(put('k', 10, 'v'), put('l', 200, 'v'), remove('k', 'v'));
    rig.pass(60_000);
    expect(rig.measured({ ...SCANNED, bytes: 210n })).toMatchObject({ deltaBytes: -10n, driftBytes: 0n });
    rig.pass(60_000);
    expect(rig.measured({ ...SCANNED, bytes: 200n })).toMatchObject({ deltaBytes: 0n, driftBytes: 0n });
  });

  test('and then a later part of the same bin, however far that goes', () => {
    const rig = new LedgerRig();
    rig.take(put('k', 10, 'v'));
    rig.pass(1_000);
    rig.measured({ ...SCANNED, bytes: 10n });
    rig.pass(1_000);
    for (const change of [remove('k', 'v'), put('l', 200, 'v'), remove('l', 'v')]) {
      rig.take(change);
      rig.pass(1);
    }
    rig.pass(60_000);
    expect(rig.measured({ ...SCANNED, bytes: 0n })).toMatchObject({ deltaBytes: 0n, driftBytes: 0n });
    rig.pass(60_000);
    expect(rig.measured({ ...SCANNED, bytes: 200n })).toMatchObject({ deltaBytes: -200n, driftBytes: 0n });
  });

  test('of places that explain as much, the earliest: the next measurement may be of one in between', () => {
    const rig = new LedgerRig();
    rig.measured({ ...SCANNED, bytes: 0n });
    rig.pass(1_000);
    rig.take(put('k', 10, 'v'));
    rig.pass(1_000);
    rig.take(remove('k', 'v'));
    rig.pass(1_000);
    expect(rig.measured({ ...SCANNED, bytes: 0n }).deltaBytes).toBe(0n);
    rig.pass(1_000);
    expect(rig.measured({ ...SCANNED, bytes: 10n })).toMatchObject({ deltaBytes: -10n, driftBytes: 0n });
  });

  test('a sum of two places that it lies between is nearer to the later', () => {
    const rig = new LedgerRig();
    rig.measured({ ...SCANNED, bytes: 0n });
    rig.pass(1_000);
    rig.take(put('a', 10, 'v'));
    rig.pass(1_000);
    rig.take(put('b', 20, 'v'));
    rig.pass(1_000);
    expect(rig.measured({ ...SCANNED, bytes: 20n })).toMatchObject({ deltaBytes: 0n, driftBytes: -10n });
  });

  test('a change that is told of two measurements late is shown where a later one is', () => {
    const rig = new LedgerRig();
    rig.measured({ ...SCANNED, bytes: 0n });
    rig.pass(1_000);
    const doneMs = rig.nowMs;
    rig.pass(500);
    rig.take(put('a', 10, 'v'));
    for (const _ of [1, 2]) {
      rig.pass(1_000);
      rig.measured({ ...SCANNED, bytes: 15n });
    }
    rig.takeAt(doneMs, put('b', 5, 'v'));
    expect(rig.delta()).toBe(0n);
  });

  test('and is added where no measurement has found anything since', () => {
    const rig = new LedgerRig();
    rig.measured({ ...SCANNED, bytes: 0n });
    rig.pass(1_000);
    const doneMs = rig.nowMs;
    for (const _ of [1, 2]) {
      rig.pass(1_000);
      rig.measured({ ...SCANNED, bytes: 0n });
    }
    rig.takeAt(doneMs, put('b', 5, 'v'));
    expect(rig.delta()).toBe(5n);
  });

  test('the first shows what is told of however late', () => {
    const rig = new LedgerRig();
    const doneMs = rig.nowMs;
    for (const _ of [1, 2]) {
      rig.pass(1_000);
      rig.measured({ ...SCANNED, bytes: 100n });
    }
    rig.takeAt(doneMs, put('b', 5, 'v'));
    expect(rig.delta()).toBe(0n);
  });

  test('never what came after its date and the slack', () => {
    const rig = new LedgerRig();
    rig.measured({ ...SCANNED, bytes: 0n });
    rig.pass(1_000);
    const scannedMs = rig.nowMs;
    rig.pass(2_001);
    rig.take(put('k', 10, 'v'));
    rig.pass(60_000);
    const found = rig.measured({ ...SCANNED, bytes: 10n, atMs: scannedMs });
    expect(found).toMatchObject({ deltaBytes: 10n, driftBytes: 10n });
  });
});

describe('measurements that are none', () => {
  test('the same answer once more changes nothing', () => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 0n });
    rig.pass(1_000);
    rig.measured({ bytes: 40n });
    const atMs = rig.nowMs;
    rig.pass(1_000);
    rig.take(put('k', 10, 'v'));
    const again = rig.measured({ bytes: 40n, atMs });
    expect(again).toEqual({ deltaBytes: 10n, driftBytes: 0n, explainedByUnknown: false, kind: 'same' });
  });

  test('an older one leaves what is known, and is made up to it', () => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 100n });
    rig.pass(1_000);
    rig.take(put('k', 10, 'v'));
    const old = rig.measured({ bytes: 60n, atMs: START_MS - 1 });
    expect(old).toMatchObject({ deltaBytes: 50n, driftBytes: 0n, kind: 'older' });
    expect(rig.delta()).toBe(50n);
    rig.pass(1_000);
    expect(rig.measured({ bytes: 110n })).toMatchObject({ deltaBytes: 0n, driftBytes: 0n });
    expect(rig.delta()).toBe(0n);
  });

  test('the word of the operator never moves', () => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 100n });
    rig.pass(1_000);
    rig.take(put('k', 10, 'v'));
    expect(rig.measured({ bytes: 70n, isFixed: true })).toMatchObject({ deltaBytes: 0n, kind: 'fixed' });
    rig.pass(1_000);
    rig.take(put('l', 10, 'v'));
    expect(rig.delta()).toBe(0n);
    expect(rig.measured({ bytes: 300n })).toMatchObject({ deltaBytes: 0n, driftBytes: 0n, kind: 'first' });
  });

  test('one that counts uploads is not compared with one that does not', () => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 100n });
    rig.pass(1_000);
    rig.take(part('u', 1, 10));
    rig.pass(1_000);
    const found = rig.measured({ bytes: 0n, uploads: 'not-counted' });
    expect(found).toMatchObject({ deltaBytes: 0n, driftBytes: 0n, kind: 'first' });
  });
});

describe('times that make no sense', () => {
  test.each([
    ['of the future', { atMs: START_MS + 10 * HOUR_MS }],
    ['of no time', { atMs: Number.NaN }],
    ['with no lag', { lagMs: Number.NaN }],
    ['with a lag below zero', { lagMs: -5 }],
  ])('a measurement %s is one of now', (_, odd) => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 0n });
    rig.pass(1_000);
    rig.take(put('k', 10, 'v'));
    rig.pass(1_000);
    expect(rig.measured({ bytes: 15n, ...odd })).toMatchObject({ deltaBytes: 0n, driftBytes: 5n });
    rig.pass(1_000);
    rig.take(put('l', 7, 'v'));
    expect(rig.delta()).toBe(7n);
  });

  test('a lag without end: what passed is added for ever', () => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 5n, lagMs: Number.POSITIVE_INFINITY });
    rig.pass(1_000);
    rig.take(put('k', 10, 'v'));
    rig.pass(1_000 * HOUR_MS);
    expect(rig.measured({ bytes: 5n, lagMs: Number.POSITIVE_INFINITY }).deltaBytes).toBe(10n);
  });

  test.each([-5 * HOUR_MS, 5 * HOUR_MS])('the clock is set by %i ms', (ms) => {
    const rig = new LedgerRig();
    rig.take(put('j', 100, 'v'));
    rig.pass(1_000);
    rig.measured({ bytes: 100n });
    rig.pass(1_000);
    rig.take(put('k', 10, 'v'));
    rig.pass(ms);
    rig.take(put('l', 20, 'v'));
    expect(rig.delta()).toBe(30n);
    rig.pass(1_000);
    expect(rig.measured({ bytes: 130n })).toMatchObject({ deltaBytes: 0n, driftBytes: 0n });
    rig.pass(1_000);
    expect(rig.ledger.storeWritten('store', rig.nowMs)).toBe(0n);
    expect(rig.ledger.changedSince('store', 'b', rig.nowMs).any).toBe(false);
  });
});
