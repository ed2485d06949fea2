// Calls that change how objects are protected, or end that: what they ask for, for the audit log.
import { asksForBypass } from '../access/authorize.ts';
import { parseDeleteDocument } from '../s3/delete-objects.ts';
import { hasProtectionBody, type ProtectionAsked, readProtectionBody } from '../s3/protection-body.ts';
import type { S3Request } from '../s3/request.ts';

export type ProtectionKind =
  | 'retention'
  | 'legal-hold'
  | 'bucket-lock'
  | 'versioning'
  /** Who may do what in a bucket, what becomes of its objects later, and where they are copied to. */
  | 'bucket-rules'
  | 'bucket'
  | 'delete';

/** One such call, as far as it is known. */
export interface ProtectionCall {
  readonly kind: ProtectionKind;
  readonly versionId?: string;
  /** It asked to go round governance retention. */
  readonly bypassGovernance?: true;
  /** Out of the body; absent where none was read, `unreadable` where it is not what the operation takes. */
  readonly asked?: ProtectionAsked | 'unreadable';
  /** What DeleteObjects named, with the versions. */
  readonly objects?: readonly { readonly key: string; readonly versionId?: string }[];
}

const KINDS: Readonly<Record<string, ProtectionKind>> = {
  PutObjectRetention: 'retention',
  PutObjectLegalHold: 'legal-hold',
  PutObjectLockConfiguration: 'bucket-lock',
  PutBucketVersioning: 'versioning',

  PutBucketAcl: 'bucket-rules',
  PutObjectAcl: 'bucket-rules',
  PutBucketPolicy: 'bucket-rules',
  DeleteBucketPolicy: 'bucket-rules',
  PutPublicAccessBlock: 'bucket-rules',
  DeletePublicAccessBlock: 'bucket-rules',
  PutBucketOwnershipControls: 'bucket-rules',
  DeleteBucketOwnershipControls: 'bucket-rules',
  PutBucketLifecycleConfiguration: 'bucket-rules',
  DeleteBucketLifecycle: 'bucket-rules',
  PutBucketReplication: 'bucket-rules',
  DeleteBucketReplication: 'bucket-rules',
  PutBucketEncryption: 'bucket-rules',
  DeleteBucketEncryption: 'bucket-rules',
  PutBucketLogging: 'bucket-rules',

  CreateBucket: 'bucket',
  DeleteBucket: 'bucket',

  DeleteObject: 'delete',
  DeleteObjects: 'delete',
};

/** Undefined for every other call, and for a deletion that leaves all versions: it only sets a marker before them. */
export function protectionCallOf(request: S3Request): ProtectionCall | undefined {
  const { name } = request.operation;
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined) return undefined;
  const versionId = request.query.find((parameter) => parameter.name === 'versionId')?.value;
  const bypassGovernance = asksForBypass(request);
  if (name === 'DeleteObject' && versionId === undefined && !bypassGovernance) return undefined;
  return {
    kind,
    ...(versionId === undefined ? {} : { versionId }),
    ...(bypassGovernance && { bypassGovernance }),
  };
}

/** Whether its body says what it asks for. */
export function isTold(request: S3Request): boolean {
  return hasProtectionBody(request.operation.name);
}

/** With what its body says; `body` as it was sent on. Undefined where it turns out to delete no version. */
export function withBody(call: ProtectionCall, request: S3Request, body: Buffer): ProtectionCall | undefined {
  const { name } = request.operation;
  if (name !== 'DeleteObjects') return { ...call, asked: readProtectionBody(name, body) ?? 'unreadable' };
  const named = parseDeleteDocument(body).objects.filter(
    ({ versionId }) => versionId !== undefined || call.bypassGovernance === true,
  );
  if (named.length === 0) return undefined;
  const objects = named.map(({ key, versionId }) => ({
    key,
    ...(versionId === undefined ? {} : { versionId }),
  }));
  return { ...call, objects };
}
