// What the head of an upload promises of its body.
import { CHECKSUM_ALGORITHMS, checksumHeader, isChecksum } from '../../s3/checksum.ts';
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import { type BodyExpectations, MAX_UPLOAD_BYTES } from '../files/body-files.ts';
import type { Call } from '../server/call.ts';

type RequestHeaders = S3Request['head']['headers'];

const SDK_CHECKSUM_ALGORITHM = 'x-amz-sdk-checksum-algorithm';
const CHECKSUM_PREFIX = 'x-amz-checksum-';
/** They say how checksums are made, and are none. */
const NO_CHECKSUMS: ReadonlySet<string> = new Set([
  'x-amz-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
]);
const ALGORITHM_OF: ReadonlyMap<string, (typeof CHECKSUM_ALGORITHMS)[number]> = new Map(
  CHECKSUM_ALGORITHMS.map((algorithm) => [checksumHeader(algorithm), algorithm]),
);

/**
 * For PutObject and UploadPart. Throws MissingContentLength, EntityTooLarge, InvalidDigest (Content-MD5) and
 * InvalidRequest (checksums).
 */
export function readBodyExpectations({ request, payloadHash }: Call): BodyExpectations {
  const { framing, headers } = request.head;
  if (framing.kind !== 'length') throw new S3Error('MissingContentLength');
  const { length } = framing;
  if (length > MAX_UPLOAD_BYTES) {
    throw new S3Error('EntityTooLarge', {
      details: { ProposedSize: String(length), MaxSizeAllowed: String(MAX_UPLOAD_BYTES) },
    });
  }
  return { length, payloadHash, md5: readMd5(headers), checksum: readChecksum(headers), compute: [] };
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

/** The one `x-amz-checksum-…` of a body. Throws InvalidRequest and NotImplemented. */
export function readChecksum(headers: RequestHeaders): BodyExpectations['checksum'] {
  const given: string[] = [];
  for (const { name } of headers) {
    if (name.startsWith(CHECKSUM_PREFIX) && !NO_CHECKSUMS.has(name)) given.push(name);
  }
  const [name, ...more] = given;
  if (more.length > 0) {
    throw invalid('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  if (name === undefined) {
    // The sender says that there is one, so somebody has lost it on the way.
    if (!headers.has(SDK_CHECKSUM_ALGORITHM)) return undefined;
    throw invalid(
      `${SDK_CHECKSUM_ALGORITHM} specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.`,
    );
  }
  const algorithm = ALGORITHM_OF.get(name);
  if (algorithm === undefined) {
    throw new S3Error('NotImplemented', { message: `The header ${name.slice(0, 64)} is not implemented.` });
  }
  const named = headers.get(SDK_CHECKSUM_ALGORITHM);
  if (named !== undefined && named.toUpperCase() !== algorithm) {
    // Amazon S3 API Reference, PutObject, on this header: a checksum of another algorithm fails with BadDigest.
    throw new S3Error('BadDigest', {
      reason: `${SDK_CHECKSUM_ALGORITHM} is ${named}, the checksum is ${name}`,
    });
  }
  const value = headers.get(name) ?? '';
  if (!isChecksum(algorithm, value)) throw invalid(`Value for ${name} header is invalid.`);
  return { algorithm, value };
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', { message });
}
