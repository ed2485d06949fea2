// `x-amz-content-sha256`: what a signature says of the body (AWS, "Authenticating Requests: Using the Authorization Header").
import { hash } from 'node:crypto';
import { announcesBody, type BodyFraming } from '../http1/head.ts';
import { chunkedMode } from '../s3/aws-chunked.ts';
import { S3Error } from '../s3/error.ts';
import { AMZ_CONTENT_SHA256 } from '../s3/headers.ts';

/** The SHA-256 of nothing. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** Whether a payload hash is the SHA-256 of a body, in lower-case hex. */
export function isSha256Hex(payloadHash: string): boolean {
  // Nearly twice as fast as one expression with a count (Node 24.21).
  return payloadHash.length === 64 && !/[^0-9a-f]/.test(payloadHash);
}

/** The SHA-256 of a latin1 string's bytes, in lower-case hex. */
export function sha256Hex(bytes: string): string {
  return hash('sha256', Buffer.from(bytes, 'latin1'), 'hex');
}

/** Accepts 64 lower-case hex digits, `UNSIGNED-PAYLOAD` and the streaming modes, and refuses every other value by name. */
export function parsePayloadHash(value: string): string {
  if (value === UNSIGNED_PAYLOAD || isSha256Hex(value) || chunkedMode(value) !== undefined) return value;
  throw new S3Error('InvalidArgument', {
    message: 'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, or a valid sha256 value.',
    details: { ArgumentName: AMZ_CONTENT_SHA256 },
  });
}

/** Refuses a body where the signature says that there is none. */
export function checkPayloadFraming(payloadHash: string, framing: BodyFraming): void {
  if (payloadHash !== EMPTY_SHA256 || !announcesBody(framing)) return;
  throw new S3Error('XAmzContentSHA256Mismatch', {
    reason: 'the hash is of an empty body, but there is one',
  });
}
