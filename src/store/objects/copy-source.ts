// The object that a copy reads from, for CopyObject and UploadPartCopy.
import { HeaderList } from '../../http1/header-list.ts';
import { evaluateConditions } from '../../s3/conditional.ts';
import { S3Error } from '../../s3/error.ts';
import type { CopySource, S3Request } from '../../s3/request.ts';
import type { VersionReads } from '../database/catalog.ts';
import type { BucketRow, VersionRow } from '../database/rows.ts';
import { checkVersionId, findVersion } from './find-version.ts';

const CONDITION_PREFIX = 'x-amz-copy-source-if-';

/** Throws NoSuchKey, NoSuchVersion, InvalidArgument, and InvalidRequest for a delete marker by its id. */
export function findCopySource(
  versions: VersionReads,
  bucket: BucketRow,
  { key, versionId }: CopySource,
): VersionRow {
  if (versionId !== undefined) checkVersionId(versionId);
  const row = findVersion(versions, bucket, key, versionId);
  if (!row.isMarker) return row;
  if (versionId === undefined) throw new S3Error('NoSuchKey', { details: { Key: key } });
  throw new S3Error('InvalidRequest', {
    message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
  });
}

/** `x-amz-copy-source-if-…`, judged like the conditions of a read. Throws PreconditionFailed. */
export function checkCopyConditions(headers: S3Request['head']['headers'], row: VersionRow): void {
  const conditions: (readonly [string, string])[] = [];
  for (const { name, value } of headers) {
    if (name.startsWith(CONDITION_PREFIX)) {
      conditions.push([name.slice('x-amz-copy-source-'.length), value]);
    }
  }
  if (conditions.length === 0) return;
  const validators = { etag: `"${row.etag}"`, lastModifiedMs: row.modifiedMs };
  const verdict = evaluateConditions(HeaderList.of(...conditions), validators);
  if (verdict.kind === 'proceed') return;
  const condition = verdict.kind === 'failed' ? verdict.condition : 'If-None-Match or If-Modified-Since';
  throw new S3Error('PreconditionFailed', { details: { Condition: `x-amz-copy-source-${condition}` } });
}
