// Plain text comes into one buffer that is used again: a small one, and a large one from the first read on that fills it. Most
// connections never carry more than heads: with a large buffer each, a request on a connection of its own took 0.8 ms of processor
// time instead of 0.2, most of it to collect buffers (Node 24.21, measured 2026-11).
import type { OnReadOpts } from 'node:net';
import { type ReadBufferSizes, ROOM_BYTES, readBuffer } from './read-buffer.ts';

export interface GrowingReadsOwner {
  readonly paused: boolean;
  /** Takes bytes; the slice is valid as it is in `WireListener.onBytes`. */
  give(bytes: Buffer, roomBefore: number): void;
}

/** Also enough for a small object in one read. */
const FIRST_BYTES = 16 * 1024;

export class GrowingReads {
  /** For the socket whose reads these are. */
  readonly onRead: OnReadOpts;
  readonly #sizes: ReadBufferSizes;
  readonly #owner: GrowingReadsOwner;
  #buffer = readBuffer(FIRST_BYTES);
  /** What Node.js does not know of yet. */
  #next: Buffer | undefined = this.#buffer;
  /** 0 before it grew. */
  #grownBytes = 0;

  constructor(sizes: ReadBufferSizes, owner: GrowingReadsOwner) {
    this.#sizes = sizes;
    this.#owner = owner;
    this.onRead = {
      // Asked behind each read for where the next ones go; given nothing, Node.js stays where it is (Node 24.21,
      // lib/internal/stream_base_commons.js).
      buffer: (() => this.#takeNext()) as () => Buffer,
      callback: (length) => this.#came(length),
    };
  }

  /** Nothing more comes. */
  closed(): void {
    if (this.#grownBytes > 0) this.#sizes.gone(this.#grownBytes);
    this.#grownBytes = 0;
  }

  /** Gives whether to read on. */
  #came(length: number): boolean {
    const buffer = this.#buffer;
    if (length === buffer.length && this.#grownBytes === 0) this.#grow();
    this.#owner.give(length === buffer.length ? buffer : buffer.subarray(0, length), ROOM_BYTES);
    return !this.#owner.paused;
  }

  /** What was read stays where it is, in a buffer that is not read into any more. */
  #grow(): void {
    this.#grownBytes = this.#sizes.next();
    this.#buffer = readBuffer(this.#grownBytes);
    this.#next = this.#buffer;
  }

  #takeNext(): Buffer | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }
}
