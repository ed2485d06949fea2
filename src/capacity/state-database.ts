// A small SQLite file of the capacity room. All in it can be measured or counted anew, so a broken one is set aside.
import { renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

export interface StateDatabaseOptions {
  /** Its file, or undefined for one in memory that ends with the process. */
  readonly path: string | undefined;
  /** Creates what is not there: `CREATE TABLE IF NOT EXISTS …`. */
  readonly schema: string;
  /** Raised when the schema changes: a file of another version is set aside. */
  readonly version: number;
  /** Told in one sentence what was set aside and why. */
  onSetAside(message: string): void;
}

/**
 * Throws with a sentence where the file can neither be opened nor replaced. Its owner closes it. That no other process has
 * the file open is for the owner of its directory to see to.
 */
export function openStateDatabase(options: StateDatabaseOptions): DatabaseSync {
  const { path, onSetAside } = options;
  if (path === undefined) return open(options);
  try {
    return open(options);
  } catch (error) {
    const aside = asideOf(path, error);
    if (aside === undefined)
      throw new Error(`${path} cannot be opened: ${reasonOf(error)}`, { cause: error });
    try {
      moveAside(path, aside);
      const anew = open(options);
      onSetAside(`${path} cannot be used (${reasonOf(error)}): it is ${aside} now, and a new one was begun`);
      return anew;
    } catch (cause) {
      throw new Error(`${path} cannot be used (${reasonOf(error)}), nor replaced: ${reasonOf(cause)}`, {
        cause,
      });
    }
  }
}

function open({ path, schema, version }: StateDatabaseOptions): DatabaseSync {
  const database = new DatabaseSync(path ?? ':memory:');
  try {
    // What is lost of the last moment in a power cut is measured again.
    database.exec('PRAGMA busy_timeout = 1000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const found = Number(askPragma(database, 'PRAGMA user_version'));
    if (found !== 0 && found !== version) throw new OtherVersionError(found, version);
    const check = askPragma(database, 'PRAGMA quick_check(1)');
    if (check !== 'ok') throw new DamagedError(String(check));
    database.exec(`BEGIN; ${schema}; PRAGMA user_version = ${version}; COMMIT;`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** With what SQLite keeps beside it, which it would take for that of the new file. */
function moveAside(path: string, aside: string): void {
  for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  renameSync(path, aside);
}

function askPragma(database: DatabaseSync, pragma: string): unknown {
  return Object.values(database.prepare(pragma).get() ?? {})[0];
}

class DamagedError extends Error {
  override readonly name = 'DamagedError';
}

class OtherVersionError extends Error {
  override readonly name = 'OtherVersionError';
  readonly found: number;

  constructor(found: number, wanted: number) {
    super(`it is of version ${found}, not ${wanted}`);
    this.found = found;
  }
}

/** Where such a file goes; undefined for what no other file would mend. A downgrade and the way back lose nothing. */
function asideOf(path: string, error: unknown): string | undefined {
  if (error instanceof OtherVersionError) return `${path}.version-${error.found}`;
  const code = (error as { readonly errcode?: unknown }).errcode;
  // SQLITE_CORRUPT and SQLITE_NOTADB: https://www.sqlite.org/rescode.html
  const isDamaged = typeof code === 'number' && [11, 26].includes(code & 0xff);
  return isDamaged || error instanceof DamagedError ? `${path}.broken` : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
