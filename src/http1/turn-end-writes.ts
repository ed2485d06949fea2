// Holds a head back until the first bytes behind it are there, at the longest to the end of this turn of the event loop, and few
// bytes behind it as long, too. What leaves together wakes a sleeping peer once: that is a third of what a small request costs,
// and a tenth of 1 MiB.
import type { TurnEnd } from './turn-end.ts';

/** What follows a head is copied behind it up to that size in all; beyond it, the head is put in front of it. */
const JOINED_BYTES = 8 * 1024;

export class TurnEndWrites {
  readonly #send: (bytes: Buffer | string) => void;
  readonly #turnEnd: TurnEnd;
  readonly #flush = (): void => this.flush();
  #head: string | undefined;
  #joined: Buffer | undefined;
  /** Of head and bytes in `#joined`; 0 while the head waits alone. */
  #joinedLength = 0;

  constructor(send: (bytes: Buffer | string) => void, turnEnd: TurnEnd) {
    this.#send = send;
    this.#turnEnd = turnEnd;
  }

  get isEmpty(): boolean {
    return this.#head === undefined && this.#joinedLength === 0;
  }

  /** Holds a head; what was held before goes at once. */
  hold(head: string): void {
    this.flush();
    this.#head = head;
    this.#turnEnd.wait(this.#flush);
  }

  /**
   * Copies bytes behind the head that is held. False where there is none, or they are too many: then the caller flushes and
   * writes them himself. Not to be asked while the socket may still hold what went before: it was in the same buffer.
   */
  join(bytes: Buffer): boolean {
    const head = this.#head;
    if (head === undefined || head.length + bytes.length > JOINED_BYTES) return false;
    this.#head = undefined;
    this.#joined ??= Buffer.allocUnsafeSlow(JOINED_BYTES);
    this.#joined.write(head, 'latin1');
    bytes.copy(this.#joined, head.length);
    this.#joinedLength = head.length + bytes.length;
    return true;
  }

  /**
   * Puts the head that is held in front of bytes, into the room that is there, and gives both as one. Undefined where no head waits
   * or the room is too small: then the caller flushes and writes the bytes himself.
   */
  prepend(bytes: Buffer, roomBefore: number): Buffer | undefined {
    const head = this.#head;
    if (head === undefined || head.length > roomBefore) return undefined;
    this.#head = undefined;
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset - head.length, head.length + bytes.length);
    whole.write(head, 'latin1');
    return whole;
  }

  /** Sends what is held. */
  flush(): void {
    const head = this.#head;
    const length = this.#joinedLength;
    this.#head = undefined;
    this.#joinedLength = 0;
    if (head !== undefined) this.#send(head);
    else if (length > 0 && this.#joined !== undefined) this.#send(this.#joined.subarray(0, length));
  }
}
