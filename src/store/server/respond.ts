// Puts an answer on the wire. Its length is always announced; what was not read of the request's body closes the connection.
import type { Exchange } from '../../http1/exchange.ts';
import type { BodyFraming } from '../../http1/head.ts';
import { reasonPhrase } from '../../http1/reason-phrase.ts';
import type { S3Error } from '../../s3/error.ts';
import { type AnswerContext, errorAnswer, headerLines } from '../../s3/error-answer.ts';
import type { Answer, AnswerHeaders, BodyReader } from './call.ts';

interface Written {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body?: Buffer | undefined;
  readonly stream?: BodyReader | undefined;
}

export function respond(exchange: Exchange, answer: Answer, resource: string, context: AnswerContext): void {
  if ('error' in answer) respondWithError(exchange, answer.error, answer.headers, resource, context);
  else write(exchange, answer, context);
}

/** `headers` stand behind those that the error has of itself. */
export function respondWithError(
  exchange: Exchange,
  error: S3Error,
  headers: AnswerHeaders,
  resource: string,
  context: AnswerContext,
): void {
  const answer = errorAnswer(error, resource, context.requestId);
  write(
    exchange,
    {
      status: answer.status,
      headers: [...answer.headers, ...headers],
      body: exchange.head.method === 'HEAD' ? undefined : answer.body,
    },
    context,
  );
}

function write(exchange: Exchange, { status, headers, body, stream }: Written, context: AnswerContext): void {
  checkHeaders(headers);
  let gone = false;
  if (stream !== undefined) {
    exchange.onOver(() => stream.close());
    // Told at once where the client is gone already: then nothing is over any more.
    exchange.onGone(() => {
      gone = true;
      stream.close();
    });
    if (gone) return;
  }
  const length = stream?.length ?? body?.length;
  const isHead = exchange.head.method === 'HEAD';
  const sink = exchange.answer({
    status,
    reason: reasonPhrase(status),
    fields: headerLines(
      isHead && length !== undefined ? [...headers, ['Content-Length', String(length)]] : headers,
      context,
    ),
    framing: isHead ? { kind: 'none' } : framingOf(status, length),
  });
  if (isHead) sink.end();
  else if (stream !== undefined) stream.sendTo(sink);
  else {
    if (body !== undefined) sink.write(body);
    sink.end();
  }
}

/** RFC 9110 section 8.6: 204 must have no Content-Length, and that of a 304 would be that of the object. */
function framingOf(status: number, length: number | undefined): BodyFraming {
  return status === 204 || status === 304 ? { kind: 'none' } : { kind: 'length', length: length ?? 0 };
}

// A character beyond latin1 would lose its upper half on the wire, and what stays of it may be a line break.
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function checkHeaders(headers: AnswerHeaders): void {
  for (const [name, value] of headers) {
    if (!FIELD_VALUE.test(value)) throw new Error(`the answer's header ${name} cannot be written`);
  }
}
