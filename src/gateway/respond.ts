// Stage "respond" for answers that the gateway makes itself.
import { STATUS_CODES } from 'node:http';
import type { Exchange } from '../http1/exchange.ts';
import { contentRangeOf } from '../s3/byte-range.ts';
import type { S3Error } from '../s3/error.ts';
import { renderError } from '../s3/error-document.ts';
import { AMZ_REQUEST_ID } from '../s3/headers.ts';
import { formatHttpDate } from '../s3/http-date.ts';

export interface OwnAnswer {
  readonly status: number;
  /** Content-Length among them wherever a body is or, for HEAD, would be. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | undefined;
}

export interface AnswerContext {
  readonly requestId: string;
  readonly wallClockMs: number;
}

export function respond(exchange: Exchange, answer: OwnAnswer, context: AnswerContext): void {
  const body = exchange.answer({
    status: answer.status,
    reason: STATUS_CODES[answer.status] ?? '',
    fields: headerLines(answer.headers, context),
    // The length stands among the headers, so that HEAD and GET are written alike.
    framing: { kind: 'none' },
  });
  if (answer.body !== undefined) body.write(answer.body);
  body.end();
}

export function respondWithError(
  exchange: Exchange,
  error: S3Error,
  resource: string,
  context: AnswerContext,
): void {
  respond(exchange, errorAnswer(error, exchange.head.method, resource, context.requestId), context);
}

function errorAnswer(error: S3Error, method: string, resource: string, requestId: string): OwnAnswer {
  const document = renderError(error, resource, requestId);
  const contentRange = contentRangeOf(error);
  const headers: (readonly [string, string])[] = [['Content-Type', 'application/xml']];
  if (contentRange !== undefined) headers.push(['Content-Range', contentRange]);
  if (error.status === 503) headers.push(['Retry-After', '1']);
  if (method === 'HEAD') return { status: error.status, headers, body: undefined };
  return {
    status: error.status,
    headers: [...headers, ['Content-Length', String(document.length)]],
    body: document,
  };
}

/** A complete answer as text for a head that could not be read at all. */
export function renderBareError(error: S3Error, context: AnswerContext): string {
  const document = renderError(error, '', context.requestId);
  const headers = headerLines(
    [
      ['Content-Type', 'application/xml'],
      ['Content-Length', String(document.length)],
      ['Connection', 'close'],
    ],
    context,
  );
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n${headers}\r\n${document.toString('latin1')}`;
}

function headerLines(headers: OwnAnswer['headers'], { requestId, wallClockMs }: AnswerContext): string {
  const all = [
    ['Server', 'sosapi-gateway'],
    ['Date', formatHttpDate(wallClockMs)],
    [AMZ_REQUEST_ID, requestId],
    ...headers,
  ] as const;
  return all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}
