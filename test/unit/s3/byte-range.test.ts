import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentRangeOf, invalidRange, resolveRange } from '../../../src/s3/byte-range.ts';
import { S3Error } from '../../../src/s3/error.ts';

const part = (first: number, last: number) => ({ kind: 'part', first, last });
const whole = { kind: 'whole' };
const unsatisfiable = { kind: 'unsatisfiable' };

describe('resolveRange', () => {
  test.each([
    ['bytes=0-0', 10, part(0, 0)],
    ['bytes=0-', 10, part(0, 9)],
    ['bytes=3-5', 10, part(3, 5)],
    ['bytes=3-99', 10, part(3, 9)],
    ['bytes=9-9', 10, part(9, 9)],
    ['bytes=-1', 10, part(9, 9)],
    ['bytes=-99', 10, part(0, 9)],
    ['BYTES=1-2', 10, part(1, 2)],
    ['bytes=000000001-02', 10, part(1, 2)],
    ['bytes=0-99999999999999999999999', 10, part(0, 9)],
    ['bytes=-99999999999999999999999', 10, part(0, 9)],

    ['bytes=10-', 10, unsatisfiable],
    ['bytes=99999999999999999999999-', 10, unsatisfiable],
    ['bytes=9007199254740993-9007199254740994', 10, unsatisfiable],
    ['bytes=-0', 10, unsatisfiable],
    ['bytes=0-', 0, unsatisfiable],
    ['bytes=-5', 0, unsatisfiable],

    [undefined, 10, whole],
    ['', 10, whole],
    ['bytes=', 10, whole],
    ['bytes=-', 10, whole],
    ['bytes=5-3', 10, whole],
    ['bytes=9007199254740993-9007199254740992', 10, whole],
    ['bytes=0-1,3-4', 10, whole],
    ['bytes=0-1,', 10, whole],
    ['bytes= 0-1', 10, whole],
    ['bytes=0 - 1', 10, whole],
    ['bytes=--1', 10, whole],
    ['bytes=+1-2', 10, whole],
    ['bytes=0x1-2', 10, whole],
    ['bytes=1.0-2', 10, whole],
    ['octets=0-1', 10, whole],
    ['0-1', 10, whole],
  ])('%s of %i bytes', (range, size, expected) => {
    expect(resolveRange(range, size)).toEqual(expected);
  });

  test('agrees with asking of every position whether it is meant', () => {
    const position = fc.option(fc.nat(12), { nil: undefined });
    fc.assert(
      fc.property(position, position, fc.nat(10), (from, to, size) => {
        const found = resolveRange(`bytes=${from ?? ''}-${to ?? ''}`, size);
        if ((from === undefined && to === undefined) || (from ?? 0) > (from === undefined ? 0 : (to ?? 99))) {
          expect(found).toEqual(whole);
          return;
        }
        const meant = Array.from({ length: size }, (_, at) => at).filter((at) =>
          from === undefined ? at >= size - (to ?? 0) : at >= from && at <= (to ?? Infinity),
        );
        const [first] = meant;
        expect(found).toEqual(first === undefined ? unsatisfiable : part(first, meant.at(-1) ?? first));
      }),
      { numRuns: 2000 },
    );
  });

  test('never throws and never leaves the object, whatever the header says', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^bytes=[0-9,\- ]*$/)),
        fc.maxSafeNat(),
        (range, size) => {
          const found = resolveRange(range, size);
          if (found.kind !== 'part') return;
          expect(found.first).toBeGreaterThanOrEqual(0);
          expect(found.last).toBeGreaterThanOrEqual(found.first);
          expect(found.last).toBeLessThan(size);
        },
      ),
    );
  });
});

describe('contentRangeOf', () => {
  test('gives the header of an InvalidRange', () => {
    expect(contentRangeOf(invalidRange('bytes=7-', 5))).toBe('bytes */5');
  });

  test('gives nothing for other errors', () => {
    expect(contentRangeOf(new S3Error('InvalidRange'))).toBeUndefined();
    expect(contentRangeOf(new S3Error('NoSuchKey', { details: { ActualObjectSize: '5' } }))).toBeUndefined();
  });
});
