// The guards of all buckets. An open guard has nothing to remember, so only those that are closed are kept.
import { createGuard, type Guard, type GuardLevels, type GuardState } from './guard.ts';

/** How a bucket is guarded. */
export interface BucketGuard extends GuardLevels {
  /**
   * The pool whose buckets open and close together; absent where the bucket stands alone. A bucket that was made in a full
   * pool a moment ago is closed before it was ever measured.
   */
  readonly pool?: string;
}

export interface GuardsOptions {
  /** Undefined where the bucket has no guard. Asked for the name of a pool too, where that is what the owner observes. */
  guardOf(bucket: string): BucketGuard | undefined;
  /**
   * Told of each change; must not throw. `name`: of the pool, else of the bucket. `availableBytes` is absent where a closed
   * guard was forgotten, which opens it.
   */
  onChange(name: string, state: GuardState, availableBytes: bigint | undefined): void;
  /** Closed guards remembered; beyond it the one observed longest ago is forgotten. 10,000 unless given. */
  readonly maxClosed?: number;
}

export interface Guards {
  /** Takes what is available in a bucket now; undefined where that is not known, which changes nothing. */
  observe(bucket: string, availableBytes: bigint | undefined): void;
  isClosed(bucket: string): boolean;
  /** The names of pools, and of buckets that stand alone. */
  closed(): readonly string[];
  /** That bucket is gone: one made anew under its name begins open, unless its pool is closed. */
  forget(bucket: string): void;
  /** `guardOf` may say something else from now on: where it does, a guard begins open and is closed by the next numbers. */
  reconsider(): void;
}

export function createGuards({ guardOf, onChange, maxClosed = 10_000 }: GuardsOptions): Guards {
  /** Those that are closed, the one observed longest ago first. */
  const kept = new Map<string, { readonly guard: Guard; readonly levels: BucketGuard }>();

  function open(name: string, availableBytes: bigint | undefined): void {
    if (kept.delete(name)) onChange(name, 'open', availableBytes);
  }

  return {
    observe(bucket, availableBytes) {
      const levels = guardOf(bucket);
      if (levels === undefined || availableBytes === undefined) return;
      const name = levels.pool ?? bucket;
      const known = kept.get(name);
      const guard = known?.guard ?? createGuard(levels);
      if (guard.observe(availableBytes) === 'open') {
        open(name, availableBytes);
        return;
      }
      kept.delete(name);
      kept.set(name, { guard, levels });
      if (known === undefined) onChange(name, 'closed', availableBytes);
      const [oldest = name] = kept.keys();
      if (kept.size > maxClosed) open(oldest, undefined);
    },
    isClosed(bucket) {
      const levels = guardOf(bucket);
      return levels !== undefined && kept.has(levels.pool ?? bucket);
    },
    closed: () => [...kept.keys()],
    forget: (bucket) => open(bucket, undefined),
    reconsider() {
      for (const [name, { levels }] of [...kept]) {
        const now = guardOf(name);
        const isSame =
          now !== undefined &&
          now.floorBytes === levels.floorBytes &&
          now.reopenBytes === levels.reopenBytes &&
          now.pool === levels.pool;
        if (!isSame) open(name, undefined);
      }
    },
  };
}
