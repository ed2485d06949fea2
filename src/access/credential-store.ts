// The credentials that the gateway issued, and what each may do. Fixed at the start; a look-up never adds anything.
import type { Secret } from '../secret.ts';
import { type BucketPattern, compileBucketPattern } from './bucket-pattern.ts';

export type CredentialAccess = 'read-only' | 'read-write';

/** A credential as configured. */
export interface CredentialOptions {
  readonly accessKeyId: string;
  readonly secret: Secret;
  /** Bucket patterns; none means no bucket. */
  readonly buckets: readonly string[];
  readonly access: CredentialAccess;
  /** Whether `x-amz-bypass-governance-retention` is allowed. */
  readonly bypassGovernance: boolean;
}

export interface Credential {
  readonly accessKeyId: string;
  readonly secret: Secret;
  readonly buckets: readonly BucketPattern[];
  readonly access: CredentialAccess;
  readonly bypassGovernance: boolean;
}

export interface CredentialStore {
  /** The secret that requests of this access key id are signed with: all that verification needs. */
  secretOf(accessKeyId: string): Secret | undefined;
  get(accessKeyId: string): Credential | undefined;
}

export function createCredentialStore(list: readonly CredentialOptions[]): CredentialStore {
  const byId = new Map<string, Credential>();
  for (const { buckets, ...rest } of list) {
    if (byId.has(rest.accessKeyId)) throw new Error(`access key id ${rest.accessKeyId} is given twice`);
    byId.set(rest.accessKeyId, Object.freeze({ ...rest, buckets: buckets.map(compileBucketPattern) }));
  }
  return {
    secretOf: (accessKeyId) => byId.get(accessKeyId)?.secret,
    get: (accessKeyId) => byId.get(accessKeyId),
  };
}

/** Whether a credential reaches a bucket at all. The service itself (no bucket) is nobody's, not even for `*`. */
export function reachesBucket(credential: Credential, bucket: string): boolean {
  return bucket !== '' && credential.buckets.some((pattern) => pattern.matches(bucket));
}

/** Whether a credential reaches every bucket there is or will be. */
export function reachesEveryBucket(credential: Credential): boolean {
  return credential.buckets.some((pattern) => /^\*+$/.test(pattern.text));
}
