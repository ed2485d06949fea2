// The lock of a data directory: two stores on one directory would destroy it. A lock of SQLite's, so that it holds against
// other processes and ends with the process, however that ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export const LOCK_FILE = 'lock';
/** Says who holds the lock. Not the lock file itself: to open and close that would end the lock (POSIX, fcntl). */
export const HOLDER_FILE = 'holder';

const SQLITE_BUSY = 5;

export type LockOutcome =
  | { readonly kind: 'taken'; release(): void }
  | { readonly kind: 'held'; readonly pid: number | undefined };

/** Takes the lock of a directory, or says who has it. Throws what the disk or SQLite says otherwise. */
export function lockDirectory(path: string): LockOutcome {
  const database = new DatabaseSync(join(path, LOCK_FILE), { timeout: 0 });
  try {
    // Nothing is ever written to it, so it needs no journal beside it.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    writeHolder(path);
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && isBusy(error.errcode)) {
      return { kind: 'held', pid: readHolder(path) };
    }
    throw error;
  }
  return { kind: 'taken', release: () => database.close() };
}

/** Extended result codes carry the plain one in their low byte. */
function isBusy(code: unknown): boolean {
  return typeof code === 'number' && (code & 0xff) === SQLITE_BUSY;
}

/** Only for a message to others: a full disk must not keep the store from starting. */
function writeHolder(path: string): void {
  try {
    writeFileSync(join(path, HOLDER_FILE), `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

function readHolder(path: string): number | undefined {
  try {
    const text = readFileSync(join(path, HOLDER_FILE), 'latin1');
    return /^[1-9][0-9]{0,9}\n$/.test(text) ? Number.parseInt(text, 10) : undefined;
  } catch {
    return undefined;
  }
}
