// The lock of an object in headers (Amazon S3 API Reference, PutObject and GetObject).
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import type { BucketRow, ObjectLock } from '../database/rows.ts';
import type { AnswerHeaders } from '../server/call.ts';
import type { LockClock } from './lock-clock.ts';
import { isRetentionMode, requireFuture, requireObjectLock } from './lock-rules.ts';
import { formatRetainUntil, parseRetainUntil } from './retain-until.ts';

const MODE = 'x-amz-object-lock-mode';
const RETAIN_UNTIL = 'x-amz-object-lock-retain-until-date';
const LEGAL_HOLD = 'x-amz-object-lock-legal-hold';

export const LOCK_HEADERS: readonly string[] = [MODE, RETAIN_UNTIL, LEGAL_HOLD];

/** The lock that a write asks for. Throws InvalidArgument, and InvalidRequest where the bucket has no object lock. */
export function readLockHeaders(
  headers: S3Request['head']['headers'],
  bucket: BucketRow,
  lockClock: LockClock,
): ObjectLock {
  const mode = headers.get(MODE);
  const until = headers.get(RETAIN_UNTIL);
  const hold = headers.get(LEGAL_HOLD);
  if (mode !== undefined || until !== undefined || hold !== undefined) requireObjectLock(bucket);
  return { retention: readRetention(mode, until, lockClock), legalHold: readLegalHold(hold) };
}

/** What reads say of a lock, also of a retention that is over. */
export function lockHeaders({ retention, legalHold }: ObjectLock): AnswerHeaders {
  const headers: (readonly [string, string])[] = [];
  if (retention !== undefined) {
    headers.push([MODE, retention.mode], [RETAIN_UNTIL, formatRetainUntil(retention.untilMs)]);
  }
  if (legalHold) headers.push([LEGAL_HOLD, 'ON']);
  return headers;
}

function readRetention(
  mode: string | undefined,
  until: string | undefined,
  lockClock: LockClock,
): ObjectLock['retention'] {
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined) {
    throw invalid(
      `${MODE} and ${RETAIN_UNTIL} must both be supplied`,
      mode === undefined ? MODE : RETAIN_UNTIL,
    );
  }
  if (!isRetentionMode(mode)) throw invalid('Unknown wormMode directive.', MODE);
  const untilMs = parseRetainUntil(until);
  if (untilMs === undefined) {
    throw invalid('The retain until date must be provided in ISO 8601 format', RETAIN_UNTIL);
  }
  requireFuture(untilMs, lockClock);
  return { mode, untilMs };
}

function readLegalHold(hold: string | undefined): boolean {
  if (hold === undefined || hold === 'OFF') return false;
  if (hold === 'ON') return true;
  throw invalid("Legal Hold must be either of 'ON' or 'OFF'", LEGAL_HOLD);
}

function invalid(message: string, argument: string): S3Error {
  return new S3Error('InvalidArgument', { message, details: { ArgumentName: argument } });
}
