// Gives a file another name that is free. `rename` alone would replace what has that name, which may be somebody's last copy.
import { link, lstat, rename, unlink } from 'node:fs/promises';
import { errorCode } from './disk-error.ts';

/** What file systems without hard links say (link(2); some drivers in user space say ENOSYS). */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS']);

export interface NamesOfFiles {
  link(from: string, to: string): Promise<void>;
}

/**
 * Rejects with code EEXIST where the name is taken; then both files stay as they were. Durable when the directories are
 * synced.
 */
export async function moveFile(from: string, to: string, names: NamesOfFiles = { link }): Promise<void> {
  try {
    await names.link(from, to);
  } catch (error) {
    if (!NO_LINKS.has(errorCode(error) ?? '')) throw error;
    await refuseTaken(to);
    await rename(from, to);
    return;
  }
  try {
    await unlink(from);
  } catch (error) {
    // Somebody took the old name away: the file has its new one.
    if (errorCode(error) === 'ENOENT') return;
    await unlink(to);
    throw error;
  }
}

async function refuseTaken(path: string): Promise<void> {
  try {
    await lstat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  throw Object.assign(new Error(`EEXIST: file already exists, rename to '${path}'`), { code: 'EEXIST' });
}
