// Stage "refuse when full": new data for a bucket in which too little is available goes no further than its head.
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import { S3Error } from '../s3/error.ts';
import type { Operation } from '../s3/operation.ts';
import type { S3Request } from '../s3/request.ts';
import { type BucketRule, ruleFor } from './bucket-rules.ts';

/** Knows what is full. Asked for each upload, so it answers from memory. */
export interface FullGuard {
  /** `name`: of the rule's pool where it has one, else of the bucket. */
  isFull(name: string): boolean;
}

export const NEVER_FULL: FullGuard = { isFull: () => false };

/** `unless-small`: goes on where the whole object is announced to be small, as locks and metadata of backups are. */
export type WhenFull = 'goes-on' | 'unless-small' | 'refused';

/** Every operation that may change something. */
export const WRITES_WHEN_FULL: Readonly<Record<string, WhenFull>> = {
  PutObject: 'unless-small',
  // A part tells nothing of the size of its object.
  UploadPart: 'refused',
  UploadPartCopy: 'refused',
  CreateMultipartUpload: 'refused',
  // The size of what is copied is the store's to know.
  CopyObject: 'refused',

  // Its data is there already; refused, it would stay there and be of no use.
  CompleteMultipartUpload: 'goes-on',
  AbortMultipartUpload: 'goes-on',
  DeleteObject: 'goes-on',
  DeleteObjects: 'goes-on',
  PutObjectAcl: 'goes-on',
  PutObjectLegalHold: 'goes-on',
  PutObjectRetention: 'goes-on',
  PutObjectTagging: 'goes-on',
  DeleteObjectTagging: 'goes-on',
  SelectObjectContent: 'goes-on',
  // A store may bring data back from a colder place for it, but it is how that data is read.
  RestoreObject: 'goes-on',

  CreateBucket: 'goes-on',
  DeleteBucket: 'goes-on',
  DeleteBucketAnalyticsConfiguration: 'goes-on',
  DeleteBucketCors: 'goes-on',
  DeleteBucketEncryption: 'goes-on',
  DeleteBucketIntelligentTieringConfiguration: 'goes-on',
  DeleteBucketInventoryConfiguration: 'goes-on',
  DeleteBucketLifecycle: 'goes-on',
  DeleteBucketMetricsConfiguration: 'goes-on',
  DeleteBucketOwnershipControls: 'goes-on',
  DeleteBucketPolicy: 'goes-on',
  DeleteBucketReplication: 'goes-on',
  DeleteBucketTagging: 'goes-on',
  DeleteBucketWebsite: 'goes-on',
  DeletePublicAccessBlock: 'goes-on',
  PutBucketAccelerateConfiguration: 'goes-on',
  PutBucketAcl: 'goes-on',
  PutBucketAnalyticsConfiguration: 'goes-on',
  PutBucketCors: 'goes-on',
  PutBucketEncryption: 'goes-on',
  PutBucketIntelligentTieringConfiguration: 'goes-on',
  PutBucketInventoryConfiguration: 'goes-on',
  PutBucketLifecycleConfiguration: 'goes-on',
  PutBucketLogging: 'goes-on',
  PutBucketMetricsConfiguration: 'goes-on',
  PutBucketNotificationConfiguration: 'goes-on',
  PutBucketOwnershipControls: 'goes-on',
  PutBucketPolicy: 'goes-on',
  PutBucketReplication: 'goes-on',
  PutBucketRequestPayment: 'goes-on',
  PutBucketTagging: 'goes-on',
  PutBucketVersioning: 'goes-on',
  PutBucketWebsite: 'goes-on',
  PutObjectLockConfiguration: 'goes-on',
  PutPublicAccessBlock: 'goes-on',
};

/** What is not in the table and may write is refused, so that a new operation cannot fill a full store. */
function whenFull({ access, name }: Operation): WhenFull {
  return access === 'read' ? 'goes-on' : (WRITES_WHEN_FULL[name] ?? 'refused');
}

/** Throws QuotaExceeded. To be called before a body is allowed: nothing has been sent to a store by then. */
export function refuseWhenFull(
  { request: { request } }: AuthorizedRequest,
  rules: readonly BucketRule[],
  guard: FullGuard,
): void {
  const kind = whenFull(request.operation);
  if (kind === 'goes-on') return;
  const { bucket } = request;
  const limits = ruleFor(rules, bucket)?.guard;
  if (limits === undefined || !guard.isFull(limits.pool ?? bucket)) return;
  if (kind === 'unless-small' && announcedBytes(request) <= limits.smallObjectBytes) return;
  const whose = limits.pool === undefined ? `bucket ${bucket}` : `the pool ${limits.pool}`;
  throw new S3Error('QuotaExceeded', {
    message:
      'The gateway takes no new data for this bucket: less is available than the floor that its config sets. Delete data or add space; uploads go on when enough is available again.',
    reason: `the guard of ${whose} is closed`,
  });
}

/** The size of the object; without one that the head tells, more than any limit. */
function announcedBytes({ awsChunked, head: { framing } }: S3Request): number {
  if (awsChunked !== undefined) return awsChunked.decodedLength;
  return framing.kind === 'length' ? framing.length : Number.POSITIVE_INFINITY;
}
