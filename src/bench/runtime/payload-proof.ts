// How a body is proven, in five ways: the headers that say so, and what x-amz-content-sha256 has.
import { createHash } from 'node:crypto';
import type { PayloadMode, S3Call } from '../bench-context.ts';

export interface PayloadProof {
  /** In x-amz-content-sha256. */
  readonly contentSha256: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body is sent in signed chunks. */
  readonly isChunked: boolean;
}

const UNSIGNED = 'UNSIGNED-PAYLOAD';
const STREAMING = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
/** S3 asks for a checksum where a mistake would be dear (API reference of these calls, read 2026-11). */
const NEEDS_CHECKSUM = ['delete', 'retention', 'legal-hold', 'object-lock', 'lifecycle', 'tagging', 'cors'];

/**
 * `given` has lower-case names. A Content-MD5 is added where S3 asks for a checksum and the call brings none; a call
 * that is to go without says `content-md5: ''`.
 */
export function payloadProof(
  mode: PayloadMode,
  call: Pick<S3Call, 'method' | 'key' | 'query'>,
  body: Buffer | undefined,
  given: Readonly<Record<string, string>>,
): PayloadProof {
  const sha256 = () => createHash('sha256').update(body ?? '');
  const md5 = () => ({
    'content-md5': createHash('md5')
      .update(body ?? '')
      .digest('base64'),
  });
  const brings = Object.keys(given).some((name) =>
    /^(content-md5|x-amz-checksum-|x-amz-sdk-checksum)/.test(name),
  );
  const asked = !brings && needsChecksum(call, given) ? md5() : {};
  if (body === undefined) {
    const contentSha256 = mode === 'unsigned' ? UNSIGNED : sha256().digest('hex');
    return { contentSha256, headers: {}, isChunked: false };
  }
  switch (mode) {
    case 'sha256':
      return { contentSha256: sha256().digest('hex'), headers: asked, isChunked: false };
    case 'content-md5':
      return { contentSha256: UNSIGNED, headers: brings ? {} : md5(), isChunked: false };
    case 'checksum-sha256': {
      const checksum = { 'x-amz-checksum-sha256': sha256().digest('base64') };
      return { contentSha256: sha256().digest('hex'), headers: brings ? {} : checksum, isChunked: false };
    }
    case 'unsigned':
      return { contentSha256: UNSIGNED, headers: asked, isChunked: false };
    case 'aws-chunked':
      // Clients send small documents in one piece: only what is stored comes in chunks.
      return isUpload(call)
        ? { contentSha256: STREAMING, headers: asked, isChunked: true }
        : { contentSha256: sha256().digest('hex'), headers: asked, isChunked: false };
  }
}

function needsChecksum(
  { query = [] }: Pick<S3Call, 'query'>,
  given: Readonly<Record<string, string>>,
): boolean {
  return (
    query.some(([name]) => NEEDS_CHECKSUM.includes(name)) ||
    Object.keys(given).some((name) => name.startsWith('x-amz-object-lock-'))
  );
}

function isUpload({ method, key, query = [] }: Pick<S3Call, 'method' | 'key' | 'query'>): boolean {
  return (
    method === 'PUT' &&
    key !== undefined &&
    query.every(([name]) => ['partNumber', 'uploadId', 'x-id'].includes(name))
  );
}
