// Rules for bucket names and keys (Amazon S3 User Guide, "General purpose bucket naming rules" and "Naming objects").
import { S3Error } from './error.ts';

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
// On Windows a backslash separates too, and servlet containers cut a segment at its semicolon before they collapse it.
const DOT_SEGMENT = /(^|[/\\])\.\.?([;/\\]|$)/;
const MAX_KEY_BYTES = 1024;

/**
 * First path segments that are not buckets in some store: MinIO's admin, metrics and health calls live under `/minio`,
 * Ceph RGW's admin operations under `/admin`, its other protocols under `/swift` and `/auth`. The gateway signs with
 * the store's own credentials, so passing such a path on would hand them out.
 */
const RESERVED_BY_STORES: ReadonlySet<string> = new Set(['minio', 'admin', 'swift', 'auth']);

/** Throws InvalidBucketName unless the name is one that every store understands alike. */
export function checkBucketName(bucket: string): void {
  if (!BUCKET_NAME.test(bucket) || IPV4.test(bucket) || bucket.includes('..')) {
    throw new S3Error('InvalidBucketName', { details: { BucketName: bucket } });
  }
  if (RESERVED_BY_STORES.has(bucket)) {
    throw new S3Error('InvalidBucketName', {
      message: `The bucket name "${bucket}" is reserved by the stores behind this gateway.`,
      details: { BucketName: bucket },
    });
  }
}

/** Throws unless the decoded key can mean only one object in every store. */
export function checkKey(key: string): void {
  // A character takes three bytes at most.
  if (key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', { details: { MaxSizeAllowed: String(MAX_KEY_BYTES) } });
  }
  if (key.includes('\0')) {
    throw new S3Error('InvalidArgument', { message: 'Keys with NUL characters are refused.' });
  }
  // Some stores collapse dot segments and then reach another bucket (CVE-2026-54917, CVE-2026-55874, CVE-2026-58372).
  if (DOT_SEGMENT.test(key)) {
    throw new S3Error('InvalidArgument', { message: 'Keys with "." or ".." as a path segment are refused.' });
  }
}
