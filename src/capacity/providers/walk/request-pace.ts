// No more than so many requests in a second, over all who ask: each waits for its turn, in the order in which they came.

/** Resolves after `ms`; rejects once `signal` is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export interface RequestPaceOptions {
  readonly requestsPerSecond: number;
  readonly sleep: Sleep;
  /** Ends the pause that is under way; no turn comes after it. */
  readonly closed: AbortSignal;
}

/** A turn comes when the pause after the one before it is over, so there are never two close together after a rest. */
export class RequestPace {
  readonly #pauseMs: number;
  readonly #sleep: Sleep;
  readonly #closed: AbortSignal;
  #next: Promise<void> = Promise.resolve();

  constructor({ requestsPerSecond, sleep, closed }: RequestPaceOptions) {
    this.#pauseMs = Math.ceil(1_000 / requestsPerSecond);
    this.#sleep = sleep;
    this.#closed = closed;
  }

  /** Rejects once the pace is closed. */
  turn(): Promise<void> {
    const mine = this.#next;
    this.#next = mine.then(() => this.#sleep(this.#pauseMs, this.#closed));
    // Whoever takes the next turn hears of it; there may be nobody.
    this.#next.catch(() => {});
    return mine;
  }
}
