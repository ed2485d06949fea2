// What the ledger remembers is bounded, and found again while it is remembered.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BackendLedger } from '../../../../src/capacity/ledger/backend-ledger.ts';
import { newBin, type Weight } from '../../../../src/capacity/ledger/bin.ts';
import { bytesAfter, ChangeLog } from '../../../../src/capacity/ledger/change-log.ts';
import { KnownSizes } from '../../../../src/capacity/ledger/known-sizes.ts';
import { binsOfBucket, LEDGER_LIMITS } from '../../../../src/capacity/ledger/ledger-limits.ts';
import { UnfinishedUploads } from '../../../../src/capacity/ledger/unfinished-uploads.ts';
import { VersionHash } from '../../../../src/capacity/ledger/version-hash.ts';
import { START_MS } from './ledger-fixture.ts';

const BEGINNING = { index: 0, insideBytes: 0 };

describe('hashes', () => {
  function hashOf(key: string, versionId?: string): VersionHash {
    const hash = new VersionHash();
    hash.of(1, key, versionId);
    return hash;
  }

  test('of keys that differ little are as far apart as chance would have it', () => {
    const count = 100_000;
    const [highs, lows, mixed, wholes] = [new Set(), new Set(), new Set(), new Set()];
    for (let at = 0; at < count; at += 1) {
      const key = `Veeam/Backup/x/Clients/{5a3c0a7e}/blocks/${at % 97}/${at}.${at * 7}.blk`;
      const { high, low } = hashOf(key);
      highs.add(high);
      lows.add(low);
      mixed.add((high & 0xffff) | (low << 16));
      wholes.add(`${high} ${low}`);
    }
    expect(wholes.size).toBe(count);
    // The birthday problem: 1.2 of 100,000 are expected to meet by chance in 32 bits.
    for (const words of [highs, lows, mixed]) expect(count - words.size).toBeLessThan(10);
  });

  test('every bit of the key and the version matters', () => {
    const texts = ['', 'a', 'b', 'ab', 'ba', 'aa', 'a\0', '\0a', '\0', '\0\0', 'é', '😀', 'null'];
    const all = texts.flatMap((key) => texts.map((version) => hashOf(key, version)));
    expect(new Set(all.map(({ high, low }) => `${high} ${low}`)).size).toBe(texts.length ** 2);
    expect(hashOf('k')).toEqual(hashOf('k', 'null'));
  });
});

