// The latest changes of one run of a gateway, numbered, for whoever asks for those that it did not hear.
import { type PeerChange, readChange } from './peer-change.ts';

export interface ToldBounds {
  readonly maxChanges: number;
  /** As `sizeOf` counts them. */
  readonly maxBytes: number;
}

/** Numbers begin at 1, without a hole. The oldest give way. */
export class ToldChanges {
  readonly #bounds: ToldBounds;
  /** Null: cannot be told. Those before `#skipped` are gone already. */
  #changes: (PeerChange | null)[] = [];
  #skipped = 0;
  #firstNumber: number;
  #bytes = 0;

  /** `firstNumber`: of the first that comes. */
  constructor(bounds: ToldBounds, firstNumber = 1) {
    this.#bounds = bounds;
    this.#firstNumber = firstNumber;
  }

  /** The number that the next one gets. */
  get next(): number {
    return this.#firstNumber + this.#changes.length - this.#skipped;
  }

  add(change: PeerChange | null): void {
    // What another would not take for a change would cost both the connection.
    const told = change === null || readChange(change) === undefined ? null : change;
    this.#changes.push(told);
    this.#bytes += sizeOf(told);
    const { maxChanges, maxBytes } = this.#bounds;
    while (this.#changes.length - this.#skipped > maxChanges || this.#bytes > maxBytes) this.#drop();
  }

  /** From that number on, or from the oldest that is still here; undefined where there is none. */
  from(number: number, atMost: number) {
    const first = Math.max(number, this.#firstNumber);
    const at = this.#skipped + first - this.#firstNumber;
    const changes = this.#changes.slice(at, at + atMost);
    return changes.length === 0 ? undefined : { first, changes };
  }

  #drop(): void {
    this.#bytes -= sizeOf(this.#changes[this.#skipped] ?? null);
    this.#changes[this.#skipped] = null;
    this.#skipped += 1;
    this.#firstNumber += 1;
    if (this.#skipped < 1_024 || this.#skipped < this.#changes.length / 2) return;
    this.#changes = this.#changes.slice(this.#skipped);
    this.#skipped = 0;
  }
}

/** About what one takes up in memory, in bytes. */
function sizeOf(change: PeerChange | null): number {
  if (change === null) return 8;
  const { change: what } = change;
  const key = 'key' in what ? what.key.length : 0;
  const parts = 'parts' in what ? (what.parts?.length ?? 0) : 0;
  return 400 + 2 * key + 8 * parts;
}
