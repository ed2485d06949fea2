// A file that one process at a time holds: the system ends the lock with the process, however that ends.
import { DatabaseSync } from 'node:sqlite';

/** Held until it is closed. Throws at once where another process holds it: see `isHeldByAnother`. */
export function takeLock(file: string): DatabaseSync {
  const lock = new DatabaseSync(file);
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** SQLITE_BUSY: https://www.sqlite.org/rescode.html */
export function isHeldByAnother(error: unknown): boolean {
  return (error as { readonly errcode?: number }).errcode === 5;
}
