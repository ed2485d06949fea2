// The state of a rehearsal: one SQLite file that a single process has open.
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StartRefusal } from '../start-refusal.ts';

/** Marks the file as ours: "SREH". */
const APPLICATION_ID = 0x53524548;
const VERSION = 1;

const SCHEMA = `
  CREATE TABLE identity (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE sessions (
    id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, job_id TEXT NOT NULL, session_type TEXT NOT NULL,
    created_at INTEGER NOT NULL, ended_at INTEGER, state TEXT NOT NULL, progress INTEGER NOT NULL, result TEXT NOT NULL,
    message TEXT NOT NULL, is_canceled INTEGER NOT NULL, resource_id TEXT, resource_reference TEXT, usn INTEGER NOT NULL,
    initiated_by TEXT NOT NULL
  ) STRICT;
  CREATE INDEX sessions_usn ON sessions (usn);
  CREATE TABLE session_logs (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, status TEXT NOT NULL,
    started_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL
  ) STRICT;
  CREATE INDEX session_logs_session ON session_logs (session_id);
  CREATE TABLE cloud_credentials (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, access_key TEXT NOT NULL, secret_key TEXT NOT NULL,
    description TEXT NOT NULL, unique_id TEXT NOT NULL, changed_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE repositories (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT NOT NULL,
    unique_id TEXT NOT NULL, added_at INTEGER NOT NULL, settings TEXT NOT NULL, is_online INTEGER NOT NULL,
    problem TEXT NOT NULL, is_sosapi INTEGER NOT NULL, model_name TEXT, capacity_bytes TEXT, available_bytes TEXT,
    used_bytes TEXT, capacity_at INTEGER
  ) STRICT;
  CREATE TABLE scale_out_repositories (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT NOT NULL,
    unique_id TEXT NOT NULL, added_at INTEGER NOT NULL, extents TEXT NOT NULL, settings TEXT NOT NULL
  ) STRICT;
`;

/** Throws StartRefusal where it is another program's, of another version, damaged, or open elsewhere. */
export function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(file);
  } catch (error) {
    throw new StartRefusal(`${file} cannot be opened: ${reasonOf(error)}.`, { cause: error });
  }
  try {
    // It holds secret keys of stores; what SQLite keeps beside it gets the same mode.
    chmodSync(file, 0o600);
    prepare(database, file);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof StartRefusal) throw error;
    throw new StartRefusal(`${file} cannot be used: ${explain(error)}.`, { cause: error });
  }
}

function prepare(database: DatabaseSync, file: string): void {
  // The exclusive mode keeps the lock until the end, so that two servers never share a state.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 500; PRAGMA foreign_keys = ON;');
  const applicationId = pragma(database, 'application_id');
  const tables = Number(Object.values(database.prepare('SELECT count(*) FROM sqlite_schema').get() ?? {})[0]);
  if (applicationId !== APPLICATION_ID && tables > 0) {
    throw new StartRefusal(`${file} is a database of another program: use another directory.`);
  }
  if (tables === 0) {
    database.exec(
      `BEGIN EXCLUSIVE; ${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION}; COMMIT;`,
    );
  } else {
    database.exec('BEGIN EXCLUSIVE; COMMIT;');
  }
  const version = pragma(database, 'user_version');
  if (version !== VERSION) {
    throw new StartRefusal(
      `${file} is of version ${version} and this program knows ${VERSION}: use another directory.`,
    );
  }
  // What is lost of the last moment in a power cut is a rehearsal's.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

function explain(error: unknown): string {
  const code = Number((error as { readonly errcode?: unknown }).errcode) & 0xff;
  // SQLITE_BUSY, SQLITE_LOCKED: https://www.sqlite.org/rescode.html
  if (code === 5 || code === 6) return 'another rehearsal has it open';
  return reasonOf(error);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
