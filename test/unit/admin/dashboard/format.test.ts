// Numbers and texts of the dashboard as people read them.
import { describe, expect, test } from 'vitest';
import { entityWords } from '../../../../src/admin/dashboard/entity-words.js';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDays,
  formatLatency,
  formatMoment,
  formatPercent,
  formatRate,
  plural,
  visible,
} from '../../../../src/admin/dashboard/format.js';

describe('formatBytes', () => {
  test.each([
    ['0', '0 B'],
    ['1023', '1023 B'],
    ['1024', '1.00 KiB'],
    // Cut off: what is left must not look like more.
    ['1099511627775', '1023.99 GiB'],
    ['1099511627776', '1.00 TiB'],
    ['43980465111040', '40.00 TiB'],
    ['-1073741824', '−1.00 GiB'],
    ['18446744073709551616', '16.00 EiB'],
  ])('%s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('keeps what a double would lose', () => {
    expect(formatBytes(2n ** 60n - 1n)).toBe('1023.99 PiB');
  });
});

test.each([
  [0, '0 B/s'],
  [999, '999 B/s'],
  [1000, '0.98 KiB/s'],
  [1536, '1.50 KiB/s'],
  [857_000_000, '817 MiB/s'],
])('formatRate(%s)', (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});

test.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [60, '1 min'],
  [3_599, '59 min'],
  [3_600, '1 h'],
  [7_500, '2 h 5 min'],
  [86_400, '1 d'],
  [273_600, '3 d 4 h'],
  [-3, '0 s'],
])('formatAge(%s)', (seconds, text) => {
  expect(formatAge(seconds)).toBe(text);
});

test.each([
  [0, 'less than a day'],
  [1.9, '1 day'],
  [41.4, '41 days'],
  [1_461, '4 years'],
])('formatDays(%s)', (days, text) => {
  expect(formatDays(days)).toBe(text);
});

test.each([
  [0, '0.0 %'],
  [0.00002, '< 0.1 %'],
  [0.035, '3.5 %'],
  [0.324, '32 %'],
  [1, '100 %'],
])('formatPercent(%s)', (share, text) => {
  expect(formatPercent(share)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [0.84, '0.84 ms'],
  [11.4, '11.4 ms'],
  [999, '999 ms'],
  [1240, '1.24 s'],
])('formatLatency(%s)', (ms, text) => {
  expect(formatLatency(ms)).toBe(text);
});

test('counts and their words', () => {
  expect(formatCount(118_204)).toBe('118,204');
  expect(formatCount(0.2)).toBe('0.2');
  expect([plural(1, 'bucket'), plural(1_200, 'bucket')]).toEqual(['1 bucket', '1,200 buckets']);
});

test('a moment of another day has its date, and what is none says so', () => {
  const now = Date.parse('2026-11-22T03:00:00.000Z');
  expect(formatMoment(now - 60_000, now)).toMatch(/^\d\d:\d\d:\d\d$/);
  expect(formatMoment(now - 3 * 86_400_000, now)).toMatch(/^\d+ Nov 2026, \d\d:\d\d:\d\d$/);
  expect(formatMoment('soon', now)).toBe('unknown');
});

test('visible shows what cannot be seen, and leaves every script as it is', () => {
  expect(visible('a\u202eb\n\u0000\ud800')).toBe('a⟨U+202E⟩b⟨U+000A⟩⟨U+0000⟩⟨U+D800⟩');
  expect(visible('Größe 日本 😀 <b>')).toBe('Größe 日本 😀 <b>');
});

test.each([
  ['', 'Everything else', 'listings, other layouts'],
  ['Veeam/Backup/prod/Clients/{c1}/{b2}/', 'c1', 'folder prod, backup b2'],
  ['Veeam/Archive/tier/{b2}/17/', 'b2', 'folder tier, part 17, capacity tier'],
  ['other/layout', 'other/layout', ''],
])('entityWords(%s)', (entity, name, where) => {
  expect(entityWords(entity)).toEqual({ name, where });
});
