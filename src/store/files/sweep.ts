// Clears up at the start what an end without warning left: bodies that were not whole are removed, and files that were in
// their place but whose version was never committed are set aside.
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileReads } from '../database/catalog.ts';
import { concurrently } from './concurrently.ts';
import type { DataPaths } from './data-directory.ts';
import { errorCode, type OnLog } from './disk-error.ts';
import { FileIds } from './file-ids.ts';
import { directoryOf, directoryPath, FILES_PER_DIRECTORY, numberOfName } from './file-paths.ts';
import { clearLost, setAside } from './lost-files.ts';
import { explained, Refusal } from './refusal.ts';

const AT_ONCE = 8;
/** Directories below the highest known file's that are looked through: uploads under way are no more than one holds. */
const DIRECTORIES_BELOW = 3;
/**
 * More unknown files than uploads can have been under way are not left-overs: then the database is older than the files, and
 * they may be somebody's last copy.
 */
const MOST_LEFT_OVERS = FILES_PER_DIRECTORY;

export interface SweepOptions {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly onLog: OnLog;
}

/**
 * Sweeps, and gives the numbers for new files: above all that the database or the disk knows, so that a file that was set
 * aside could be put back. Before anything is served. Rejects with one sentence where it cannot look.
 */
export async function sweep(directory: DataPaths, files: FileReads, options: SweepOptions): Promise<FileIds> {
  try {
    return await sweepAll(directory, files, options);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EACCES' && code !== 'EPERM') throw explained(directory.path, error);
    const said = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      `The data directory ${directory.path} has files or directories of another user: give all of it to the user that runs the store, with chown -R (${said}).`,
      { cause: error },
    );
  }
}

async function sweepAll(
  directory: DataPaths,
  files: FileReads,
  { nowMs, onLog }: SweepOptions,
): Promise<FileIds> {
  await emptyTmp(directory, onLog);
  const aside = await clearLost(directory, nowMs, onLog);
  const known = files.highestId();
  const { highest, unknown } = await findUnknown(directory, files, known);
  if (unknown.length > MOST_LEFT_OVERS) {
    onLog(
      'error',
      `${unknown.length} files in ${directory.objects} are unknown to the database, which is more than an interrupted run leaves: nothing was removed; if the database was restored from an older copy, put the newer one back`,
      { unknown: unknown.length, highest, known },
    );
  } else {
    await setAside(directory, unknown, onLog);
  }
  return new FileIds(Math.max(highest, known, aside));
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
