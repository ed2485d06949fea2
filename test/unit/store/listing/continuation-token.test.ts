import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterKey, afterPrefix, fromKey } from '../../../../src/store/database/key-bounds.ts';
import {
  continuationTokenOf,
  parseContinuationToken,
} from '../../../../src/store/listing/continuation-token.ts';
import { codeOf } from '../../s3/s3-fixture.ts';

const KEY = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }).map((key) => key.toWellFormed());

describe('continuation tokens', () => {
  test('any place comes back as it was, out of characters that stand in a query', () => {
    fc.assert(
      fc.property(KEY, fc.constantFrom(afterKey, afterPrefix, fromKey), (key, boundOf) => {
        const bound = boundOf(key);
        const token = continuationTokenOf(bound);
        expect(token).toMatch(/^[\w-]+$/);
        const parsed = parseContinuationToken(token);
        expect(parsed.inclusive).toBe(bound.inclusive);
        expect(Buffer.compare(parsed.bytes, bound.bytes)).toBe(0);
      }),
    );
  });

  test('one that differs in one character is refused', () => {
    fc.assert(
      fc.property(KEY, fc.nat(), fc.constantFrom(...'AZaz09-_+/= '), (key, at, character) => {
        const token = continuationTokenOf(afterKey(key));
        const index = at % token.length;
        const other = token.slice(0, index) + character + token.slice(index + 1);
        fc.pre(other !== token);
        expect(codeOf(() => parseContinuationToken(other))).toBe('InvalidArgument');
      }),
    );
  });

  test('anything else is refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(codeOf(() => parseContinuationToken(text))).toBe('InvalidArgument');
      }),
    );
  });

  test.each([
    '',
    'E',
    'EQ',
    'null',
    `${continuationTokenOf(afterKey('a'))}=`,
    `${continuationTokenOf(afterKey('a'))}\n`,
  ])('%j is refused', (token) => {
    expect(codeOf(() => parseContinuationToken(token))).toBe('InvalidArgument');
  });
});
