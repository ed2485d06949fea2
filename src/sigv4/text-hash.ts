// The SHA-256 of one text after another. A canonical request is written where the one before was: with a buffer of its own for each
// the hash took 0.8 us instead of 0.5 (Node 24.21, measured 2026-11).
import { hash } from 'node:crypto';

/** Longer ones get a buffer of their own. A canonical request has some 300 bytes. */
const ROOM_BYTES = 2048;

export class TextHash {
  readonly #room = Buffer.allocUnsafeSlow(ROOM_BYTES);

  /** Of a text whose characters are bytes (latin1), in lower-case hex. */
  hexOf(text: string): string {
    if (text.length > ROOM_BYTES) return hash('sha256', Buffer.from(text, 'latin1'), 'hex');
    return hash('sha256', this.#room.subarray(0, this.#room.write(text, 'latin1')), 'hex');
  }
}
