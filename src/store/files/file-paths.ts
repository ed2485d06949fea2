// Where a body file is: `objects/<directory>/<id>`, both in hex, 4096 files to a directory.
import { join } from 'node:path';

/** Files to a directory. Ids only grow, so directories fill up one after another. */
export const FILES_PER_DIRECTORY = 4096;

/** The number of the directory that a file belongs to. */
export function directoryOf(id: number): number {
  return Math.floor(id / FILES_PER_DIRECTORY);
}

export function directoryPath(objects: string, directory: number): string {
  return join(objects, directory.toString(16));
}

export function filePath(objects: string, id: number): string {
  return join(directoryPath(objects, directoryOf(id)), id.toString(16));
}

/** The number behind a name of a directory or file; undefined where it is none of ours. */
export function numberOfName(name: string): number | undefined {
  if (!/^(0|[1-9a-f][0-9a-f]{0,13})$/.test(name)) return undefined;
  const number = Number.parseInt(name, 16);
  return Number.isSafeInteger(number) ? number : undefined;
}
