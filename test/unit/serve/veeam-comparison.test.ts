// What the gateway serves beside what Veeam believes.
import { describe, expect, test } from 'vitest';
import {
  compare,
  comparisonRow,
  differenceOf,
  servedNumbers,
  storeNumbers,
  type VeeamNumbers,
} from '../../../src/serve/veeam-comparison.ts';
import { GIB, ROW, UNKNOWN_ROW } from '../cli/capacity-fixture.ts';

const numbers = (
  capacity: bigint,
  available: bigint | undefined,
  used: bigint | undefined,
): VeeamNumbers => ({
  capacityBytes: capacity * GIB,
  availableBytes: available === undefined ? undefined : available * GIB,
  usedBytes: used === undefined ? undefined : used * GIB,
  atMs: 0,
});

const REPOSITORY = {
  id: 'r1',
  name: 'Backups',
  type: 'S3Integrated',
  isOnline: true,
  bucket: 'veeam-1',
  folder: 'f',
};

describe('the difference', () => {
  const served = numbers(100n, 40n, 60n);

  test('is the greatest of all numbers, whoever believes it', () => {
    const believed = [numbers(100n, 41n, 59n), numbers(100n, undefined, 50n)];
    expect(differenceOf(served, believed)).toEqual({ bytes: 10n * GIB, percent: 10 });
  });

  test('is none where all agree', () => {
    expect(differenceOf(served, [served, numbers(100n, undefined, 60n)])).toEqual({ bytes: 0n, percent: 0 });
  });

  test.each([
    ['nothing is served', undefined, [served]],
    ['nobody believes anything', served, [undefined, undefined]],
  ])('is not known where %s', (_when, gateway, believed) => {
    expect(differenceOf(gateway, believed)).toBeUndefined();
  });
});

test('what is served is what capacity.xml has', () => {
  expect(servedNumbers(ROW)).toMatchObject({
    capacityBytes: 100n * GIB,
    availableBytes: 40n * GIB,
    usedBytes: 60n * GIB,
    atMs: Date.parse('2026-03-01T12:00:00.000Z'),
  });
  expect(servedNumbers({ ...ROW, served: false })).toBeUndefined();
  expect(servedNumbers(UNKNOWN_ROW)).toBeUndefined();
});

test('what the store says has its quota and not what passed since', () => {
  // 55 GiB when it was measured, in a quota of 100 GiB: 45 were left of it.
  expect(storeNumbers(ROW)).toMatchObject({
    capacityBytes: 100n * GIB,
    availableBytes: 45n * GIB,
    usedBytes: 55n * GIB,
  });
  expect(storeNumbers(UNKNOWN_ROW)).toBeUndefined();
});

test('without a quota the store is its size less the reserve', () => {
  expect(storeNumbers({ ...ROW, quotas: [] })).toMatchObject({
    capacityBytes: 990n * GIB,
    availableBytes: 590n * GIB,
  });
});

test('a comparison as the admin listener tells it', () => {
  const comparison = compare({ ...REPOSITORY, vbr: numbers(100n, 40n, 50n) }, ROW);
  expect(comparisonRow(comparison)).toEqual({
    ...REPOSITORY,
    backend: 'store',
    store: expect.anything(),
    gateway: {
      capacityBytes: String(100n * GIB),
      availableBytes: String(40n * GIB),
      usedBytes: String(60n * GIB),
      at: '2026-03-01T12:00:00.000Z',
    },
    vbr: {
      capacityBytes: String(100n * GIB),
      availableBytes: String(40n * GIB),
      usedBytes: String(50n * GIB),
      at: '1970-01-01T00:00:00.000Z',
    },
    differenceBytes: String(10n * GIB),
    differencePercent: 10,
  });
  expect(comparisonRow(compare(REPOSITORY, undefined))).toEqual(REPOSITORY);
});
