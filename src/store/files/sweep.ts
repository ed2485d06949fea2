// Clears up at the start what an end without warning left: bodies that were not whole, and files that were in their place but
// whose version was never committed.
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileReads } from '../database/catalog.ts';
import { concurrently } from './concurrently.ts';
import type { DataPaths } from './data-directory.ts';
import { errorCode, type OnLog } from './disk-error.ts';
import { FileIds } from './file-ids.ts';
import { directoryOf, directoryPath, FILES_PER_DIRECTORY, filePath, numberOfName } from './file-paths.ts';
import { syncDirectory } from './group-sync.ts';

const AT_ONCE = 8;
/** Directories below the highest known file's that are looked through: room for as many uploads under way as three hold. */
const DIRECTORIES_BELOW = 3;
/**
 * More unknown files than uploads can have been under way are not left-overs: then the database is older than the files, and
 * they may be somebody's last copy.
 */
const MOST_LEFT_OVERS = DIRECTORIES_BELOW * FILES_PER_DIRECTORY;

/** Sweeps, and gives the numbers for new files: above all that the database or the disk knows. Before anything is served. */
export async function sweep(directory: DataPaths, files: FileReads, onLog: OnLog): Promise<FileIds> {
  await emptyTmp(directory, onLog);
  const known = files.highestId();
  const { highest, unknown } = await findUnknown(directory, files, known);
  if (unknown.length > MOST_LEFT_OVERS) {
    onLog(
      'error',
      `${unknown.length} files in ${directory.objects} are unknown to the database, which is more than an interrupted run leaves: nothing was removed; if the database was restored from an older copy, put the newer one back`,
      { unknown: unknown.length, highest, known },
    );
    return new FileIds(Math.max(highest, known));
  }
  await removeFiles(directory, unknown, onLog);
  return new FileIds(Math.max(highest, known));
}

async function emptyTmp(directory: DataPaths, onLog: OnLog): Promise<void> {
  const names = await readdir(directory.tmp);
  await concurrently(names, AT_ONCE, (name) => removed(join(directory.tmp, name), onLog));
  if (names.length > 0)
    onLog('info', 'unfinished uploads of the last run were removed', { files: names.length });
}

async function findUnknown(
  directory: DataPaths,
  files: FileReads,
  known: number,
): Promise<{ readonly highest: number; readonly unknown: readonly number[] }> {
  const lowest = directoryOf(known) - DIRECTORIES_BELOW;
  const directories = numbersOf(await readdir(directory.objects)).filter((number) => number >= lowest);
  const unknown: number[] = [];
  let highest = 0;
  for (const number of directories) {
    for (const id of numbersOf(await readdir(directoryPath(directory.objects, number)))) {
      if (directoryOf(id) !== number) continue;
      if (id > highest) highest = id;
      if (!files.has(id)) unknown.push(id);
    }
  }
  return { highest, unknown };
}

async function removeFiles(directory: DataPaths, ids: readonly number[], onLog: OnLog): Promise<void> {
  await concurrently(ids, AT_ONCE, (id) => removed(filePath(directory.objects, id), onLog));
  for (const number of new Set(ids.map(directoryOf))) {
    await syncDirectory(directoryPath(directory.objects, number));
  }
  if (ids.length > 0) {
    onLog('info', 'files of uploads that were not committed in the last run were removed', {
      files: ids.length,
    });
  }
}

async function removed(path: string, onLog: OnLog): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    onLog('warn', 'a left-over of the last run could not be removed', { path, error });
  }
}

function numbersOf(names: readonly string[]): readonly number[] {
  return names.flatMap((name) => numberOfName(name) ?? []);
}
