// The quota of a bucket: what all its versions and the parts of its unfinished uploads may take together.
import { S3Error } from '../../s3/error.ts';
import type { BucketReads } from '../database/catalog.ts';
import type { BucketRow } from '../database/rows.ts';
import type { StoreParts } from '../server/call.ts';

/**
 * Throws QuotaExceeded where a bucket would grow beyond its quota. What makes nothing bigger is always allowed. `freed`:
 * bytes of the version that is replaced.
 */
export function checkQuota(
  buckets: BucketReads,
  store: StoreParts,
  bucket: BucketRow,
  added: number,
  freed = 0,
): void {
  if (added <= freed) return;
  const quota = store.quotaOf(bucket.name);
  if (quota === undefined) return;
  const used = buckets.usage(bucket.id).usedBytes + BigInt(added - freed);
  if (used > quota) throw new S3Error('QuotaExceeded', { details: { BucketName: bucket.name } });
}
