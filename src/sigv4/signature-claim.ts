// What a request claims about itself before anything is proven: the same for header and presigned form.
import type { AmzDate } from './amz-date.ts';
import type { Credential } from './credential-scope.ts';

/** The names of the headers that a signature covers: lower-case, sorted and unique. */
export interface SignedHeaderList {
  /** Joined with `;`, as they stand in the canonical request. */
  readonly text: string;
  readonly names: readonly string[];
  readonly set: ReadonlySet<string>;
}

interface Claim {
  readonly credential: Credential;
  readonly signedHeaders: SignedHeaderList;
  /** As provided; not yet known to be hex. */
  readonly signature: string;
  readonly date: AmzDate;
  readonly payloadHash: string;
}

export interface HeaderClaim extends Claim {
  readonly mechanism: 'header';
}

export interface PresignedClaim extends Claim {
  readonly mechanism: 'presigned';
  readonly expiresSeconds: number;
}

export type SignatureClaim = HeaderClaim | PresignedClaim;

export const ALGORITHM = 'AWS4-HMAC-SHA256';
/** Signature Version 4A, which signs for several regions with an asymmetric key. */
export const ASYMMETRIC_ALGORITHM = 'AWS4-ECDSA-P256-SHA256';
