// Stage "authenticate": the one verifier, and round it what a failure costs the client's address, what the log is told of
// it, and what was let through unsigned.
import type { FailedSignatures } from '../access/failed-signatures.ts';
import { S3Error } from '../s3/error.ts';
import type { S3Request } from '../s3/request.ts';
import type { AuthenticatedRequest } from '../sigv4/authenticated-request.ts';
import type { Verifier } from '../sigv4/verify.ts';
import type { EventSink } from './events.ts';
import type { SignatureExplainer } from './explain-signatures.ts';

export interface AuthenticateOptions {
  readonly verifier: Verifier;
  readonly failedSignatures: FailedSignatures;
  readonly explain: SignatureExplainer;
  readonly emit: EventSink;
}

/** Where and when a request came. */
export interface Arrival {
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly wallClockMs: number;
  /** Monotonic. */
  readonly nowMs: number;
}

/** What makes somebody try signatures: the wrong secret, and ids at random. */
const COUNTED: ReadonlySet<string> = new Set(['SignatureDoesNotMatch', 'InvalidAccessKeyId']);

/** The error for an address that is held off; undefined where it is not. Asked before anything of a request is looked at. */
export function heldOffError(
  failedSignatures: FailedSignatures,
  remoteAddress: string,
  nowMs: number,
): S3Error | undefined {
  const forMs = failedSignatures.heldOffMs(remoteAddress, nowMs);
  if (forMs === 0) return undefined;
  return new S3Error('SlowDown', {
    reason: 'too many signatures of this address were wrong',
    retryAfterSeconds: Math.ceil(forMs / 1000),
  });
}

/** Throws an S3Error where the request is not proven to be anyone's. */
export function authenticate(
  request: S3Request,
  arrival: Arrival,
  { verifier, failedSignatures, explain, emit }: AuthenticateOptions,
): AuthenticatedRequest {
  const { requestId, remoteAddress, wallClockMs, nowMs } = arrival;
  let proven: AuthenticatedRequest;
  try {
    proven = verifier.verify(request, wallClockMs, (mismatch) => explain(mismatch, requestId, nowMs));
  } catch (error) {
    if (error instanceof S3Error && COUNTED.has(error.code)) {
      const heldOff = failedSignatures.failed(remoteAddress, nowMs);
      if (heldOff !== undefined) emit({ kind: 'address-held-off', ...heldOff });
    }
    throw error;
  }
  failedSignatures.succeeded(remoteAddress, nowMs);
  const { accessKeyId, unsignedHeaders } = proven;
  if (unsignedHeaders.size > 0) {
    emit({ kind: 'unsigned-headers', requestId, accessKeyId, names: [...unsignedHeaders].sort() });
  }
  return proven;
}
