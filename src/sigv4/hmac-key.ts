// HMAC-SHA256 (RFC 2104) with one key used many times. Not `createHmac`: that takes 12 µs a call with the key as a Buffer and
// 2 µs as a KeyObject, and leaves an object behind that only a major collection frees; two one-shot hashes take 1 µs and
// leave nothing (Node 24.21, measured 2026-11).
import { hash } from 'node:crypto';
import { Redacted } from '../secret.ts';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
/** Longer texts get a buffer of their own; a string to sign has some 150 bytes. */
const TEXT_BYTES = 512;

/** As secret as the key that it was made from: prints as `[redacted]`. */
export class HmacKey extends Redacted {
  /** The padded key, and room for a text. */
  readonly #inner: Buffer = Buffer.alloc(BLOCK_BYTES + TEXT_BYTES);
  /** The padded key, and room for the inner digest. */
  readonly #outer: Buffer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

  /** A key of any length. */
  constructor(key: Buffer) {
    super();
    const fitting = key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key;
    for (let at = 0; at < BLOCK_BYTES; at++) {
      const byte = fitting[at] ?? 0;
      this.#inner[at] = byte ^ INNER_PAD;
      this.#outer[at] = byte ^ OUTER_PAD;
    }
  }

  static ofText(key: string): HmacKey {
    return new HmacKey(Buffer.from(key, 'utf8'));
  }

  /** The code of a text whose characters are bytes (latin1), in lower-case hex. */
  hexOf(text: string): string {
    this.#takeInnerDigest(text);
    return hash('sha256', this.#outer, 'hex');
  }

  /** The key that is the code of a text. */
  derive(text: string): HmacKey {
    this.#takeInnerDigest(text);
    return new HmacKey(hash('sha256', this.#outer, 'buffer'));
  }

  /** For texts like that one, of its very length. */
  template(text: string): HmacTemplate {
    const message = Buffer.alloc(BLOCK_BYTES + text.length);
    this.#inner.copy(message, 0, 0, BLOCK_BYTES);
    message.write(text, BLOCK_BYTES, 'latin1');
    return new HmacTemplate(message, Buffer.from(this.#outer));
  }

  #takeInnerDigest(text: string): void {
    let message = this.#inner;
    if (text.length > TEXT_BYTES) {
      message = Buffer.alloc(BLOCK_BYTES + text.length);
      this.#inner.copy(message, 0, 0, BLOCK_BYTES);
    }
    message.write(text, BLOCK_BYTES, 'latin1');
    const inner = hash('sha256', message.subarray(0, BLOCK_BYTES + text.length), 'binary');
    this.#outer.write(inner, BLOCK_BYTES, 'latin1');
  }
}

/** A text under a key, of which parts are replaced by others of the same length: what stays the same is written once. */
export class HmacTemplate extends Redacted {
  /** The padded key, and the text. */
  readonly #message: Buffer;
  /** The padded key, and room for the inner digest. */
  readonly #outer: Buffer;

  constructor(message: Buffer, outer: Buffer) {
    super();
    this.#message = message;
    this.#outer = outer;
  }

  /** Replaces what stands at that place of the text; characters are bytes (latin1). */
  put(text: string, at: number): void {
    this.#message.write(text, BLOCK_BYTES + at, 'latin1');
  }

  /** The code of the text as it stands, in lower-case hex. */
  hex(): string {
    this.#outer.write(hash('sha256', this.#message, 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', this.#outer, 'hex');
  }
}
