// GetObjectRetention and PutObjectRetention.
import { S3Error } from '../../s3/error.ts';
import { AMZ_BYPASS_GOVERNANCE } from '../../s3/headers.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { checkWriteHeaders } from '../buckets/write-headers.ts';
import { documentAnswer } from '../objects/document.ts';
import { findObject } from '../objects/find-version.ts';
import { versionIdHeader } from '../objects/version-headers.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { readDocument, SMALL_DOCUMENT_BYTES } from '../server/read-document.ts';
import { bypassesGovernance } from './bypass.ts';
import { requireFuture, requireObjectLock } from './lock-rules.ts';
import { checkRetentionChange } from './retention-change.ts';
import { parseRetention, renderRetention } from './retention-document.ts';

/** Throws InvalidRequest (no object lock) and NoSuchObjectLockConfiguration (no retention). */
export function getObjectRetention({ request }: Call, { catalog }: StoreParts): Answer {
  const bucket = requireBucket(catalog.buckets, request);
  requireObjectLock(bucket);
  const found = findObject(catalog.versions, bucket, request);
  if (found.kind === 'marker') return found.answer;
  const { row } = found;
  if (row.lock.retention === undefined) throw new S3Error('NoSuchObjectLockConfiguration');
  return documentAnswer('Retention', renderRetention(row.lock.retention), versionIdHeader(bucket, row));
}

/** Throws InvalidRequest (no object lock), MalformedXML, InvalidArgument (not in the future), AccessDenied. */
export async function putObjectRetention(call: Call, { catalog, lockClock }: StoreParts): Promise<Answer> {
  const { request } = call;
  checkWriteHeaders(request, [AMZ_BYPASS_GOVERNANCE, 'x-amz-request-payer']);
  requireObjectLock(requireBucket(catalog.buckets, request));
  const retention = parseRetention(await readDocument(call, SMALL_DOCUMENT_BYTES));
  const bypass = bypassesGovernance(call);
  return await catalog.write(({ buckets, versions }): Answer => {
    const bucket = requireBucket(buckets, request);
    requireObjectLock(bucket);
    const found = findObject(versions, bucket, request);
    if (found.kind === 'marker') return found.answer;
    const { id, lock } = found.row;
    checkRetentionChange(lock.retention, retention, lockClock, bypass);
    if (retention !== undefined) requireFuture(retention.untilMs, lockClock);
    versions.setLock(id, { ...lock, retention });
    return { status: 200, headers: versionIdHeader(bucket, found.row) };
  });
}
