// What a failure of the disk means to a client.
import { S3Error } from '../../s3/error.ts';

export type OnLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/** The system's code of an error (`ENOENT`, `ENOSPC` …), where it has one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : undefined;
}

/**
 * An upload that the disk did not take: `InsufficientStorage` where there is no room or the quota of the file system is used
 * up, else `InternalError`, logged. An S3Error stays what it is.
 */
export function writeFailure(error: unknown, onLog: OnLog): S3Error {
  if (error instanceof S3Error) return error;
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new S3Error('InsufficientStorage', { reason: `${code} while a body was written`, cause: error });
  }
  const reason = `a body could not be written: ${error instanceof Error ? error.message : String(error)}`;
  onLog('error', 'a body could not be written', { code, error });
  return new S3Error('InternalError', { reason, cause: error });
}
