// Settings that no bucket of this store has: what asking for one, and taking one away, is answered. Putting one is
// NotImplemented, by being no handler: a setting that would not be kept is never accepted.
import { S3Error, type S3ErrorCode } from '../../s3/error.ts';
import type { Handler, Handlers } from '../server/call.ts';
import { documentAnswer } from './document-answer.ts';
import { requireBucket } from './require-bucket.ts';
import { checkWriteHeaders } from './write-headers.ts';

const NOT_FOUND: Readonly<Record<string, S3ErrorCode>> = {
  GetBucketCors: 'NoSuchCORSConfiguration',
  GetBucketEncryption: 'ServerSideEncryptionConfigurationNotFoundError',
  GetBucketLifecycleConfiguration: 'NoSuchLifecycleConfiguration',
  GetBucketOwnershipControls: 'OwnershipControlsNotFoundError',
  GetBucketPolicy: 'NoSuchBucketPolicy',
  GetBucketPolicyStatus: 'NoSuchBucketPolicy',
  GetBucketReplication: 'ReplicationConfigurationNotFoundError',
  GetBucketTagging: 'NoSuchTagSet',
  GetBucketWebsite: 'NoSuchWebsiteConfiguration',
  GetPublicAccessBlock: 'NoSuchPublicAccessBlockConfiguration',
};

/** Operations that Amazon S3 answers with a document also where nothing was ever set: its root and children. */
const DEFAULTS: Readonly<Record<string, readonly [root: string, children: string]>> = {
  GetBucketAccelerateConfiguration: ['AccelerateConfiguration', ''],
  GetBucketLogging: ['BucketLoggingStatus', ''],
  GetBucketNotificationConfiguration: ['NotificationConfiguration', ''],
  GetBucketRequestPayment: ['RequestPaymentConfiguration', '<Payer>BucketOwner</Payer>'],
};

/** Amazon S3 answers 204 whether there was something to delete or not. */
const DELETIONS = [
  'DeleteBucketCors',
  'DeleteBucketEncryption',
  'DeleteBucketLifecycle',
  'DeleteBucketOwnershipControls',
  'DeleteBucketPolicy',
  'DeleteBucketReplication',
  'DeleteBucketTagging',
  'DeleteBucketWebsite',
  'DeletePublicAccessBlock',
];

const notFound =
  (code: S3ErrorCode): Handler =>
  ({ request }, { catalog }) => {
    const { name } = requireBucket(catalog.buckets, request);
    throw new S3Error(code, { details: { BucketName: name } });
  };

const documentOf =
  (root: string, children: string): Handler =>
  ({ request }, { catalog }) => {
    requireBucket(catalog.buckets, request);
    return documentAnswer(root, children);
  };

const deleteNothing: Handler = ({ request }, { catalog }) => {
  checkWriteHeaders(request);
  requireBucket(catalog.buckets, request);
  return { status: 204, headers: [] };
};

export const ABSENT_SETTINGS: Handlers = Object.fromEntries([
  ...Object.entries(NOT_FOUND).map(([name, code]) => [name, notFound(code)] as const),
  ...Object.entries(DEFAULTS).map(([name, [root, children]]) => [name, documentOf(root, children)] as const),
  ...DELETIONS.map((name) => [name, deleteNothing] as const),
]);
