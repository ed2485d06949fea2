// The table of what everybody says of a bucket.
import { expect, test } from 'vitest';
import { renderComparisons } from '../../../src/cli/veeam-capacity-table.ts';
import type { Comparison, VeeamNumbers } from '../../../src/serve/veeam-comparison.ts';

const GIB = 2n ** 30n;
const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
const numbers = (capacity: bigint, available: bigint, used: bigint): VeeamNumbers => ({
  capacityBytes: capacity * GIB,
  availableBytes: available * GIB,
  usedBytes: used * GIB,
  atMs: NOW_MS - 90_000,
});

const BASE: Comparison = {
  ...{ id: 'r', name: 'Back\u001b[31mups', type: 'S3Integrated', isOnline: true },
  ...{ bucket: 'veeam-1', folder: 'f', backend: 'store' },
  store: numbers(100n, 45n, 55n),
  gateway: numbers(100n, 40n, 60n),
};

test('one figure a line, with whoever is farther off', () => {
  const one = { capacityBytes: 100n * GIB, usedBytes: 20n * GIB, atMs: NOW_MS };
  const text = renderComparisons([{ ...BASE, vbr: numbers(100n, 42n, 58n), one }], NOW_MS);
  expect(
    text,
  ).toBe(`REPOSITORY    BUCKET   FIGURE          STORE  CAPACITY.XML         VBR   VEEAM ONE  DIFFERENCE
Back [31mups  veeam-1  capacity   100.00 GiB    100.00 GiB  100.00 GiB  100.00 GiB  none
                       available   45.00 GiB     40.00 GiB   42.00 GiB           -  +2.00 GiB (VBR)
                       used        55.00 GiB     60.00 GiB   58.00 GiB   20.00 GiB  -40.00 GiB (Veeam ONE)
                       age        1 min 30 s    1 min 30 s  1 min 30 s         0 s
`);
});

test('what is not known is no number, and rounding is no difference', () => {
  const rounded = { ...numbers(100n, 40n, 60n), usedBytes: 60n * GIB - GIB / 21n };
  const lines = renderComparisons([{ ...BASE, vbr: rounded }], NOW_MS).split('\n');
  expect(lines[3]).toMatch(/ {2}none$/);
  const unknown = { ...BASE, gateway: undefined, store: undefined };
  expect(renderComparisons([unknown], NOW_MS).split('\n')[1]).toMatch(/capacity +- +- +- +- {2}not known$/);
});
