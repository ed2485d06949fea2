// The Range header (RFC 9110 section 14) as S3 takes it: one range of bytes; anything else is ignored and the whole object sent.
// S3 takes no more than one range a GET (API reference, GetObject, "Range", read 2026-11).
import { S3Error } from './error.ts';

export type ByteRange =
  | { readonly kind: 'whole' }
  /** Both ends belong to the range. */
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' };

const SINGLE_RANGE = /^bytes=(\d*)-(\d*)$/i;
const WHOLE: ByteRange = { kind: 'whole' };
const UNSATISFIABLE: ByteRange = { kind: 'unsatisfiable' };

/** What a Range header means for an object of that size. */
export function resolveRange(range: string | undefined, size: number): ByteRange {
  const parts = range === undefined ? null : SINGLE_RANGE.exec(range);
  const [, from = '', to = ''] = parts ?? [];
  if (from === '' && to === '') return WHOLE;

  // bigint: positions may be written with more digits than a number keeps apart.
  const end = BigInt(size);
  if (from === '') {
    const suffix = BigInt(to);
    if (suffix === 0n || size === 0) return UNSATISFIABLE;
    return { kind: 'part', first: suffix >= end ? 0 : size - Number(suffix), last: size - 1 };
  }
  const first = BigInt(from);
  const last = to === '' ? undefined : BigInt(to);
  if (last !== undefined && last < first) return WHOLE;
  if (first >= end) return UNSATISFIABLE;
  return {
    kind: 'part',
    first: Number(first),
    last: last === undefined || last >= end ? size - 1 : Number(last),
  };
}

/** The error for a range outside an object, with the elements that S3 gives it. */
export function invalidRange(range: string, size: number): S3Error {
  return new S3Error('InvalidRange', { details: { RangeRequested: range, ActualObjectSize: String(size) } });
}

/** The Content-Range header that a 416 must carry (RFC 9110 section 15.5.17): for the place that renders errors. */
export function contentRangeOf(error: S3Error): string | undefined {
  const size = error.code === 'InvalidRange' ? error.details['ActualObjectSize'] : undefined;
  return size === undefined ? undefined : `bytes */${size}`;
}
