// Opens the database file, or makes it, and refuses what is not ours.
import { DatabaseSync } from 'node:sqlite';
import { leaveEmptyLog, refuseMissingLog } from './open-mark.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { isDamaged, isFull, isSqliteError } from './sqlite-failure.ts';

/** The first SQLite in which a checkpoint beside a writer cannot damage the file (sqlite.org/wal.html, "The WAL-Reset Bug"). */
const OLDEST_SQLITE: readonly [number, number, number] = [3, 51, 3];

/** How long another connection may keep the file from being opened. */
const OPEN_TIMEOUT_MS = 10_000;

export interface WritingOptions {
  /** Whether a file that is missing or empty may become a new catalog. */
  readonly mayBeNew: boolean;
  /** Written into a new catalog, and what another must have; undefined where neither is asked for. */
  readonly storeId: string | undefined;
}

/** The one writing connection. Throws an Error of one sentence where the file cannot be used, or must not be made. */
export function openForWriting(file: string, { mayBeNew, storeId }: WritingOptions): DatabaseSync {
  return opened(file, { readOnly: false }, (database) => {
    // A file that was just made, or that a crash left before its tables were there, is empty.
    const isNew = numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
    if (!isNew) {
      checkOurs(database, file);
      if (storeId !== undefined) checkStore(database, file, storeId);
    } else if (!mayBeNew) {
      throw new Error(`the catalog ${file} is empty, but the store is not new; put the right one back`);
    }
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA journal_size_limit = 67108864;
      PRAGMA cache_size = -32768;
      PRAGMA temp_store = MEMORY;
      PRAGMA trusted_schema = OFF;`);
    if (isNew) makeTables(database, storeId);
  });
}

/** A connection that changes nothing; also beside a store that runs. */
export function openForReading(file: string): DatabaseSync {
  return opened(file, { readOnly: true }, (database) => {
    checkOurs(database, file);
    database.exec('PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;');
  });
}

function opened(
  file: string,
  options: { readonly readOnly: boolean },
  prepare: (database: DatabaseSync) => void,
): DatabaseSync {
  refuseMissingLog(file);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { ...options, timeout: OPEN_TIMEOUT_MS, defensive: true });
    checkSqlite(database);
    prepare(database);
    return database;
  } catch (error) {
    database?.close();
    if (!options.readOnly) leaveEmptyLog(file);
    if (!isSqliteError(error)) throw error;
    throw new Error(`the catalog ${file} ${whyNotOpened(error)}`, { cause: error });
  }
}

function makeTables(database: DatabaseSync, storeId: string | undefined): void {
  database.exec(`BEGIN IMMEDIATE; ${SCHEMA}`);
  if (storeId !== undefined) {
    database.prepare("INSERT INTO meta (name, value) VALUES ('store', ?)").run(storeId);
  }
  database.exec('COMMIT');
}

function whyNotOpened(error: Error): string {
  if (isDamaged(error)) {
    return `is damaged or no database (${error.message}); restore it from a backup of the whole data directory`;
  }
  if (isFull(error)) return 'cannot be opened because its disk is full; make room';
  return `cannot be opened (${error.message}); check that the disk works and that the file may be read and written`;
}

function checkSqlite(database: DatabaseSync): void {
  const version = String(database.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  const numbers = version.split('.').map(Number);
  const at = OLDEST_SQLITE.findIndex((oldest, index) => oldest !== numbers[index]);
  if (at >= 0 && (numbers[at] ?? 0) < (OLDEST_SQLITE[at] ?? 0)) {
    throw new Error(
      `this Node.js brings SQLite ${version}, which can damage a database; use one with SQLite ${OLDEST_SQLITE.join('.')} or newer`,
    );
  }
}

function checkStore(database: DatabaseSync, file: string, storeId: string): void {
  const theirs = database.prepare("SELECT value FROM meta WHERE name = 'store'").get()?.['value'];
  if (theirs === storeId) return;
  throw new Error(
    `the catalog ${file} belongs to another store (${theirs ?? 'without an id'}) than the objects beside it (${storeId}); put the right one back`,
  );
}

function checkOurs(database: DatabaseSync, file: string): void {
  if (numberOf(database, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw new Error(
      `${file} is a database of another program; point the store to a data directory of its own`,
    );
  }
  const version = numberOf(database, 'PRAGMA user_version');
  if (version !== SCHEMA_VERSION) {
    throw new Error(
      `the catalog ${file} has schema version ${version} and this program knows ${SCHEMA_VERSION}; use the program that wrote it`,
    );
  }
}

function numberOf(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
}
