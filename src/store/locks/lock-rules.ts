// What holds for every lock that is asked for, wherever it stands (Amazon S3 User Guide, "Locking objects with Object Lock").
import { S3Error } from '../../s3/error.ts';
import type { BucketRow, RetentionMode } from '../database/rows.ts';
import type { LockClock } from './lock-clock.ts';

export function isRetentionMode(text: string | undefined): text is RetentionMode {
  return text === 'GOVERNANCE' || text === 'COMPLIANCE';
}

/** Throws InvalidRequest unless the bucket has object lock. */
export function requireObjectLock({ objectLock, name }: BucketRow): void {
  if (objectLock) return;
  throw new S3Error('InvalidRequest', {
    message: 'Bucket is missing Object Lock Configuration',
    details: { BucketName: name },
  });
}

/** Throws InvalidArgument for a retention that would be over at once. */
export function requireFuture(untilMs: number, lockClock: LockClock): void {
  if (lockClock.isAhead(untilMs)) return;
  throw new S3Error('InvalidArgument', { message: 'The retain until date must be in the future!' });
}
