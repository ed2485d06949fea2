// Moments that another machine tells, by our own clock.
import type { HttpAnswer } from './http-get.ts';

/**
 * A moment of that answer less what its clock is ahead of ours, as its Date header shows; never in the future.
 * Milliseconds since 1970.
 */
export function atOurTime(answer: HttpAnswer, theirMs: number, now: () => number): number {
  const aheadMs = answer.date === undefined ? 0 : answer.date - now();
  // An HTTP date has whole seconds: less than that is no difference between two clocks.
  return Math.min(now(), Math.abs(aheadMs) < 2_000 ? theirMs : theirMs - aheadMs);
}