describe('sizes', () => {
  const step = fc.record({
    kind: fc.constantFrom('set', 'set', 'set', 'delete'),
    key: fc.nat(30).map((at) => `key ${at}`),
    bytes: fc.nat(1_000),
  });

  test('a ring and its table agree with a list', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(step, { maxLength: 200, size: 'max' }),
        (capacity, steps) => {
          const sizes = new KnownSizes(capacity, false);
          /** By their places in the ring; those that were deleted keep theirs. */
          let ring: { key: string; bytes: number | undefined }[] = [];
          const hash = new VersionHash();
          for (const { kind, key, bytes } of steps) {
            hash.of(1, key);
            const known = ring.find((entry) => entry.key === key && entry.bytes !== undefined);
            if (kind === 'delete') {
              sizes.delete(hash);
              if (known) known.bytes = undefined;
            } else {
              sizes.set(hash, bytes);
              if (known) known.bytes = bytes;
              else ring = [...ring, { key, bytes }].slice(-capacity);
            }
            for (let at = 0; at <= 30; at += 1) {
              hash.of(1, `key ${at}`);
              const expected = ring.find((entry) => entry.key === `key ${at}` && entry.bytes !== undefined);
              expect(sizes.get(hash)).toBe(expected?.bytes);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('uploads', () => {
  test('the one that was begun first gives way, however many parts it has', () => {
    let id = 0;
    const uploads = new UnfinishedUploads({ maxUploads: 2, maxParts: 5 }, () => ++id, false);
    for (const uploadId of ['a', 'b', 'c']) uploads.setPart(1, uploadId, 1, 10);
    expect(uploads.size).toEqual({ uploads: 2, parts: 2 });
    expect(uploads.end(1, 'a')).toBeUndefined();
    for (let number = 2; number <= 5; number += 1) uploads.setPart(1, 'c', number, 10);
    expect(uploads.size).toEqual({ uploads: 1, parts: 5 });
    expect(uploads.end(1, 'b')).toBeUndefined();
    expect(uploads.end(1, 'c')?.parts.size).toBe(5);
    expect(uploads.size).toEqual({ uploads: 0, parts: 0 });
  });

  test('never the one that goes on', () => {
    let id = 0;
    const uploads = new UnfinishedUploads({ maxUploads: 2, maxParts: 3 }, () => ++id, false);
    for (const [uploadId, number] of [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['a', 3],
    ] as const) {
      uploads.setPart(1, uploadId, number, 10);
    }
    expect(uploads.end(1, 'b')).toBeUndefined();
    expect(uploads.end(1, 'a')?.parts.size).toBe(3);
  });
});

describe('bins', () => {
  const weight = (bytes: number): Weight => ({ counted: bytes, notCounted: 2 * bytes, isUnknown: false });
  const change = fc.record({
    afterMs: fc.oneof(fc.nat(50), fc.nat(5_000), fc.nat(500_000)),
    lateMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(3_000), fc.nat(2_000_000)),
    bytes: fc.integer({ min: -1_000, max: 1_000 }),
  });

  test('are in order, never touch, stay few, and lose no byte', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 150, size: 'max' }), (changes) => {
        const log = new ChangeLog(1, false);
        let nowMs = START_MS;
        let sum = 0n;
        for (const { afterMs, lateMs, bytes } of changes) {
          nowMs += afterMs;
          log.add(nowMs - lateMs, weight(bytes), 16);
          sum += BigInt(bytes);
          expect(log.bins.length).toBeLessThanOrEqual(16);
          const edges = log.bins.flatMap(({ firstMs, lastMs }) =>
            firstMs === lastMs ? [firstMs] : [firstMs, lastMs],
          );
          expect(edges).toEqual([...new Set(edges)].sort((one, other) => one - other));
        }
        expect(bytesAfter(log.bins, BEGINNING, 'counted')).toBe(sum);
        expect(bytesAfter(log.bins, BEGINNING, 'not-counted')).toBe(2n * sum);
        for (const bin of log.bins) {
          for (const { net, low, high } of [bin.counted, bin.notCounted]) {
            expect(low).toBeLessThanOrEqual(Math.min(0, net));
            expect(high).toBeGreaterThanOrEqual(Math.max(0, net));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('of late are narrow, of long ago wide: at most a 64th of their age', () => {
    const log = new ChangeLog(1, false);
    for (let second = 0; second < 100_000; second += 1) log.add(START_MS + second * 1_000, weight(1), 1_024);
    const lastMs = START_MS + 99_999_000;
    expect(log.bins.length).toBeLessThanOrEqual(1_024);
    for (const bin of log.bins) {
      expect((bin.lastMs - bin.firstMs) * 64).toBeLessThanOrEqual(lastMs - bin.lastMs);
    }
    expect(bytesAfter(log.bins, BEGINNING, 'counted')).toBe(100_000n);
  });

  test('a bin ends where a measurement was told', () => {
    const log = new ChangeLog(1, false);
    log.add(START_MS, weight(1), 8);
    log.seal(START_MS + 1);
    log.add(START_MS + 1, weight(1), 8);
    log.add(START_MS + 2, weight(1), 8);
    expect(log.bins.map(({ changes }) => changes)).toEqual([2, 1]);
    for (let second = 1; second < 20; second += 1) log.add(START_MS + second * 1_000, weight(1), 2);
    expect(log.bins.map(({ changes }) => changes)).toEqual([2, 20]);
  });

  test('more than can be counted exactly is of unknown size', () => {
    const log = new ChangeLog(1, false);
    for (let at = 0; at < 20; at += 1) log.add(START_MS, weight(2 ** 50), 8);
    const [bin = newBin(0, weight(0))] = log.bins;
    expect(bin.isUnknown).toBe(true);
    expect(Number.isSafeInteger(bin.counted.net) && Number.isSafeInteger(bin.notCounted.net)).toBe(true);
  });
});

describe('a store', () => {
  test('holds so many buckets, and forgets the one that changed longest ago', () => {
    let id = 0;
    const limits = { ...LEDGER_LIMITS, maxBuckets: 3 };
    const backend = new BackendLedger(++id, 'store', { limits, isSaved: false, nextId: () => ++id });
    const touch = (bucket: string) =>
      backend.take(
        [{ change: { kind: 'part', bucket, key: 'k', uploadId: 'u', partNumber: 1, bytes: 1 }, atMs: 0 }],
        0,
      );
    for (const bucket of ['a', 'b', 'c', 'a', 'd']) touch(bucket);
    expect(['a', 'b', 'c', 'd'].filter((bucket) => backend.bucket(bucket))).toEqual(['a', 'c', 'd']);
    expect(backend.size).toMatchObject({ buckets: 3, uploads: 3, parts: 3 });
    expect(backend.mostWritten(0)).toBe(4n);
  });

  test('with many buckets each has fewer bins', () => {
    expect([1, 128, 1_024, 10_000].map((count) => binsOfBucket(LEDGER_LIMITS, count))).toEqual([
      1_024, 1_024, 128, 16,
    ]);
  });
});
