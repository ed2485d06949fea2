import { expect, test } from 'vitest';
import type { CapacityHistoryAnswer } from '../../../src/admin/capacity-schemas.ts';
import { renderHistory } from '../../../src/cli/capacity-history.ts';
import { GIB } from './capacity-fixture.ts';

const FROM_MS = Date.parse('2026-03-01T00:00:00.000Z');
const DAY_MS = 86_400_000;

function answer(used: Readonly<Record<number, bigint>>, more: Partial<CapacityHistoryAnswer> = {}) {
  const points = Object.entries(used).map(([day, usedGib]) => ({
    at: new Date(FROM_MS + Number(day) * DAY_MS).toISOString(),
    capacityBytes: String(100n * GIB),
    availableBytes: String((100n - usedGib) * GIB),
    usedBytes: String(usedGib * GIB),
  }));
  return {
    version: '0',
    from: new Date(FROM_MS).toISOString(),
    to: new Date(FROM_MS + 7 * DAY_MS).toISOString(),
    stepSeconds: 86_400,
    series: [{ bucket: 'veeam-1', backend: 'store', points }],
    ...more,
  };
}

test('a list for scripts and files, each point against the one before', () => {
  expect(renderHistory(answer({ 0: 10n, 1: 15n, 2: 12n, 4: 12n }), false)).toBe(
    `BUCKET   BACKEND  AT                          CAPACITY       USED  AVAILABLE     CHANGE
veeam-1  store    2026-03-01T00:00:00.000Z  100.00 GiB  10.00 GiB  90.00 GiB          -
veeam-1  store    2026-03-02T00:00:00.000Z  100.00 GiB  15.00 GiB  85.00 GiB  +5.00 GiB
veeam-1  store    2026-03-03T00:00:00.000Z  100.00 GiB  12.00 GiB  88.00 GiB  -3.00 GiB
veeam-1  store    2026-03-05T00:00:00.000Z  100.00 GiB  12.00 GiB  88.00 GiB        0 B
`,
  );
});

test('a drawing for a terminal, where a step without a point is a blank', () => {
  expect(renderHistory(answer({ 0: 10n, 1: 17n, 2: 24n, 4: 24n, 6: 11n }), true)).toBe(
    `BUCKET   BACKEND     LOWEST    HIGHEST        NOW  USED, LAST 7 DAYS
veeam-1  store    10.00 GiB  24.00 GiB  11.00 GiB  ▁▄█ █ ▁
`,
  );
});

test('what stays the same is a low line', () => {
  expect(renderHistory(answer({ 0: 10n, 1: 10n }), true)).toMatch(/ {2}▁▁\n$/);
});

test.each([
  ['a step of nothing', { stepSeconds: 0 }],
  ['moments that are none', { from: 'yesterday' }],
])('%s makes a line that ends', (_name, more) => {
  expect(renderHistory(answer({ 0: 10n }, more), true).length).toBeLessThan(2000);
});

test.each([true, false])('no points are a sentence (terminal: %s)', (isTerminal) => {
  expect(renderHistory(answer({}), isTerminal)).toBe(
    'There is no history yet between 2026-03-01T00:00:00.000Z and 2026-03-08T00:00:00.000Z.\n',
  );
});
