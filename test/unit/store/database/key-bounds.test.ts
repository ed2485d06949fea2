import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterKey,
  afterPrefix,
  endOfPrefix,
  fromKey,
  keyBytes,
  startOfListing,
} from '../../../../src/store/database/key-bounds.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '~', 'é', '', '\uffff', '😀', '\u{10ffff}') });

/** Whether a listing from that bound with that prefix shows the key. */
function shows(bound: ReturnType<typeof fromKey>, prefix: string, candidate: string): boolean {
  const bytes = keyBytes(candidate);
  return (
    Buffer.compare(bytes, startOfListing(bound, prefix)) >= 0 &&
    Buffer.compare(bytes, endOfPrefix(prefix)) < 0
  );
}

describe('key bounds', () => {
  it('begin with the key itself, or behind it', () => {
    fc.assert(
      fc.property(key, key, (start, candidate) => {
        const order = Buffer.compare(Buffer.from(candidate), Buffer.from(start));
        expect(shows(fromKey(start), '', candidate)).toBe(order >= 0);
        expect(shows(afterKey(start), '', candidate)).toBe(order > 0);
      }),
    );
  });

  it('keep to a prefix and know where it ends', () => {
    fc.assert(
      fc.property(key, key, (prefix, candidate) => {
        expect(shows(fromKey(''), prefix, candidate)).toBe(candidate.startsWith(prefix));
        expect(shows(fromKey(''), prefix, prefix + candidate)).toBe(true);
        const behind = Buffer.compare(Buffer.from(candidate), Buffer.from(prefix)) > 0;
        expect(shows(afterPrefix(prefix), '', candidate)).toBe(behind && !candidate.startsWith(prefix));
      }),
    );
  });

  it('order by bytes: U+FFFF lies before U+1F600, though its UTF-16 unit is higher', () => {
    expect('\uffff' > '😀').toBe(true);
    expect(shows(afterKey('\uffff'), '', '😀')).toBe(true);
    expect(shows(afterKey('😀'), '', '\uffff')).toBe(false);
  });

  it('leave nothing behind the empty prefix', () => {
    expect(shows(afterPrefix(''), '', '\u{10ffff}'.repeat(256))).toBe(false);
  });

  it.each(['\ud83d', 'a\ude00', '\ude00\ud83d'])('refuse half a surrogate pair: %j', (text) => {
    expect(() => keyBytes(text)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    expect(() => afterPrefix(text)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });
});
