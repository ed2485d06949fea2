// TLS comes record by record, 16 KiB each. What comes within one turn of the event loop is put together in one buffer that is
// used again: to hand each record on by itself costs far more than to copy it.

export interface GatheredReadsOwner {
  readonly paused: boolean;
  /** Takes bytes; the slice is valid only during the call, or until the owner reads on where it paused. */
  give(bytes: Buffer): void;
  /** Puts bytes back, to come again when the owner reads on. */
  giveBack(bytes: Buffer): void;
}

export class GatheredReads {
  readonly #buffer: Buffer;
  readonly #owner: GatheredReadsOwner;
  readonly #give = (): void => this.giveAll();
  #length = 0;

  constructor(bufferBytes: number, owner: GatheredReadsOwner) {
    this.#buffer = Buffer.allocUnsafeSlow(bufferBytes);
    this.#owner = owner;
  }

  take(bytes: Buffer): void {
    if (this.#length + bytes.length > this.#buffer.length) this.giveAll();
    if (this.#owner.paused) {
      // The buffer may be on its way out.
      this.#owner.giveBack(bytes);
      return;
    }
    if (bytes.length > this.#buffer.length) {
      this.#owner.give(bytes);
      return;
    }
    if (this.#length === 0) setImmediate(this.#give);
    bytes.copy(this.#buffer, this.#length);
    this.#length += bytes.length;
  }

  /** What is there goes to the owner, unless he paused. */
  giveAll(): void {
    const length = this.#length;
    if (length === 0 || this.#owner.paused) return;
    this.#length = 0;
    this.#owner.give(this.#buffer.subarray(0, length));
  }

  /** The owner reads on: not from within his call, who may have older bytes at hand. */
  resumed(): void {
    if (this.#length > 0) setImmediate(this.#give);
  }
}
