// A request that was proven to come from the holder of a secret. Only `verify.ts` makes one.
import type { S3Request } from '../s3/request.ts';

export const authenticated: unique symbol = Symbol('authenticated');

/** The next stages demand this type, so nothing that was not verified can be authorized. */
export interface AuthenticatedRequest {
  readonly [authenticated]: true;
  readonly request: S3Request;
  readonly accessKeyId: string;
  readonly mechanism: 'header' | 'presigned';
  /** Lower-case names of the headers that the signature covers. */
  readonly signedHeaders: ReadonlySet<string>;
  /** What the signature says of the body: 64 lower-case hex digits (its SHA-256), or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}
