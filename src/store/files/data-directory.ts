// The store's directory: its layout, made on first use and checked at each start, and the lock that keeps others out.
import { mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { HOLDER_FILE, LOCK_FILE, lockDirectory } from './directory-lock.ts';
import { errorCode } from './disk-error.ts';
import { syncDirectory } from './group-sync.ts';

/** What the directories and the database look like. A change that an older program would not understand counts it up. */
const LAYOUT = 1;

const LOCK_RETRY_MS = 50;

const LAYOUT_FILE = 'layout.json';
const NEW_LAYOUT_FILE = 'layout.json.new';
const DATABASE_FILE = 'store.db';
const OBJECTS = 'objects';
const TMP = 'tmp';
/** What an interrupted first start may have left, the clients' key pair, and what file systems put in their root. */
const BEFORE_LAYOUT: ReadonlySet<string> = new Set([
  'credentials',
  LOCK_FILE,
  HOLDER_FILE,
  NEW_LAYOUT_FILE,
  OBJECTS,
  TMP,
  'lost+found',
]);

/** Where things are in a data directory. */
export interface DataPaths {
  /** Absolute. */
  readonly path: string;
  readonly databaseFile: string;
  /** Body files, named by `file-paths.ts`. */
  readonly objects: string;
  /** Bodies that are not whole yet; on the same file system as `objects`. */
  readonly tmp: string;
}

/** A data directory that belongs to this process until it is closed. */
export interface DataDirectory extends DataPaths {
  /** Whether there was anything in `objects` when it was opened: then an empty database is not theirs. */
  readonly holdsObjects: boolean;
  /** Gives the directory back. Last of all: nothing may be written any more. */
  close(): void;
}

/**
 * Opens the store's directory, and makes it where there is none or an empty one. Rejects with one sentence that says what is
 * wrong and what to do: another's directory or layout, a missing database, no permission, in use. With `lockWaitMs` it waits
 * so long for another process to give the directory back: one that was left alone ends a moment after its parent.
 */
export async function openDataDirectory(path: string, lockWaitMs = 0): Promise<DataDirectory> {
  const paths = pathsOf(path);
  try {
    await makeDirectory(paths.path);
    if ((await readLayout(paths)) === undefined) await refuseForeign(paths);
    else await refuseWithoutDatabase(paths);
    await makeDirectory(paths.objects);
    await makeDirectory(paths.tmp);
    await refuseTwoFileSystems(paths);
    const holdsObjects = !(await isEmpty(paths.objects));
    const release = await takeLock(paths.path, lockWaitMs);
    try {
      // Asked again: another process may have made it before it gave the lock back.
      if ((await readLayout(paths)) === undefined) await writeLayout(paths);
      await syncDirectory(paths.path);
    } catch (error) {
      release();
      throw error;
    }
    return { ...paths, holdsObjects, close: release };
  } catch (error) {
    throw explained(paths.path, error);
  }
}

/** The paths of a store that is there, without the lock: for reading beside a store that runs. Rejects likewise. */
export async function findDataDirectory(path: string): Promise<DataPaths> {
  const paths = pathsOf(path);
  try {
    if ((await readLayout(paths)) === undefined)
      throw new Refusal(`The data directory ${paths.path} is not a store: it has no ${LAYOUT_FILE}.`);
    return paths;
  } catch (error) {
    throw explained(paths.path, error);
  }
}

/** A sentence for whoever starts the store. */
class Refusal extends Error {}

function pathsOf(path: string): DataPaths {
  const absolute = resolve(path);
  return {
    path: absolute,
    databaseFile: join(absolute, DATABASE_FILE),
    objects: join(absolute, OBJECTS),
    tmp: join(absolute, TMP),
  };
}

/** Makes a directory and those above it, durably. Step by step: Node's own way tells the wrong reason where it cannot. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
  await syncDirectory(dirname(path));
}

/** The version of the layout that is there, which is ours; undefined where there is none. */
async function readLayout(paths: DataPaths): Promise<number | undefined> {
  const file = join(paths.path, LAYOUT_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const layout = parseLayout(text);
  if (layout === LAYOUT) return layout;
  if (layout === undefined) {
    throw new Refusal(
      `The data directory ${paths.path} has a ${LAYOUT_FILE} that cannot be read: put back the file that says {"layout":${LAYOUT}}, or give another directory.`,
    );
  }
  throw new Refusal(
    `The data directory ${paths.path} has layout ${layout}, and this program knows layout ${LAYOUT}: use the version that it was last used with, or a newer one.`,
  );
}

function parseLayout(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('layout' in value)) return undefined;
    return typeof value.layout === 'number' && Number.isSafeInteger(value.layout) ? value.layout : undefined;
  } catch {
    return undefined;
  }
}

async function refuseForeign(paths: DataPaths): Promise<void> {
  const foreign = (await readdir(paths.path)).find((name) => !BEFORE_LAYOUT.has(name));
  if (foreign === undefined && (await isEmpty(paths.objects))) return;
  throw new Refusal(
    `The data directory ${paths.path} is not empty and not a store (it has ${foreign ?? OBJECTS} and no ${LAYOUT_FILE}): give an empty or a new directory.`,
  );
}

/** Without its database every file would look like one that nobody needs. */
async function refuseWithoutDatabase(paths: DataPaths): Promise<void> {
  const names = await readdir(paths.path);
  if (names.includes(DATABASE_FILE) || (await isEmpty(paths.objects))) return;
  throw new Refusal(
    `The data directory ${paths.path} has objects but no ${DATABASE_FILE}: put the database back, or give another directory.`,
  );
}

async function isEmpty(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length === 0;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true;
    throw error;
  }
}

async function refuseTwoFileSystems(paths: DataPaths): Promise<void> {
  const [objects, tmp] = await Promise.all([stat(paths.objects), stat(paths.tmp)]);
  if (objects.dev === tmp.dev) return;
  throw new Refusal(
    `In the data directory ${paths.path}, ${OBJECTS} and ${TMP} are on different file systems: mount one file system at ${paths.path} itself.`,
  );
}

async function takeLock(path: string, waitMs: number): Promise<() => void> {
  let lock = lockDirectory(path);
  for (let waited = 0; lock.kind === 'held' && waited < waitMs; waited += LOCK_RETRY_MS) {
    await wait(LOCK_RETRY_MS);
    lock = lockDirectory(path);
  }
  if (lock.kind === 'taken') return lock.release;
  const who = lock.pid === undefined ? 'another process' : `the process ${lock.pid}`;
  throw new Refusal(
    `The data directory ${path} is in use by ${who}: stop that one, or give another directory.`,
  );
}

async function writeLayout(paths: DataPaths): Promise<void> {
  const made = join(paths.path, NEW_LAYOUT_FILE);
  const file = await open(made, 'w', 0o600);
  try {
    await file.writeFile(`{"layout":${LAYOUT}}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(made, join(paths.path, LAYOUT_FILE));
}

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
};

function explained(path: string, error: unknown): Error {
  if (error instanceof Refusal) return error;
  const code = errorCode(error);
  const what = (code && WHAT_TO_DO[code]) ?? 'look at the disk and its permissions';
  const said = error instanceof Error ? error.message : String(error);
  return new Error(`The data directory ${path} cannot be used: ${what} (${said}).`, { cause: error });
}
