// The one verifier: every request passes here, whichever way it is signed, and what is not proven is refused.
import { chunkedMode } from '../s3/aws-chunked.ts';
import { S3Error } from '../s3/error.ts';
import type { S3Request } from '../s3/request.ts';
import type { Secret } from '../secret.ts';
import { type AuthenticatedRequest, authenticated } from './authenticated-request.ts';
import { HeaderClaimReader } from './authorization-header.ts';
import { canonicalPath, canonicalQuery, canonicalRequest } from './canonical-request.ts';
import { ChunkSignatures } from './chunk-signatures.ts';
import { mechanismOf } from './mechanism.ts';
import { checkPayloadFraming } from './payload-hash.ts';
import { readPresignedClaim, SIGNATURE_PARAMETER } from './presigned-query.ts';
import type { SignatureClaim } from './signature-claim.ts';
import { SignatureComparison } from './signature-comparison.ts';
import { checkRepeatedHeaders, checkUnsignedHeaders, signedHeaderLines } from './signed-headers.ts';
import { createSigningKeyCache, type SigningContext } from './signing-key.ts';
import { TextHash } from './text-hash.ts';
import { checkValidity } from './validity.ts';

export interface VerifierOptions {
  /** The secret of an access key id, asked anew for each request. */
  readonly secretOf: (accessKeyId: string) => Secret | undefined;
  /** The `x-amz-*` headers that an access key id may send unsigned; without it none, as for an unknown id. */
  readonly unsignedHeadersOf?: (accessKeyId: string) => ReadonlySet<string> | undefined;
  /** The regions that a scope may name; the first is the one that errors name. */
  readonly regions: ReadonlySet<string>;
  readonly maxSkewMs: number;
  readonly maxPresignSeconds?: number;
}

export interface Verifier {
  /** Proves who sent the request, or throws an `S3Error`; before a SignatureDoesNotMatch it tells `onMismatch`. */
  verify(
    request: S3Request,
    nowMs: number,
    onMismatch?: (mismatch: SignatureMismatch) => void,
  ): AuthenticatedRequest;
}

/** A signature that does not fit, for whoever wants to find out why. It leads to no secret and no correct signature. */
export interface SignatureMismatch {
  readonly request: S3Request;
  readonly claim: SignatureClaim;
  /** Whether the signature that was provided is that of another canonical request. */
  fits(canonicalRequest: string): boolean;
}

const WEEK_SECONDS = 604_800;

export function createVerifier(options: VerifierOptions): Verifier {
  const { secretOf, unsignedHeadersOf, regions, maxSkewMs, maxPresignSeconds = WEEK_SECONDS } = options;
  const keys = createSigningKeyCache();
  const hashes = new TextHash();
  const comparison = new SignatureComparison();
  const headerClaims = new HeaderClaimReader(regions);

  const verify: Verifier['verify'] = (request, nowMs, onMismatch) => {
    const claim = readClaim(request);
    const { accessKeyId } = claim.credential;
    const signedHeaders = claim.signedHeaders.set;
    checkRepeatedHeaders(request.head.headers);
    const unsignedHeaders = checkUnsignedHeaders(
      request.head.headers,
      signedHeaders,
      claim.mechanism,
      unsignedHeadersOf?.(accessKeyId),
    );
    checkPayloadMode(claim.payloadHash, request);
    checkPayloadFraming(claim.payloadHash, request.head.framing);
    checkValidity(claim, nowMs, maxSkewMs);
    const secret = knownSecret(accessKeyId);
    const signing = { signingKey: keys.keyFor(claim.credential, secret), amzDate: claim.date.text };
    checkSignature(request, claim, signing, onMismatch);
    if (claim.mechanism === 'header') headerClaims.proven(request.head.headers, claim);
    const { mechanism, payloadHash } = claim;
    return {
      [authenticated]: true,
      request,
      accessKeyId,
      mechanism,
      signedHeaders,
      unsignedHeaders,
      payloadHash,
      chunkSignatures: hasSignedChunks(request)
        ? () => new ChunkSignatures(signing, claim.signature, comparison)
        : undefined,
    };
  };

  function readClaim(request: S3Request): SignatureClaim {
    switch (mechanismOf(request)) {
      case 'header':
        return headerClaims.read(request.head.headers);
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

  function checkSignature(
    request: S3Request,
    claim: SignatureClaim,
    { signingKey, amzDate }: SigningContext,
    onMismatch: ((mismatch: SignatureMismatch) => void) | undefined,
  ): void {
    const isSigned = (canonicalHash: string) =>
      comparison.areEqual(claim.signature, signingKey.signatureOf(canonicalHash, amzDate));
    const refused = (reason: string): S3Error => {
      onMismatch?.({ request, claim, fits: (canonical) => isSigned(hashes.hexOf(canonical)) });
      return mismatch(claim, reason);
    };
    const headers = signedHeaderLines(request.head.headers, claim.signedHeaders.names);
    if (headers.kind === 'absent') throw refused(`the signed header ${headers.name} is not there`);

    const parts = {
      method: request.head.method,
      query: canonicalQuery(request.query, claim.mechanism === 'presigned' ? SIGNATURE_PARAMETER : undefined),
      headers: headers.lines,
      signedHeaders: claim.signedHeaders.text,
      payloadHash: claim.payloadHash,
    };

    const asSent = hashes.hexOf(canonicalRequest({ ...parts, path: request.rawPath }));
    if (isSigned(asSent)) return;
    // Some clients sign the encoded path and send characters such as `!` or `$` raw (as in AWS's own example
    // of PUT Object). Both forms decode to the same key, so a signature never opens another one.
    const path = canonicalPath(request.rawPath);
    if (path !== request.rawPath && isSigned(hashes.hexOf(canonicalRequest({ ...parts, path })))) return;
    throw refused(`${claim.mechanism} form, SHA-256 of the canonical request ${asSent}`);
  }

  return { verify };
}

/** One reader of the head must not see chunks where another sees none. */
function checkPayloadMode(payloadHash: string, { awsChunked }: S3Request): void {
  if (chunkedMode(payloadHash) === awsChunked?.mode) return;
  throw new S3Error('InvalidRequest', { reason: 'the signed payload mode is not that of the body' });
}

function hasSignedChunks({ awsChunked }: S3Request): boolean {
  return awsChunked !== undefined && awsChunked.mode !== 'unsigned-trailer';
}

// Neither the right signature nor the string to sign goes out (RustFS CVE-2026-22782 logged the secret here).
function mismatch({ credential, signature }: SignatureClaim, reason: string): S3Error {
  return new S3Error('SignatureDoesNotMatch', {
    reason,
    details: { AWSAccessKeyId: credential.accessKeyId, SignatureProvided: signature },
  });
}
