import { describe, expect, it } from 'vitest';
import { equalSignatures } from '../../../src/sigv4/equal-signatures.ts';

const RIGHT = '0123456789abcdef'.repeat(4);

describe('equalSignatures', () => {
  it('takes the right one', () => {
    expect(equalSignatures(RIGHT, RIGHT)).toBe(true);
  });

  it('takes none that differs in one place', () => {
    for (let at = 0; at < RIGHT.length; at++) {
      const wrong = `${RIGHT.slice(0, at)}g${RIGHT.slice(at + 1)}`;
      expect(equalSignatures(wrong, RIGHT)).toBe(false);
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
  ])('takes not %s', (_, provided) => {
    expect(equalSignatures(provided, RIGHT)).toBe(false);
  });
});
