import { describe, expect, it } from 'vitest';
import { SignatureComparison } from '../../../src/sigv4/signature-comparison.ts';

const RIGHT = '0123456789abcdef'.repeat(4);

const comparison = new SignatureComparison();

describe('SignatureComparison', () => {
  it('takes the right one', () => {
    expect(comparison.areEqual(RIGHT, RIGHT)).toBe(true);
  });

  it('refuses to compare with what is no signature', () => {
    expect(() => comparison.areEqual('', '')).toThrow(RangeError);
  });

  it('takes none that differs in one place', () => {
    for (let at = 0; at < RIGHT.length; at++) {
      const wrong = `${RIGHT.slice(0, at)}g${RIGHT.slice(at + 1)}`;
      expect(comparison.areEqual(wrong, RIGHT)).toBe(false);
      expect(comparison.areEqual(RIGHT, RIGHT)).toBe(true);
    }
  });

  it.each([
    ['nothing', ''],
    ['one that is cut', RIGHT.slice(1)],
    ['one that is longer', `${RIGHT}0`],
    ['upper case', RIGHT.toUpperCase()],
    [
      'characters that would be the right bytes if their upper halves were dropped',
      RIGHT.replaceAll('a', '\u0161'),
    ],
    ['as many bytes in fewer characters', `\u0161${RIGHT.slice(2)}`],
    ['one whose last character takes two bytes', `${RIGHT.slice(1)}\u0161`],
    ['the right one but for a last character of two bytes', `${RIGHT.slice(0, -1)}\u0161`],
    ['the right one but for a last character of one byte too many', `${RIGHT.slice(0, -1)}\xe4`],
  ])('takes not %s', (_, provided) => {
    expect(comparison.areEqual(RIGHT, RIGHT)).toBe(true);
    expect(comparison.areEqual(provided, RIGHT)).toBe(false);
  });
});
