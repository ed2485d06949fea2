// The directories that body files go to, made as they are needed, and their names made durable.
import { mkdir } from 'node:fs/promises';
import { errorCode } from './disk-error.ts';
import { directoryPath } from './file-paths.ts';
import type { GroupSync } from './group-sync.ts';

export class ObjectDirectories {
  readonly #objects: string;
  readonly #groupSync: GroupSync;
  /** The latest one that was made ready, or is being made: nearly all files go there. */
  #latest: { readonly directory: number; readonly ready: Promise<string> } | undefined;

  constructor(objects: string, groupSync: GroupSync) {
    this.#objects = objects;
    this.#groupSync = groupSync;
  }

  /** Makes a directory durably where it is not there yet, and resolves with its path. */
  ready(directory: number): Promise<string> {
    const latest = this.#latest;
    if (latest?.directory === directory) return latest.ready;
    const ready = this.#make(directory);
    if (latest === undefined || directory > latest.directory) {
      this.#latest = { directory, ready };
      ready.catch(() => {
        if (this.#latest?.ready === ready) this.#latest = undefined;
      });
    }
    return ready;
  }

  async #make(directory: number): Promise<string> {
    const path = directoryPath(this.#objects, directory);
    try {
      await mkdir(path, { mode: 0o700 });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    // Also where it is there already: whoever made it may have ended before its name was durable.
    await this.#groupSync.sync(this.#objects);
    return path;
  }
}
