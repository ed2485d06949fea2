// The disk behind a config: its own text and the files that it names.
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type FileFound, WrongValue } from './leaf.ts';

/** Reads one file or throws as `node:fs` does. */
export type ReadFile = (path: string) => FileFound;

const WORLD_READABLE = 0o004;

export function readFileFromDisk(path: string): FileFound {
  return {
    text: readFileSync(path, 'utf8'),
    isWorldReadable: (statSync(path).mode & WORLD_READABLE) !== 0,
  };
}

/** The absolute path of what a config names, beside the config when the name is relative. */
export function resolveBeside(configFile: string): (path: string) => string {
  return (path) => resolve(dirname(configFile), path);
}

/** Reads the files that a config names. */
export function readBeside(configFile: string, readFile: ReadFile): ReadFile {
  const resolvePath = resolveBeside(configFile);
  return (path) => {
    try {
      return readFile(resolvePath(path));
    } catch (error) {
      throw new WrongValue(`expected a file that can be read, found ${path}: ${reasonOf(error)}`);
    }
  };
}

export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'no such file';
    case 'EACCES':
      return 'not allowed to read it';
    case 'EISDIR':
      return 'it is a directory';
    default:
      return `it cannot be read (${String(code ?? 'unknown reason')})`;
  }
}
