// A secret as a type: it cannot slip into a log, an error, JSON or a template string by accident.
import { createHash, timingSafeEqual } from 'node:crypto';

const REDACTED = '[redacted]';

/** A secret string. Prints as `[redacted]` everywhere; only `reveal()` gives the text. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: for signing and for authentication headers, never for output. */
  reveal(): string {
    return this.#text;
  }

  /** Whether both hold the same text; the time taken does not depend on where they differ. */
  equals(other: Secret): boolean {
    const digest = (text: string) => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(this.#text), digest(other.#text));
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
