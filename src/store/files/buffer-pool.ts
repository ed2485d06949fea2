// Buffers of one size, used again: a buffer for each read would cost as much as the read.

export class BufferPool {
  readonly size: number;
  readonly #keep: number;
  readonly #allocate: (size: number) => Buffer;
  readonly #free: Buffer[] = [];

  /** `keep`: how many unused ones are kept at most. */
  constructor(size: number, keep: number, allocate: (size: number) => Buffer = Buffer.allocUnsafeSlow) {
    this.size = size;
    this.#keep = keep;
    this.#allocate = allocate;
  }

  take(): Buffer {
    return this.#free.pop() ?? this.#allocate(this.size);
  }

  /** Gives a buffer back that nobody reads or writes any more; one that is never given back is left to the collector. */
  give(buffer: Buffer): void {
    if (this.#free.length < this.#keep) this.#free.push(buffer);
  }
}
