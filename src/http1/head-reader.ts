// Finds the end of a head in bytes that arrive in pieces, keeping no reference to the buffer that they arrived in.
import { HttpError } from './http-error.ts';

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = Buffer.alloc(0);

/** A whole head and what came behind it. Both may be slices of the bytes that were read: use them before the next read. */
export interface FoundHead {
  /** With its empty line. */
  readonly head: Buffer;
  readonly rest: Buffer;
  /** So many bytes in front of `rest` are nobody's, once the head was parsed. */
  readonly roomBeforeRest: number;
}

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
   * Takes bytes; gives nothing while the head is incomplete. `roomBefore`: so many bytes in front of these are nobody's. Throws
   * `HttpError`.
   */
  push(bytes: Buffer, roomBefore = 0): FoundHead | undefined {
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
    const roomBeforeRest = all === bytes ? roomBefore + end : end;
    if (end === all.length) return { head: all, rest: EMPTY, roomBeforeRest };
    return { head: all.subarray(0, end), rest: all.subarray(end), roomBeforeRest };
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
