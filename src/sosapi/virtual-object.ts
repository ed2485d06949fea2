// An object that exists only as bytes in memory, read the way S3 reads objects: GET and HEAD, conditions, one range.
import { hash } from 'node:crypto';
import { type ByteRange, invalidRange, resolveRange } from '../s3/byte-range.ts';
import { evaluateConditions, rangeApplies } from '../s3/conditional.ts';
import { S3Error } from '../s3/error.ts';
import { formatHttpDate } from '../s3/http-date.ts';
import type { S3Request } from '../s3/request.ts';

type RequestHeaders = S3Request['head']['headers'];

export interface VirtualObjectRead {
  readonly method: 'GET' | 'HEAD';
  /** The header fields of the request. */
  readonly headers: RequestHeaders;
  readonly body: Buffer;
  /** The moment that the content is of, milliseconds since 1970: Veeam relies on it (scality/cloudserver CLDSRV-322). */
  readonly lastModifiedMs: number;
}

export interface VirtualObjectAnswer {
  readonly status: 200 | 206 | 304;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Absent for HEAD and for 304. */
  readonly body: Buffer | undefined;
}

/** Answers a read. Throws PreconditionFailed, or InvalidRange whose Content-Range `contentRangeOf` gives. */
export function answerVirtualObject(read: VirtualObjectRead): VirtualObjectAnswer {
  const { headers, body, lastModifiedMs } = read;
  const etag = `"${hash('md5', body, 'hex')}"`;
  const validators = { etag, lastModifiedMs };
  const validatorHeaders = [
    ['ETag', etag],
    ['Last-Modified', formatHttpDate(lastModifiedMs)],
    ['Accept-Ranges', 'bytes'],
  ] as const;

  const verdict = evaluateConditions(headers, validators);
  switch (verdict.kind) {
    case 'failed':
      throw new S3Error('PreconditionFailed', { details: { Condition: verdict.condition } });
    case 'not-modified':
      // No Content-Length: RFC 9110 section 15.4.5 leaves it out, and some clients then wait for a body.
      return { status: 304, headers: validatorHeaders, body: undefined };
    case 'proceed':
      break;
  }

  const { range, content } = select(headers, body, validators);
  return {
    status: range.kind === 'part' ? 206 : 200,
    headers: [
      ...validatorHeaders,
      ['Content-Type', 'application/xml'],
      ['Content-Length', String(content.length)],
      ...(range.kind === 'part'
        ? ([['Content-Range', `bytes ${range.first}-${range.last}/${body.length}`]] as const)
        : []),
    ],
    body: read.method === 'HEAD' ? undefined : content,
  };
}

/** HEAD takes a Range too: S3 answers it with the length of the part (API reference, HeadObject, "Range", read 2026-11). */
function select(
  headers: RequestHeaders,
  body: Buffer,
  validators: { readonly etag: string; readonly lastModifiedMs: number },
): { readonly range: Exclude<ByteRange, { kind: 'unsatisfiable' }>; readonly content: Buffer } {
  const requested = headers.all('range').length === 1 ? headers.get('range') : undefined;
  if (requested === undefined || !rangeApplies(headers, validators)) {
    return { range: { kind: 'whole' }, content: body };
  }
  const range = resolveRange(requested, body.length);
  switch (range.kind) {
    case 'unsatisfiable':
      throw invalidRange(requested, body.length);
    case 'whole':
      return { range, content: body };
    case 'part':
      return { range, content: body.subarray(range.first, range.last + 1) };
  }
}
