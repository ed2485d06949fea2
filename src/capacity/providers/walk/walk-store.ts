// The counts of a source: in memory, and in SQLite so that they outlive the process.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openStateDatabase } from '../../state-database.ts';
import type { Marker } from './listing-page.ts';
import type { FinishedWalk, WalkPhase, WalkState } from './walk-state.ts';

const VERSION = 1;
// Sums as text: they may be more than the 63 bits of an integer here. Markers as JSON: a key may hold any character.
const SCHEMA = `
CREATE TABLE IF NOT EXISTS unfinished_walk (
  bucket TEXT PRIMARY KEY, scope TEXT NOT NULL, phase TEXT NOT NULL, marker TEXT,
  bytes TEXT NOT NULL, objects INTEGER NOT NULL, pages INTEGER NOT NULL,
  started_ms REAL NOT NULL, moved_ms REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS finished_walk (
  bucket TEXT PRIMARY KEY, scope TEXT NOT NULL, bytes TEXT NOT NULL, objects INTEGER NOT NULL, pages INTEGER NOT NULL,
  uploads TEXT NOT NULL, started_ms REAL NOT NULL, ended_ms REAL NOT NULL
) STRICT`;

export interface WalkStoreOptions {
  readonly path: string | undefined;
  /** What is counted and where: rows of another scope are other numbers and are dropped. */
  readonly scope: string;
  /** Told in a sentence that the file was set aside, or cannot be written: then a restart begins anew. */
  onTrouble(message: string): void;
}

export class WalkStore {
  readonly #database: DatabaseSync;
  readonly #path: string | undefined;
  readonly #scope: string;
  readonly #onTrouble: (message: string) => void;
  readonly #unfinished = new Map<string, WalkState>();
  readonly #finished = new Map<string, FinishedWalk>();
  readonly #saveUnfinished: StatementSync;
  readonly #saveFinished: StatementSync;
  readonly #dropUnfinished: StatementSync;
  readonly #dropFinished: StatementSync;
  #isWriting = true;

  /** Throws with a sentence where the file can neither be opened nor replaced. */
  constructor({ path, scope, onTrouble }: WalkStoreOptions) {
    this.#path = path;
    this.#scope = scope;
    this.#onTrouble = onTrouble;
    const database = openStateDatabase({ path, schema: SCHEMA, version: VERSION, onSetAside: onTrouble });
    this.#database = database;
    for (const table of ['unfinished_walk', 'finished_walk']) {
      database.prepare(`DELETE FROM ${table} WHERE scope <> ?`).run(scope);
    }
    try {
      this.#read();
    } catch (error) {
      // Not as this program wrote it; all of it can be counted anew.
      database.exec('DELETE FROM unfinished_walk; DELETE FROM finished_walk');
      this.#unfinished.clear();
      this.#finished.clear();
      onTrouble(
        `the counts of buckets in ${path ?? 'memory'} made no sense (${String(error)}): they begin anew`,
      );
    }
    this.#saveUnfinished = database.prepare(
      'INSERT OR REPLACE INTO unfinished_walk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#saveFinished = database.prepare(
      'INSERT OR REPLACE INTO finished_walk VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#dropUnfinished = database.prepare('DELETE FROM unfinished_walk WHERE bucket = ?');
    this.#dropFinished = database.prepare('DELETE FROM finished_walk WHERE bucket = ?');
  }

  #read(): void {
    for (const row of this.#database.prepare('SELECT * FROM unfinished_walk').all()) {
      this.#unfinished.set(String(row['bucket']), unfinishedOf(row));
    }
    for (const row of this.#database.prepare('SELECT * FROM finished_walk').all()) {
      this.#finished.set(String(row['bucket']), finishedOf(row));
    }
  }

  get buckets(): readonly string[] {
    return [...new Set([...this.#unfinished.keys(), ...this.#finished.keys()])];
  }

  unfinished(bucket: string): WalkState | undefined {
    return this.#unfinished.get(bucket);
  }

  finished(bucket: string): FinishedWalk | undefined {
    return this.#finished.get(bucket);
  }

  keepUnfinished(bucket: string, state: WalkState): void {
    this.#unfinished.set(bucket, state);
    const { phase, marker, bytes, objects, pages, startedAtMs, movedAtMs } = state;
    const place = marker === undefined ? null : JSON.stringify(marker);
    this.#write(() => {
      const found = [String(bytes), objects, pages, startedAtMs, movedAtMs];
      this.#saveUnfinished.run(bucket, this.#scope, phase, place, ...found);
    });
  }

  /** In place of the one under way. */
  keepFinished(bucket: string, walk: FinishedWalk): void {
    this.#unfinished.delete(bucket);
    this.#finished.set(bucket, walk);
    const { bytes, objects, pages, uploads, startedAtMs, endedAtMs } = walk;
    this.#write(() => {
      const found = [String(bytes), objects, pages, uploads, startedAtMs, endedAtMs];
      this.#saveFinished.run(bucket, this.#scope, ...found);
      this.#dropUnfinished.run(bucket);
    });
  }

  /** The bucket is gone. */
  drop(bucket: string): void {
    this.#unfinished.delete(bucket);
    this.#finished.delete(bucket);
    this.#write(() => {
      this.#dropUnfinished.run(bucket);
      this.#dropFinished.run(bucket);
    });
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** All of it or nothing. A file that cannot be written costs a new count after a restart, not the numbers. */
  #write(change: () => void): void {
    if (!this.#database.isOpen) return;
    try {
      this.#database.exec('BEGIN');
      try {
        change();
        this.#database.exec('COMMIT');
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
      this.#isWriting = true;
    } catch (error) {
      if (this.#isWriting) {
        const why = error instanceof Error ? error.message : String(error);
        this.#onTrouble(`counts of buckets cannot be kept in ${this.#path ?? 'memory'} (${why})`);
      }
      this.#isWriting = false;
    }
  }
}

type Row = Readonly<Record<string, unknown>>;

function unfinishedOf(row: Row): WalkState {
  const marker = row['marker'];
  return {
    phase: String(row['phase']) as WalkPhase,
    ...(typeof marker === 'string' ? { marker: JSON.parse(marker) as Marker } : {}),
    bytes: BigInt(String(row['bytes'])),
    objects: Number(row['objects']),
    pages: Number(row['pages']),
    startedAtMs: Number(row['started_ms']),
    movedAtMs: Number(row['moved_ms']),
  };
}

function finishedOf(row: Row): FinishedWalk {
  return {
    bytes: BigInt(String(row['bytes'])),
    objects: Number(row['objects']),
    pages: Number(row['pages']),
    uploads: row['uploads'] === 'counted' ? 'counted' : 'not-counted',
    startedAtMs: Number(row['started_ms']),
    endedAtMs: Number(row['ended_ms']),
  };
}
