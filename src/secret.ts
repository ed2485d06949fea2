// A secret as a type: it cannot slip into a log, an error, JSON or a template string by accident.
import { createHash, timingSafeEqual } from 'node:crypto';

const REDACTED = '[redacted]';

/** What prints as `[redacted]` wherever it slips into. */
export abstract class Redacted {
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

/** A secret string. Prints as `[redacted]` everywhere; only `reveal()` gives the text. */
export class Secret extends Redacted {
  readonly #text: string;

  constructor(text: string) {
    super();
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
}
