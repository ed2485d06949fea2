// The embedded store: its file system and the sums that it keeps of each bucket, both live.
import { CapacityUnknownError } from '../capacity.ts';
import type { CapacityProvider } from '../provider.ts';
import { untilAborted } from '../until-aborted.ts';

/** What the store says of one bucket and its surroundings, in bytes. */
export interface EmbeddedRoom {
  /** The whole file system. */
  readonly totalBytes: bigint;
  /** What uploads may still take. */
  readonly availableBytes: bigint;
  /** What the bucket holds: all versions and the parts of unfinished uploads. */
  readonly bucketBytes: bigint;
  /** The moment that `bucketBytes` is of, by the clock of this machine. */
  readonly countedAtMs: number;
}

export interface EmbeddedCapacityOptions {
  /** Asks the store's process; rejects where it does not answer, or does not have the bucket. */
  ask(bucket: string, signal: AbortSignal): Promise<EmbeddedRoom>;
  readonly now: () => number;
}

const SOURCE = 'embedded';

/** What else is on the file system is neither used by the bucket nor available to it. */
export function embeddedCapacity({ ask, now }: EmbeddedCapacityOptions): CapacityProvider {
  return {
    source: SOURCE,
    async measure(bucket, signal) {
      const atMs = now();
      const what = `asked the embedded store for the room of bucket ${bucket}`;
      const { totalBytes, availableBytes, bucketBytes, countedAtMs } = await untilAborted(
        answered(ask(bucket, signal), what),
        signal,
        what,
      );
      return {
        total: { bytes: totalBytes, source: SOURCE, atMs },
        free: { bytes: availableBytes, source: SOURCE, atMs },
        // What was written while the question was on its way is in it already.
        used: { bytes: bucketBytes, source: SOURCE, atMs: countedAtMs, lagMs: 0, uploads: 'counted' },
      };
    },
  };
}

async function answered(answer: Promise<EmbeddedRoom>, what: string): Promise<EmbeddedRoom> {
  try {
    return await answer;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CapacityUnknownError(`${what}: ${why}`, { cause: error });
  }
}
