// The directory with what the gateway keeps of its own. It is one process's: two ledgers in one file would count twice.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StateDirectory } from '../config/gateway-config.ts';

export interface StateFiles {
  /** The path of a file there, or undefined where nothing can be kept. */
  pathOf(name: string): string | undefined;
  /** Lets another process have the directory. May be called again. */
  close(): void;
}

/** For a process that keeps nothing. */
export const NO_STATE: StateFiles = { pathOf: () => undefined, close() {} };

/**
 * Makes the directory and takes it. Where that fails and nobody named the directory, `onUnusable` is told in a sentence and
 * nothing is kept; where somebody did it throws that sentence.
 */
export function openStateFiles(
  { path, isDefault }: StateDirectory,
  onUnusable: (message: string) => void,
): StateFiles {
  let lock: DatabaseSync;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    lock = lockIn(path);
  } catch (error) {
    const message = `stateDirectory ${path} cannot be used: ${reasonOf(error)}`;
    if (!isDefault) throw new Error(`${message}; name another in the config`, { cause: error });
    onUnusable(`${message}; capacity history and ledger are kept in memory and end with the process`);
    return NO_STATE;
  }
  return { pathOf: (name) => join(path, name), close: () => lock.isOpen && lock.close() };
}

/** The system ends the lock with the process, however that ends. */
function lockIn(path: string): DatabaseSync {
  const lock = new DatabaseSync(join(path, 'lock'));
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const { errcode, message } = error as { readonly errcode?: number; readonly message?: string };
  // SQLITE_BUSY: https://www.sqlite.org/rescode.html
  return errcode === 5 ? 'another gateway is using it' : (message ?? String(error));
}
