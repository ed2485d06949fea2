// The operation table: every S3 operation by level, method and sub-resource (Amazon S3 API Reference, "Actions", read 2026-11).
// Data, not branching: what is not in a row does not exist for the gateway and is refused by name.

export type Level = 'service' | 'bucket' | 'object';

/** What an operation does to its bucket, for access control. */
export type OperationAccess = 'read' | 'write';

export interface Operation {
  /** The name in the S3 API reference; the label in policy, logs and metrics. */
  readonly name: string;
  readonly level: Level;
  readonly access: OperationAccess;
}

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

/** One row of the table. */
export interface OperationRow extends Operation {
  readonly method: Method;
  /** Query parameters that must all be there. */
  readonly requires: readonly string[];
  /** Whether `x-amz-copy-source` must be there. */
  readonly copies: boolean;
  /** Query parameters that it takes besides. */
  readonly takes: readonly string[];
}

const LISTING = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];
const RESPONSE_OVERRIDES = [
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
];

function row(
  level: Level,
  method: Method,
  name: string,
  requires: readonly string[] = [],
  takes: readonly string[] = [],
  copies = false,
): OperationRow {
  const access = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
  return { name, level, access, method, requires, takes, copies };
}

/** `Get…`, `Put…` and `Delete…` of a bucket's sub-resource; `names` are the API's, by sub-resource. */
function bucketSettings(method: Method, settings: Readonly<Record<string, string>>): OperationRow[] {
  return Object.entries(settings).map(([subResource, name]) =>
    row('bucket', method, name, [subResource], ['id']),
  );
}

/**
 * The first row whose level, method, required parameters and copying fit is the operation, so rows with more
 * requirements stand before rows with fewer.
 */
