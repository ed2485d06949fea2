import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSize, SIZE_PATTERN } from '../../../src/config/size.ts';

describe('parseSize', () => {
  test.each([
    ['0B', 0n],
    ['512B', 512n],
    ['1KiB', 1024n],
    ['1KB', 1000n],
    ['32 KiB', 32_768n],
    ['1.5GB', 1_500_000_000n],
    ['0.5KiB', 512n],
    ['10TiB', 10_995_116_277_760n],
    ['16PiB', 2n ** 54n],
    ['999999PB', 999_999n * 10n ** 15n],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    '',
    '10',
    '10737418240',
    '1.5B',
    '0.3KiB',
    '10tib',
    '10 TIB',
    '-1B',
    '1e3B',
    '10TiB ',
    '.5KiB',
    '1,5GB',
    '10T',
    '5iB',
  ])('refuses %j', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  const units = { B: 1n, KiB: 1024n, MiB: 1024n ** 2n, GiB: 1024n ** 3n, TiB: 1024n ** 4n, PiB: 1024n ** 5n };

  test('any whole number of any unit is exact, and fits the pattern', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 18n - 1n),
        fc.constantFrom(...Object.entries(units)),
        (count, [unit, bytes]) => {
          const text = `${count}${unit}`;
          expect(parseSize(text)).toBe(count * bytes);
          expect(text).toMatch(new RegExp(SIZE_PATTERN));
        },
      ),
    );
  });

  test('nothing is read that the pattern refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789. KMGTPiBb-e') }), (text) => {
        if (parseSize(text) !== undefined) expect(text).toMatch(new RegExp(SIZE_PATTERN));
      }),
    );
  });
});
