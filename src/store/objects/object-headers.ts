// Everything that the headers of a write say of its object. What is not understood is refused by name: a promise that is
// not kept is never accepted.
import { S3Error } from '../../s3/error.ts';
import { AMZ_COPY_SOURCE } from '../../s3/headers.ts';
import type { S3Request } from '../../s3/request.ts';
import { checkCannedAcl, checkWriteHeaders } from '../buckets/write-headers.ts';
import type { BucketRow, ObjectFacts } from '../database/rows.ts';
import { LOCK_HEADERS, readLockHeaders } from '../locks/lock-headers.ts';
import type { Call, StoreParts } from '../server/call.ts';
import { METADATA_PREFIX, readStoredHeaders } from './stored-headers.ts';
import { parseTaggingHeader } from './tags.ts';

export type ObjectHeaders = Pick<ObjectFacts, 'headers' | 'tags' | 'lock'>;

const AMZ_STORAGE_CLASS = 'x-amz-storage-class';
const AMZ_TAGGING = 'x-amz-tagging';

const TAKEN: readonly string[] = [
  'x-amz-acl',
  // Means something for copies only; s3fs 1.90 sends it also to CreateMultipartUpload when it renames, and Amazon ignores it there.
  'x-amz-metadata-directive',
  // Says who pays; here nobody does.
  'x-amz-request-payer',
  AMZ_STORAGE_CLASS,
  AMZ_TAGGING,
  ...LOCK_HEADERS,
];

const TAKEN_BY_COPIES: readonly string[] = [
  AMZ_COPY_SOURCE,
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-unmodified-since',
  'x-amz-tagging-directive',
];

/**
 * For PutObject, CopyObject and CreateMultipartUpload. The lock is what the request asks for; a default retention of the
 * bucket is added by `addVersion`, at the moment of the commit. Throws NotImplemented and InvalidArgument (headers that are
 * unknown or wrong), InvalidStorageClass, AccessControlListNotSupported, MetadataTooLarge, InvalidTag, InvalidRequest (a
 * lock in a bucket without object lock).
 */
export function readObjectHeaders({ request }: Call, bucket: BucketRow, store: StoreParts): ObjectHeaders {
  const { headers } = request.head;
  checkWriteHeaders(request, knownHeaders(request));
  checkCannedAcl(request);
  const storageClass = headers.get(AMZ_STORAGE_CLASS);
  if (storageClass !== undefined && storageClass !== 'STANDARD') throw new S3Error('InvalidStorageClass');
  return {
    headers: readStoredHeaders(headers),
    tags: parseTaggingHeader(headers.get(AMZ_TAGGING) ?? ''),
    lock: readLockHeaders(headers, bucket, store.lockClock),
  };
}

function knownHeaders({ head, operation }: S3Request): readonly string[] {
  const metadata: string[] = [];
  for (const { name } of head.headers) if (name.startsWith(METADATA_PREFIX)) metadata.push(name);
  return [...metadata, ...TAKEN, ...(operation.name === 'CopyObject' ? TAKEN_BY_COPIES : [])];
}
