// The ledger on disk: written in one transaction at a time, and only what changed; read whole at the start.
import { renameSync, rmSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openStateDatabase } from '../state-database.ts';
import type { SavedBackend } from './backend-ledger.ts';
import type { Bin } from './bin.ts';
import type { SavedSize } from './known-sizes.ts';
import type { LedgerWriter } from './ledger-writer.ts';
import type { SavedUpload } from './unfinished-uploads.ts';

const VERSION = 1;

/** Beside `next_id` in the table of counters. */
const MARK = 'mark ';

const TABLES = ['counters', 'backends', 'buckets', 'bins', 'sizes', 'uploads', 'parts'] as const;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS backends (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, next_size INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS buckets (
  id INTEGER PRIMARY KEY, backend INTEGER NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS bins (
  log INTEGER NOT NULL, first_ms REAL NOT NULL, last_ms REAL NOT NULL, changes INTEGER NOT NULL,
  is_unknown INTEGER NOT NULL,
  counted_net INTEGER NOT NULL, counted_low INTEGER NOT NULL, counted_high INTEGER NOT NULL,
  not_counted_net INTEGER NOT NULL, not_counted_low INTEGER NOT NULL, not_counted_high INTEGER NOT NULL,
  PRIMARY KEY (log, first_ms)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sizes (
  backend INTEGER NOT NULL, written INTEGER NOT NULL, hash INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (backend, written)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS uploads (
  id INTEGER PRIMARY KEY, backend INTEGER NOT NULL, bucket INTEGER NOT NULL, upload_id TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS parts (
  upload INTEGER NOT NULL, number INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID`;

export interface LedgerFileOptions {
  readonly path: string;
  onSetAside(message: string): void;
}

/** What the file held: ready to be gone through once, before anything is written. */
export interface SavedLedger {
  readonly nextId: number;
  readonly marks: Iterable<readonly [name: string, value: number]>;
  readonly backends: readonly SavedBackend[];
}

type Row = Readonly<Record<string, unknown>>;

export class LedgerFile {
  readonly #options: LedgerFileOptions;
  #database: DatabaseSync;
  #writer: LedgerWriter;

  /** Throws with a sentence where the file can neither be opened nor replaced. */
  constructor(options: LedgerFileOptions) {
    this.#options = options;
    this.#database = this.#open();
    this.#writer = createWriter(this.#database);
  }

  /** Gives what `read` makes of the file. One that cannot be read is set aside, and `read` gets an empty one. */
  load<T>(read: (saved: SavedLedger) => T): T {
    try {
      return read(savedLedger(this.#database));
    } catch (error) {
      this.#setAside(error);
      return read(savedLedger(this.#database));
    }
  }

  /** Throws where it could not be written; nothing of it is then. `isWhole`: all that was there before goes. */
  write(nextId: number, isWhole: boolean, save: (writer: LedgerWriter) => void): void {
    const database = this.#database;
    database.exec('BEGIN IMMEDIATE');
    try {
      if (isWhole) for (const table of TABLES) database.exec(`DELETE FROM ${table}`);
      database.prepare("INSERT OR REPLACE INTO counters VALUES ('next_id', ?)").run(nextId);
      save(this.#writer);
      database.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back by itself after some errors, as that of a full disk.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  #open(): DatabaseSync {
    const { path, onSetAside } = this.#options;
    return openStateDatabase({ path, schema: SCHEMA, version: VERSION, onSetAside });
  }

  #setAside(error: unknown): void {
    const { path, onSetAside } = this.#options;
    this.#database.close();
    const aside = `${path}.broken`;
    renameSync(path, aside);
    for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    onSetAside(`${path} cannot be read (${reason}): it is ${aside} now, and a new one was begun`);
    this.#database = this.#open();
    this.#writer = createWriter(this.#database);
  }
}

function savedLedger(database: DatabaseSync): SavedLedger {
  const binsOf = database.prepare('SELECT * FROM bins WHERE log = ? ORDER BY first_ms');
  const bins = (logId: number): readonly Bin[] => binsOf.all(logId).map(binFromRow);
  const [counter] = database.prepare("SELECT value FROM counters WHERE name = 'next_id'").all();
  const marks = database
    .prepare('SELECT * FROM counters WHERE name GLOB ? ORDER BY name')
    .all(`${MARK}*`)
    .map((row) => [textIn(row, 'name').slice(MARK.length), numberIn(row, 'value')] as const);
  const backends = database
    .prepare('SELECT * FROM backends ORDER BY id')
    .all()
    .map((row) => {
      const id = numberIn(row, 'id');
      return {
        id,
        name: textIn(row, 'name'),
        nextSize: numberIn(row, 'next_size'),
        bins: bins(id),
        sizes: sizesOf(database, id),
        uploads: uploadsOf(database, id),
        buckets: database
          .prepare('SELECT * FROM buckets WHERE backend = ?')
          .all(id)
          .map((bucket) => ({
            id: numberIn(bucket, 'id'),
            name: textIn(bucket, 'name'),
            state: textIn(bucket, 'state'),
            bins: bins(numberIn(bucket, 'id')),
          })),
      };
    });
  return { nextId: counter === undefined ? 1 : numberIn(counter, 'value'), marks, backends };
}

function* sizesOf(database: DatabaseSync, backendId: number): Generator<SavedSize> {
  const query = database.prepare('SELECT written, hash, bytes FROM sizes WHERE backend = ? ORDER BY written');
  query.setReadBigInts(true);
  for (const row of query.iterate(backendId)) {
    const { written, hash, bytes } = row;
    if (typeof hash !== 'bigint') throw new Error('a size has no hash');
    yield { written: Number(written), hash, bytes: Number(bytes) };
  }
}

function* uploadsOf(database: DatabaseSync, backendId: number): Generator<SavedUpload> {
  const partsOf = database.prepare('SELECT number, bytes FROM parts WHERE upload = ?');
  for (const row of database.prepare('SELECT * FROM uploads WHERE backend = ? ORDER BY id').all(backendId)) {
    const id = numberIn(row, 'id');
    yield {
      id,
      bucketId: numberIn(row, 'bucket'),
      uploadId: textIn(row, 'upload_id'),
      parts: partsOf.all(id).map((part) => [numberIn(part, 'number'), numberIn(part, 'bytes')] as const),
    };
  }
}

function binFromRow(row: Row): Bin {
  return {
    firstMs: numberIn(row, 'first_ms'),
    lastMs: numberIn(row, 'last_ms'),
    changes: numberIn(row, 'changes'),
    isUnknown: numberIn(row, 'is_unknown') !== 0,
    counted: sumFromRow(row, 'counted'),
    notCounted: sumFromRow(row, 'not_counted'),
  };
}

function sumFromRow(row: Row, name: string) {
  return {
    net: numberIn(row, `${name}_net`),
    low: numberIn(row, `${name}_low`),
    high: numberIn(row, `${name}_high`),
  };
}

function numberIn(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new Error(`${column} is not a number`);
  return value;
}

function textIn(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`${column} is not a text`);
  return value;
}

function createWriter(database: DatabaseSync): LedgerWriter {
  const put = (table: string, columns: number): StatementSync =>
    database.prepare(`INSERT OR REPLACE INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`);
  const drop = (table: string, where: string): StatementSync =>
    database.prepare(`DELETE FROM ${table} WHERE ${where}`);
  const [backend, bucket, bin, size] = [
    put('backends', 3),
    put('buckets', 4),
    put('bins', 11),
    put('sizes', 4),
  ];
  const [upload, part] = [put('uploads', 4), put('parts', 3)];
  const [noBucket, noBins] = [drop('buckets', 'id = ?'), drop('bins', 'log = ?')];
  const [noBin, noSize] = [
    drop('bins', 'log = ? AND first_ms = ?'),
    drop('sizes', 'backend = ? AND written = ?'),
  ];
  const noSizes = drop('sizes', 'backend = ? AND written < ?');
  const [noUpload, noParts] = [drop('uploads', 'id = ?'), drop('parts', 'upload = ?')];
  const [mark, noMarks] = [put('counters', 2), drop('counters', 'name GLOB ?')];
  return {
    backend: (id, name, nextSize) => void backend.run(id, name, nextSize),
    bucket: (id, backendId, name, state) => void bucket.run(id, backendId, name, state),
    removeBucket(id) {
      noBucket.run(id);
      noBins.run(id);
    },
    bin(logId, { firstMs, lastMs, changes, isUnknown, counted, notCounted }) {
      const { net, low, high } = notCounted;
      const known = [counted.net, counted.low, counted.high, net, low, high];
      bin.run(logId, firstMs, lastMs, changes, isUnknown ? 1 : 0, ...known);
    },
    removeBin: (logId, firstMs) => void noBin.run(logId, firstMs),
    size: (backendId, written, hash, bytes) => void size.run(backendId, written, hash, bytes),
    removeSize: (backendId, written) => void noSize.run(backendId, written),
    removeSizesBefore: (backendId, written) => void noSizes.run(backendId, written),
    upload: (id, backendId, bucketId, uploadId) => void upload.run(id, backendId, bucketId, uploadId),
    part: (id, partNumber, bytes) => void part.run(id, partNumber, bytes),
    removeUpload(id) {
      noUpload.run(id);
      noParts.run(id);
    },
    marks(marks) {
      noMarks.run(`${MARK}*`);
      for (const [name, value] of marks) mark.run(`${MARK}${name}`, value);
    },
  };
}
