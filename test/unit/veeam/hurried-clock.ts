// A clock whose sleeps are over at once and only move its hands: tests of back-off and deadlines wait for nothing.
import type { VeeamClock } from '../../../src/veeam/clock.ts';

export interface HurriedClock extends VeeamClock {
  /** Every sleep, in milliseconds. */
  readonly slept: readonly number[];
  /** Those that a signal ended. */
  readonly interrupted: readonly number[];
  advance(milliseconds: number): void;
}

export const MORNING = Date.parse('2026-03-01T08:00:00Z');

/** `onSleep` runs at each sleep, with how many there were: for what happens meanwhile. */
export function hurriedClock(onSleep: (count: number) => void = () => undefined): HurriedClock {
  const slept: number[] = [];
  const interrupted: number[] = [];
  let now = 1000;
  return {
    slept,
    interrupted,
    now: () => now,
    wallTime: () => MORNING + now,
    random: () => 1,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      now += milliseconds;
      onSleep(slept.length);
      // Lets what came over a socket be handled.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted === true) interrupted.push(milliseconds);
      signal?.throwIfAborted();
    },
    advance(milliseconds) {
      now += milliseconds;
    },
  };
}
