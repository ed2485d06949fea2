// What surrounds an answer that we make ourselves: its common headers, an error as an answer, a refusal of a broken head.
import type { HttpError } from '../http1/http-error.ts';
import { reasonPhrase } from '../http1/reason-phrase.ts';
import { contentRangeOf } from './byte-range.ts';
import { S3Error, type S3ErrorCode } from './error.ts';
import { renderError } from './error-document.ts';
import { AMZ_REQUEST_ID } from './headers.ts';
import { formatHttpDate } from './http-date.ts';

type NamedValue = readonly [name: string, value: string];

export interface AnswerContext {
  readonly requestId: string;
  readonly wallClockMs: number;
}

/** The header lines of an answer, each with its CRLF: the common ones, then its own. */
export function headerLines(headers: readonly NamedValue[], context: AnswerContext): string {
  const all: readonly NamedValue[] = [
    ['Server', 'sosapi-gateway'],
    ['Date', formatHttpDate(context.wallClockMs)],
    [AMZ_REQUEST_ID, context.requestId],
    ...headers,
  ];
  return all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

/** An error as it is answered; `body` is for every method but HEAD, whose answers have none. */
export function errorAnswer(
  error: S3Error,
  resource: string,
  requestId: string,
): { readonly status: number; readonly headers: readonly NamedValue[]; readonly body: Buffer } {
  const contentRange = contentRangeOf(error);
  const headers: NamedValue[] = [['Content-Type', 'application/xml']];
  if (contentRange !== undefined) headers.push(['Content-Range', contentRange]);
  if (error.status === 503) headers.push(['Retry-After', String(error.retryAfterSeconds)]);
  return { status: error.status, headers, body: renderError(error, resource, requestId) };
}

/** A complete answer as text for a head that could not be read at all. */
export function bareErrorAnswer(error: S3Error, context: AnswerContext): string {
  const { status, headers, body } = errorAnswer(error, '', context.requestId);
  const lines = headerLines(
    [...headers, ['Content-Length', String(body.length)], ['Connection', 'close']],
    context,
  );
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${lines}\r\n${body.toString('latin1')}`;
}

/** What a client is told of a head that is not HTTP as we accept it. */
export function badHeadError(error: HttpError): S3Error {
  const text = error.message;
  return new S3Error(badHeadCode(error), { message: `${text.charAt(0).toUpperCase()}${text.slice(1)}.` });
}

function badHeadCode(error: HttpError): S3ErrorCode {
  switch (error.kind) {
    case 'malformed':
      return 'BadRequest';
    case 'too-large':
      return 'RequestHeaderSectionTooLarge';
    case 'unsupported':
      return 'NotImplemented';
    case 'timeout':
      return 'RequestTimeout';
  }
}
