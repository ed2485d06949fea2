// May this caller make this request? Default deny: every rule below must hold, and each refusal names its rule for the log.
import { S3Error } from '../s3/error.ts';
import { AMZ_BYPASS_GOVERNANCE } from '../s3/headers.ts';
import type { S3Request } from '../s3/request.ts';
import type { AuthenticatedRequest } from '../sigv4/authenticated-request.ts';
import { type AuthorizedRequest, authorized } from './authorized-request.ts';
import {
  type Credential,
  type CredentialStore,
  reachesBucket,
  reachesEveryBucket,
} from './credential-store.ts';

/** Open to every caller: the first is answered with what the caller may access, the second with nothing. */
const SERVICE_OPERATIONS: ReadonlySet<string> = new Set(['ListBuckets', 'HeadService']);

/**
 * Bucket settings whose body names another bucket that the store will then write to with its own rights: where logs,
 * inventories, analyses and replicas go. Only who reaches every bucket may say so.
 */
const NAMES_OTHER_BUCKETS: ReadonlySet<string> = new Set([
  'PutBucketAnalyticsConfiguration',
  'PutBucketInventoryConfiguration',
  'PutBucketLogging',
  'PutBucketReplication',
]);

export function authorize(request: AuthenticatedRequest, store: CredentialStore): AuthorizedRequest {
  const { accessKeyId } = request;
  const credential = store.get(accessKeyId);
  if (credential === undefined) throw denied('unknown-credential', accessKeyId);

  const refusal = refusalOf(request.request, credential);
  if (refusal !== undefined) throw denied(refusal.rule, refusal.what);

  return {
    [authorized]: true,
    request,
    credential: { accessKeyId, mayAccess: (bucket) => reachesBucket(credential, bucket) },
  };
}

interface Refusal {
  readonly rule: string;
  readonly what: string;
}

function refusalOf(request: S3Request, credential: Credential): Refusal | undefined {
  const { operation, bucket, copySource } = request;
  if (operation.level === 'service') {
    if (!SERVICE_OPERATIONS.has(operation.name)) return { rule: 'service-operation', what: operation.name };
  } else if (!reachesBucket(credential, bucket)) {
    return { rule: 'bucket', what: bucket };
  }
  if (operation.access !== 'read' && credential.access !== 'read-write') {
    return { rule: 'read-only-credential', what: operation.name };
  }
  if (NAMES_OTHER_BUCKETS.has(operation.name) && !reachesEveryBucket(credential)) {
    return { rule: 'names-other-buckets', what: operation.name };
  }
  if (copySource !== undefined && !reachesBucket(credential, copySource.bucket)) {
    return { rule: 'copy-source-bucket', what: copySource.bucket };
  }
  if (asksForBypass(request) && !credential.bypassGovernance) {
    return { rule: 'bypass-governance', what: operation.name };
  }
  return undefined;
}

/** Anything but a plain `false` counts: what a store makes of another value is not for us to guess. Presigned, it may be in the query. */
export function asksForBypass(request: S3Request): boolean {
  for (const value of request.head.headers.all(AMZ_BYPASS_GOVERNANCE)) if (!isFalse(value)) return true;
  return request.query.some(
    ({ name, value }) => name.toLowerCase() === AMZ_BYPASS_GOVERNANCE && !isFalse(value),
  );
}

function isFalse(value: string): boolean {
  return value.toLowerCase() === 'false';
}

function denied(rule: string, what: string): S3Error {
  return new S3Error('AccessDenied', { reason: `${rule}: ${what}` });
}
