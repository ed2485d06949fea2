// Why a data directory cannot be used, as a sentence for whoever starts the store.
import { errorCode } from './disk-error.ts';

/** Says all there is to say. */
export class Refusal extends Error {}

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  EACCES: 'give the user that runs the store permission to read and write it',
  EPERM: 'give the user that runs the store permission to read and write it',
  EROFS: 'its file system is read-only: mount it for writing',
  ENOTDIR: 'it, or something on the way to it, is a file: give a directory',
  EEXIST: 'it, or something in it, is a file where a directory belongs: give another directory',
  ENOENT: 'it is not there: give one that is, or one that can be made',
  ENOSPC: 'its file system is full: make room',
  EDQUOT: 'the quota of its file system is used up: make room',
  ELOOP: 'it is a circle of links: give a directory',
  ENAMETOOLONG: 'its path is too long: give a shorter one',
};

/** What the system says of the directory, with what to do; a Refusal stays what it is. */
export function explained(path: string, error: unknown): Error {
  if (error instanceof Refusal) return error;
  const code = errorCode(error);
  const what = (code && WHAT_TO_DO[code]) ?? 'look at the disk and its permissions';
  const said = error instanceof Error ? error.message : String(error);
  return new Refusal(`The data directory ${path} cannot be used: ${what} (${said}).`, { cause: error });
}
