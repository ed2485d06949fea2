import { describe, expect, test } from 'vitest';
import { formatAge, renderCapacities, stateText } from '../../../src/cli/capacity-table.ts';
import { ROW, UNKNOWN_ROW } from './capacity-fixture.ts';

describe('renderCapacities', () => {
  test('lines up, and what is not known is not a number', () => {
    expect(renderCapacities([ROW, UNKNOWN_ROW])).toBe(
      `BUCKET   BACKEND    CAPACITY       USED  AVAILABLE  AGE  SOURCE               STATE
veeam-1  store    100.00 GiB  60.00 GiB  40.00 GiB  2 h  filesystem, s3-walk  ok
veeam-2  store       unknown    unknown    unknown    -  -                    unknown
`,
    );
  });

  test('no rows are a sentence', () => {
    expect(renderCapacities([])).toBe('No bucket was asked for yet: name one, and it is measured.\n');
  });
});

test.each([
  ['ok', ROW],
  ['ok, guard closed', { ...ROW, guard: 'closed' as const }],
  ['failing', { ...ROW, error: 'no answer' }],
  ['too old', { ...ROW, error: 'no answer', served: false }],
  ['too old, guard closed', { ...ROW, served: false, guard: 'closed' as const }],
  ['unknown', UNKNOWN_ROW],
])('the state %s', (state, row) => {
  expect(stateText(row)).toBe(state);
});

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [0.4, '0 s'],
  [59, '59 s'],
  [59.6, '1 min'],
  [61, '1 min 1 s'],
  [3600, '1 h'],
  [3601, '1 h'],
  [3660, '1 h 1 min'],
  [86_399, '23 h 59 min'],
  [90_000, '1 d 1 h'],
  [86_460, '1 d'],
  [40 * 86_400, '40 d'],
])('an age of %s seconds is %s', (seconds, text) => {
  expect(formatAge(seconds)).toBe(text);
});
