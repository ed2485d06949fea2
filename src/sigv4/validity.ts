// Whether a signature is of now: within the clock skew (header form), within its lifetime (presigned form).
import { S3Error } from '../s3/error.ts';
import { formatErrorTime } from './amz-date.ts';
import type { HeaderClaim, PresignedClaim, SignatureClaim } from './signature-claim.ts';

export function checkValidity(claim: SignatureClaim, nowMs: number, maxSkewMs: number): void {
  switch (claim.mechanism) {
    case 'header':
      checkSkew(claim, nowMs, maxSkewMs);
      return;
    case 'presigned':
      checkLifetime(claim, nowMs, maxSkewMs);
      return;
  }
}

function checkSkew({ date }: HeaderClaim, nowMs: number, maxSkewMs: number): void {
  if (Math.abs(nowMs - date.ms) <= maxSkewMs) return;
  throw new S3Error('RequestTimeTooSkewed', {
    details: {
      RequestTime: date.text,
      ServerTime: formatErrorTime(nowMs),
      MaxAllowedSkewMilliseconds: String(maxSkewMs),
    },
  });
}

function checkLifetime({ date, expiresSeconds }: PresignedClaim, nowMs: number, maxSkewMs: number): void {
  if (nowMs < date.ms - maxSkewMs) {
    throw new S3Error('AccessDenied', {
      message: 'Request is not valid yet',
      details: { 'X-Amz-Date': date.text, ServerTime: formatErrorTime(nowMs) },
    });
  }
  const expiryMs = date.ms + expiresSeconds * 1000;
  if (nowMs <= expiryMs) return;
  throw new S3Error('AccessDenied', {
    message: 'Request has expired',
    details: { Expires: formatErrorTime(expiryMs), ServerTime: formatErrorTime(nowMs) },
  });
}
