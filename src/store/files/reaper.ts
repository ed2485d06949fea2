// Removes files that nothing belongs to any more, behind the back of those who deleted: first the file, then its row.
import { rmdir, unlink } from 'node:fs/promises';
import type { Catalog, GivenUpFile, Transaction } from '../database/catalog.ts';
import { concurrently } from './concurrently.ts';
import { errorCode, type OnLog } from './disk-error.ts';
import type { FileIds } from './file-ids.ts';
import { directoryOf, directoryPath, filePath } from './file-paths.ts';
import { syncDirectory } from './group-sync.ts';
import type { Pins } from './pins.ts';

/** Files to a round: their rows go in one transaction. */
const BATCH = 512;
const AT_ONCE = 8;
/** How long what could not be removed is left alone. */
const RETRY_MS = 60_000;

export interface ReaperOptions {
  readonly objects: string;
  readonly catalog: Pick<Catalog, 'write'>;
  readonly pins: Pins;
  readonly ids: FileIds;
  readonly onLog: OnLog;
  readonly retryMs?: number;
}

/** Works when it is woken, until it is closed. */
export class Reaper {
  readonly #options: ReaperOptions;
  /** Files that could not be removed. */
  readonly #aside = new Set<number>();
  /** Versions that somebody still reads, by row id. */
  readonly #read = new Set<number>();
  #working: Promise<void> | undefined;
  #again = false;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ReaperOptions) {
    this.#options = options;
  }

  /** There may be files to remove. Also to be called once at the start: for what was left last time. */
  wake(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#working;
  }

  /** Ends it; what is not removed is removed after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#working;
  }

  async #work(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#reapAll();
      }
    } catch (error) {
      this.#options.onLog('warn', 'deleted objects could not be cleared from the database', { error });
      this.#retryLater();
    }
  }

  async #reapAll(): Promise<void> {
    let gone: readonly number[] = [];
    let last = 0;
    for (;;) {
      const found = await this.#exchange(gone, last);
      const end = found.at(-1);
      if (end === undefined || this.#closed) return;
      last = end.id;
      gone = await this.#remove(found.filter((file) => !this.#aside.has(file.id) && !this.#isRead(file)));
    }
  }

  /**
   * Forgets files that are gone and asks for more, behind `last`. Within a transaction also to ask: when that is done, all that
   * it saw is on the disk. A file may not go while the deletion of its version could still be lost.
   */
  #exchange(gone: readonly number[], last: number): Promise<readonly GivenUpFile[]> {
    return this.#options.catalog.write(({ files }: Transaction) => {
      if (gone.length > 0) files.forget(gone);
      return files.givenUp(BATCH, last);
    });
  }

  #isRead({ versionRowId }: GivenUpFile): boolean {
    const { pins } = this.#options;
    if (versionRowId === undefined || !pins.isPinned(versionRowId)) return false;
    if (this.#read.has(versionRowId)) return true;
    this.#read.add(versionRowId);
    pins.whenFree(versionRowId, () => {
      this.#read.delete(versionRowId);
      this.wake();
    });
    return true;
  }

  /** Resolves with those that are gone, durably. */
  async #remove(files: readonly GivenUpFile[]): Promise<readonly number[]> {
    const { objects } = this.#options;
    const gone: number[] = [];
    await concurrently(files, AT_ONCE, async (file) => {
      const { id } = file;
      // Somebody may have begun to read it since it was looked at.
      if (this.#closed || this.#isRead(file)) return;
      try {
        await unlink(filePath(objects, id));
        gone.push(id);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') gone.push(id);
        else this.#putAside(id, error);
      }
    });
    const failed = new Set<number>();
    for (const directory of new Set(gone.map(directoryOf))) {
      try {
        await this.#settle(directory);
      } catch (error) {
        failed.add(directory);
        for (const id of gone) if (directoryOf(id) === directory) this.#putAside(id, error);
      }
    }
    return gone.filter((id) => !failed.has(directoryOf(id)));
  }

  /** Makes removals in a directory durable: removes it, where it is empty and gets no new files. */
  async #settle(directory: number): Promise<void> {
    const { objects, ids } = this.#options;
    const path = directoryPath(objects, directory);
    // The directory before the present one may still get a file whose number was given a moment ago.
    if (directory < directoryOf(ids.highest) - 1 && (await removedIfEmpty(path))) {
      await syncDirectory(objects);
      return;
    }
    try {
      await syncDirectory(path);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  #putAside(id: number, error: unknown): void {
    this.#aside.add(id);
    this.#options.onLog('warn', 'the file of a deleted object could not be removed', { file: id, error });
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#retry !== undefined || this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#aside.clear();
      this.wake();
    }, this.#options.retryMs ?? RETRY_MS);
    this.#retry.unref();
  }
}

async function removedIfEmpty(path: string): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return true;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}
