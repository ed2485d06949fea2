// Conditional reads (RFC 9110 section 13): which precondition counts, in which order, and what it decides.
// The order of section 13.2.2 is also what S3 documents for GetObject (API reference, "Conditional requests", read 2026-11).
import type { HeaderList } from '../http1/header-list.ts';
import { parseHttpDate, wholeSecond } from './http-date.ts';

/** What an object can be recognised by. */
export interface Validators {
  /** Strong and quoted, as in the ETag header. */
  readonly etag: string;
  readonly lastModifiedMs: number;
}

export type ConditionalVerdict =
  | { readonly kind: 'proceed' }
  | { readonly kind: 'not-modified' }
  /** `condition` is the header that did not hold: S3 names it in the error. */
  | { readonly kind: 'failed'; readonly condition: 'If-Match' | 'If-Unmodified-Since' };

/** Judges the preconditions of a GET or HEAD of an object that exists. */
export function evaluateConditions(headers: HeaderList, validators: Validators): ConditionalVerdict {
  const ifMatch = fieldList(headers, 'if-match');
  if (ifMatch !== undefined) {
    if (!listed(ifMatch, validators.etag, 'strong')) return { kind: 'failed', condition: 'If-Match' };
  } else {
    const unmodifiedSince = singleDate(headers, 'if-unmodified-since');
    if (unmodifiedSince !== undefined && wholeSecond(validators.lastModifiedMs) > unmodifiedSince) {
      return { kind: 'failed', condition: 'If-Unmodified-Since' };
    }
  }

  const ifNoneMatch = fieldList(headers, 'if-none-match');
  if (ifNoneMatch !== undefined) {
    return listed(ifNoneMatch, validators.etag, 'weak') ? { kind: 'not-modified' } : { kind: 'proceed' };
  }
  const modifiedSince = singleDate(headers, 'if-modified-since');
  if (modifiedSince !== undefined && wholeSecond(validators.lastModifiedMs) <= modifiedSince) {
    return { kind: 'not-modified' };
  }
  return { kind: 'proceed' };
}

/** Whether a Range may be honoured: there is no If-Range, or it names exactly this state of the object. */
export function rangeApplies(headers: HeaderList, validators: Validators): boolean {
  const values = headers.all('if-range');
  if (values.length === 0) return true;
  const [value] = values;
  if (value === undefined || values.length > 1) return false;
  const date = parseHttpDate(value);
  if (date !== undefined) return date === wholeSecond(validators.lastModifiedMs);
  return value === validators.etag;
}

function fieldList(headers: HeaderList, name: string): string | undefined {
  const values = headers.all(name);
  return values.length === 0 ? undefined : values.join(', ');
}

/** RFC 9110 section 13.1.3: a date condition with more than one member or an invalid date is ignored. */
function singleDate(headers: HeaderList, name: string): number | undefined {
  const values = headers.all(name);
  const [value] = values;
  return value === undefined || values.length > 1 ? undefined : parseHttpDate(value);
}

function listed(list: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (list.trim() === '*') return true;
  for (const tag of entityTags(list)) {
    if (tag.quoted === etag && (comparison === 'weak' || !tag.weak)) return true;
  }
  return false;
}

interface EntityTag {
  readonly weak: boolean;
  readonly quoted: string;
}

/** Reads a list by hand: a regular expression that skips optional white space on both sides can be made quadratic. */
function* entityTags(list: string): Generator<EntityTag> {
  let at = 0;
  while (at < list.length) {
    const char = list[at];
    if (char === ',' || char === ' ' || char === '\t') {
      at += 1;
      continue;
    }
    const weak = list.startsWith('W/"', at);
    const open = weak ? at + 2 : at;
    if (list[open] === '"') {
      const close = list.indexOf('"', open + 1);
      if (close === -1) return;
      yield { weak, quoted: list.slice(open, close + 1) };
      at = close + 1;
    } else {
      // S3 clients also send the tag without its quotes; MinIO (cmd/utils.go, canonicalizeETag) takes it too.
      const comma = list.indexOf(',', at);
      const end = comma === -1 ? list.length : comma;
      yield { weak: false, quoted: `"${list.slice(at, end).trimEnd()}"` };
      at = end;
    }
  }
}
