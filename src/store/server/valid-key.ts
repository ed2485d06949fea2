// Keys are text. Bytes that are not UTF-8 decode to U+FFFD, so that two different paths would name one object: they are refused.
import { isUtf8 } from 'node:buffer';
import { S3Error } from '../../s3/error.ts';
import { AMZ_COPY_SOURCE } from '../../s3/headers.ts';
import { percentDecode } from '../../s3/percent-encoding.ts';
import type { S3Request } from '../../s3/request.ts';

/** Throws InvalidURI unless the request's key, and the key that it copies from, are UTF-8 on the wire. */
export function checkKeyIsUtf8({ rawKey, copySource, head }: S3Request): void {
  checkUtf8(rawKey);
  if (copySource !== undefined) checkUtf8(head.headers.get(AMZ_COPY_SOURCE) ?? '');
}

function checkUtf8(encoded: string): void {
  if (isUtf8(Buffer.from(percentDecode(encoded), 'latin1'))) return;
  throw new S3Error('InvalidURI', { message: 'The key is not UTF-8.' });
}
