// A request whose sender may make it. Only `authorize.ts` makes one.
import type { AuthenticatedRequest } from '../sigv4/authenticated-request.ts';

export const authorized: unique symbol = Symbol('authorized');

/** Who sent a request, without the secret. */
export interface Caller {
  readonly accessKeyId: string;
  /** Whether the caller may see this bucket: what ListBuckets is filtered by, what a body's copy sources are checked with. */
  mayAccess(bucket: string): boolean;
}

/** The next stages demand this type, so nothing that was not authorized can be routed. */
export interface AuthorizedRequest {
  readonly [authorized]: true;
  readonly request: AuthenticatedRequest;
  readonly credential: Caller;
}
