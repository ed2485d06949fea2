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
  /** Whether the log explains signatures of it that do not fit; by default not. */
  readonly explain?: boolean;
  /** Lower-case names of `x-amz-*` headers that it may send unsigned; none by default. */
  readonly unsignedHeaders?: readonly string[];
}

export interface Credential {
  readonly accessKeyId: string;
  readonly secret: Secret;
  readonly buckets: readonly BucketPattern[];
  readonly access: CredentialAccess;
  readonly bypassGovernance: boolean;
  readonly explain: boolean;
  readonly unsignedHeaders: ReadonlySet<string>;
}

export interface CredentialStore {
  /** The secret that requests of this access key id are signed with: all that verification needs. */
  secretOf(accessKeyId: string): Secret | undefined;
  /** What it may send unsigned; asked before anything is proven. */
  unsignedHeadersOf(accessKeyId: string): ReadonlySet<string> | undefined;
  get(accessKeyId: string): Credential | undefined;
}

export function createCredentialStore(list: readonly CredentialOptions[]): CredentialStore {
  const byId = new Map<string, Credential>();
  for (const { buckets, explain = false, unsignedHeaders = [], ...rest } of list) {
    if (byId.has(rest.accessKeyId)) throw new Error(`access key id ${rest.accessKeyId} is given twice`);
    const credential = {
      ...rest,
      explain,
      unsignedHeaders: new Set(unsignedHeaders),
      buckets: buckets.map(compileBucketPattern),
    };
    byId.set(rest.accessKeyId, Object.freeze(credential));
  }
  return {
    secretOf: (accessKeyId) => byId.get(accessKeyId)?.secret,
    unsignedHeadersOf: (accessKeyId) => byId.get(accessKeyId)?.unsignedHeaders,
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
