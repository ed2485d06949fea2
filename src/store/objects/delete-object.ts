// DeleteObject.
import { S3Error } from '../../s3/error.ts';
import { AMZ_BYPASS_GOVERNANCE } from '../../s3/headers.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { checkWriteHeaders } from '../buckets/write-headers.ts';
import { bypassesGovernance } from '../locks/bypass.ts';
import type { Answer, AnswerHeaders, Call, StoreParts } from '../server/call.ts';
import { type Deleted, deleteVersion } from './delete-version.ts';
import { findVersion, requestedVersionId } from './find-version.ts';
import { checkDeleteConditions } from './write-conditions.ts';

export async function deleteObject(call: Call, store: StoreParts): Promise<Answer> {
  const { request } = call;
  const { key } = request;
  checkWriteHeaders(request, [AMZ_BYPASS_GOVERNANCE]);
  const versionId = requestedVersionId(request);
  const bypass = bypassesGovernance(call);
  const deleted = await store.catalog.write((transaction) => {
    const bucket = requireBucket(transaction.buckets, request);
    checkDeleteConditions(request.head.headers, () => {
      const row = findVersion(transaction.versions, bucket, key, versionId);
      if (row.isMarker) throw new S3Error('NoSuchKey', { details: { Key: key } });
      return row;
    });
    return deleteVersion(transaction, store, bucket, { key, versionId, bypass });
  });
  return { status: 204, headers: headersOf(deleted) };
}

function headersOf({ versionId, isMarker }: Deleted): AnswerHeaders {
  if (versionId === undefined) return [];
  const version = ['x-amz-version-id', versionId] as const;
  return isMarker ? [version, ['x-amz-delete-marker', 'true']] : [version];
}
