// Where a rehearsal keeps what it knows: its own directory, which nobody else may read.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefusal } from './start-refusal.ts';

const DATABASE_FILE = 'rehearsal.sqlite';

export interface RehearsalDirectory {
  readonly path: string;
  readonly databaseFile: string;
  /** Removes a directory that was made for this run only. */
  release(): void;
}

/** `path` undefined: a temporary one that `release` removes. Throws StartRefusal where it is not to be used. */
export function openDataDirectory(path: string | undefined): RehearsalDirectory {
  if (path === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'sosapi-rehearsal-'));
    return {
      path: made,
      databaseFile: join(made, DATABASE_FILE),
      release: () => rmSync(made, { recursive: true, force: true }),
    };
  }
  const names = entries(path);
  if (names.length > 0 && !names.includes(DATABASE_FILE)) {
    throw new StartRefusal(
      `${path} holds files of another program and no ${DATABASE_FILE}: name an empty or a new directory.`,
    );
  }
  return { path, databaseFile: join(path, DATABASE_FILE), release: () => {} };
}

function entries(path: string): readonly string[] {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return readdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'it is no directory' : code;
    throw new StartRefusal(`${path} cannot be used as the data directory (${reason}).`, { cause: error });
  }
}