export const OPERATIONS: readonly OperationRow[] = [
  row('service', 'GET', 'ListBuckets', [], ['max-buckets', 'continuation-token', 'prefix', 'bucket-region']),
  // Not in the API reference, but connection tests send it (MaxIOFS notes of 2026, unconfirmed): ListBuckets without its body.
  row('service', 'HEAD', 'HeadService'),

  ...bucketSettings('GET', {
    accelerate: 'GetBucketAccelerateConfiguration',
    acl: 'GetBucketAcl',
    analytics: 'GetBucketAnalyticsConfiguration',
    cors: 'GetBucketCors',
    encryption: 'GetBucketEncryption',
    'intelligent-tiering': 'GetBucketIntelligentTieringConfiguration',
    inventory: 'GetBucketInventoryConfiguration',
    lifecycle: 'GetBucketLifecycleConfiguration',
    location: 'GetBucketLocation',
    logging: 'GetBucketLogging',
    metrics: 'GetBucketMetricsConfiguration',
    notification: 'GetBucketNotificationConfiguration',
    'object-lock': 'GetObjectLockConfiguration',
    ownershipControls: 'GetBucketOwnershipControls',
    policy: 'GetBucketPolicy',
    policyStatus: 'GetBucketPolicyStatus',
    publicAccessBlock: 'GetPublicAccessBlock',
    replication: 'GetBucketReplication',
    requestPayment: 'GetBucketRequestPayment',
    tagging: 'GetBucketTagging',
    versioning: 'GetBucketVersioning',
    website: 'GetBucketWebsite',
  }),
  row('bucket', 'GET', 'ListObjectVersions', ['versions'], [...LISTING, 'key-marker', 'version-id-marker']),
  row(
    'bucket',
    'GET',
    'ListMultipartUploads',
    ['uploads'],
    ['prefix', 'delimiter', 'encoding-type', 'key-marker', 'upload-id-marker', 'max-uploads'],
  ),
  row(
    'bucket',
    'GET',
    'ListObjectsV2',
    ['list-type'],
    [...LISTING, 'continuation-token', 'fetch-owner', 'start-after'],
  ),
  row('bucket', 'GET', 'ListObjects', [], [...LISTING, 'marker']),
  row('bucket', 'HEAD', 'HeadBucket'),
  ...bucketSettings('PUT', {
    accelerate: 'PutBucketAccelerateConfiguration',
    acl: 'PutBucketAcl',
    analytics: 'PutBucketAnalyticsConfiguration',
    cors: 'PutBucketCors',
    encryption: 'PutBucketEncryption',
    'intelligent-tiering': 'PutBucketIntelligentTieringConfiguration',
    inventory: 'PutBucketInventoryConfiguration',
    lifecycle: 'PutBucketLifecycleConfiguration',
    logging: 'PutBucketLogging',
    metrics: 'PutBucketMetricsConfiguration',
    notification: 'PutBucketNotificationConfiguration',
    'object-lock': 'PutObjectLockConfiguration',
    ownershipControls: 'PutBucketOwnershipControls',
    policy: 'PutBucketPolicy',
    publicAccessBlock: 'PutPublicAccessBlock',
    replication: 'PutBucketReplication',
    requestPayment: 'PutBucketRequestPayment',
    tagging: 'PutBucketTagging',
    versioning: 'PutBucketVersioning',
    website: 'PutBucketWebsite',
  }),
  row('bucket', 'PUT', 'CreateBucket'),
  row('bucket', 'POST', 'DeleteObjects', ['delete']),
  ...bucketSettings('DELETE', {
    analytics: 'DeleteBucketAnalyticsConfiguration',
    cors: 'DeleteBucketCors',
    encryption: 'DeleteBucketEncryption',
    'intelligent-tiering': 'DeleteBucketIntelligentTieringConfiguration',
    inventory: 'DeleteBucketInventoryConfiguration',
    lifecycle: 'DeleteBucketLifecycle',
    metrics: 'DeleteBucketMetricsConfiguration',
    ownershipControls: 'DeleteBucketOwnershipControls',
    policy: 'DeleteBucketPolicy',
    publicAccessBlock: 'DeletePublicAccessBlock',
    replication: 'DeleteBucketReplication',
    tagging: 'DeleteBucketTagging',
    website: 'DeleteBucketWebsite',
  }),
  row('bucket', 'DELETE', 'DeleteBucket'),

  row('object', 'GET', 'GetObjectAcl', ['acl'], ['versionId']),
  row('object', 'GET', 'GetObjectAttributes', ['attributes'], ['versionId']),
  row('object', 'GET', 'GetObjectLegalHold', ['legal-hold'], ['versionId']),
  row('object', 'GET', 'GetObjectRetention', ['retention'], ['versionId']),
  row('object', 'GET', 'GetObjectTagging', ['tagging'], ['versionId']),
  row('object', 'GET', 'ListParts', ['uploadId'], ['max-parts', 'part-number-marker', 'encoding-type']),
  row('object', 'GET', 'GetObject', [], ['versionId', 'partNumber', ...RESPONSE_OVERRIDES]),
  row('object', 'HEAD', 'HeadObject', [], ['versionId', 'partNumber', ...RESPONSE_OVERRIDES]),
  row('object', 'PUT', 'PutObjectAcl', ['acl'], ['versionId']),
  row('object', 'PUT', 'PutObjectLegalHold', ['legal-hold'], ['versionId']),
  row('object', 'PUT', 'PutObjectRetention', ['retention'], ['versionId']),
  row('object', 'PUT', 'PutObjectTagging', ['tagging'], ['versionId']),
  row('object', 'PUT', 'UploadPartCopy', ['partNumber', 'uploadId'], [], true),
  row('object', 'PUT', 'UploadPart', ['partNumber', 'uploadId']),
  row('object', 'PUT', 'CopyObject', [], [], true),
  row('object', 'PUT', 'PutObject'),
  row('object', 'POST', 'CreateMultipartUpload', ['uploads']),
  row('object', 'POST', 'CompleteMultipartUpload', ['uploadId']),
  row('object', 'POST', 'RestoreObject', ['restore'], ['versionId']),
  row('object', 'POST', 'SelectObjectContent', ['select', 'select-type']),
  row('object', 'DELETE', 'DeleteObjectTagging', ['tagging'], ['versionId']),
  row('object', 'DELETE', 'AbortMultipartUpload', ['uploadId']),
  row('object', 'DELETE', 'DeleteObject', [], ['versionId']),
];

/** Operations whose body is the object's data: they need a Content-Length. */
const UPLOADS: ReadonlySet<string> = new Set(['PutObject', 'UploadPart']);

export function uploadsData(operation: Operation): boolean {
  return UPLOADS.has(operation.name);
}
