// The bucket that a request names, or NoSuchBucket.
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import type { BucketReads } from '../database/catalog.ts';
import type { BucketRow } from '../database/rows.ts';

/** Throws NoSuchBucket. */
export function requireBucket(buckets: BucketReads, request: Pick<S3Request, 'bucket'>): BucketRow {
  return requireBucketNamed(buckets, request.bucket);
}

/** The same by name: for copy sources. */
export function requireBucketNamed(buckets: BucketReads, name: string): BucketRow {
  const bucket = buckets.find(name);
  if (bucket === undefined) throw new S3Error('NoSuchBucket', { details: { BucketName: name } });
  return bucket;
}
