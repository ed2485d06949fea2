// How long to wait before a process that ended is started again: longer each time, from the beginning once it ran calmly.

export interface RestartPace {
  /** After a run of that length: milliseconds until the next start. */
  afterRunOf(ranMs: number): number;
}

const FIRST_MS = 100;
const LONGEST_MS = 5_000;
const CALM_MS = 60_000;

export function createRestartPace(): RestartPace {
  let nextMs = FIRST_MS;
  return {
    afterRunOf(ranMs) {
      const waitMs = ranMs >= CALM_MS ? FIRST_MS : nextMs;
      nextMs = Math.min(waitMs * 2, LONGEST_MS);
      return waitMs;
    },
  };
}
