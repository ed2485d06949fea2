// Bodies that can be made again anywhere, of any length, and told apart by every byte.
import { createCipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';

const CHUNK_BYTES = 1024 * 1024;

function keystream(seed: string): (bytes: number) => Buffer {
  const cipher = createCipheriv('aes-128-ctr', createHash('md5').update(seed).digest(), Buffer.alloc(16));
  return (bytes) => cipher.update(Buffer.alloc(bytes));
}

export function bodyOf(seed: string, bytes: number): Buffer {
  return keystream(seed)(bytes);
}

function* chunksOf(seed: string, bytes: number): Generator<Buffer> {
  const next = keystream(seed);
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) yield next(Math.min(left, CHUNK_BYTES));
}

export function streamOf(seed: string, bytes: number): Readable {
  return Readable.from(chunksOf(seed, bytes), { objectMode: false, highWaterMark: CHUNK_BYTES });
}

export function sha256(data: Buffer | Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The length and hash of a stream, without holding it. */
export async function digestOf(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest('hex') };
}

export function digestOfBody(seed: string, bytes: number): { bytes: number; sha256: string } {
  const hash = createHash('sha256');
  for (const chunk of chunksOf(seed, bytes)) hash.update(chunk);
  return { bytes, sha256: hash.digest('hex') };
}
