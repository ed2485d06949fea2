// What one worker does right now, asked over the channel; one that is busy is waited for a moment and no longer.
import type { LiveCountsSnapshot } from '../telemetry/live/live-counts.ts';
import { continued } from '../telemetry/live/live-summary.ts';

export class LiveQuestion {
  readonly #send: (id: number, sinceMs: number | undefined) => void;
  readonly #asked = new Map<number, () => void>();
  #nextId = 1;
  #hasEnded = false;
  #latest: LiveCountsSnapshot | undefined;

  /** `send` puts the question under that number: what came since a moment, everything where there is none. */
  constructor(send: (id: number, sinceMs: number | undefined) => void) {
    this.#send = send;
  }

  /** All that it told; undefined before the first. */
  get latest(): LiveCountsSnapshot | undefined {
    return this.#latest;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Resolves when `latest` is new, after that time, or with the end of the worker. */
  async ask(patienceMs: number): Promise<void> {
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, patienceMs);
    this.#asked.set(id, resolve);
    this.#send(id, this.#latest?.atMs);
    await promise;
    clearTimeout(timer);
    this.#asked.delete(id);
  }

  /** `id`: of the question; undefined where it told unasked, and then everything. */
  told(id: number | undefined, counts: LiveCountsSnapshot): void {
    this.#latest = continued(this.#latest, counts);
    if (id !== undefined) this.#asked.get(id)?.();
  }

  /** The worker is gone: nobody waits for it any more. */
  ended(): void {
    this.#hasEnded = true;
    for (const resolve of this.#asked.values()) resolve();
  }
}
