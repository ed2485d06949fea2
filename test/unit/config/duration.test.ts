import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DURATION_PATTERN, parseDuration, parseSpan } from '../../../src/config/duration.ts';

describe('parseDuration', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
    ['5 s', 5000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '30', '1.5h', '-1s', '30S', '30 seconds', '0s', '1w'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('refuses what Node would make a timer of that fires at once', () => {
    expect(parseDuration('24d')).toBe(24 * 86_400_000);
    expect(parseDuration('25d')).toBeUndefined();
    expect(parseDuration('2147483647ms')).toBe(2_147_483_647);
    expect(parseDuration('2147483648ms')).toBeUndefined();
  });

  test('any count of any unit is exact or refused, and fits the pattern', () => {
    const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999_999_999 }),
        fc.constantFrom(...Object.entries(units)),
        (count, [unit, each]) => {
          const text = `${count}${unit}`;
          expect(parseSpan(text)).toBe(count * each);
          expect(parseDuration(text)).toBe(count * each < 2 ** 31 ? count * each : undefined);
          expect(text).toMatch(new RegExp(DURATION_PATTERN));
        },
      ),
    );
  });
});
