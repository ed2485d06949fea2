// The mark of a catalog that is open. It stands in the database file itself, so that a log that is gone after a crash is
// noticed: without its log an older catalog comes back, which knows nothing of the newest objects.
import { existsSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { isSqliteError } from './sqlite-failure.ts';

/** Throws an Error of one sentence where the catalog was not closed and its log is gone. Changes nothing. */
export function refuseMissingLog(file: string): void {
  if (!lacksLog(file)) return;
  throw new Error(
    `the log ${file}-wal of the catalog is missing, and with it what was stored last; put it back beside the catalog, or make an empty file of that name if you know that nothing is missing because another program moved it in`,
  );
}

/**
 * To be called behind the end of the last connection: SQLite moved the log in then and removed it. Where the mark could not
 * be taken away, as on a full disk, an empty log says that nothing is missing.
 */
export function leaveEmptyLog(file: string): void {
  if (!lacksLog(file)) return;
  try {
    writeFileSync(`${file}-wal`, '', { mode: 0o600 });
  } catch {
    // Then the next start is refused, with a sentence that says how to go on.
  }
}

/** Sets the mark or takes it away, and brings it into the file. Throws SQLite's errors, on a full disk for one. */
export function setOpenMark(database: DatabaseSync, isOpen: boolean): void {
  database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('open', ?)").run(isOpen ? 1 : 0);
  moveLog(database);
}

/** Moves the log into the file and empties it. Somebody who reads just now may keep it from that, which is no error. */
export function moveLog(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

function lacksLog(file: string): boolean {
  return existsSync(file) && !existsSync(`${file}-wal`) && isMarked(file);
}

/** Whether the mark is in the file. A connection of the usual kind would make a log to look. */
function isMarked(file: string): boolean {
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(url, { readOnly: true });
    return database.prepare("SELECT value FROM meta WHERE name = 'open'").get()?.['value'] === 1;
  } catch (error) {
    // No catalog, or none that can be read: whoever opens it is told so.
    if (isSqliteError(error)) return false;
    throw error;
  } finally {
    database?.close();
  }
}
