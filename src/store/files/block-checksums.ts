// The CRC-32 of each block of a file: made while its bytes stream by, checked when they are read.
import { crc32 } from 'node:zlib';
import { BLOCK_BYTES } from './body-files.ts';

export function blockCount(size: number): number {
  return Math.ceil(size / BLOCK_BYTES);
}

/** Computes the checksums of a file's blocks from slices in order, wherever the slices begin and end. */
export class BlockChecksums {
  readonly #done: DataView<ArrayBuffer>;
  #blocks = 0;
  #crc = 0;
  #filled = 0;

  /** `size`: the most bytes that will come. */
  constructor(size: number) {
    this.#done = new DataView(new ArrayBuffer(4 * blockCount(size)));
  }

  update(slice: Uint8Array): void {
    let at = 0;
    while (at < slice.length) {
      const end = Math.min(slice.length, at + BLOCK_BYTES - this.#filled);
      this.#crc = crc32(slice.subarray(at, end), this.#crc);
      this.#filled += end - at;
      at = end;
      if (this.#filled === BLOCK_BYTES) this.#closeBlock();
    }
  }

  /** 4 bytes a block, big-endian. */
  digest(): Uint8Array {
    if (this.#filled > 0) this.#closeBlock();
    return new Uint8Array(this.#done.buffer, 0, 4 * this.#blocks);
  }

  #closeBlock(): void {
    this.#done.setUint32(4 * this.#blocks, this.#crc);
    this.#blocks++;
    this.#crc = 0;
    this.#filled = 0;
  }
}

/**
 * The first damaged block among those in `bytes`, which start with block number `from`; undefined where all are as they
 * were written. A block that has no checksum is damaged.
 */
export function damagedBlock(bytes: Uint8Array, from: number, checksums: Uint8Array): number | undefined {
  const view = new DataView(checksums.buffer, checksums.byteOffset, checksums.byteLength);
  for (let block = from, at = 0; at < bytes.length; block++, at += BLOCK_BYTES) {
    if (4 * block + 4 > checksums.byteLength) return block;
    if (crc32(bytes.subarray(at, at + BLOCK_BYTES)) !== view.getUint32(4 * block)) return block;
  }
  return undefined;
}
