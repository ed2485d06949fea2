// Stage "pass through": the head rebuilt and signed for the store, bodies relayed, the store's answer as it is.
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import type { Backend, Lease } from '../backend/backend.ts';
import type { Exchange } from '../http1/exchange.ts';
import { announcesBody } from '../http1/head.ts';
import { type RelayOutcome, relay } from '../http1/relay.ts';
import { S3Error } from '../s3/error.ts';

export interface PassThrough {
  readonly exchange: Exchange;
  readonly authorized: AuthorizedRequest;
  readonly backend: Backend;
  readonly requestId: string;
  /** A body that the screen has read. */
  readonly body: Buffer | undefined;
}

/** How it ended after the client began to hear an answer; what failed before that is thrown as S3Error. */
export type PassThroughResult = 'answered' | 'client-gone' | 'store-gone';

export async function passThrough(request: PassThrough): Promise<PassThroughResult> {
  const { exchange, backend } = request;
  const lease = await backend.acquire();
  let outcome = await send(request, lease);
  if (outcome.kind === 'unanswered' && !lease.fresh && repeatable(request, outcome.bodyBegun)) {
    backend.retried(outcome.error.message);
    outcome = await send(request, await backend.acquire(true));
  }
  const { operation, bucket } = request.authorized.request.request;
  if (operation.name === 'DeleteBucket') backend.forgetBucket(bucket);
  switch (outcome.kind) {
    case 'answered':
    case 'client-gone':
    case 'store-gone':
      return outcome.kind;
    case 'unanswered':
      if (exchange.bodyError !== undefined) {
        throw new S3Error('BadRequest', { message: exchange.bodyError.message, cause: exchange.bodyError });
      }
      throw backend.failure(outcome.error);
  }
}

async function send(request: PassThrough, lease: Lease): Promise<RelayOutcome> {
  const { exchange, backend, body } = request;
  const arrived = backend.outgoing(request.authorized);
  const outgoing: typeof arrived =
    body === undefined ? arrived : { ...arrived, framing: { kind: 'length', length: body.length } };
  if (body === undefined) exchange.allowBody();
  const outcome = await relay({
    exchange,
    connection: lease.connection,
    head: backend.render(outgoing, lease),
    framing: outgoing.framing,
    body,
    answerFields: (head) => backend.answerFields(head, request.requestId),
  });
  lease.release();
  return outcome;
}

/**
 * A pooled connection that the store closed just before is found out only by writing to it. Sending again is safe where
 * the call changes nothing, or where no byte of its body had been read, so that the store cannot have acted on it.
 */
function repeatable({ exchange, body }: PassThrough, bodyBegun: boolean): boolean {
  const { method, framing } = exchange.head;
  if (method === 'GET' || method === 'HEAD') return true;
  return body === undefined && announcesBody(framing) && !bodyBegun && exchange.bodyError === undefined;
}
