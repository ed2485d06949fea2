// Reads the capacity of every repository again and again.
import type { RehearsalContext } from '../rehearsal-context.ts';
import { StorageFailure } from '../storage/storage-failure.ts';
import { poll } from './observe-repository.ts';

type Parts = Pick<RehearsalContext, 'clock' | 'repositories' | 'scaleOuts' | 'storage'>;

export class CapacityPoller {
  readonly #parts: Parts;
  readonly #everyMs: number;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();

  /** Does nothing before `start`. */
  constructor(parts: Parts, everyMs: number) {
    this.#parts = parts;
    this.#everyMs = everyMs;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#round = this.#poll().finally(() => {
        if (!this.#abort.signal.aborted) this.start();
      });
    }, this.#everyMs);
  }

  /** Resolves when no look is under way any more. */
  async close(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#round;
  }

  async #poll(): Promise<void> {
    const { repositories, scaleOuts } = this.#parts;
    // An extent in maintenance is out of service: nobody asks it.
    const inService = repositories
      .all()
      .filter(({ id }) => scaleOuts.holding(id)?.extent.isInMaintenance !== true);
    await Promise.all(inService.map((repository) => this.#one(repository.id)));
  }

  async #one(id: string): Promise<void> {
    const repository = this.#parts.repositories.get(id);
    if (repository === undefined) return;
    try {
      await poll(repository, this.#parts, this.#abort.signal);
    } catch (error) {
      if (!(error instanceof StorageFailure) && !this.#abort.signal.aborted) throw error;
    }
  }
}
