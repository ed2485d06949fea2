// Files among the bodies that the database does not know.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileReads } from '../database/catalog.ts';
import { errorCode } from '../files/disk-error.ts';
import { directoryOf, numberOfName } from '../files/file-paths.ts';

/**
 * Those that were last written before `beforeMs` (milliseconds since 1970): a newer one may belong to an upload that is just
 * being committed.
 */
export async function* unknownFiles(
  objects: string,
  files: Pick<FileReads, 'has'>,
  beforeMs: number,
): AsyncGenerator<{ readonly path: string; readonly bytes: number }, void, void> {
  for (const directory of await namesIn(objects)) {
    const number = numberOfName(directory.name);
    const path = join(objects, directory.name);
    if (number === undefined || !directory.isDirectory()) {
      yield* oldFile(path, beforeMs);
      continue;
    }
    for (const file of await namesIn(path)) {
      const id = numberOfName(file.name);
      const isOurs = id !== undefined && directoryOf(id) === number && file.isFile();
      if (isOurs && files.has(id)) continue;
      yield* oldFile(join(path, file.name), beforeMs);
    }
  }
}

async function namesIn(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    // A directory that got empty is removed while the store runs.
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function* oldFile(path: string, beforeMs: number) {
  try {
    const { mtimeMs, size } = await stat(path);
    if (mtimeMs < beforeMs) yield { path, bytes: size };
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
