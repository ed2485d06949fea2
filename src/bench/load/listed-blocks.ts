// What the store lists of the run, page by page: never more than two pages are in memory.
import type { ListedVersion } from '../bench-context.ts';
import { isOwnKey } from '../runtime/own-keys.ts';
import { ListingError, versionPages } from '../runtime/version-listing.ts';
import type { Block } from './block-plan.ts';
import { type LoadRun, PhaseGivenUp } from './load-run.ts';

/**
 * Pages of versions below a prefix of the run. A page is given when the next is there: by then its versions may be deleted
 * without harm to the listing, which goes on from a version that still exists. Throws PhaseGivenUp where it cannot be listed.
 */
export async function* listedPages(run: LoadRun, prefix: string): AsyncGenerator<readonly ListedVersion[]> {
  try {
    let before: readonly ListedVersion[] | undefined;
    for await (const { versions } of versionPages(run.ask, { prefix })) {
      if (before !== undefined) yield before;
      // A store that lists what was not asked for must not have it deleted.
      before = versions.filter(({ key }) => key.startsWith(prefix) && isOwnKey(key));
    }
    if (before !== undefined) yield before;
  } catch (error) {
    run.signal.throwIfAborted();
    const isListing = error instanceof ListingError;
    throw new PhaseGivenUp(isListing ? error.message : `a listing failed: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

export interface ListedBlock {
  readonly version: ListedVersion;
  readonly block: Block;
}

/** Versions of blocks of one machine, in the order of the listing; what is no block is left out. */
export async function* listedBlocks(run: LoadRun, machine: number): AsyncGenerator<readonly ListedBlock[]> {
  for await (const page of listedPages(run, run.keys.folderOf(machine))) {
    yield page.flatMap((version) => {
      const block = version.isMarker ? undefined : run.keys.blockOf(version.key, machine);
      return block === undefined ? [] : [{ version, block }];
    });
  }
}

/** Counts anew what is there: a run that was ended does not know what became of its last calls. */
export async function countHeld(run: LoadRun): Promise<void> {
  for await (const page of listedPages(run, run.prefix)) {
    run.held.objects += page.length;
    run.held.bytes += page.reduce((sum, { size }) => sum + size, 0);
  }
}
