// Stage "respond" for answers that the gateway makes itself.
import type { Exchange } from '../http1/exchange.ts';
import { reasonPhrase } from '../http1/reason-phrase.ts';
import type { S3Error } from '../s3/error.ts';
import { type AnswerContext, errorAnswer, headerLines } from '../s3/error-answer.ts';

export interface OwnAnswer {
  readonly status: number;
  /** Content-Length among them wherever a body is or, for HEAD, would be. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | undefined;
}

export function respond(exchange: Exchange, answer: OwnAnswer, context: AnswerContext): void {
  const body = exchange.answer({
    status: answer.status,
    reason: reasonPhrase(answer.status),
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
  const { status, headers, body } = errorAnswer(error, resource, context.requestId);
  const answer =
    exchange.head.method === 'HEAD'
      ? { status, headers, body: undefined }
      : { status, headers: [...headers, ['Content-Length', String(body.length)] as const], body };
  respond(exchange, answer, context);
}
