// A body in signed chunks (AWS, "Signature calculations for the authorization header: multiple chunks", read 2026-11).
import { createHash } from 'node:crypto';

/** As the AWS SDKs cut it; S3 takes nothing smaller but the last. */
const CHUNK_BYTES = 64 * 1024;
const EMPTY_SHA256 = createHash('sha256').update('').digest('hex');
const SIGNATURE_HEX = 64;

export interface ChunkSigning {
  /** Signs a text with the key of the day. */
  readonly sign: (stringToSign: string) => Promise<string>;
  /** `20261121T120000Z`. */
  readonly longDate: string;
  /** `20261121/us-east-1/s3/aws4_request`. */
  readonly scope: string;
  /** Of the head. */
  readonly seedSignature: string;
}

export async function encodeChunks(body: Buffer, signing: ChunkSigning): Promise<Buffer> {
  const parts: Buffer[] = [];
  let previous = signing.seedSignature;
  for (const chunk of chunksOf(body)) {
    previous = await signing.sign(
      [
        'AWS4-HMAC-SHA256-PAYLOAD',
        signing.longDate,
        signing.scope,
        previous,
        EMPTY_SHA256,
        createHash('sha256').update(chunk).digest('hex'),
      ].join('\n'),
    );
    parts.push(
      Buffer.from(`${chunk.length.toString(16)};chunk-signature=${previous}\r\n`),
      chunk,
      Buffer.from('\r\n'),
    );
  }
  return Buffer.concat(parts);
}

/** What `encodeChunks` gives, in bytes: it stands in the head, which is signed before. */
export function encodedLength(bodyBytes: number): number {
  const frame = (bytes: number) => bytes.toString(16).length + ';chunk-signature='.length + SIGNATURE_HEX + 4;
  let sum = frame(0);
  for (let left = bodyBytes; left > 0; left -= CHUNK_BYTES) {
    const bytes = Math.min(left, CHUNK_BYTES);
    sum += frame(bytes) + bytes;
  }
  return sum;
}

/** The last one is empty. */
function* chunksOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += CHUNK_BYTES) yield body.subarray(at, at + CHUNK_BYTES);
  yield Buffer.alloc(0);
}
