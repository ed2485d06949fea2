// aws-chunked uploads as their heads announce them (Amazon S3 API Reference, "Signature calculations: transferring payload in
// multiple chunks"; SDKs upload so by default since January 2025).
import type { RequestHead } from '../http1/head.ts';
import { type ChecksumAlgorithm, checksumAlgorithmOf } from './checksum.ts';
import { S3Error } from './error.ts';
import { AMZ_CONTENT_SHA256, AMZ_DECODED_CONTENT_LENGTH, AMZ_TRAILER } from './headers.ts';
import { type Operation, uploadsData } from './operation.ts';

/** How the chunks are proven: each by a signature, the trailer too, or only by the checksum in the trailer. */
export type ChunkedMode = 'signed' | 'signed-trailer' | 'unsigned-trailer';

/** The payload mode whose chunks nobody has signed. */
export const UNSIGNED_CHUNKS = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

const MODES: ReadonlyMap<string, ChunkedMode> = new Map([
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'signed'],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'signed-trailer'],
  [UNSIGNED_CHUNKS, 'unsigned-trailer'],
]);

const STREAMING = 'STREAMING-';
const CODING = 'aws-chunked';

export interface AwsChunked {
  readonly mode: ChunkedMode;
  /** Bytes of the object, without chunk heads and trailer. */
  readonly decodedLength: number;
  /** The checksum that stands in the trailer. */
  readonly trailer: ChecksumAlgorithm | undefined;
}

/** The mode that a value of `x-amz-content-sha256` stands for; undefined where it is none. Throws NotImplemented for those of Version 4A. */
export function chunkedMode(payloadHash: string): ChunkedMode | undefined {
  if (!payloadHash.startsWith(STREAMING)) return undefined;
  const mode = MODES.get(payloadHash);
  if (mode !== undefined) return mode;
  const named = /^[A-Z0-9-]{1,64}$/.test(payloadHash) ? payloadHash : `${STREAMING}…`;
  throw new S3Error('NotImplemented', { message: `The payload mode ${named} is not implemented.` });
}

/** Whether a Content-Encoding names the coding. */
export function hasChunkedCoding(contentEncoding: string): boolean {
  return contentEncoding.split(',').some((coding) => coding.trim().toLowerCase() === CODING);
}

/** A Content-Encoding without the coding, which says how the upload was framed and nothing of the object; undefined where nothing is left. */
export function withoutChunkedCoding(contentEncoding: string): string | undefined {
  if (!hasChunkedCoding(contentEncoding)) return contentEncoding === '' ? undefined : contentEncoding;
  const own = contentEncoding
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding.toLowerCase() !== CODING);
  return own.length === 0 ? undefined : own.join(',');
}

/**
 * What a head announces; undefined for every other body. Throws InvalidRequest where half of the headers are there, or where
 * the operation takes no such body: sent on as it is, a store that does not know it would keep the chunk heads as data.
 */
export function awsChunkedOf(head: RequestHead, operation: Operation): AwsChunked | undefined {
  const { headers } = head;
  const mode = chunkedMode(headers.get(AMZ_CONTENT_SHA256) ?? '');
  if (mode === undefined) {
    for (const name of [AMZ_DECODED_CONTENT_LENGTH, AMZ_TRAILER]) {
      if (headers.has(name)) throw invalid(`${name} needs a streaming mode in ${AMZ_CONTENT_SHA256}.`);
    }
    if (headers.all('content-encoding').some(hasChunkedCoding)) {
      throw invalid(`Content-Encoding ${CODING} needs a streaming mode in ${AMZ_CONTENT_SHA256}.`);
    }
    return undefined;
  }
  if (!uploadsData(operation)) throw invalid(`${operation.name} takes no body in ${CODING} encoding.`);
  return { mode, decodedLength: decodedLength(head), trailer: trailerOf(head, mode) };
}

function decodedLength({ headers }: RequestHead): number {
  const [text, ...more] = headers.all(AMZ_DECODED_CONTENT_LENGTH);
  if (text === undefined) {
    throw new S3Error('MissingContentLength', {
      message: `You must provide the ${AMZ_DECODED_CONTENT_LENGTH} HTTP header.`,
    });
  }
  const length = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(length) || more.length > 0) {
    throw new S3Error('InvalidArgument', {
      message: `${AMZ_DECODED_CONTENT_LENGTH} must be one whole number of bytes.`,
      details: { ArgumentName: AMZ_DECODED_CONTENT_LENGTH },
    });
  }
  return length;
}

function trailerOf({ headers }: RequestHead, mode: ChunkedMode): ChecksumAlgorithm | undefined {
  const [text, ...more] = headers.all(AMZ_TRAILER);
  if (mode === 'signed') {
    if (text !== undefined)
      throw invalid(`${AMZ_TRAILER} does not go with a payload mode without a trailer.`);
    return undefined;
  }
  const algorithm = text === undefined ? undefined : checksumAlgorithmOf(text.trim().toLowerCase());
  if (algorithm === undefined || more.length > 0) {
    throw invalid(`${AMZ_TRAILER} must name one x-amz-checksum- header with this payload mode.`);
  }
  return algorithm;
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', { message });
}
