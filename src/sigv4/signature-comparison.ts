// The comparison of signatures with the right ones. Both are written where those before were: buffers of their own for each are
// garbage that Node.js counts as memory outside of its heap.
import { timingSafeEqual } from 'node:crypto';

const HEX_DIGITS = 64;

export class SignatureComparison {
  readonly #provided = Buffer.alloc(HEX_DIGITS);
  readonly #expected = Buffer.alloc(HEX_DIGITS);

  /** `expected` has 64 hex digits. Constant time on texts of that length. */
  areEqual(provided: string, expected: string): boolean {
    if (expected.length !== HEX_DIGITS) throw new RangeError('a signature has 64 hex digits');
    if (provided.length !== HEX_DIGITS) return false;
    // In UTF-8 no character passes for another. One that does not fit is not written: then an older one would stand in its place.
    if (this.#provided.write(provided, 'utf8') !== HEX_DIGITS) return false;
    this.#expected.write(expected, 'latin1');
    return timingSafeEqual(this.#provided, this.#expected);
  }
}
