// The headers of an upload that come back on reads: Content-Type and its kin, and user metadata.
import { withoutChunkedCoding } from '../../s3/aws-chunked.ts';
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import type { StoredHeaders } from '../database/rows.ts';

export const METADATA_PREFIX = 'x-amz-meta-';

/** Names and values together (Amazon S3 User Guide, "Working with object metadata"). */
const MAX_METADATA_BYTES = 2048;
/** All that is kept together, as S3 takes no larger head: every read sends it again, and must fit into the reader's limits. */
const MAX_STORED_BYTES = 8192;

/** Names as they are written on answers, by the names under which they are kept. */
export const SYSTEM_HEADERS: ReadonlyMap<string, string> = new Map([
  ['cache-control', 'Cache-Control'],
  ['content-disposition', 'Content-Disposition'],
  ['content-encoding', 'Content-Encoding'],
  ['content-language', 'Content-Language'],
  ['content-type', 'Content-Type'],
  ['expires', 'Expires'],
]);

/**
 * Values as they came, one character a byte. A repeated header becomes one, joined with commas. Throws MetadataTooLarge
 * and RequestHeaderSectionTooLarge.
 */
export function readStoredHeaders(headers: S3Request['head']['headers']): StoredHeaders {
  const stored = new Map<string, string>();
  for (const { name, value } of headers) {
    const isMetadata = name.startsWith(METADATA_PREFIX);
    if (!isMetadata && !SYSTEM_HEADERS.has(name)) continue;
    const kept = name === 'content-encoding' ? (withoutChunkedCoding(value) ?? '') : value;
    if (kept === '' && !isMetadata) continue;
    const earlier = stored.get(name);
    stored.set(name, earlier === undefined ? kept : `${earlier},${kept}`);
  }
  checkSizes(stored);
  return [...stored];
}

function checkSizes(stored: ReadonlyMap<string, string>): void {
  let metadata = 0;
  let all = 0;
  for (const [name, value] of stored) {
    all += name.length + value.length;
    if (name.startsWith(METADATA_PREFIX)) metadata += name.length - METADATA_PREFIX.length + value.length;
  }
  if (metadata > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', {
      details: { Size: String(metadata), MaxSizeAllowed: String(MAX_METADATA_BYTES) },
    });
  }
  if (all > MAX_STORED_BYTES) {
    throw new S3Error('RequestHeaderSectionTooLarge', {
      details: { MaxSizeAllowed: String(MAX_STORED_BYTES) },
    });
  }
}
