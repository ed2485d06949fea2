// Deadlines without a timer a socket: every connection says how long it may go on, one sweep asks them all.

/** Something that can be late. */
export interface Timed {
  /** Ends the wait if it has lasted too long. `nowMs` is the same monotonic clock as everywhere in the room. */
  sweep(nowMs: number): void;
}

/** Monotonic milliseconds; a parameter so that tests need not wait. */
export type MonotonicClock = () => number;

/** All that is being waited for, and the timer that looks at it. */
export class Deadlines {
  readonly #timed = new Set<Timed>();
  readonly #now: MonotonicClock;
  readonly #timer: NodeJS.Timeout;

  constructor(now: MonotonicClock, everyMs: number) {
    this.#now = now;
    this.#timer = setInterval(() => this.sweep(), everyMs);
    this.#timer.unref();
  }

  add(timed: Timed): void {
    this.#timed.add(timed);
  }

  remove(timed: Timed): void {
    this.#timed.delete(timed);
  }

  sweep(): void {
    const nowMs = this.#now();
    for (const timed of this.#timed) timed.sweep(nowMs);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timed.clear();
  }
}
