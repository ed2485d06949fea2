// One store out of one data directory: part of the composition root of the store's process.
import { checkBucketName } from '../s3/names.ts';
import type { Catalog } from './database/catalog.ts';
import { type OpenDatabase, openDatabase } from './database/open-database.ts';
import { type DataDirectory, openDataDirectory } from './files/data-directory.ts';
import { DirectoryWatch } from './files/directory-watch.ts';
import { createBodyFiles } from './files/disk-body-files.ts';
import type { OnLog } from './files/disk-error.ts';
import { HashThreads, hashThreadCount } from './files/hash-threads.ts';
import { Pins } from './files/pins.ts';
import { Reaper } from './files/reaper.ts';
import { Space } from './files/space.ts';
import { sweep } from './files/sweep.ts';
import { createWallLockClock } from './locks/wall-lock-clock.ts';
import type { StoreCapacity, StoreStart } from './messages.ts';
import type { StoreParts } from './server/call.ts';

export interface OpenStoreOptions
  extends Pick<
    StoreStart,
    'dataDirectory' | 'mayBeNew' | 'region' | 'reserveBytes' | 'createBuckets' | 'quotas'
  > {
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** For the id of a new store. */
  readonly randomBytes: (size: number) => Buffer;
  /** How long to wait for another process to give the directory back; not at all unless given. */
  readonly lockWaitMs?: number;
  readonly onLog: OnLog;
  /** How often it is looked whether the directory is still there: every 2 s unless given. */
  readonly watchEveryMs?: number;
  /**
   * The disk failed under the catalog, or the directory is gone: the process must end before anybody undoes what may have been
   * written.
   */
  readonly onFatal: (error: Error) => void;
}

/** A store that is open and serves nobody yet. */
export interface OpenStore {
  readonly parts: StoreParts;
  /** Rejects where there is no such bucket, or the file system does not say. */
  capacity(bucket: string): Promise<StoreCapacity>;
  /** Behind the last request: finishes what is under way and gives the directory back. */
  close(): Promise<void>;
}

/** Opens the store, or makes it where there is none. Rejects with one sentence of what was wrong; nothing is left open then. */
export async function openStore(options: OpenStoreOptions): Promise<OpenStore> {
  checkNames(options.createBuckets);
  const directory = await openDataDirectory(options.dataDirectory, options);
  try {
    return await openIn(directory, options);
  } catch (error) {
    directory.close();
    throw error;
  }
}

async function openIn(directory: DataDirectory, options: OpenStoreOptions): Promise<OpenStore> {
  const { onLog, onFatal, now } = options;
  let onGivenUp = (): void => {};
  const database = await openDatabase({
    file: directory.databaseFile,
    mayBeNew: options.mayBeNew && !directory.holdsObjects,
    storeId: directory.storeId,
    onGivenUp: () => onGivenUp(),
    onLog,
    onFatal,
    monotonic: now,
  });
  const { catalog } = database;
  const hashThreads = new HashThreads(hashThreadCount(), onFatal);
  let reaper: Reaper | undefined;
  let watch: DirectoryWatch | undefined;
  try {
    refuseWithoutObjects(directory, catalog);
    const watching = await watchDirectory(directory, options);
    watch = watching;
    const ids = await sweep(directory, catalog.files, { nowMs: options.wallClock(), onLog });
    const pins = new Pins();
    const space = Space.on(directory.path, options.reserveBytes, now);
    const parts = storeParts(
      options,
      database,
      createBodyFiles({ directory, space, pins, ids, hashThreads, onLog }),
    );
    const opened = new Reaper({ objects: directory.objects, catalog, pins, ids, onLog });
    reaper = opened;
    onGivenUp = () => opened.wake();
    if (directory.isNew) onLog('info', 'a new store was made', { dataDirectory: directory.path });
    await createMissingBuckets(parts, options);
    opened.wake();
    return {
      parts,
      async capacity(bucket) {
        const row = catalog.buckets.find(bucket);
        if (row === undefined) throw new Error(`there is no bucket ${bucket}`);
        const room = await space.capacity();
        const { usedBytes: bucketBytes } = catalog.buckets.usage(row.id);
        return { ...room, bucketBytes, countedAtMs: options.wallClock() };
      },
      async close() {
        await watching.close();
        await opened.close();
        await hashThreads.close();
        try {
          await database.close();
        } finally {
          directory.close();
        }
      },
    };
  } catch (error) {
    await watch?.close();
    await reaper?.close();
    await hashThreads.close();
    await database.close();
    throw error;
  }
}

/** As where the file system of the objects is not mounted. */
function refuseWithoutObjects({ holdsObjects, objects }: DataDirectory, { files }: Catalog): void {
  if (holdsObjects || !files.anyOwned()) return;
  throw new Error(`The directory ${objects} is empty, but the store has files in it: mount or restore it.`);
}

function watchDirectory(
  { databaseFile, lockFile, objects }: DataDirectory,
  { onFatal, watchEveryMs }: OpenStoreOptions,
): Promise<DirectoryWatch> {
  return DirectoryWatch.start({
    paths: [databaseFile, lockFile, objects],
    onGone: onFatal,
    ...(watchEveryMs === undefined ? {} : { everyMs: watchEveryMs }),
  });
}

function storeParts(
  options: OpenStoreOptions,
  database: OpenDatabase,
  bodies: StoreParts['bodies'],
): StoreParts {
  const { wallClock, now, region } = options;
  const { catalog, highestTimeMs, noteTime } = database;
  return {
    catalog,
    bodies,
    lockClock: createWallLockClock({ wallClock, monotonic: now, highestTimeMs, noteTime }),
    wallClock,
    region,
    // Read each time: its owner may replace them.
    quotaOf: (bucket) => options.quotas.find(({ pattern }) => pattern.test(bucket))?.bytes,
  };
}

function checkNames(buckets: readonly string[]): void {
  for (const name of buckets) {
    try {
      checkBucketName(name);
    } catch (cause) {
      throw new Error(`The bucket "${name}" cannot be made: give it a name that S3 allows.`, { cause });
    }
  }
}

/** With object lock, and so with versioning; one that is there stays as it is. */
async function createMissingBuckets(
  { catalog, wallClock }: StoreParts,
  { createBuckets, onLog }: OpenStoreOptions,
): Promise<void> {
  const missing = createBuckets.filter((name) => catalog.buckets.find(name) === undefined);
  if (missing.length === 0) return;
  try {
    await catalog.write(({ buckets }) => {
      for (const name of new Set(missing)) {
        buckets.insert({ name, createdMs: wallClock(), versioning: 'enabled', objectLock: true });
      }
    });
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`The buckets that belong to the store cannot be made: ${message}`, { cause });
  }
  onLog('info', 'buckets were made', { buckets: missing });
}
