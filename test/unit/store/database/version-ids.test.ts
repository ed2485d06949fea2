import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatVersionId, parseVersionId } from '../../../../src/store/database/version-ids.ts';

describe('version ids', () => {
  it('give the row back, are of one length and never look like a number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (rowId) => {
        const text = formatVersionId(rowId);
        expect(parseVersionId(text)).toBe(rowId);
        expect(text).toHaveLength(17);
        expect(Number(text)).toBeNaN();
      }),
    );
  });

  it('have one text for a row: whatever is parsed is what would be written', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'v0123456789abcdefAF '), maxLength: 20 }), (text) => {
        const rowId = parseVersionId(text);
        if (rowId !== undefined) expect(formatVersionId(rowId)).toBe(text);
      }),
    );
  });

  it.each([
    '',
    'null',
    'v0000000000000000',
    'v000000000000001',
    'v00000000000000001',
    'V0000000000000001',
    'v000000000000000A',
    'v0000000000000001\n',
    ' v0000000000000001',
    'vffffffffffffffff',
    'v0020000000000000',
    "v0' OR 1=1 -- abcd",
  ])('are not: %j', (text) => {
    expect(parseVersionId(text)).toBeUndefined();
  });
});
