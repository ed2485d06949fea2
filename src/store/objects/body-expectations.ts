// What the head of an upload promises of its body.
import { S3Error } from '../../s3/error.ts';
import { uploadChecksum } from '../../s3/promised-checksum.ts';
import type { S3Request } from '../../s3/request.ts';
import { UNSIGNED_PAYLOAD } from '../../sigv4/payload-hash.ts';
import { type BodyExpectations, MAX_UPLOAD_BYTES } from '../files/body-files.ts';
import type { Call } from '../server/call.ts';

type RequestHeaders = S3Request['head']['headers'];

/**
 * For PutObject and UploadPart. Throws MissingContentLength, EntityTooLarge, InvalidDigest (Content-MD5) and
 * InvalidRequest (checksums).
 */
export function readBodyExpectations({ request, payloadHash }: Call): BodyExpectations {
  const { awsChunked } = request;
  const { framing, headers } = request.head;
  if (awsChunked !== undefined && awsChunked.mode !== 'unsigned-trailer') {
    // The gateway takes them apart: their signatures are made with the keys of its own clients.
    throw new S3Error('NotImplemented', { message: 'Signed chunks are not implemented.' });
  }
  const length = awsChunked?.decodedLength ?? (framing.kind === 'length' ? framing.length : undefined);
  if (length === undefined) throw new S3Error('MissingContentLength');
  if (length > MAX_UPLOAD_BYTES) {
    throw new S3Error('EntityTooLarge', {
      details: { ProposedSize: String(length), MaxSizeAllowed: String(MAX_UPLOAD_BYTES) },
    });
  }
  return {
    length,
    awsChunked,
    payloadHash: awsChunked === undefined ? payloadHash : UNSIGNED_PAYLOAD,
    md5: readMd5(headers),
    checksum: uploadChecksum(request),
    compute: [],
  };
}

/** Content-MD5 in hex. Throws InvalidDigest. */
export function readMd5(headers: RequestHeaders): string | undefined {
  const [text, ...more] = headers.all('content-md5');
  if (text === undefined) return undefined;
  const raw = Buffer.from(text, 'base64');
  if (more.length > 0 || raw.length !== 16 || raw.toString('base64') !== text) {
    throw new S3Error('InvalidDigest', { details: { 'Content-MD5': text } });
  }
  return raw.toString('hex');
}
