// What SQLite's errors mean for a client (SQLite documentation, "Result and Error Codes").
import { S3Error } from '../../s3/error.ts';

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
const SQLITE_CORRUPT = 11;
/** The shared memory file beside the database could not grow: in effect, no room. */
const SQLITE_IOERR_SHMSIZE = 4874;

interface SqliteError extends Error {
  readonly errcode: number;
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

/** No room on the disk: nothing was changed, and nothing else is wrong. */
export function isFull(error: unknown): boolean {
  if (!isSqliteError(error)) return false;
  return primary(error) === SQLITE_FULL || error.errcode === SQLITE_IOERR_SHMSIZE;
}

export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && primary(error) === SQLITE_BUSY;
}

/** The file is no database, or is damaged. */
export function isDamaged(error: unknown): boolean {
  return isSqliteError(error) && (primary(error) === SQLITE_NOTADB || primary(error) === SQLITE_CORRUPT);
}

/** The finding of a check that could not go on; throws other errors on. */
export function damageFound(error: unknown): string {
  if (!isDamaged(error)) throw error;
  return `the file is damaged: ${(error as Error).message}`;
}

/** What a client is told: S3Errors and errors of our own stay what they are. */
export function clientError(error: unknown): unknown {
  if (!isSqliteError(error)) return error;
  if (isFull(error)) {
    return new S3Error('InsufficientStorage', {
      reason: 'the disk has no room for the catalog',
      cause: error,
    });
  }
  return new S3Error('InternalError', {
    reason: `the catalog failed: ${error.message} (SQLite ${error.errcode})`,
    cause: error,
  });
}

function primary(error: SqliteError): number {
  return error.errcode & 0xff;
}
