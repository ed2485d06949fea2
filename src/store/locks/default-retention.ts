// The retention that a bucket gives to versions that bring none.
import type { BucketRow, ObjectLock } from '../database/rows.ts';
import type { LockClock } from './lock-clock.ts';

const DAY_MS = 86_400_000;

/** Years are those of the calendar. */
export function defaultRetention(
  { defaultRetention: rule }: Pick<BucketRow, 'defaultRetention'>,
  lockClock: LockClock,
): ObjectLock['retention'] {
  if (rule === undefined) return undefined;
  const { mode, period } = rule;
  const fromMs = lockClock.grantFromMs();
  if ('days' in period) return { mode, untilMs: fromMs + period.days * DAY_MS };
  const until = new Date(fromMs);
  return { mode, untilMs: until.setUTCFullYear(until.getUTCFullYear() + period.years) };
}
