// Body files that the database did not know at a start. They are set aside before they are removed: if the database was not
// the right one, they are somebody's data.
import { lstat, mkdir, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { concurrently } from './concurrently.ts';
import type { DataPaths } from './data-directory.ts';
import { errorCode, type OnLog } from './disk-error.ts';
import { directoryOf, directoryPath, filePath, numberOfName } from './file-paths.ts';
import { syncDirectory } from './group-sync.ts';
import { moveFile } from './move-file.ts';

const AT_ONCE = 8;
/** Long enough for somebody to see the warning, and to put the right database back. */
const KEPT_DAYS = 7;
const KEPT_MS = KEPT_DAYS * 24 * 60 * 60 * 1000;

/** Moves files out of `objects`, durably. One that cannot be moved stays where it is. */
export async function setAside(
  { objects, lost }: DataPaths,
  ids: readonly number[],
  onLog: OnLog,
): Promise<void> {
  if (ids.length === 0) return;
  try {
    await mkdir(lost, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  await syncDirectory(dirname(lost));
  let moved = 0;
  await concurrently(ids, AT_ONCE, async (id) => {
    const path = filePath(objects, id);
    try {
      await moveFile(path, join(lost, id.toString(16)));
      moved++;
    } catch (error) {
      onLog('warn', 'a file that the database does not know could not be moved', { path, error });
    }
  });
  await syncDirectory(lost);
  for (const number of new Set(ids.map(directoryOf))) await syncDirectory(directoryPath(objects, number));
  if (moved === 0) return;
  onLog(
    'warn',
    `files that the database does not know were moved and are removed in ${KEPT_DAYS} days: an interrupted run leaves some, and so does a database that is not the newest`,
    { files: moved, place: lost },
  );
}

/** Removes what was set aside long ago, and gives the highest number of what is left; 0 where there is nothing. */
export async function clearLost({ lost }: DataPaths, nowMs: number, onLog: OnLog): Promise<number> {
  let highest = 0;
  let removed = 0;
  await concurrently(await namesIn(lost), AT_ONCE, async (name) => {
    const id = numberOfName(name);
    if (id === undefined) return;
    try {
      // The time at which it got this name: neither `link` nor `rename` changes another.
      const info = await lstat(join(lost, name));
      if (info.isFile() && info.ctimeMs < nowMs - KEPT_MS) {
        await unlink(join(lost, name));
        removed++;
        return;
      }
    } catch (error) {
      onLog('warn', 'a file that was set aside could not be removed', { path: join(lost, name), error });
    }
    highest = Math.max(highest, id);
  });
  if (removed > 0)
    onLog('info', 'files that were set aside long ago were removed', { files: removed, place: lost });
  return highest;
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
