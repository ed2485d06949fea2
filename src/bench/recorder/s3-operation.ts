// Which S3 operation a request is, as far as method, path shape and query tell (AWS API reference, read 2026-11).

/** Sub-resources, and the end of the operation's name by what it is asked of. */
const SUB_RESOURCES: Readonly<Record<string, { readonly bucket?: string; readonly object?: string }>> = {
  retention: { object: 'ObjectRetention' },
  'legal-hold': { object: 'ObjectLegalHold' },
  acl: { bucket: 'BucketAcl', object: 'ObjectAcl' },
  tagging: { bucket: 'BucketTagging', object: 'ObjectTagging' },
  attributes: { object: 'ObjectAttributes' },
  versioning: { bucket: 'BucketVersioning' },
  'object-lock': { bucket: 'ObjectLockConfiguration' },
  lifecycle: { bucket: 'BucketLifecycleConfiguration' },
  location: { bucket: 'BucketLocation' },
  policy: { bucket: 'BucketPolicy' },
  policyStatus: { bucket: 'BucketPolicyStatus' },
  encryption: { bucket: 'BucketEncryption' },
  cors: { bucket: 'BucketCors' },
  notification: { bucket: 'BucketNotificationConfiguration' },
  logging: { bucket: 'BucketLogging' },
  replication: { bucket: 'BucketReplication' },
  ownershipControls: { bucket: 'BucketOwnershipControls' },
  publicAccessBlock: { bucket: 'PublicAccessBlock' },
  requestPayment: { bucket: 'BucketRequestPayment' },
  website: { bucket: 'BucketWebsite' },
};
const VERB: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' };

export const UNKNOWN_OPERATION = 'unknown';

export interface AskedOf {
  readonly method: string;
  readonly hasBucket: boolean;
  readonly hasKey: boolean;
  readonly parameters: ReadonlyMap<string, string>;
  readonly isCopy: boolean;
}

export function operationOf({ method, hasBucket, hasKey, parameters, isCopy }: AskedOf): string {
  if (!hasBucket) return method === 'GET' ? 'ListBuckets' : UNKNOWN_OPERATION;
  const shape = hasKey ? 'object' : 'bucket';
  for (const [name, ends] of Object.entries(SUB_RESOURCES)) {
    if (!parameters.has(name)) continue;
    const verb = VERB[method];
    const end = ends[shape];
    return verb === undefined || end === undefined ? UNKNOWN_OPERATION : `${verb}${end}`;
  }
  return (hasKey ? ofObject(method, parameters, isCopy) : ofBucket(method, parameters)) ?? UNKNOWN_OPERATION;
}

function ofBucket(method: string, parameters: ReadonlyMap<string, string>): string | undefined {
  if (method === 'POST') return parameters.has('delete') ? 'DeleteObjects' : undefined;
  if (method === 'GET') {
    if (parameters.has('versions')) return 'ListObjectVersions';
    if (parameters.has('uploads')) return 'ListMultipartUploads';
    return parameters.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
  }
  return { HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' }[method];
}

function ofObject(
  method: string,
  parameters: ReadonlyMap<string, string>,
  isCopy: boolean,
): string | undefined {
  if (parameters.has('uploadId')) {
    if (method === 'PUT') return isCopy ? 'UploadPartCopy' : 'UploadPart';
    return { GET: 'ListParts', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method];
  }
  if (method === 'POST') return parameters.has('uploads') ? 'CreateMultipartUpload' : undefined;
  if (method === 'PUT') return isCopy ? 'CopyObject' : 'PutObject';
  return { GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method];
}
