// Which of the two ways of signing a request uses. Exactly one, or it is refused: MinIO CVE-2026-41145 took
// the identity from the query and verified only if there was an Authorization header.
import { S3Error } from '../s3/error.ts';
import { AMZ_SECURITY_TOKEN } from '../s3/headers.ts';
import type { S3Request } from '../s3/request.ts';
import type { SignatureClaim } from './signature-claim.ts';

// Compared without case: Ceph RGW folds the case of X-Amz-* parameters (RGWHTTPArgs::parse), so no spelling may be overlooked.
const VERSION_4_PARAMETERS = new Set(['x-amz-signature', 'x-amz-algorithm', 'x-amz-credential']);
const VERSION_2_PARAMETERS = new Set(['signature', 'awsaccesskeyid']);

export function mechanismOf(request: S3Request): SignatureClaim['mechanism'] {
  const authorizations = request.head.headers.all('authorization').length;
  let version4 = false;
  let version2 = false;
  let hasToken = request.head.headers.has(AMZ_SECURITY_TOKEN);
  for (const { name } of request.query) {
    const folded = name.toLowerCase();
    version4 ||= VERSION_4_PARAMETERS.has(folded);
    version2 ||= VERSION_2_PARAMETERS.has(folded);
    hasToken ||= folded === AMZ_SECURITY_TOKEN;
  }

  if (authorizations + Number(version4) + Number(version2) > 1) {
    throw new S3Error('InvalidArgument', {
      message: 'Only one auth mechanism allowed',
      details: { ArgumentName: 'Authorization' },
    });
  }
  if (version2) throw unsupportedVersion2();
  if (authorizations === 0 && !version4) {
    throw new S3Error('AccessDenied', { reason: 'the request is not signed' });
  }
  if (hasToken) {
    throw new S3Error('InvalidToken', { reason: 'the gateway issues no session tokens' });
  }
  return version4 ? 'presigned' : 'header';
}

export function unsupportedVersion2(): S3Error {
  return new S3Error('InvalidRequest', {
    message: 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    reason: 'Signature Version 2',
  });
}

export function unsupportedVersion4A(): S3Error {
  return new S3Error('NotImplemented', {
    message: 'Signature Version 4A (AWS4-ECDSA-P256-SHA256) is not implemented. Please use AWS4-HMAC-SHA256.',
  });
}
