// The tables of history: a row a minute for the latest days, a row an hour for the rest, both by series.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { HistoryPoint } from './sample.ts';

export const HISTORY_VERSION = 1;

const POINTS = `(
  series INTEGER NOT NULL, slot INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  capacity INTEGER NOT NULL, available INTEGER NOT NULL, used INTEGER NOT NULL,
  PRIMARY KEY (series, slot)
) STRICT, WITHOUT ROWID`;

/** A slot is the number of the minute or hour since 1970. A series without a name is on its way out. */
export const HISTORY_SCHEMA = `
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, backend TEXT, bucket TEXT,
    -- Hours before this one are in the table of hours.
    rolled INTEGER NOT NULL DEFAULT 0,
    UNIQUE (backend, bucket)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS minutes ${POINTS};
  CREATE TABLE IF NOT EXISTS hours ${POINTS}`;

export type PointTable = 'minutes' | 'hours';

export interface SeriesRow {
  readonly id: bigint;
  readonly backend: string | undefined;
  readonly bucket: string | undefined;
  readonly rolledHour: number;
}

/** SQLite's integers end at 2^63: 8 EiB less one, beyond every store there is. What is larger is kept as that. */
const LARGEST = 2n ** 63n - 1n;
/** So many rows of a series on its way out are taken at a time. */
const LEAVING_ROWS = 500;

/** Half the time of rows as objects: a month is 720 of them. */
const AS_ARRAYS = { readBigInts: true, returnArrays: true } as const;
const COLUMNS = 'at_ms, capacity, available, used';

type PointRow = readonly [atMs: bigint, capacity: bigint, available: bigint, used: bigint];

export class HistoryTables {
  readonly #database: DatabaseSync;
  readonly #put: Readonly<Record<PointTable, StatementSync>>;
  readonly #between: Readonly<Record<PointTable, StatementSync>>;
  readonly #first: Readonly<Record<PointTable, StatementSync>>;
  readonly #last: Readonly<Record<PointTable, StatementSync>>;
  readonly #removeBefore: Readonly<Record<PointTable, StatementSync>>;
  readonly #leave: Readonly<Record<PointTable, StatementSync>>;
  readonly #stepped: StatementSync;
  readonly #rolled: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const each = (sql: (table: PointTable) => string) => ({
      minutes: database.prepare(sql('minutes'), AS_ARRAYS),
      hours: database.prepare(sql('hours'), AS_ARRAYS),
    });
    this.#put = each((table) => `INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?, ?, ?, ?)`);
    this.#between = each(
      (table) => `SELECT ${COLUMNS} FROM ${table} WHERE series = ? AND slot >= ? AND slot < ? ORDER BY slot`,
    );
    this.#first = each((table) => `SELECT min(slot) FROM ${table} WHERE series = ? AND slot >= ?`);
    this.#last = each(
      (table) => `SELECT ${COLUMNS} FROM ${table} WHERE series = ? ORDER BY slot DESC LIMIT 1`,
    );
    this.#removeBefore = each((table) => `DELETE FROM ${table} WHERE series = ? AND slot < ?`);
    this.#leave = each(
      (table) => `DELETE FROM ${table} WHERE series = ?1 AND slot IN
        (SELECT slot FROM ${table} WHERE series = ?1 ORDER BY slot LIMIT ${LEAVING_ROWS})`,
    );
    // Of a group with max() SQLite gives the row that has it: https://www.sqlite.org/lang_select.html#bareagg
    this.#stepped = database.prepare(
      `SELECT max(at_ms) AS at_ms, capacity, available, used FROM (
         SELECT * FROM hours WHERE series = :series AND slot >= :from / 3600000 AND slot <= :to / 3600000
           AND slot < (SELECT coalesce(min(slot) / 60, ${LARGEST}) FROM minutes WHERE series = :series)
         UNION ALL
         SELECT * FROM minutes WHERE series = :series AND slot >= :from / 60000 AND slot <= :to / 60000
       ) WHERE at_ms >= :from AND at_ms < :to GROUP BY (at_ms - :from) / :step ORDER BY at_ms`,
      AS_ARRAYS,
    );
    this.#rolled = database.prepare('UPDATE series SET rolled = ? WHERE id = ?');
  }

  /** All or nothing. */
  transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  allSeries(): readonly SeriesRow[] {
    const statement = this.#database.prepare('SELECT id, backend, bucket, rolled FROM series');
    return statement.all().map(({ id, backend, bucket, rolled }) => ({
      id: BigInt(Number(id)),
      backend: backend === null ? undefined : String(backend),
      bucket: bucket === null ? undefined : String(bucket),
      rolledHour: Number(rolled),
    }));
  }

  addSeries(backend: string, bucket: string): bigint {
    const statement = this.#database.prepare('INSERT INTO series (backend, bucket) VALUES (?, ?)');
    const added = statement.run(backend, bucket);
    return BigInt(added.lastInsertRowid);
  }

  /** From now on the series has no name, and its rows go with `leave`. */
  forgetName(id: bigint): void {
    this.#database.prepare('UPDATE series SET backend = NULL, bucket = NULL WHERE id = ?').run(id);
  }

  /** Takes some rows of a series away, and the series after the last: whether it is gone. */
  leave(id: bigint): boolean {
    for (const table of ['minutes', 'hours'] as const) {
      if (BigInt(this.#leave[table].run(id).changes) > 0n) return false;
    }
    this.#database.prepare('DELETE FROM series WHERE id = ?').run(id);
    return true;
  }

  setRolled(id: bigint, hour: number): void {
    this.#rolled.run(BigInt(hour), id);
  }

  put(table: PointTable, id: bigint, slot: number, point: HistoryPoint): void {
    const { capacityBytes, availableBytes, usedBytes } = point;
    const bytes = [capacityBytes, availableBytes, usedBytes].map((each) => (each > LARGEST ? LARGEST : each));
    this.#put[table].run(id, BigInt(slot), BigInt(point.atMs), ...bytes);
  }

  /** In the order of time; `toSlot` is exclusive. */
  between(table: PointTable, id: bigint, fromSlot: number, toSlot: number): readonly HistoryPoint[] {
    return points(this.#between[table].all(id, BigInt(fromSlot), BigInt(toSlot)));
  }

  /** The first slot that has a row, at or after `fromSlot`. */
  firstSlot(table: PointTable, id: bigint, fromSlot: number): number | undefined {
    const [row] = this.#first[table].all(id, BigInt(fromSlot)) as unknown as readonly [[bigint | null]];
    return row[0] === null ? undefined : Number(row[0]);
  }

  latest(id: bigint): HistoryPoint | undefined {
    return points(this.#last.minutes.all(id))[0] ?? points(this.#last.hours.all(id))[0];
  }

  removeBefore(table: PointTable, id: bigint, slot: number): void {
    this.#removeBefore[table].run(id, BigInt(slot));
  }

  /** The last point of each step that has one; `toMs` is exclusive. */
  stepped(id: bigint, fromMs: number, toMs: number, stepMs: number): readonly HistoryPoint[] {
    // As bigint: a number is bound as a real one, and would be divided as such.
    const [from, to, step] = [BigInt(fromMs), BigInt(toMs), BigInt(stepMs)];
    return points(this.#stepped.all({ series: id, from, to, step }));
  }
}

/** Rows of COLUMNS, as arrays. */
function points(rows: unknown): readonly HistoryPoint[] {
  return (rows as readonly PointRow[]).map(([atMs, capacityBytes, availableBytes, usedBytes]) => ({
    atMs: Number(atMs),
    capacityBytes,
    availableBytes,
    usedBytes,
  }));
}
