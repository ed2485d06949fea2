// The SignedHeaders list, and the rule that no `x-amz-*` header may stand outside it
// (Ceph RGW CVE-2026-54330, MinIO CVE-2026-97731, NooBaa CVE-2026-94368: unsigned headers were honoured).
import type { HeaderList } from '../http1/header-list.ts';
import { S3Error } from '../s3/error.ts';
import { AMZ_CONTENT_SHA256, AMZ_DATE, AMZ_PREFIX } from '../s3/headers.ts';
import { canonicalHeaderValue } from './canonical-request.ts';
import type { Malformed } from './malformed.ts';
import { UNSIGNED_PAYLOAD } from './payload-hash.ts';
import type { SignatureClaim, SignedHeaderList } from './signature-claim.ts';

/**
 * The `x-amz-*` headers that a credential can be allowed to send unsigned, and what becomes of them. Whoever stands
 * between the client and the gateway, or holds a presigned URL, can set them at will. So one that would change rights, cost
 * or place is dropped: the object is then as private and as plain as without it. Only those are sent on whose every value
 * leaves three outcomes: the store checks more, answers more, or refuses.
 * No other header can be allowed: dropped, it would lose what the client takes for done (encryption, metadata, tags, a
 * condition, a lock); sent on, it would give the URL's holder what only the key's holder may have (a copy source).
 */
export const TOLERABLE_UNSIGNED: ReadonlyMap<string, 'dropped' | 'sent-on'> = new Map([
  ['x-amz-acl', 'dropped'],
  ['x-amz-cf-id', 'dropped'],
  ['x-amz-checksum-algorithm', 'sent-on'],
  ['x-amz-checksum-crc32', 'sent-on'],
  ['x-amz-checksum-crc32c', 'sent-on'],
  ['x-amz-checksum-crc64nvme', 'sent-on'],
  ['x-amz-checksum-mode', 'sent-on'],
  ['x-amz-checksum-sha1', 'sent-on'],
  ['x-amz-checksum-sha256', 'sent-on'],
  ['x-amz-expected-bucket-owner', 'sent-on'],
  ['x-amz-grant-full-control', 'dropped'],
  ['x-amz-grant-read', 'dropped'],
  ['x-amz-grant-read-acp', 'dropped'],
  ['x-amz-grant-write', 'dropped'],
  ['x-amz-grant-write-acp', 'dropped'],
  ['x-amz-request-payer', 'dropped'],
  ['x-amz-sdk-checksum-algorithm', 'sent-on'],
  ['x-amz-storage-class', 'dropped'],
  ['x-amz-user-agent', 'dropped'],
]);

const NONE: ReadonlySet<string> = new Set();

const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

export function parseSignedHeaders(text: string, malformed: Malformed): SignedHeaderList {
  const names = text.split(';');
  let previous = '';
  for (const name of names) {
    if (!TOKEN.test(name)) throw malformed('SignedHeaders must be lower-case header names joined with ";".');
    if (name <= previous) throw malformed('SignedHeaders must be sorted and without repetition.');
    previous = name;
  }
  if (!names.includes('host')) throw malformed('the "host" header must be one of the SignedHeaders.');
  return { text, names, set: new Set(names) };
}

/** Of these each reader of the request must see the same value, so there may be only one. */
export function checkRepeatedHeaders(headers: HeaderList): void {
  for (const name of [AMZ_CONTENT_SHA256, AMZ_DATE]) {
    if (headers.all(name).length < 2) continue;
    throw new S3Error('InvalidRequest', { message: `The header ${name} must not be repeated.` });
  }
}

/**
 * Goes through the headers that arrived, not through the list: what the list leaves out is what matters. Gives the names
 * of those that `tolerated` let through, which only counts once the signature is proven.
 */
export function checkUnsignedHeaders(
  headers: HeaderList,
  signed: ReadonlySet<string>,
  mechanism: SignatureClaim['mechanism'],
  tolerated: ReadonlySet<string> = NONE,
): ReadonlySet<string> {
  let unsigned: Set<string> | undefined;
  let letThrough: Set<string> | undefined;
  for (const { name, value } of headers) {
    if (!name.startsWith(AMZ_PREFIX) || signed.has(name)) continue;
    // In header form its value is a line of the canonical request even if it is not listed. A presigned
    // URL has that line from elsewhere, so there the header may only say what holds without it.
    if (name === AMZ_CONTENT_SHA256 && (mechanism === 'header' || value === UNSIGNED_PAYLOAD)) continue;
    if (tolerated.has(name) && TOLERABLE_UNSIGNED.has(name)) {
      letThrough ??= new Set();
      letThrough.add(name);
    } else {
      unsigned ??= new Set();
      unsigned.add(name);
    }
  }
  if (unsigned === undefined) return letThrough ?? NONE;
  throw new S3Error('AccessDenied', {
    message: 'There were headers present in the request which were not signed',
    details: { HeadersNotSigned: [...unsigned].join(', ') },
  });
}

/** From so many headers on they are indexed: a look at all of them for each name would cost a request of many small headers their square. */
const INDEXED_FROM = 32;

/** The canonical lines of the listed headers, or the name of the first that the request lacks. */
export function signedHeaderLines(
  headers: HeaderList,
  names: readonly string[],
): { readonly kind: 'lines'; readonly lines: string } | { readonly kind: 'absent'; readonly name: string } {
  const index = headers.size < INDEXED_FROM ? undefined : canonicalValues(headers);
  let lines = '';
  for (const name of names) {
    const value = index === undefined ? canonicalValue(headers, name) : index.get(name);
    if (value === undefined) return { kind: 'absent', name };
    lines += `${name}:${value}\n`;
  }
  return { kind: 'lines', lines };
}

function canonicalValue(headers: HeaderList, wanted: string): string | undefined {
  let joined: string | undefined;
  for (const { name, value } of headers) if (name === wanted) joined = withAnother(joined, value);
  return joined;
}

function canonicalValues(headers: HeaderList): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of headers) values.set(name, withAnother(values.get(name), value));
  return values;
}

function withAnother(earlier: string | undefined, value: string): string {
  const canonical = canonicalHeaderValue(value);
  return earlier === undefined ? canonical : `${earlier},${canonical}`;
}
