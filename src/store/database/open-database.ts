// The catalog of one store, open: the writing connection, its grouped commits, and the thread that moves its log.
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { BucketTable } from './bucket-table.ts';
import type { Catalog, Transaction } from './catalog.ts';
import { Checkpointer, type CheckpointerOptions, type LogState } from './checkpointer.ts';
import { FileTable } from './file-table.ts';
import { GroupCommitter } from './group-committer.ts';
import { HighestTime } from './highest-time.ts';
import { OpenListings } from './lazy-rows.ts';
import { openForWriting } from './open-connection.ts';
import { leaveEmptyLog, moveLog, setOpenMark } from './open-mark.ts';
import { isBusy, isFull } from './sqlite-failure.ts';
import { UploadTable } from './upload-table.ts';
import { VersionTable } from './version-table.ts';

const BUSY_TIMEOUT_MS = 1_000;

export interface OpenDatabaseOptions {
  /** The database file; made where it does not exist. SQLite keeps two more beside it, with `-wal` and `-shm` behind its name. */
  readonly file: string;
  /**
   * Whether a file that is missing or empty may become a new catalog, as it does unless told otherwise. Say no where there
   * are objects already: to an empty catalog all of them would be files that nobody needs.
   */
  readonly mayBeNew?: boolean;
  /** The id of the store whose catalog it is: a new one gets it, another one must have it. Not looked at unless given. */
  readonly storeId?: string;
  /** Files were given up in a transaction that is durable now. Must not throw. */
  readonly onGivenUp: () => void;
  readonly onLog: (
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields: Readonly<Record<string, unknown>>,
  ) => void;
  /**
   * The disk failed, every write is refused from now on: the process should end at once and be started again. It is called
   * before the callers of `write` hear of it, because what they wrote may be there after a restart: do not let them
   * remove files. Must not throw.
   */
  readonly onFatal?: (error: Error) => void;
  /** Milliseconds since any moment; `performance.now` unless given. */
  readonly monotonic?: () => number;
  /** Brings the write-ahead log to the disk: `fdatasync` unless given, which is for tests. */
  readonly sync?: (syncLog: () => Promise<void>) => Promise<void>;
  /** When the log is moved, in pages; for tests. */
  readonly checkpoints?: Pick<CheckpointerOptions, 'checkpointFromFrames' | 'holdBackFromFrames'>;
}

export interface OpenDatabase {
  readonly catalog: Catalog;
  /** The highest time ever given to `noteTime`, also before a restart; 0 where there was none. */
  highestTimeMs(): number;
  /** Kept in the next transaction. */
  noteTime(ms: number): void;
  /** Finishes what is under way, refuses the rest, and leaves one file without a log. */
  close(): Promise<void>;
}

/** Opens the catalog, after a crash too. Rejects with an Error of one sentence where the file cannot be used. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const {
    file,
    onGivenUp,
    onLog,
    monotonic = () => performance.now(),
    sync = (syncLog) => syncLog(),
  } = options;
  const database = openForWriting(file, {
    mayBeNew: options.mayBeNew ?? true,
    storeId: options.storeId,
  });
  const log = await startLog(database, options).catch((error: unknown) => {
    database.close();
    leaveEmptyLog(file);
    throw error;
  });
  const listings = new OpenListings();
  const buckets = new BucketTable(database);
  const files = new FileTable(database);
  const versions = new VersionTable(database, listings, buckets, files);
  const uploads = new UploadTable(database, listings, buckets, files);
  const transaction: Transaction = { buckets, versions, uploads, files };
  const highestTime = new HighestTime(database);

  const logState = logStateOf(database);
  const checkpointer = new Checkpointer({
    file,
    logState,
    onLog,
    onFatal: (error) => committer.fail(error),
    ...options.checkpoints,
  });
  let failed = false;
  const committer = new GroupCommitter({
    database,
    listings,
    sync: () => sync(() => log.datasync()),
    monotonic,
    holdBack: () => checkpointer.holdBack(),
    beforeCommit: () => highestTime.keep(),
    onDurable: () => {
      highestTime.kept();
      checkpointer.afterCommit();
      if (files.takeGaveUp()) onGivenUp();
    },
    onFull: () => void checkpointer.moveNow(),
    onFatal(error) {
      failed = true;
      onLog('error', 'the catalog failed and accepts no more writes', { reason: error.message, file });
      options.onFatal?.(error);
    },
  });

  // A thread that could open the file only later would fail a store that serves already.
  await checkpointer.moveNow();
  return {
    catalog: {
      buckets,
      versions,
      uploads,
      files,
      write: (change) => committer.write(() => change(transaction)),
    },
    highestTimeMs: () => highestTime.valueMs(),
    noteTime: (ms) => highestTime.note(ms),
    async close() {
      await committer.close();
      await checkpointer.close();
      listings.endAll();
      try {
        if (!failed) endLog(database, onLog);
      } finally {
        database.close();
        leaveEmptyLog(file);
        await log.close();
      }
    },
  };
}

/**
 * Moves what an earlier process left in the log into the database file, and makes sure that the log and its name are on
 * the disk. Thus nothing new ever stands behind pages of which it is not known whether an earlier sync lost them.
 */
async function startLog(
  database: DatabaseSync,
  { file, onLog }: OpenDatabaseOptions,
): Promise<{ datasync(): Promise<void>; close(): Promise<void> }> {
  emptyLog(database, onLog);
  // From now on this is the only writer; nobody should stand in its way, and if somebody does the event loop waits with it.
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  const log = await open(`${file}-wal`, 'r');
  try {
    await log.datasync();
    const directory = await open(dirname(file), 'r');
    await directory.sync().finally(() => directory.close());
    // Not before the name of the log is durable: with the mark, a log that is not there is one that was lost.
    tryOnDisk(onLog, 'the catalog could not be marked as open', () => setOpenMark(database, true));
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** The mark goes behind all else: as long as it is in the file, what came before it may be in the log alone. */
function endLog(database: DatabaseSync, onLog: OpenDatabaseOptions['onLog']): void {
  emptyLog(database, onLog);
  tryOnDisk(onLog, 'the catalog could not be marked as closed', () => setOpenMark(database, false));
}

function emptyLog(database: DatabaseSync, onLog: OpenDatabaseOptions['onLog']): void {
  tryOnDisk(onLog, 'the write-ahead log of the catalog could not be moved', () => moveLog(database));
}

/** Where the disk is full things stay as they are: the store must open all the same, so that something can be deleted. */
function tryOnDisk(onLog: OpenDatabaseOptions['onLog'], failed: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!isFull(error) && !isBusy(error)) throw error;
    onLog('warn', failed, { reason: String(error) });
  }
}

function logStateOf(database: DatabaseSync): () => LogState {
  // Moves nothing, only tells (SQLite documentation, "PRAGMA wal_checkpoint", since 3.51).
  const state = database.prepare('PRAGMA wal_checkpoint(NOOP)');
  return () => {
    const { log, checkpointed } = state.get() as { log: number; checkpointed: number };
    return { frames: log, moved: checkpointed };
  };
}
