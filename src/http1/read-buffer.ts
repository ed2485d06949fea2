// The memory that one connection is read into, again and again.

/** Free in front of it: for what a head grows by when it is written anew, where the head that came leaves too little. */
export const ROOM_BYTES = 1024;

/** How large the buffers may be of the connections that it is shared by. */
export interface ReadBufferSizes {
  /** In bytes, for one connection more. */
  next(): number;
  /** One with a buffer of that size is closed. */
  gone(bytes: number): void;
}

/** The same size for each connection, however many there are. */
export function readBuffersOf(bytes: number): ReadBufferSizes {
  return { next: () => bytes, gone() {} };
}

/** What a connection begins with: also enough for a small object in one read. */
export const FIRST_BYTES = 16 * 1024;

/**
 * How large the buffer is of one connection: small, and large from the moment on that it was full. Most connections never carry
 * more than heads: with a large buffer each, a request on a connection of its own took 0.8 ms of processor time instead of 0.2, most
 * of it to collect buffers (Node 24.21, measured 2026-11).
 */
export class GrowingSize {
  readonly #sizes: ReadBufferSizes;
  /** 0 before it grew. */
  #grownBytes = 0;
  #isClosed = false;

  constructor(sizes: ReadBufferSizes) {
    this.#sizes = sizes;
  }

  /** Once, and not behind the end: nobody would give back what it then took. */
  get mayGrow(): boolean {
    return this.#grownBytes === 0 && !this.#isClosed;
  }

  /** Where it may. Gives how large it is from now on. */
  grow(): number {
    this.#grownBytes = this.#sizes.next();
    return this.#grownBytes;
  }

  /** Nothing more comes. */
  closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#grownBytes > 0) this.#sizes.gone(this.#grownBytes);
  }
}

/** Of that many bytes, with `ROOM_BYTES` in front of it in the same memory. */
export function readBuffer(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(ROOM_BYTES + bytes).subarray(ROOM_BYTES);
}
