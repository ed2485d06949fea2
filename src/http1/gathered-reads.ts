// TLS comes record by record, 16 KiB each, and Node.js decrypts them one behind the other into this one buffer, which is used
// again. What came within one turn of the event loop goes on in one piece: each record by itself would cost far more. The buffer is
// a small one until it was full.
import type { OnReadOpts } from 'node:net';
import { FIRST_BYTES, GrowingSize, type ReadBufferSizes, ROOM_BYTES, readBuffer } from './read-buffer.ts';

export interface GatheredReadsOwner {
  readonly paused: boolean;
  /**
   * Takes bytes; the slice is valid only during the call, or until the owner reads on where it paused, and so are `roomBefore` bytes
   * in front of it, in which nothing is.
   */
  give(bytes: Buffer, roomBefore: number): void;
  /** Reads on after this asked for a stop, because its buffer was full. */
  readOn(): void;
  /** More came than a stopped socket can still give: what came cannot be kept. */
  overrun(): void;
}

/**
 * So much stays free where reading is stopped. A stop does not reach what Node.js has read by then and decrypts in the same go:
 * one read of libuv (64 KiB), and the part of a record (16 KiB) that was there before (Node 24.21, src/crypto/crypto_tls.cc).
 */
const RESERVE_BYTES = 96 * 1024;

export class GatheredReads {
  /** For the socket whose reads these are. */
  readonly onRead: OnReadOpts;
  readonly #size: GrowingSize;
  /** Beyond it reading stops. */
  #bufferBytes = FIRST_BYTES;
  #buffer = readBuffer(FIRST_BYTES + RESERVE_BYTES);
  /** The one before it grew, while the next read may still go there. */
  #left: Buffer | undefined;
  readonly #owner: GatheredReadsOwner;
  readonly #giveScheduled = (): void => {
    this.#isScheduled = false;
    this.#giveAll();
  };
  /** What came, and was not given yet, lies between these two. What lies before may still be on its way out. */
  #begin = 0;
  #end = 0;
  #isScheduled = false;
  #whenGiven: (() => void) | undefined;

  constructor(sizes: ReadBufferSizes, owner: GatheredReadsOwner) {
    this.#size = new GrowingSize(sizes);
    this.#owner = owner;
    this.onRead = {
      buffer: () => this.#place(),
      callback: (length, place) => this.#came(length, place),
    };
  }

  /** Whether reading must not go on before it asks for that. */
  get isFull(): boolean {
    return this.#end >= this.#bufferBytes;
  }

  /** The owner reads on: not from within his call, who may have older bytes at hand. */
  resumed(): void {
    if (this.#begin < this.#end) this.#schedule();
    else this.#emptied();
  }

  /** Nothing more comes: calls back when all of it was given. */
  ended(callback: () => void): void {
    this.#whenGiven = callback;
    this.#giveAll();
  }

  /** Nothing more comes, and nothing is kept for later. */
  closed(): void {
    this.#size.closed();
  }

  /** What is there goes to the owner, unless he paused. */
  #giveAll(): void {
    if (this.#owner.paused) return;
    const slice = this.#buffer.subarray(this.#begin, this.#end);
    const roomBefore = this.#begin === 0 ? ROOM_BYTES : 0;
    this.#begin = this.#end;
    if (slice.length > 0) this.#owner.give(slice, roomBefore);
    if (!this.#owner.paused) this.#emptied();
  }

  /** Where the next read goes. Never empty: Node.js would offer the same record to it again and again. */
  #place(): Buffer {
    return this.#end < this.#buffer.length
      ? this.#buffer.subarray(this.#end)
      : Buffer.allocUnsafe(RESERVE_BYTES);
  }

  /** Gives whether to read on. */
  #came(length: number, place: Uint8Array): boolean {
    // The place was chosen when the read before was over: by now there may be room at the front, or another buffer.
    const from = place.buffer === this.#buffer.buffer ? this.#buffer : this.#left;
    if (place.buffer !== from?.buffer) {
      this.#owner.overrun();
      return false;
    }
    this.#left = undefined;
    const at = place.byteOffset - from.byteOffset;
    if (from !== this.#buffer || at !== this.#end) from.copy(this.#buffer, this.#end, at, at + length);
    this.#end += length;
    this.#schedule();
    return !this.isFull && !this.#owner.paused;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#owner.paused) return;
    this.#isScheduled = true;
    setImmediate(this.#giveScheduled);
  }

  /** Everything was given, and nobody holds any of it. */
  #emptied(): void {
    const wasFull = this.isFull;
    this.#begin = 0;
    this.#end = 0;
    if (wasFull && this.#size.mayGrow) this.#grow();
    if (wasFull) this.#owner.readOn();
    const whenGiven = this.#whenGiven;
    this.#whenGiven = undefined;
    whenGiven?.();
  }

  #grow(): void {
    this.#left = this.#buffer;
    this.#bufferBytes = this.#size.grow();
    this.#buffer = readBuffer(this.#bufferBytes + RESERVE_BYTES);
  }
}
