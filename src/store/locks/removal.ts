// Whether a version may be removed. Every way in which one can go asks here.
import { S3Error } from '../../s3/error.ts';
import type { VersionRow } from '../database/rows.ts';
import type { LockClock } from './lock-clock.ts';
import { formatRetainUntil } from './retain-until.ts';

/** Throws AccessDenied, with a message that says what holds the version. `bypass`: see `bypassesGovernance`. */
export function checkRemovable(
  { lock, versionId }: Pick<VersionRow, 'lock' | 'versionId'>,
  lockClock: LockClock,
  bypass: boolean,
): void {
  const { retention, legalHold } = lock;
  if (legalHold) throw locked(versionId, 'under legal hold');
  if (retention === undefined || lockClock.isOver(retention.untilMs)) return;
  if (retention.mode === 'GOVERNANCE' && bypass) return;
  throw locked(versionId, `under ${retention.mode} retention until ${formatRetainUntil(retention.untilMs)}`);
}

function locked(versionId: string, why: string): S3Error {
  return new S3Error('AccessDenied', {
    message: `Access Denied because the version ${versionId} is protected by object lock: it is ${why}.`,
  });
}
