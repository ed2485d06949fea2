// The canonical request of Signature Version 4 as S3 defines it (AWS, "Create a signed AWS API request"):
// no dot-segment removal, no merged slashes, no double encoding.
import { percentDecode } from '../s3/percent-encoding.ts';
import type { QueryParameter } from '../s3/request.ts';
import { splitTarget } from '../s3/target.ts';
import { encodeUri, encodeUriPath } from './uri-encoding.ts';

export interface CanonicalParts {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** One `name:value\n` for each signed header, sorted by name. */
  readonly headers: string;
  /** The names joined with `;`. */
  readonly signedHeaders: string;
  readonly payloadHash: string;
}

type EncodedParameter = readonly [name: string, value: string];

export function canonicalRequest(parts: CanonicalParts): string {
  const { method, path, query, headers, signedHeaders, payloadHash } = parts;
  return `${method}\n${path}\n${query}\n${headers}\n${signedHeaders}\n${payloadHash}`;
}

/** The path decoded once and encoded again. Paths with the same canonical form name the same key. */
export function canonicalPath(rawPath: string): string {
  return encodeUriPath(percentDecode(rawPath));
}

/** The canonical query of parsed parameters, without the one that holds the signature itself. */
export function canonicalQuery(query: readonly QueryParameter[], without?: string): string {
  const parameters: EncodedParameter[] = [];
  for (const { name, value } of query) {
    if (name !== without) parameters.push([encodeUri(name), encodeUri(value)]);
  }
  return joinSorted(parameters);
}

/** The canonical query of the bytes behind a `?`. */
export function canonicalRawQuery(rawQuery: string): string {
  return rawQuery === '' ? '' : canonicalQuery(splitTarget(`?${rawQuery}`).query);
}

const NEEDS_CANONICAL_FORM = /^ | $|\t| {2}/;

/** Trims, and turns each run of blanks into one space. Not `trim()` and `\s`: those would eat 0xA0, a byte of UTF-8 letters. */
export function canonicalHeaderValue(value: string): string {
  if (!NEEDS_CANONICAL_FORM.test(value)) return value;
  // A single space stays as it is, without being replaced by itself.
  return value.replace(/[ \t]{2,}|\t/g, ' ').replace(/^ | $/g, '');
}

// By name and then by value: sorting `name=value` texts would put `a-b=` before `a=`.
function joinSorted(parameters: EncodedParameter[]): string {
  if (parameters.length > 1) parameters.sort(byNameAndValue);
  return parameters.map(([name, value]) => `${name}=${value}`).join('&');
}

function byNameAndValue(a: EncodedParameter, b: EncodedParameter): number {
  return compare(a[0], b[0]) || compare(a[1], b[1]);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
