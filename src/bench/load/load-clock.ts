// Time that a run has worked, over all its parts: what passed while it was ended does not count.

export class LoadClock {
  readonly #beforeMs: number;
  readonly #startedMs = performance.now();

  constructor(beforeMs: number) {
    this.#beforeMs = beforeMs;
  }

  elapsedMs(): number {
    return this.#beforeMs + performance.now() - this.#startedMs;
  }
}
