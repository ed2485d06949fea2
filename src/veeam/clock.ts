// Time and chance, as the clients see them: tests wait for nothing.
import { setTimeout as sleep } from 'node:timers/promises';

export interface VeeamClock {
  /** Milliseconds that only grow; not the time of day. */
  now(): number;
  /** The time of day in milliseconds since 1970, for what a server says as a date. */
  wallTime(): number;
  /** Rejects with the signal's reason once it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1: spreads the retries of several clients. */
  random(): number;
}

export const SYSTEM_CLOCK: VeeamClock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    signal?.throwIfAborted();
    try {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
  random: () => Math.random(),
};
