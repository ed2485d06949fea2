// What all workers do right now. One that ended stays with what it counted until that is too old to be shown.
import type { LiveCountsSnapshot } from '../telemetry/live/live-counts.ts';
import { lasting } from '../telemetry/live/live-summary.ts';
import type { LiveQuestion } from './live-question.ts';

/** Whoever looks waits no longer for a worker that is busy; then what it told before is shown. */
const PATIENCE_MS = 1_000;

export class LiveWorkers {
  readonly #now: () => number;
  #gone: LiveCountsSnapshot | undefined;

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Asks these, all at once, and gives what they and those that are gone told. Never rejects. */
  async ask(workers: readonly LiveQuestion[]): Promise<readonly LiveCountsSnapshot[]> {
    await Promise.all(workers.map((worker) => worker.ask(PATIENCE_MS)));
    const gone = this.#gone;
    // One that ended meanwhile is among those that are gone.
    const living = workers.filter((worker) => !worker.hasEnded);
    return [...living.flatMap(({ latest }) => latest ?? []), ...(gone === undefined ? [] : [gone])];
  }

  /** A worker ended. */
  retire({ latest }: LiveQuestion): void {
    if (latest === undefined) return;
    this.#gone = lasting(this.#gone === undefined ? [latest] : [this.#gone, latest], this.#now());
  }
}
