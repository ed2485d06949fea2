// x-amz-copy-source: `[/]bucket/key[?versionId=id]`, percent-encoded (Amazon S3 API Reference, CopyObject).
// It reads an object with the store's own rights, so what we authorize must be what every store understands.
import { S3Error } from './error.ts';
import { checkBucketName, checkKey } from './names.ts';
import { percentDecode, utf8Text } from './percent-encoding.ts';
import type { CopySource } from './request.ts';

const VERSION = /^versionId=([\w.~%-]+)$/;

/** Throws InvalidArgument on anything that two stores could read in two ways. */
export function parseCopySource(value: string): CopySource {
  const mark = value.indexOf('?');
  const path = mark === -1 ? value : value.slice(0, mark);
  const query = mark === -1 ? undefined : value.slice(mark + 1);
  // A raw `#` ends the path for stores that parse this as a URL, and belongs to the key for others.
  if (path.includes('#') || path.includes('\\')) throw malformed();
  // Decoded before it is split, as MinIO and Ceph RGW do: `bucket%2Fkey` is what encodeURIComponent makes (seen 2026-11).
  const [, bucket, keyBytes] = /^\/?([^/]+)\/(.+)$/s.exec(percentDecode(path)) ?? [];
  if (bucket === undefined || keyBytes === undefined) throw malformed();
  checkBucketName(bucket);
  const key = utf8Text(keyBytes);
  checkKey(key);
  return { bucket, key, versionId: query === undefined ? undefined : versionOf(query) };
}

function versionOf(query: string): string {
  const [, versionId] = VERSION.exec(query) ?? [];
  if (versionId === undefined) throw malformed();
  return versionId;
}

function malformed(): S3Error {
  return new S3Error('InvalidArgument', {
    message: 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    details: { ArgumentName: 'x-amz-copy-source' },
  });
}
