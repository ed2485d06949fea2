// The highest time that was ever noted, kept in the database.
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export class HighestTime {
  readonly #keep: StatementSync;
  #notedMs: number;
  #keptMs: number;

  constructor(database: DatabaseSync) {
    const kept = database.prepare("SELECT value FROM meta WHERE name = 'highest_time_ms'").get();
    this.#keptMs = Number(kept?.['value'] ?? 0);
    this.#notedMs = this.#keptMs;
    this.#keep = database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('highest_time_ms', ?)");
  }

  /** Milliseconds since 1970; 0 where none was ever noted. */
  valueMs(): number {
    return this.#notedMs;
  }

  note(ms: number): void {
    if (ms > this.#notedMs) this.#notedMs = Math.floor(ms);
  }

  /** Within a transaction. */
  keep(): void {
    if (this.#notedMs > this.#keptMs) this.#keep.run(this.#notedMs);
  }

  /** After the transaction. */
  kept(): void {
    this.#keptMs = this.#notedMs;
  }
}
