// The one verifier: every request passes here, whichever way it is signed, and what is not proven is refused.
import { timingSafeEqual } from 'node:crypto';
import { S3Error } from '../s3/error.ts';
import type { S3Request } from '../s3/request.ts';
import type { Secret } from '../secret.ts';
import { type AuthenticatedRequest, authenticated } from './authenticated-request.ts';
import { readHeaderClaim } from './authorization-header.ts';
import { canonicalPath, canonicalQuery, canonicalRequest } from './canonical-request.ts';
import { mechanismOf } from './mechanism.ts';
import { checkPayloadFraming, sha256Hex } from './payload-hash.ts';
import { readPresignedClaim, SIGNATURE_PARAMETER } from './presigned-query.ts';
import type { SignatureClaim } from './signature-claim.ts';
import { checkRepeatedHeaders, checkUnsignedHeaders, signedHeaderLines } from './signed-headers.ts';
import { createSigningKeyCache, signatureOf } from './signing-key.ts';
import { checkValidity } from './validity.ts';

export interface VerifierOptions {
  /** The secret of an access key id, asked anew for each request. */
  readonly secretOf: (accessKeyId: string) => Secret | undefined;
  /** The regions that a scope may name; the first is the one that errors name. */
  readonly regions: ReadonlySet<string>;
  readonly maxSkewMs: number;
  readonly maxPresignSeconds?: number;
}

export interface Verifier {
  /** Proves who sent the request, or throws an `S3Error`. */
  verify(request: S3Request, nowMs: number): AuthenticatedRequest;
}

const WEEK_SECONDS = 604_800;

export function createVerifier(options: VerifierOptions): Verifier {
  const { secretOf, regions, maxSkewMs, maxPresignSeconds = WEEK_SECONDS } = options;
  const keys = createSigningKeyCache();

  function verify(request: S3Request, nowMs: number): AuthenticatedRequest {
    const claim = readClaim(request);
    const { accessKeyId } = claim.credential;
    const signedHeaders = new Set(claim.signedHeaders);
    checkRepeatedHeaders(request.head.headers);
    checkUnsignedHeaders(request.head.headers, signedHeaders, claim.mechanism);
    checkPayloadFraming(claim.payloadHash, request.head.framing);
    checkValidity(claim, nowMs, maxSkewMs);
    const secret = knownSecret(accessKeyId);
    checkSignature(request, claim, keys.keyFor(claim.credential, secret));
    const { mechanism, payloadHash } = claim;
    return { [authenticated]: true, request, accessKeyId, mechanism, signedHeaders, payloadHash };
  }

  function readClaim(request: S3Request): SignatureClaim {
    switch (mechanismOf(request)) {
      case 'header':
        return readHeaderClaim(request.head.headers, regions);
      case 'presigned':
        return readPresignedClaim(request, regions, maxPresignSeconds);
    }
  }

  // rclone CVE-2026-88018 registered each presented id with an empty secret: nothing is kept for an
  // unknown id, and an empty secret is none.
  function knownSecret(accessKeyId: string): Secret {
    const secret = secretOf(accessKeyId);
    if (secret === undefined || secret.reveal() === '') {
      throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: accessKeyId } });
    }
    return secret;
  }

  return { verify };
}

function checkSignature(request: S3Request, claim: SignatureClaim, signingKey: Buffer): void {
  const headers = signedHeaderLines(request.head.headers, claim.signedHeaders);
  if (headers.kind === 'absent') throw mismatch(claim, `the signed header ${headers.name} is not there`);

  const parts = {
    method: request.head.method,
    query: canonicalQuery(request.query, claim.mechanism === 'presigned' ? SIGNATURE_PARAMETER : undefined),
    headers: headers.lines,
    signedHeaders: claim.signedHeaders.join(';'),
    payloadHash: claim.payloadHash,
  };
  const context = { signingKey, amzDate: claim.date.text, region: claim.credential.region };
  const isSigned = (canonicalHash: string) =>
    equalDigests(claim.signature, signatureOf(canonicalHash, context));

  const asSent = sha256Hex(canonicalRequest({ ...parts, path: request.rawPath }));
  if (isSigned(asSent)) return;
  // Some clients sign the encoded path and send characters such as `!` or `$` raw (as in AWS's own example
  // of PUT Object). Both forms decode to the same key, so a signature never opens another one.
  const path = canonicalPath(request.rawPath);
  if (path !== request.rawPath && isSigned(sha256Hex(canonicalRequest({ ...parts, path })))) return;
  throw mismatch(claim, `${claim.mechanism} form, SHA-256 of the canonical request ${asSent}`);
}

/** Constant time on digests; a text that cannot be a digest is different without being looked at further. */
function equalDigests(provided: string, expected: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(provided)) return false;
  return timingSafeEqual(Buffer.from(provided, 'latin1'), Buffer.from(expected, 'latin1'));
}

// Neither the right signature nor the string to sign goes out (RustFS CVE-2026-22782 logged the secret here).
function mismatch({ credential, signature }: SignatureClaim, reason: string): S3Error {
  return new S3Error('SignatureDoesNotMatch', {
    reason,
    details: { AWSAccessKeyId: credential.accessKeyId, SignatureProvided: signature },
  });
}
