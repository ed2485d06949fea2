// The blocks in which bodies are gathered before they are written: what a socket gives at a time is less than a disk likes.
import { BufferPool } from './buffer-pool.ts';
import { PAGE_BYTES, pageBuffer } from './page-memory.ts';

/** Where the blocks of one body come from. */
export interface WriteBlocks {
  /** A block of at least one byte; undefined where the body, which has `held` of them, must wait for one of those. */
  take(held: number): Buffer | undefined;
  /** Gives back a block that nobody reads or writes any more. */
  give(block: Buffer): void;
}

/** What is written and hashed at a time. */
const SHARED_BLOCK_BYTES = 128 * PAGE_BYTES;
/** A second block lets a body be read while the first is written. Beyond so many at work, memory counts for more than that. */
const MOST_WITH_A_SECOND = 64;
/** Unused ones that are kept. */
const KEPT = 64;

/** Blocks for large bodies, used again: they begin at a page, and threads share them. */
export class SharedWriteBlocks implements WriteBlocks {
  readonly #pool = new BufferPool(SHARED_BLOCK_BYTES, KEPT, pageBuffer);
  #lent = 0;

  take(held: number): Buffer | undefined {
    if (held > 1 || (held === 1 && this.#lent >= MOST_WITH_A_SECOND)) return undefined;
    this.#lent++;
    return this.#pool.take();
  }

  give(block: Buffer): void {
    this.#lent--;
    this.#pool.give(block);
  }
}

/** One block of memory that holds the whole of a small body. */
export function ownWriteBlock(size: number): WriteBlocks {
  return {
    take: (held) => (held === 0 ? Buffer.allocUnsafeSlow(Math.max(size, 1)) : undefined),
    give() {},
  };
}
