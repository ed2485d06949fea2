// Many buckets that count as one: every member is measured, and none is left out but what is gone.
import { CapacityUnknownError } from './capacity.ts';
import type { WholeFigures } from './figures.ts';
import { untilAborted } from './until-aborted.ts';

/** Beyond so many a sum would take minutes and never be of one moment. */
export const MAX_POOL_MEMBERS = 10_000;

export interface PoolOptions {
  /** For error sentences: the pattern of the buckets. */
  readonly name: string;
  /** The names of the store's buckets that belong to the pool now. */
  members(signal: AbortSignal): Promise<readonly string[]>;
  /** Rejects where the bucket is gone, as where the store does not answer. */
  measure(bucket: string, signal: AbortSignal): Promise<WholeFigures>;
  /** Members measured at a time: 4 unless given. */
  readonly concurrency?: number;
  /** How long a list of members is good, so how late a bucket that was just made joins: 60 s unless given. */
  readonly membersForMs?: number;
  /** Milliseconds. */
  readonly now: () => number;
}

export interface PoolFigures {
  /** In the order of the list; never empty. */
  readonly perBucket: ReadonlyMap<string, WholeFigures>;
}

export interface Pool {
  /**
   * Measures every member. Rejects with a CapacityUnknownError where the members cannot be listed, are none or too many, or
   * where one that is still there cannot be measured: never a sum with a hole. Promptly too once `signal` is aborted. The
   * caller asks once at a time.
   */
  measure(signal: AbortSignal): Promise<PoolFigures>;
}

export function createPool(options: PoolOptions): Pool {
  const { name, concurrency = 4, membersForMs = 60_000, now } = options;
  let listed: { readonly names: ReadonlySet<string>; readonly atMs: number } | undefined;

  async function list(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const atMs = now();
    const what = `asked for the buckets of the pool ${name}`;
    const names = new Set(
      await untilAborted(options.members(signal), signal, what).catch((cause: unknown) => {
        if (cause instanceof CapacityUnknownError) throw cause;
        throw new CapacityUnknownError(`${what}: ${reasonOf(cause)}`, { cause });
      }),
    );
    if (names.size > MAX_POOL_MEMBERS) {
      throw new CapacityUnknownError(
        `the pool ${name} has ${names.size} buckets, and at most ${MAX_POOL_MEMBERS} can count as one: give it a narrower pattern`,
      );
    }
    listed = { names, atMs };
    return names;
  }

  /** Not a list from the future either: the clock was set back, and it would outstay its time. */
  function known(): ReadonlySet<string> | undefined {
    if (listed === undefined || listed.names.size === 0) return undefined;
    const ageMs = now() - listed.atMs;
    return ageMs >= 0 && ageMs < membersForMs ? listed.names : undefined;
  }

  async function measureAll(signal: AbortSignal): Promise<PoolFigures> {
    let present = known() ?? (await list(signal));
    const names = [...present];
    const found = new Map<string, WholeFigures>();

    async function measureOne(bucket: string): Promise<void> {
      const what = `asked for the capacity of bucket ${bucket}`;
      try {
        found.set(bucket, await untilAborted(options.measure(bucket, signal), signal, what));
      } catch (error) {
        if (signal.aborted) throw error;
        // Sources do not tell a bucket that is gone from one that cannot be measured. The list does.
        present = await list(signal).catch((cause: unknown) => {
          throw failed(
            bucket,
            `${reasonOf(error)}; whether it is still there is not known: ${reasonOf(cause)}`,
          );
        });
        if (present.has(bucket)) throw failed(bucket, reasonOf(error), error);
      }
    }

    function failed(bucket: string, why: string, cause?: unknown): CapacityUnknownError {
      return new CapacityUnknownError(`bucket ${bucket} of the pool ${name}: ${why}`, { cause });
    }

    let next = 0;
    const work = async (): Promise<void> => {
      for (let bucket = names[next++]; bucket !== undefined; bucket = names[next++]) {
        if (present.has(bucket)) await measureOne(bucket);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    const inOrder = names.flatMap((bucket) => {
      const figures = found.get(bucket);
      return figures === undefined ? [] : [[bucket, figures] as const];
    });
    // Nobody asks about a bucket that is not there: a store that lists none forgets, and what it said before is better.
    if (inOrder.length === 0) throw new CapacityUnknownError(`the store lists no bucket of the pool ${name}`);
    return { perBucket: new Map(inOrder) };
  }

  return {
    async measure(signal) {
      const own = new AbortController();
      try {
        return await measureAll(AbortSignal.any([signal, own.signal]));
      } finally {
        // What others are still measuring is of no use once one has failed.
        own.abort();
      }
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
