// The license in SQLite: one row, for it is one thing.
import type { DatabaseSync } from 'node:sqlite';
import type { LicenseState } from './license-state.ts';

export class LicenseTable {
  readonly #database: DatabaseSync;
  readonly #seed: () => LicenseState;

  /** `seed` is what a database without a license starts with. */
  constructor(database: DatabaseSync, seed: () => LicenseState) {
    this.#database = database;
    this.#seed = seed;
    database.exec(
      'CREATE TABLE IF NOT EXISTS license (only INTEGER PRIMARY KEY CHECK (only = 1), state TEXT NOT NULL)',
    );
  }

  get(): LicenseState {
    const row = this.#database.prepare('SELECT state FROM license').get();
    if (row !== undefined) return JSON.parse(String(row['state']), revived) as LicenseState;
    const seeded = this.#seed();
    this.set(seeded);
    return seeded;
  }

  set(state: LicenseState): void {
    this.#database
      .prepare(
        'INSERT INTO license (only, state) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET state = excluded.state',
      )
      .run(JSON.stringify(state, storable));
  }
}

function storable(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function revived(name: string, value: unknown): unknown {
  return name === 'usedBytes' && typeof value === 'string' ? BigInt(value) : value;
}
