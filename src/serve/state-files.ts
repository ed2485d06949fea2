// The directory with what the gateway keeps of its own. It is one process's: two ledgers in one file would count twice.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { StateDirectory } from '../config/gateway-config.ts';
import { isHeldByAnother, takeLock } from './exclusive-lock.ts';

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
    lock = takeLock(join(path, 'lock'));
  } catch (error) {
    const message = `stateDirectory ${path} cannot be used: ${reasonOf(error)}`;
    if (!isDefault) throw new Error(`${message}; name another in the config`, { cause: error });
    onUnusable(`${message}; capacity history and ledger are kept in memory and end with the process`);
    return NO_STATE;
  }
  return { pathOf: (name) => join(path, name), close: () => lock.isOpen && lock.close() };
}

function reasonOf(error: unknown): string {
  if (isHeldByAnother(error)) return 'another gateway is using it';
  return (error as { readonly message?: string }).message ?? String(error);
}
