// What each kind of change adds, for stores that count the parts of unfinished uploads and for those that do not.
import { describe, expect, test } from 'vitest';
import { complete, LedgerRig, part, put, remove } from './ledger-fixture.ts';

/** Two stores of which everything is told alike. */
function begin(uploads: 'counted' | 'not-counted' = 'counted'): LedgerRig {
  const rig = new LedgerRig();
  rig.measured({ bytes: 1_000n, uploads });
  rig.pass(10_000);
  return rig;
}

function isUnknown(rig: LedgerRig): boolean {
  return rig.ledger.changedSince('store', 'b', rig.nowMs).unknown;
}

describe('objects', () => {
  test('a version adds its bytes, whatever stood there before', () => {
    const rig = begin();
    rig.take(put('k', 100, 'v1'), put('k', 50, 'v2'));
    expect(rig.delta()).toBe(150n);
    expect(isUnknown(rig)).toBe(false);
  });

  test.each([undefined, 'null'])('without versions (%s) what stood there goes', (versionId) => {
    const rig = begin();
    rig.take(put('k', 100, versionId));
    expect(isUnknown(rig)).toBe(true);
    rig.pass(1);
    rig.take(put('k', 40, versionId));
    expect(rig.delta()).toBe(40n);
    expect(isUnknown(rig)).toBe(false);
  });

  test('no version and null are one', () => {
    const rig = begin();
    rig.take(put('k', 100), put('k', 30, 'null'), remove('k'));
    expect(rig.delta()).toBe(0n);
  });

  test('a version that goes takes its bytes along, once', () => {
    const rig = begin();
    rig.take(put('k', 100, 'v1'), put('k', 50, 'v2'), remove('k', 'v1'));
    expect(rig.delta()).toBe(50n);
    expect(isUnknown(rig)).toBe(false);
    rig.take(remove('k', 'v1'));
    expect(rig.delta()).toBe(50n);
    expect(isUnknown(rig)).toBe(true);
  });

  test('what nobody knows the size of counts as no bytes', () => {
    const rig = begin();
    rig.take(remove('old', 'v0'));
    expect(rig.delta()).toBe(0n);
    expect(isUnknown(rig)).toBe(true);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])('no object has %s bytes', (bytes) => {
    const rig = begin();
    rig.take(put('k', bytes, 'v1'));
    expect(rig.delta()).toBe(0n);
    expect(isUnknown(rig)).toBe(true);
  });

  test('keys, versions and buckets are told apart', () => {
    const rig = begin();
    rig.take(put('ab', 1, 'c'), put('a', 10, 'bc'), { ...put('ab', 100, 'c'), bucket: 'other' });
    rig.take(remove('ab', 'c'));
    expect(rig.delta()).toBe(10n);
    rig.take(remove('abc'));
    expect(rig.delta()).toBe(10n);
  });
});

describe('copies', () => {
  test('have the bytes of what they are of', () => {
    const rig = begin();
    rig.take(put('k', 100, 'v1'));
    rig.take({ kind: 'copy', key: 'l', versionId: 'v2', from: { bucket: 'b', key: 'k', versionId: 'v1' } });
    expect(rig.delta()).toBe(200n);
    expect(isUnknown(rig)).toBe(false);
    rig.take(remove('l', 'v2'));
    expect(rig.delta()).toBe(100n);
  });

  test('from another bucket, and onto itself', () => {
    const rig = begin();
    rig.take({ ...put('k', 7), bucket: 'other' });
    rig.take({ kind: 'copy', key: 'l', from: { bucket: 'other', key: 'k' } });
    rig.take({ kind: 'copy', key: 'l', from: { bucket: 'b', key: 'l' } });
    expect(rig.delta()).toBe(7n);
  });

  test('of what nobody knows are of unknown size, and so is what they become', () => {
    const rig = begin();
    rig.take(put('l', 5));
    rig.pass(1);
    rig.take({ kind: 'copy', key: 'l', from: { bucket: 'elsewhere', key: 'k' } });
    expect(rig.delta()).toBe(0n);
    expect(isUnknown(rig)).toBe(true);
    rig.take(put('l', 9));
    expect(rig.delta()).toBe(9n);
  });

  test('of the newest version, which nobody here knows, are of unknown size', () => {
    const rig = begin();
    rig.take(put('k', 100), put('k', 50, 'v1'));
    rig.pass(1);
    rig.take({ kind: 'copy', key: 'l', versionId: 'v2', from: { bucket: 'b', key: 'k' } });
    expect(rig.delta()).toBe(150n);
    expect(isUnknown(rig)).toBe(true);
  });
});

