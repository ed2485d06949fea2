// A request that was proven to come from the holder of a secret. Only `verify.ts` makes one.
import type { S3Request } from '../s3/request.ts';
import type { ChunkSignatures } from './chunk-signatures.ts';

export const authenticated: unique symbol = Symbol('authenticated');

/** The next stages demand this type, so nothing that was not verified can be authorized. */
export interface AuthenticatedRequest {
  readonly [authenticated]: true;
  readonly request: S3Request;
  readonly accessKeyId: string;
  readonly mechanism: 'header' | 'presigned';
  /** Lower-case names of the headers that the signature covers. */
  readonly signedHeaders: ReadonlySet<string>;
  /** Lower-case names of the `x-amz-*` headers that it does not cover, and that the credential may send so. */
  readonly unsignedHeaders: ReadonlySet<string>;
  /** What the signature says of the body: 64 lower-case hex digits (its SHA-256), `UNSIGNED-PAYLOAD`, or a streaming mode. */
  readonly payloadHash: string;
  /** Where the chunks of the body are signed: begins their chain, from the request's own signature on. */
  readonly chunkSignatures: (() => ChunkSignatures) | undefined;
}
