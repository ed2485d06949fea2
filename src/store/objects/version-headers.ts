// The headers of answers that have a version.
import { checksumHeader } from '../../s3/checksum.ts';
import { formatHttpDate } from '../../s3/http-date.ts';
import type { BucketRow, StoredChecksum, VersionRow } from '../database/rows.ts';
import { lockHeaders } from '../locks/lock-headers.ts';
import type { AnswerHeaders } from '../server/call.ts';
import { SYSTEM_HEADERS } from './stored-headers.ts';

const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

/** `x-amz-version-id`, also for `null`; nothing where versioning was never on. */
export function versionIdHeader(
  { versioning }: Pick<BucketRow, 'versioning'>,
  { versionId }: Pick<VersionRow, 'versionId'>,
): AnswerHeaders {
  return versioning === 'off' ? [] : [['x-amz-version-id', versionId]];
}

/** What GET and HEAD say of an object besides checksums, lengths and ranges. */
export function objectHeaders(row: VersionRow, bucket: BucketRow): AnswerHeaders {
  const headers: (readonly [string, string])[] = [
    ['ETag', `"${row.etag}"`],
    ['Last-Modified', formatHttpDate(row.modifiedMs)],
    ['Accept-Ranges', 'bytes'],
    ...versionIdHeader(bucket, row),
  ];
  let typed = false;
  for (const [name, value] of row.headers) {
    headers.push([SYSTEM_HEADERS.get(name) ?? name, value]);
    typed ||= name === 'content-type';
  }
  if (!typed) headers.push(['Content-Type', DEFAULT_CONTENT_TYPE]);
  if (row.tags.length > 0) headers.push(['x-amz-tagging-count', String(row.tags.length)]);
  return [...headers, ...lockHeaders(row.lock)];
}

/** `x-amz-checksum-…` and its type. */
export function checksumHeaders(checksum: StoredChecksum | undefined): AnswerHeaders {
  if (checksum === undefined) return [];
  return [
    [checksumHeader(checksum.algorithm), checksum.value],
    ['x-amz-checksum-type', checksum.type],
  ];
}
