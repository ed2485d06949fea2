// One run of a costly action serves all who wait for it.

/**
 * Whoever asks gets a run that began after he asked: one that was under way may have looked too early. Runs follow one
 * another, never two at a time.
 */
export class Coalesced<T> {
  readonly #action: () => Promise<T>;
  #running: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(action: () => Promise<T>) {
    this.#action = action;
  }

  get idle(): boolean {
    return this.#running === undefined;
  }

  run(): Promise<T> {
    if (this.#running === undefined) return this.#start();
    const start = (): Promise<T> => this.#start();
    this.#next ??= this.#running.then(start, start);
    return this.#next;
  }

  #start(): Promise<T> {
    this.#next = undefined;
    const run = this.#action();
    this.#running = run;
    const end = (): void => {
      if (this.#running === run && this.#next === undefined) this.#running = undefined;
    };
    run.then(end, end);
    return run;
  }
}
