// The time by which locks are judged, out of a wall clock that somebody may set.
import type { LockClock } from './lock-clock.ts';

export interface WallLockClockOptions {
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Milliseconds since any moment; never set, only going on. */
  readonly monotonic: () => number;
  /** The highest time that was ever noted, also before a restart. */
  readonly highestTimeMs: () => number;
  /** Keeps a time for `highestTimeMs`. */
  readonly noteTime: (ms: number) => void;
}

/**
 * A lock clock that starts now. Until the process ends nobody unlocks anything by setting the clock: back, and the wall
 * clock itself says that it is early; forward, and what has really passed since the start says so. A clock that is wrong at
 * the start is believed.
 */
export function createWallLockClock(options: WallLockClockOptions): LockClock {
  const { wallClock, monotonic, highestTimeMs, noteTime } = options;
  const startedWallMs = wallClock();
  const startedMonotonicMs = monotonic();
  /** The earlier of what the clock says and what has really passed. */
  const earliestMs = (): number => Math.min(wallClock(), startedWallMs + monotonic() - startedMonotonicMs);
  return {
    isOver(untilMs) {
      return earliestMs() >= untilMs;
    },
    isAhead(untilMs) {
      return wallClock() < untilMs;
    },
    grantFromMs() {
      // Not the wall clock: one that was set far ahead for a moment would lengthen every later retention for ever.
      noteTime(earliestMs());
      return Math.max(wallClock(), highestTimeMs());
    },
  };
}
