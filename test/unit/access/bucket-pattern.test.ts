import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketPatternRegExp, compileBucketPattern } from '../../../src/access/bucket-pattern.ts';

/** What the pattern means, written down and nothing more. */
function model(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const rest = pattern.slice(1);
  if (pattern[0] === '*') return model(rest, text) || (text !== '' && model(pattern, text.slice(1)));
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && model(rest, text.slice(1));
}

describe('compileBucketPattern', () => {
  test.each([
    ['*', 'anything', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['veeam', 'veeam', true],
    ['veeam', 'Veeam', false],
    ['veeam', 'veeam2', false],
    ['veeam-*', 'veeam-', true],
    ['veeam-*', 'veeam', false],
    ['*-backup', 'a-backup-backup', true],
    ['*-backup', 'a-backup2', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a?c', 'a?c', true],
    ['?*', '', false],
    ['?*', 'a', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['**', 'a', true],
    ['a.c', 'abc', false],
    ['[a-c]', 'b', false],
    ['a*', 'b*', false],
    ['*a', 'b*', false],
    ['a*', 'a*b', true],
    ['(a+)+$', '(a+)+$', true],
  ])('%s on %s: %s', (pattern, bucket, expected) => {
    expect(compileBucketPattern(pattern).matches(bucket)).toBe(expected);
    expect(bucketPatternRegExp(pattern).test(bucket)).toBe(expected);
  });

  test('agrees with the model', () => {
    const text = (chars: string) => fc.string({ unit: fc.constantFrom(...chars), maxLength: 10 });
    fc.assert(
      fc.property(text('ab*?'), text('ab*?'), (pattern, bucket) => {
        expect(compileBucketPattern(pattern).matches(bucket)).toBe(model(pattern, bucket));
        expect(bucketPatternRegExp(pattern).test(bucket)).toBe(model(pattern, bucket));
      }),
      { numRuns: 5000 },
    );
  });

  test('many stars cost no more than the product of both lengths', () => {
    const started = performance.now();
    expect(compileBucketPattern(`${'*a'.repeat(500)}b`).matches('a'.repeat(10_000))).toBe(false);
    expect(bucketPatternRegExp(`${'*a'.repeat(500)}b`).test('a'.repeat(10_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('digits behind a star do not become part of a reference', () => {
    const pattern = '*1*2*3*0*1*2*3*4*5*6*7*8x*9';
    expect(bucketPatternRegExp(pattern).test('123012345678x9')).toBe(true);
    expect(bucketPatternRegExp(pattern).test('123012345678y9')).toBe(false);
  });

  test('keeps the text as written', () => {
    expect(compileBucketPattern('a**').text).toBe('a**');
  });
});
