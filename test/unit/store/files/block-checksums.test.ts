// Checksums of blocks: the same however the bytes come, and every change of a byte is found in its block.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockChecksums, blockCount, damagedBlock } from '../../../../src/store/files/block-checksums.ts';
import { BLOCK_BYTES } from '../../../../src/store/files/body-files.ts';
import { bodyOf } from '../../../support/bodies.ts';

const BYTES = bodyOf('blocks', 3 * BLOCK_BYTES + 77);

function checksumsOf(bytes: Uint8Array, cuts: readonly number[] = []): Uint8Array {
  const checksums = new BlockChecksums(bytes.length);
  const borders = [0, ...cuts, bytes.length].sort((a, b) => a - b);
  for (const [at, end] of borders.slice(1).entries()) checksums.update(bytes.subarray(borders[at], end));
  return checksums.digest();
}

describe('block checksums', () => {
  it('are as many as there are blocks begun', () => {
    const sizes = [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES];
    expect(sizes.map(blockCount)).toEqual([0, 1, 1, 1, 2, 3]);
    expect(sizes.map((size) => checksumsOf(BYTES.subarray(0, size)).length)).toEqual([0, 4, 4, 4, 8, 12]);
  });

  it('are the same however the bytes are cut', () => {
    const wanted = Buffer.from(checksumsOf(BYTES));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: BYTES.length }), { maxLength: 8 }), (cuts) => {
        expect(wanted.equals(checksumsOf(BYTES, cuts))).toBe(true);
      }),
    );
  });

  it('of fewer bytes than were announced are those of the bytes that came', () => {
    const checksums = new BlockChecksums(BYTES.length);
    checksums.update(BYTES.subarray(0, BLOCK_BYTES + 1));
    expect(Buffer.from(checksums.digest()).equals(checksumsOf(BYTES.subarray(0, BLOCK_BYTES + 1)))).toBe(
      true,
    );
  });

  it('find any change of any byte in its block', () => {
    const checksums = checksumsOf(BYTES);
    expect(damagedBlock(BYTES, 0, checksums)).toBeUndefined();
    fc.assert(
      fc.property(fc.nat({ max: BYTES.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(BYTES);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        expect(damagedBlock(damaged, 0, checksums)).toBe(Math.floor(at / BLOCK_BYTES));
      }),
    );
  });

  it('are taken from where the bytes begin', () => {
    const checksums = checksumsOf(BYTES);
    expect(damagedBlock(BYTES.subarray(2 * BLOCK_BYTES), 2, checksums)).toBeUndefined();
    expect(damagedBlock(BYTES.subarray(2 * BLOCK_BYTES), 1, checksums)).toBe(1);
  });

  it('that are missing make a block a damaged one', () => {
    const checksums = checksumsOf(BYTES);
    expect(damagedBlock(BYTES, 0, checksums.subarray(0, 8))).toBe(2);
    expect(damagedBlock(BYTES, 0, checksums.subarray(0, 9))).toBe(2);
    expect(damagedBlock(BYTES, 0, new Uint8Array(0))).toBe(0);
  });
});
