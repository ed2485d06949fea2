// The version that a request means, and what is said where that is a delete marker or nothing.
import { S3Error } from '../../s3/error.ts';
import { formatHttpDate } from '../../s3/http-date.ts';
import type { S3Request } from '../../s3/request.ts';
import type { VersionReads } from '../database/catalog.ts';
import type { BucketRow, VersionRow } from '../database/rows.ts';
import { NULL_VERSION_ID, parseVersionId } from '../database/version-ids.ts';
import type { Answer } from '../server/call.ts';
import { parameter } from '../server/query.ts';
import { versionIdHeader } from './version-headers.ts';

/** An object, or the answer to a call that meets a delete marker where it needs an object. */
export type Found =
  | { readonly kind: 'object'; readonly row: VersionRow }
  | { readonly kind: 'marker'; readonly answer: Answer };

/** The request's `versionId`; undefined where the current version is meant. Throws InvalidArgument for what is none. */
export function requestedVersionId(request: S3Request): string | undefined {
  const versionId = parameter(request, 'versionId');
  if (versionId !== undefined) checkVersionId(versionId);
  return versionId;
}

/** Throws InvalidArgument for a text that no version of this store has ever had. */
export function checkVersionId(versionId: string): void {
  if (versionId === NULL_VERSION_ID || parseVersionId(versionId) !== undefined) return;
  throw new S3Error('InvalidArgument', {
    message: 'Invalid version id specified',
    details: { ArgumentName: 'versionId', ArgumentValue: versionId.slice(0, 64) },
  });
}

/** A version or marker. Throws NoSuchKey, or NoSuchVersion where an id was given. */
export function findVersion(
  versions: VersionReads,
  bucket: BucketRow,
  key: string,
  versionId: string | undefined,
): VersionRow {
  if (versionId === undefined) {
    const row = versions.latest(bucket.id, key);
    if (row === undefined) throw new S3Error('NoSuchKey', { details: { Key: key } });
    return row;
  }
  const row = versions.byVersionId(bucket.id, key, versionId);
  if (row === undefined) {
    throw new S3Error('NoSuchVersion', { details: { Key: key, VersionId: versionId } });
  }
  return row;
}

/** The object that a request means. Throws NoSuchKey, NoSuchVersion and InvalidArgument. */
export function findObject(versions: VersionReads, bucket: BucketRow, request: S3Request): Found {
  const versionId = requestedVersionId(request);
  const row = findVersion(versions, bucket, request.key, versionId);
  return row.isMarker
    ? { kind: 'marker', answer: markerAnswer(row, bucket, versionId !== undefined) }
    : { kind: 'object', row };
}

/** Amazon S3 User Guide, "Working with delete markers": 404 where it is the current version, 405 where it is asked for by id. */
function markerAnswer(row: VersionRow, bucket: BucketRow, byId: boolean): Answer {
  const headers = [['x-amz-delete-marker', 'true'], ...versionIdHeader(bucket, row)] as const;
  if (!byId) return { error: new S3Error('NoSuchKey', { details: { Key: row.key } }), headers };
  return {
    error: new S3Error('MethodNotAllowed', { details: { Method: 'DELETE', ResourceType: 'DeleteMarker' } }),
    headers: [...headers, ['Allow', 'DELETE'], ['Last-Modified', formatHttpDate(row.modifiedMs)]],
  };
}
