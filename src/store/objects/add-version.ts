// The one way in which a new version comes into a bucket: every check is made in the transaction that adds it.
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import { requireBucketNamed } from '../buckets/require-bucket.ts';
import type { Catalog, NewVersion, Transaction, VersionReads } from '../database/catalog.ts';
import type { BucketRow, ObjectLock, VersionRow } from '../database/rows.ts';
import { NULL_VERSION_ID } from '../database/version-ids.ts';
import { defaultRetention } from '../locks/default-retention.ts';
import { checkRemovable } from '../locks/removal.ts';
import type { StoreParts } from '../server/call.ts';
import { checkQuota } from './quota.ts';
import { checkWriteConditions } from './write-conditions.ts';

/** What is read to judge an addition: of the catalog, or of a transaction. */
type Reads = Pick<Catalog, 'buckets' | 'versions'>;

/**
 * Adds a version that was written by `request`, with the default retention of the bucket where it brings none. A version
 * with `parts` is a completed upload: its bytes are in the bucket's sums already. Throws what `checkMayAdd` throws,
 * NoSuchBucket, and InvalidRequest for a lock where there is no object lock (any more).
 */
export function addVersion(
  transaction: Transaction,
  store: StoreParts,
  bucketName: string,
  request: S3Request,
  version: Omit<NewVersion, 'bucketId' | 'modifiedMs'>,
): { readonly row: VersionRow; readonly bucket: BucketRow } {
  const { key, size, parts } = version;
  const bucket = requireBucketNamed(transaction.buckets, bucketName);
  checkMayAdd(transaction, store, bucket, request, key, parts === undefined ? size : 0);
  const lock = lockIn(bucket, version.lock, store);
  const added = { ...version, lock, bucketId: bucket.id, modifiedMs: store.wallClock() };
  return { row: transaction.versions.insert(added, bucket.versioning !== 'enabled'), bucket };
}

/**
 * Whether `request` may put a version of so many new bytes under a key. Asked before a body is read, so that what can be
 * told then is not told after gigabytes; what counts is that `addVersion` asks again. Throws the conditions' errors,
 * QuotaExceeded, and AccessDenied where a locked `null` version would be replaced.
 */
export function checkMayAdd(
  { buckets, versions }: Reads,
  store: StoreParts,
  bucket: BucketRow,
  request: S3Request,
  key: string,
  added: number,
): void {
  checkWriteConditions(request.head.headers, key, versions.latest(bucket.id, key));
  const replaced = replacedVersion(versions, bucket, key);
  if (replaced !== undefined) checkRemovable(replaced, store.lockClock, false);
  checkQuota(buckets, store, bucket, added, replaced?.size);
}

/** The version whose place a new one, or a marker, takes: the `null` version of a bucket whose versioning is not enabled. */
export function replacedVersion(
  versions: VersionReads,
  { id, versioning }: BucketRow,
  key: string,
): VersionRow | undefined {
  return versioning === 'enabled' ? undefined : versions.byVersionId(id, key, NULL_VERSION_ID);
}

function lockIn(bucket: BucketRow, asked: ObjectLock, { lockClock }: StoreParts): ObjectLock {
  if (bucket.objectLock) {
    return asked.retention === undefined
      ? { ...asked, retention: defaultRetention(bucket, lockClock) }
      : asked;
  }
  if (asked.retention === undefined && !asked.legalHold) return asked;
  throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' });
}