describe('uploads', () => {
  test.each([
    { uploads: 'counted', during: 30n, after: 30n },
    { uploads: 'not-counted', during: 0n, after: 30n },
  ] as const)('$uploads: parts and the whole', ({ uploads, during, after }) => {
    const rig = begin(uploads);
    rig.take(part('u', 1, 10), part('u', 2, 20));
    expect(rig.delta()).toBe(during);
    rig.take(complete('u', 'v1'));
    expect(rig.delta()).toBe(after);
    expect(isUnknown(rig)).toBe(false);
    rig.take(remove('big', 'v1'));
    expect(rig.delta()).toBe(0n);
  });

  test.each(['counted', 'not-counted'] as const)('%s: a part written again replaces', (uploads) => {
    const rig = begin(uploads);
    rig.take(part('u', 1, 10), part('u', 1, 25), complete('u', 'v1'));
    expect(rig.delta()).toBe(25n);
  });

  test.each(['counted', 'not-counted'] as const)('%s: aborted parts go', (uploads) => {
    const rig = begin(uploads);
    rig.take(part('u', 1, 10), part('u', 2, 20), { kind: 'abort', key: 'big', uploadId: 'u' });
    expect(rig.delta()).toBe(0n);
    expect(isUnknown(rig)).toBe(false);
  });

  test.each(['counted', 'not-counted'] as const)('%s: without versions the whole replaces', (uploads) => {
    const rig = begin(uploads);
    rig.take(put('big', 100), part('u', 1, 10), complete('u'));
    expect(rig.delta()).toBe(10n);
  });

  test('the choice is made when it is read', () => {
    const rig = new LedgerRig();
    rig.measured({ bytes: 0n, uploads: 'counted' });
    rig.pass(10_000);
    rig.take(part('u', 1, 10));
    expect(rig.delta()).toBe(10n);
    rig.measured({ bytes: 0n, uploads: 'not-counted' });
    rig.pass(10_000);
    rig.take(complete('u', 'v'));
    expect(rig.delta()).toBe(10n);
  });

  test('parts that are copies', () => {
    const rig = begin();
    rig.take(put('k', 100, 'v1'));
    const from = { bucket: 'b', key: 'k', versionId: 'v1' };
    rig.take({ kind: 'part', key: 'big', uploadId: 'u', partNumber: 1, from });
    rig.take({ kind: 'part', key: 'big', uploadId: 'u', partNumber: 2, bytes: 7, from });
    rig.take(complete('u', 'v'));
    expect(rig.delta()).toBe(207n);
    expect(isUnknown(rig)).toBe(false);
  });

  test.each([
    ['never heard of', []],
    ['with a gap', [part('u', 2, 10)]],
    ['with a part of unknown size', [part('u', 1, Number.NaN)]],
  ])('an upload %s ends with an unknown size', (_, parts) => {
    const rig = begin();
    rig.take(...parts);
    rig.pass(1);
    rig.take(complete('u', 'v'));
    expect(isUnknown(rig)).toBe(true);
    rig.pass(1);
    rig.take(remove('big', 'v'));
    expect(isUnknown(rig)).toBe(true);
  });
});

describe('buckets', () => {
  test('a deleted one is forgotten: one made anew knows none of its objects', () => {
    const rig = begin();
    rig.take(put('k', 100), part('u', 1, 10), { kind: 'bucket-deleted' });
    expect(rig.delta()).toBe(0n);
    expect(rig.ledger.changedSince('store', 'b', 0)).toEqual({ any: false, unknown: false });
    rig.measured({ bytes: 0n });
    rig.pass(10_000);
    rig.take(put('k', 30), complete('u', 'v'));
    expect(rig.delta()).toBe(30n);
  });

  test('a bucket made anew is not what a scanner still knows of the old one', () => {
    const rig = begin();
    rig.measured({ bytes: 22n, lagMs: 3_600_000 });
    const scannedMs = rig.nowMs;
    rig.pass(60_000);
    rig.take({ kind: 'bucket-deleted' });
    rig.pass(1_000);
    rig.take(put('k', 5, 'v1'));
    rig.pass(1_000);
    rig.measured({ bytes: 22n, lagMs: 3_600_000, atMs: scannedMs });
    expect(22n + rig.delta()).toBe(5n);
    rig.pass(60_000);
    rig.measured({ bytes: 5n, lagMs: 3_600_000 });
    expect(5n + rig.delta()).toBe(5n);
  });

  test('an upload that is completed without some of its parts holds the others', () => {
    for (const uploads of ['counted', 'not-counted'] as const) {
      const rig = begin();
      rig.measured({ bytes: 0n, uploads });
      rig.pass(1_000);
      rig.take(part('u', 1, 10), part('u', 2, 20), part('u', 3, 40));
      expect(rig.delta()).toBe(uploads === 'counted' ? 70n : 0n);
      rig.take(complete('u', 'v', [1, 3]));
      expect(rig.delta()).toBe(50n);
    }
  });

  test('all of a store together, since any moment', () => {
    const rig = begin();
    const beganMs = rig.nowMs;
    rig.take(put('k', 100, 'v1'), { ...put('k', 50, 'v1'), bucket: 'other' });
    rig.pass(5_000);
    rig.take(part('u', 1, 8));
    rig.pass(5_000);
    expect(rig.ledger.storeWritten('store', beganMs)).toBe(158n);
    expect(rig.ledger.storeWritten('store', beganMs + 1)).toBe(8n);
    expect(rig.ledger.storeWritten('store', rig.nowMs)).toBe(0n);
    expect(rig.ledger.storeWritten('another', 0)).toBe(0n);
    rig.take({ kind: 'bucket-deleted' });
    expect(rig.ledger.storeWritten('store', beganMs)).toBe(158n);
  });

  test('what was deleted does not make room for what was written: the store may give it back later', () => {
    const rig = begin();
    const beganMs = rig.nowMs;
    rig.take(put('k', 100, 'v1'));
    rig.pass(5_000);
    rig.take({ kind: 'delete', bucket: 'b', key: 'k', versionId: 'v1' });
    expect(rig.ledger.storeWritten('store', beganMs)).toBe(100n);
    rig.pass(5_000);
    rig.take(put('k', 60, 'v2'));
    expect(rig.ledger.storeWritten('store', beganMs)).toBe(100n);
    rig.take(put('l', 60, 'v3'));
    expect(rig.ledger.storeWritten('store', beganMs)).toBe(120n);
  });

  test('changed since', () => {
    const rig = begin();
    rig.take(put('k', 1, 'v1'));
    expect(rig.ledger.changedSince('store', 'b', rig.nowMs)).toEqual({ any: true, unknown: false });
    expect(rig.ledger.changedSince('store', 'b', rig.nowMs + 1)).toEqual({ any: false, unknown: false });
    expect(rig.ledger.changedSince('store', 'unheard-of', 0)).toEqual({ any: false, unknown: false });
  });
});
