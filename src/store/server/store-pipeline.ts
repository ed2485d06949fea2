// The store in one sentence: read head → understand → verify → handler by the operation's name → respond.
import type { Exchange } from '../../http1/exchange.ts';
import type { HttpError } from '../../http1/http-error.ts';
import { S3Error } from '../../s3/error.ts';
import { type AnswerContext, badHeadError, bareErrorAnswer } from '../../s3/error-answer.ts';
import type { S3Request } from '../../s3/request.ts';
import { understand } from '../../s3/understand.ts';
import type { Verifier } from '../../sigv4/verify.ts';
import type { Handler, Handlers, StoreParts } from './call.ts';
import { respond, respondWithError } from './respond.ts';
import { checkKeyIsUtf8 } from './valid-key.ts';

export interface PipelineOptions {
  readonly parts: StoreParts;
  readonly handlers: Handlers;
  readonly verifier: Verifier;
  readonly newRequestId: () => string;
  /** An answer of status 500: a fault of our own, or damage on the disk. */
  onInternalError(error: unknown, fields: Readonly<Record<string, unknown>>): void;
}

/** What a server connection calls. */
export interface Pipeline {
  onExchange(exchange: Exchange): void;
  onBadHead(error: HttpError): string;
  /** Resolves when no handler works that works now. */
  settled(): Promise<void>;
}

/** Only path-style: the gateway is the one caller, and names no bucket in the host. */
const HOST_NAMES: readonly string[] = [];

export function createPipeline(options: PipelineOptions): Pipeline {
  const { parts, handlers, verifier } = options;
  const working = new Set<Promise<void>>();
  const newContext = (): AnswerContext => ({
    requestId: options.newRequestId(),
    wallClockMs: parts.wallClock(),
  });

  async function serve(exchange: Exchange, request: S3Request, context: AnswerContext): Promise<void> {
    checkKeyIsUtf8(request);
    const { payloadHash } = verifier.verify(request, context.wallClockMs);
    const handler = handlerOf(request, handlers);
    // Who may bypass governance is the gateway's to say: it lets the header through from nobody else.
    const answer = await handler({ exchange, request, payloadHash, mayBypassGovernance: true }, parts);
    respond(exchange, answer, resourceOf(request), context);
  }

  function fail(exchange: Exchange, thrown: unknown, context: AnswerContext, request?: S3Request): void {
    const error = thrown instanceof S3Error ? thrown : new S3Error('InternalError', { cause: thrown });
    if (error.status === 500) {
      const { requestId } = context;
      const { operation, bucket, key } = request ?? {};
      options.onInternalError(thrown, { requestId, operation: operation?.name, bucket, key });
    }
    if (exchange.answeredAtMs !== undefined) exchange.cut();
    else respondWithError(exchange, error, [], request === undefined ? '' : resourceOf(request), context);
  }

  return {
    onExchange(exchange) {
      const context = newContext();
      let request: S3Request;
      try {
        request = understand(exchange.head, HOST_NAMES);
      } catch (error) {
        fail(exchange, error, context);
        return;
      }
      const served = serve(exchange, request, context)
        .catch((error: unknown) => fail(exchange, error, context, request))
        .finally(() => working.delete(served));
      working.add(served);
    },
    onBadHead(error) {
      return bareErrorAnswer(badHeadError(error), newContext());
    },
    async settled() {
      await Promise.all(working);
    },
  };
}

function handlerOf({ operation }: S3Request, handlers: Handlers): Handler {
  const handler = handlers[operation.name];
  if (handler !== undefined) return handler;
  throw new S3Error('NotImplemented', { message: `${operation.name} is not implemented by this store.` });
}

function resourceOf({ bucket, key }: S3Request): string {
  return key === '' ? `/${bucket}` : `/${bucket}/${key}`;
}
