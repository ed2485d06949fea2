// Places between keys, as UTF-8 bytes: S3 lists keys in the order of their bytes (Amazon S3 API Reference, ListObjectsV2).
import { S3Error } from '../../s3/error.ts';
import type { KeyBound } from './catalog.ts';

/** No byte of UTF-8 text is as high. */
const BEHIND_EVERY_KEY = Buffer.of(0xff);
const NUL = Buffer.of(0);

/** The bytes by which a key is kept. Throws InvalidArgument for half a surrogate pair: two such keys would become one. */
export function keyBytes(key: string): Buffer {
  if (!key.isWellFormed()) throw new S3Error('InvalidArgument', { message: 'The key is not valid Unicode.' });
  return Buffer.from(key, 'utf8');
}

/** From that key on, itself included. */
export function fromKey(key: string): KeyBound {
  return { bytes: keyBytes(key), inclusive: true };
}

/** Behind that key. */
export function afterKey(key: string): KeyBound {
  return { bytes: keyBytes(key), inclusive: false };
}

/** Behind every key that begins so; the empty prefix leaves nothing. */
export function afterPrefix(prefix: string): KeyBound {
  return { bytes: endOfPrefix(prefix), inclusive: true };
}

/** The least bytes that are greater than every key with that prefix. */
export function endOfPrefix(prefix: string): Buffer {
  const bytes = keyBytes(prefix);
  const last = bytes.at(-1);
  if (last === undefined) return BEHIND_EVERY_KEY;
  // Never overflows: UTF-8 has no byte above 0xF4.
  bytes[bytes.length - 1] = last + 1;
  return bytes;
}

/** The least bytes of a key that belongs to a listing from there with that prefix. */
export function startOfListing(from: KeyBound, prefix: string): Uint8Array {
  const start = from.inclusive ? from.bytes : Buffer.concat([from.bytes, NUL]);
  const prefixStart = keyBytes(prefix);
  return Buffer.compare(start, prefixStart) < 0 ? prefixStart : start;
}
