// The SignedHeaders list, and the rule that no `x-amz-*` header may stand outside it
// (Ceph RGW CVE-2026-54330, MinIO CVE-2026-97731, NooBaa CVE-2026-94368: unsigned headers were honoured).
import type { HeaderList } from '../http1/header-list.ts';
import { S3Error } from '../s3/error.ts';
import { AMZ_CONTENT_SHA256, AMZ_DATE, AMZ_PREFIX } from '../s3/headers.ts';
import { canonicalHeaderValue } from './canonical-request.ts';
import type { Malformed } from './malformed.ts';
import { UNSIGNED_PAYLOAD } from './payload-hash.ts';
import type { SignatureClaim } from './signature-claim.ts';

const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

export function parseSignedHeaders(text: string, malformed: Malformed): readonly string[] {
  const names = text.split(';');
  let previous = '';
  for (const name of names) {
    if (!TOKEN.test(name)) throw malformed('SignedHeaders must be lower-case header names joined with ";".');
    if (name <= previous) throw malformed('SignedHeaders must be sorted and without repetition.');
    previous = name;
  }
  if (!names.includes('host')) throw malformed('the "host" header must be one of the SignedHeaders.');
  return names;
}

/** Of these each reader of the request must see the same value, so there may be only one. */
export function checkRepeatedHeaders(headers: HeaderList): void {
  for (const name of [AMZ_CONTENT_SHA256, AMZ_DATE]) {
    if (headers.all(name).length < 2) continue;
    throw new S3Error('InvalidRequest', { message: `The header ${name} must not be repeated.` });
  }
}

/** Goes through the headers that arrived, not through the list: what the list leaves out is what matters. */
export function checkUnsignedHeaders(
  headers: HeaderList,
  signed: ReadonlySet<string>,
  mechanism: SignatureClaim['mechanism'],
): void {
  const unsigned = new Set<string>();
  for (const { name, value } of headers) {
    if (!name.startsWith(AMZ_PREFIX) || signed.has(name)) continue;
    // In header form its value is a line of the canonical request even if it is not listed. A presigned
    // URL has that line from elsewhere, so there the header may only say what holds without it.
    if (name === AMZ_CONTENT_SHA256 && (mechanism === 'header' || value === UNSIGNED_PAYLOAD)) continue;
    unsigned.add(name);
  }
  if (unsigned.size === 0) return;
  throw new S3Error('AccessDenied', {
    message: 'There were headers present in the request which were not signed',
    details: { HeadersNotSigned: [...unsigned].join(', ') },
  });
}

/** The canonical lines of the listed headers, or the name of the first that the request lacks. */
export function signedHeaderLines(
  headers: HeaderList,
  names: readonly string[],
): { readonly kind: 'lines'; readonly lines: string } | { readonly kind: 'absent'; readonly name: string } {
  let lines = '';
  for (const name of names) {
    const values = headers.all(name);
    if (values.length === 0) return { kind: 'absent', name };
    lines += `${name}:${values.map(canonicalHeaderValue).join(',')}\n`;
  }
  return { kind: 'lines', lines };
}
