// The store's directory: its layout, made on first use and checked at each start, and the lock that keeps others out.
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { HOLDER_FILE, LOCK_FILE, lockDirectory } from './directory-lock.ts';
import { errorCode } from './disk-error.ts';
import { syncDirectory } from './group-sync.ts';
import { LAYOUT_FILE, NEW_LAYOUT_FILE, readLayout, writeLayout } from './layout-file.ts';
import { explained, Refusal } from './refusal.ts';

const LOCK_RETRY_MS = 50;

const DATABASE_FILE = 'store.db';
const OBJECTS = 'objects';
const TMP = 'tmp';
const LOST = 'lost';
/** SQLite takes no longer path of a database (its unix VFS: 512 bytes with `-journal` behind the name). */
const LONGEST_DATABASE_PATH_BYTES = 504;
const STORE_ID_BYTES = 16;
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
  /** Body files that the database did not know at a start; made when there are any. */
  readonly lost: string;
  /** Held by the process that uses the directory. */
  readonly lockFile: string;
}

/** A data directory that belongs to this process until it is closed. */
export interface DataDirectory extends DataPaths {
  /** Made once, at random, and kept beside the objects and in the database, so that no other database is taken for theirs. */
  readonly storeId: string;
  /** Whether it was made just now. */
  readonly isNew: boolean;
  /** Whether there was anything in `objects` when it was opened: then an empty database is not theirs. */
  readonly holdsObjects: boolean;
  /** Gives the directory back. Last of all: nothing may be written any more. */
  close(): void;
}

export interface DataDirectoryOptions {
  /** For the id of a new store. */
  readonly randomBytes: (size: number) => Buffer;
  /** Whether a store may be made where there is none. Say no where there was one: what is gone is to be mounted or restored. */
  readonly mayBeNew?: boolean;
  /** How long to wait for another process to give the directory back: one that was left alone ends a moment after its parent. */
  readonly lockWaitMs?: number;
}

/**
 * Opens the store's directory, and makes it where there is none or an empty one, unless told otherwise. Rejects with one
 * sentence that says what is wrong and what to do: another's directory or layout, a missing database, no permission, in use.
 */
export async function openDataDirectory(
  path: string,
  { randomBytes, mayBeNew = true, lockWaitMs = 0 }: DataDirectoryOptions,
): Promise<DataDirectory> {
  const paths = pathsOf(path);
  try {
    refuseLongPath(paths);
    if (await isStore(paths)) await refuseWithoutItsParts(paths);
    else if (!mayBeNew) throw gone(paths);
    else {
      await makeDirectory(paths.path);
      await refuseForeign(paths);
    }
    await makeDirectory(paths.objects);
    await makeDirectory(paths.tmp);
    await refuseTwoFileSystems(paths);
    const release = await takeLock(paths.path, lockWaitMs);
    try {
      // Asked again: another process may have made it before it gave the lock back.
      const known = await readLayout(paths.path);
      if (known === undefined && !mayBeNew) throw gone(paths);
      const storeId = known ?? randomBytes(STORE_ID_BYTES).toString('hex');
      if (known === undefined) await writeLayout(paths.path, storeId);
      await syncDirectory(paths.path);
      const holdsObjects = !(await isEmpty(paths.objects));
      return { ...paths, storeId, isNew: known === undefined, holdsObjects, close: release };
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    throw explained(paths.path, error);
  }
}

/** The paths of a store that is there, without the lock: for reading beside a store that runs. Rejects likewise. */
export async function findDataDirectory(path: string): Promise<DataPaths> {
  const paths = pathsOf(path);
  try {
    if (!(await isStore(paths)))
      throw new Refusal(`The data directory ${paths.path} is not a store: it has no ${LAYOUT_FILE}.`);
    return paths;
  } catch (error) {
    throw explained(paths.path, error);
  }
}

function pathsOf(path: string): DataPaths {
  const absolute = resolve(path);
  return {
    path: absolute,
    databaseFile: join(absolute, DATABASE_FILE),
    objects: join(absolute, OBJECTS),
    tmp: join(absolute, TMP),
    lost: join(absolute, LOST),
    lockFile: join(absolute, LOCK_FILE),
  };
}

function refuseLongPath({ path, databaseFile }: DataPaths): void {
  const spare = LONGEST_DATABASE_PATH_BYTES - Buffer.byteLength(databaseFile);
  if (spare >= 0) return;
  const longest = Buffer.byteLength(path) + spare;
  throw new Refusal(
    `The data directory ${path} has a path of ${longest - spare} bytes, and its database can be opened with up to ${longest}: give a shorter one.`,
  );
}

async function isStore({ path }: DataPaths): Promise<boolean> {
  return (await readLayout(path)) !== undefined;
}

function gone({ path }: DataPaths): Refusal {
  return new Refusal(
    `The store in the data directory ${path} is gone (there is no ${LAYOUT_FILE}): mount or restore it.`,
  );
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

async function refuseForeign(paths: DataPaths): Promise<void> {
  const foreign = (await readdir(paths.path)).find((name) => !BEFORE_LAYOUT.has(name));
  if (foreign === undefined && (await isEmpty(paths.objects))) return;
  // Another process has just made a store of it: the lock will say so.
  if (await isStore(paths)) return;
  throw new Refusal(
    `The data directory ${paths.path} is not empty and not a store (it has ${foreign ?? OBJECTS} and no ${LAYOUT_FILE}): give an empty or a new directory.`,
  );
}

/** Without its database every file would look like one that nobody needs; without its files every object would be damaged. */
async function refuseWithoutItsParts(paths: DataPaths): Promise<void> {
  const names = await readdir(paths.path);
  if (!names.includes(DATABASE_FILE)) {
    if (await isEmpty(paths.objects)) return;
    throw new Refusal(
      `The data directory ${paths.path} has objects but no ${DATABASE_FILE}: put the database back, or give another directory.`,
    );
  }
  if (names.includes(OBJECTS)) return;
  throw new Refusal(
    `The data directory ${paths.path} has a ${DATABASE_FILE} but no ${OBJECTS}: mount or restore that (it was there, if empty).`,
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
