// Plain text comes into one buffer that is used again: a small one, and a large one from the first read on that fills it.
import type { OnReadOpts } from 'node:net';
import { FIRST_BYTES, GrowingSize, type ReadBufferSizes, ROOM_BYTES, readBuffer } from './read-buffer.ts';

export interface GrowingReadsOwner {
  readonly paused: boolean;
  /** Takes bytes; the slice is valid as it is in `WireListener.onBytes`. */
  give(bytes: Buffer, roomBefore: number): void;
}

export class GrowingReads {
  /** For the socket whose reads these are. */
  readonly onRead: OnReadOpts;
  readonly #size: GrowingSize;
  readonly #owner: GrowingReadsOwner;
  #buffer = readBuffer(FIRST_BYTES);
  /** What Node.js does not know of yet. */
  #next: Buffer | undefined = this.#buffer;

  constructor(sizes: ReadBufferSizes, owner: GrowingReadsOwner) {
    this.#size = new GrowingSize(sizes);
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
    this.#size.closed();
  }

  /** Gives whether to read on. */
  #came(length: number): boolean {
    const buffer = this.#buffer;
    if (length === buffer.length && this.#size.mayGrow) this.#grow();
    this.#owner.give(length === buffer.length ? buffer : buffer.subarray(0, length), ROOM_BYTES);
    return !this.#owner.paused;
  }

  /** What was read stays where it is, in a buffer that is not read into any more. */
  #grow(): void {
    this.#buffer = readBuffer(this.#size.grow());
    this.#next = this.#buffer;
  }

  #takeNext(): Buffer | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }
}
