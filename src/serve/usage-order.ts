// What several workers tell of the same buckets, put in the order it happened: a part that one of them wrote stands before the
// end of its upload at another, whichever of the two is told first.

export interface UsageTeller {
  /** Is to say at once what it has, and until when that is all. */
  askUsage(): void;
}

interface Timed {
  /** By the wall clock, milliseconds since 1970. */
  readonly atMs: number;
}

export interface UsageOrderOptions<Change extends Timed> {
  /** In order of time, never with nothing. */
  readonly hand: (changes: readonly Change[]) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

interface Held<Change> {
  readonly change: Change;
  readonly arrivedMs: number;
}

interface Settling {
  /** Of the newest change that it waits for. */
  readonly newestMs: number;
  readonly resolve: () => void;
}

/** Those who have nothing to tell say so only when they are asked. */
const ASK_AFTER_MS = 50;
/** Longer than this nobody is waited for: one is stuck, or the wall clock was set back. */
const PATIENCE_MS = 1_000;

/** A change is held until each teller has told all that happened up to it. */
export class UsageOrder<Change extends Timed> {
  readonly #options: UsageOrderOptions<Change>;
  /** The moment up to which each has told everything. */
  readonly #toldUntilMs = new Map<UsageTeller, number>();
  readonly #settling = new Set<Settling>();
  #held: Held<Change>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UsageOrderOptions<Change>) {
    this.#options = options;
  }

  /** From now on it is waited for. */
  joined(teller: UsageTeller, atMs: number): void {
    this.#toldUntilMs.set(teller, atMs);
  }

  /** It will tell nothing more. */
  left(teller: UsageTeller): void {
    this.#toldUntilMs.delete(teller);
    this.#handOn();
  }

  /** `untilMs`: of what happened up to then, by the wall clock, nothing else is to come. */
  told(teller: UsageTeller, changes: readonly Change[], untilMs: number): void {
    const arrivedMs = this.#options.now();
    for (const change of changes) this.#held.push({ change, arrivedMs });
    if (this.#toldUntilMs.has(teller)) this.#toldUntilMs.set(teller, untilMs);
    this.#handOn();
  }

  /** Resolves when all that was told by now was handed on, however much is told meanwhile. */
  async settle(): Promise<void> {
    if (this.#held.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settling.add({ newestMs: this.#newestMs(), resolve });
    this.#ask();
    await promise;
  }

  /** Resolves when all that happened by that moment was told and handed on, or somebody was waited for long enough. */
  async caughtUp(atMs: number): Promise<void> {
    if (this.#allToldMs() >= atMs) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const settling = { newestMs: atMs, resolve };
    this.#settling.add(settling);
    const timer = setTimeout(() => {
      this.#settling.delete(settling);
      resolve();
    }, PATIENCE_MS).unref();
    for (const [teller, untilMs] of this.#toldUntilMs) if (untilMs < atMs) teller.askUsage();
    await promise;
    clearTimeout(timer);
  }

  #handOn(): void {
    const untilMs = Math.max(this.#allToldMs(), this.#expiredMs());
    const ready: Change[] = [];
    const held: Held<Change>[] = [];
    for (const one of this.#held) {
      if (one.change.atMs <= untilMs) ready.push(one.change);
      else held.push(one);
    }
    this.#held = held;
    if (ready.length > 0) this.#options.hand(ready.sort((one, other) => one.atMs - other.atMs));
    for (const settling of this.#settling) {
      if (settling.newestMs > untilMs) continue;
      this.#settling.delete(settling);
      settling.resolve();
    }
    if (held.length > 0) {
      this.#timer ??= setTimeout(() => this.#wake(), ASK_AFTER_MS).unref();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wake(): void {
    this.#timer = undefined;
    this.#ask();
    this.#handOn();
  }

  #ask(): void {
    const newestMs = this.#newestMs();
    for (const [teller, untilMs] of this.#toldUntilMs) if (untilMs < newestMs) teller.askUsage();
  }

  #newestMs(): number {
    return this.#held.reduce((newest, { change }) => Math.max(newest, change.atMs), 0);
  }

  #allToldMs(): number {
    return Math.min(...this.#toldUntilMs.values());
  }

  /** Up to the newest change that has waited too long. */
  #expiredMs(): number {
    const lastMs = this.#options.now() - PATIENCE_MS;
    let newestMs = Number.NEGATIVE_INFINITY;
    for (const { change, arrivedMs } of this.#held) {
      if (arrivedMs <= lastMs && change.atMs > newestMs) newestMs = change.atMs;
    }
    return newestMs;
  }
}
