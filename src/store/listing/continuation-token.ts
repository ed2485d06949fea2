// The continuation tokens of ListObjectsV2: the place where the next page starts, in a form that clients only hand back.
import { crc32 } from 'node:zlib';
import { S3Error } from '../../s3/error.ts';
import type { KeyBound } from '../database/catalog.ts';

// A flags byte, the bound's bytes, a CRC-32 over both. The checksum is no protection from forgery, which would gain
// nothing; it finds tokens of other stores and damaged ones, which would silently skip keys.
const INCLUSIVE = 0x11;
const EXCLUSIVE = 0x10;
const CHECKSUM_BYTES = 4;

/** Letters, digits, `-` and `_` only, so that it stands in a query as it is. */
export function continuationTokenOf(bound: KeyBound): string {
  const body = Buffer.concat([Buffer.of(bound.inclusive ? INCLUSIVE : EXCLUSIVE), bound.bytes]);
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([body, checksum]).toString('base64url');
}

/** Throws InvalidArgument for what this store did not write. */
export function parseContinuationToken(token: string): KeyBound {
  const bytes = Buffer.from(token, 'base64url');
  const body = bytes.subarray(0, -CHECKSUM_BYTES);
  const [flags] = body;
  if (
    bytes.toString('base64url') !== token ||
    (flags !== INCLUSIVE && flags !== EXCLUSIVE) ||
    bytes.readUInt32BE(body.length) !== crc32(body)
  ) {
    throw new S3Error('InvalidArgument', {
      message: 'The continuation token provided is incorrect',
      details: { ArgumentName: 'continuation-token' },
    });
  }
  return { bytes: body.subarray(1), inclusive: flags === INCLUSIVE };
}
