// Makes names in directories durable: one fsync serves all who wait for the same directory.
import { open } from 'node:fs/promises';
import { Coalesced } from './coalesced.ts';

export class GroupSync {
  readonly #directories = new Map<string, Coalesced<void>>();

  /** Resolves when all names that were made or removed in that directory before the call are on the disk. */
  async sync(directory: string): Promise<void> {
    let group = this.#directories.get(directory);
    if (group === undefined) {
      group = new Coalesced(() => syncDirectory(directory));
      this.#directories.set(directory, group);
    }
    try {
      await group.run();
    } finally {
      if (group.idle) this.#directories.delete(directory);
    }
  }
}

/** Puts a directory's entries on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
