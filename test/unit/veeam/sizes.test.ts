// GB of VBR, in bytes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BYTES_PER_GB, BYTES_PER_TB, bytesOfGB, gbOfBytes } from '../../../src/veeam/sizes.ts';

describe('a GB of VBR', () => {
  test.each([
    [0, 0n],
    [1, 1_073_741_824n],
    [0.5, 536_870_912n],
    [931.32, 999_997_235_528n],
    [8_388_608, 9_007_199_254_740_992n],
    [16_777_216.5, 18_014_399_046_352_896n],
  ])('%d is %d bytes', (gigabytes, bytes) => {
    expect(bytesOfGB(gigabytes)).toBe(bytes);
  });

  test('and bytes are the same there and back, up to 8 PiB', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 53n }), (bytes) => {
        expect(bytesOfGB(gbOfBytes(bytes))).toBe(bytes);
      }),
    );
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('cannot be %d', (count) => {
    expect(() => bytesOfGB(count)).toThrow(RangeError);
  });

  test('is a part of 1024 of a TB', () => {
    expect(BYTES_PER_TB / BYTES_PER_GB).toBe(1024n);
  });
});
