// aws-chunked framing from its description, sharing no code with src/sigv4 (Amazon S3 API Reference, "Signature calculations
// for the Authorization header: transferring payload in multiple chunks", and the same with trailing headers).
import { createHash, createHmac } from 'node:crypto';

export const AMZ_DATE = '20260304T050607Z';
export const REGION = 'us-east-1';
const SCOPE = '20260304/us-east-1/s3/aws4_request';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
export const SEED = 'ab'.repeat(32);

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: string): string => createHash('sha256').update(bytes, 'latin1').digest('hex');

export const SIGNING_KEY = [SCOPE.slice(0, 8), REGION, 's3', 'aws4_request'].reduce<Buffer>(
  (key, part) => hmac(key, part),
  Buffer.from(`AWS4${SECRET}`),
);

export interface BodyToFrame {
  /** One character a byte (latin1); none of them empty. */
  readonly chunks: readonly string[];
  readonly signed: boolean;
  /** Undefined: a mode without a trailer. */
  readonly trailers: readonly (readonly [name: string, value: string])[] | undefined;
  readonly upperCaseSizes: boolean;
}

/** A run of bytes that are framing, data, or a line of the trailer. */
export interface FramedRun {
  readonly kind: 'frame' | 'data' | 'trailer';
  /** One character a byte (latin1). */
  readonly bytes: string;
}

export function frameBody({ chunks, signed, trailers, upperCaseSizes }: BodyToFrame): readonly FramedRun[] {
  const runs: FramedRun[] = [];
  let previous = SEED;
  const chain = (kind: string, hashes: string): string => {
    const text = `AWS4-HMAC-SHA256-${kind}\n${AMZ_DATE}\n${SCOPE}\n${previous}\n${hashes}`;
    previous = hmac(SIGNING_KEY, text).toString('hex');
    return previous;
  };
  for (const data of [...chunks, '']) {
    const hex = data.length.toString(16);
    const size = upperCaseSizes ? hex.toUpperCase() : hex;
    const signature = signed ? `;chunk-signature=${chain('PAYLOAD', `${sha256('')}\n${sha256(data)}`)}` : '';
    runs.push({ kind: 'frame', bytes: `${size}${signature}\r\n` });
    if (data !== '') runs.push({ kind: 'data', bytes: data }, { kind: 'frame', bytes: '\r\n' });
  }
  for (const [name, value] of trailers ?? []) {
    runs.push({ kind: 'trailer', bytes: `${name}:${value}\r\n` });
  }
  if (signed && trailers !== undefined) {
    const lines = trailers.map(([name, value]) => `${name}:${value}\n`).join('');
    runs.push({ kind: 'trailer', bytes: `x-amz-trailer-signature:${chain('TRAILER', sha256(lines))}\r\n` });
  }
  runs.push({ kind: 'frame', bytes: '\r\n' });
  return runs;
}
