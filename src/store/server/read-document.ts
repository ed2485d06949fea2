// Reads the XML body of a call into memory, and proves that it is what the caller meant to send.
import { createHash } from 'node:crypto';
import { collectRequestBody } from '../../http1/collect.ts';
import { announcesBody } from '../../http1/head.ts';
import { createChecksum } from '../../s3/checksum.ts';
import { S3Error } from '../../s3/error.ts';
import { readChecksum } from '../../s3/promised-checksum.ts';
import { UNSIGNED_PAYLOAD } from '../../sigv4/payload-hash.ts';
import { readMd5 } from '../objects/body-expectations.ts';
import type { Call } from './call.ts';

/** For every document but the two that name many keys or parts. */
export const SMALL_DOCUMENT_BYTES = 64 * 1024;
/** For DeleteObjects and CompleteMultipartUpload. */
export const LARGE_DOCUMENT_BYTES = 2 * 1024 * 1024;

export interface DocumentOptions {
  /** What an `x-amz-checksum-…` header speaks of; for CompleteMultipartUpload it is the object, and not looked at here. */
  readonly checksumOf: 'document' | 'object';
}

/**
 * The whole body. Throws S3Error: `EntityTooLarge` before anything is read where the length says so, `MalformedXML` where
 * there is no body, `IncompleteBody`, `InvalidDigest`, `BadDigest`, `XAmzContentSHA256Mismatch`.
 */
export async function readDocument(
  call: Call,
  maxBytes: number,
  options: DocumentOptions = { checksumOf: 'document' },
): Promise<Buffer> {
  const { exchange } = call;
  const { framing, headers } = exchange.head;
  if (!announcesBody(framing)) throw new S3Error('MalformedXML', { reason: 'there is no body' });
  if (framing.kind === 'length' && framing.length > maxBytes) throw tooLarge(maxBytes);
  const md5 = readMd5(headers);
  const checksum = options.checksumOf === 'document' ? readChecksum(headers) : undefined;

  exchange.allowBody();
  const collected = await collectRequestBody(exchange, maxBytes);
  switch (collected.kind) {
    case 'too-large':
      throw tooLarge(maxBytes);
    case 'broken':
      throw new S3Error('IncompleteBody', { reason: collected.error.message, cause: collected.error });
    case 'whole':
      break;
  }
  const { body } = collected;
  const hashIs = (name: 'md5' | 'sha256', hex: string): boolean =>
    createHash(name).update(body).digest('hex') === hex;
  if (call.payloadHash !== UNSIGNED_PAYLOAD && !hashIs('sha256', call.payloadHash)) {
    throw new S3Error('XAmzContentSHA256Mismatch');
  }
  if (md5 !== undefined && !hashIs('md5', md5)) throw new S3Error('BadDigest', { reason: 'Content-MD5' });
  if (checksum !== undefined) {
    const running = await createChecksum(checksum.algorithm);
    running.update(body);
    if (running.digest() !== checksum.value) throw new S3Error('BadDigest', { reason: checksum.algorithm });
  }
  return body;
}

function tooLarge(maxBytes: number): S3Error {
  return new S3Error('EntityTooLarge', {
    message: `The body of this call must not be larger than ${maxBytes} bytes.`,
    details: { MaxSizeAllowed: String(maxBytes) },
  });
}
