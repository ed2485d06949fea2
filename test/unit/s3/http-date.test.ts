import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatHttpDate, parseHttpDate } from '../../../src/s3/http-date.ts';

describe('HTTP dates', () => {
  test('the example of RFC 9110 both ways', () => {
    const ms = Date.UTC(1994, 10, 6, 8, 49, 37);
    expect(formatHttpDate(ms + 999)).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
    expect(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(ms);
  });

  test('every second from 1970 to 9999 reads back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253402300799 }), (second) => {
        expect(parseHttpDate(formatHttpDate(second * 1000))).toBe(second * 1000);
      }),
    );
  });

  test.each([
    ['RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['asctime', 'Sun Nov  6 08:49:37 1994'],
    ['wrong weekday', 'Mon, 06 Nov 1994 08:49:37 GMT'],
    ['31 February', 'Thu, 31 Feb 1994 08:49:37 GMT'],
    ['unknown month', 'Sun, 06 Nox 1994 08:49:37 GMT'],
    ['hour 24', 'Sun, 06 Nov 1994 24:00:00 GMT'],
    ['second 60', 'Sun, 06 Nov 1994 08:49:60 GMT'],
    ['another zone', 'Sun, 06 Nov 1994 08:49:37 CET'],
    ['offset', 'Sun, 06 Nov 1994 08:49:37 +0000'],
    ['lower case', 'sun, 06 nov 1994 08:49:37 gmt'],
    ['one-digit day', 'Sun, 6 Nov 1994 08:49:37 GMT'],
    ['blank at the end', 'Sun, 06 Nov 1994 08:49:37 GMT '],
    ['two dates', 'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT'],
    ['ISO 8601', '1994-11-06T08:49:37Z'],
    ['year 0050', 'Sun, 06 Nov 0050 08:49:37 GMT'],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(parseHttpDate(text)).toBeUndefined();
  });
});
