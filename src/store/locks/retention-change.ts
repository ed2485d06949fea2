// Which changes of a retention are allowed (Amazon S3 User Guide, "Locking objects with Object Lock").
import { S3Error } from '../../s3/error.ts';
import type { ObjectLock } from '../database/rows.ts';
import type { LockClock } from './lock-clock.ts';
import { formatRetainUntil } from './retain-until.ts';

type Retention = ObjectLock['retention'];

/**
 * Throws AccessDenied for what would loosen a retention that is not over: COMPLIANCE never gets shorter, weaker or lost;
 * GOVERNANCE only with `bypass`. To extend it, and to turn GOVERNANCE into COMPLIANCE that is not shorter, is always allowed.
 */
export function checkRetentionChange(
  current: Retention,
  next: Retention,
  lockClock: LockClock,
  bypass: boolean,
): void {
  if (current === undefined || lockClock.isOver(current.untilMs)) return;
  const shorter = next === undefined || next.untilMs < current.untilMs;
  const weaker = current.mode === 'COMPLIANCE' && next?.mode !== 'COMPLIANCE';
  if (!shorter && !weaker) return;
  if (current.mode === 'GOVERNANCE' && bypass) return;
  throw new S3Error('AccessDenied', {
    message: `Access Denied because object protected by object lock: its ${current.mode} retention until ${formatRetainUntil(current.untilMs)} can only be extended.`,
  });
}
