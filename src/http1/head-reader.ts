// Finds the end of a head in bytes that arrive in pieces, keeping no reference to the buffer that they arrived in.
import { HttpError } from './http-error.ts';

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = Buffer.alloc(0);

/** Collects one head after another. */
export class HeadReader {
  readonly #maxBytes: number;
  #held: Buffer = EMPTY;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether part of a head has arrived. */
  get started(): boolean {
    return this.#held.length > 0;
  }

  /**
   * Takes bytes; gives the head's bytes (with its empty line) and what came behind it, or nothing while it is
   * incomplete. Both results may be slices of `bytes`: use them before the next read. Throws `HttpError`.
   */
  push(bytes: Buffer): { head: Buffer; rest: Buffer } | undefined {
    const all = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const end = findHeadEnd(all, Math.max(0, this.#held.length - 1));
    if ((end ?? all.length) > this.#maxBytes) {
      throw new HttpError('too-large', `the head is larger than ${this.#maxBytes} bytes`);
    }
    if (end === undefined) {
      this.#held = all === bytes ? Buffer.from(bytes) : all;
      return undefined;
    }
    this.#held = EMPTY;
    return { head: all.subarray(0, end), rest: all.subarray(end) };
  }
}

/** The index behind the empty line. A line feed without its carriage return is refused at once (RFC 9112 §2.2 lets us). */
function findHeadEnd(bytes: Buffer, from: number): number | undefined {
  for (let lf = bytes.indexOf(LF, from); lf !== -1; lf = bytes.indexOf(LF, lf + 1)) {
    if (bytes[lf - 1] !== CR) throw new HttpError('malformed', 'a line ends without CR LF');
    if (lf === 1) throw new HttpError('malformed', 'an empty line before the start line');
    if (bytes[lf - 2] === LF) return lf + 1;
  }
  return undefined;
}
