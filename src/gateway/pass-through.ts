// Stage "pass through": the head rebuilt and signed for the store, bodies relayed, the store's answer as it is.
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import type { Backend, Lease } from '../backend/backend.ts';
import type { Exchange } from '../http1/exchange.ts';
import { announcesBody } from '../http1/head.ts';
import { type RelayOutcome, relay } from '../http1/relay.ts';
import { S3Error } from '../s3/error.ts';
import { MAX_PROTECTION_BYTES } from '../s3/protection-body.ts';
import { CheckedUpload } from './checked-upload.ts';
import { CopiedBody } from './copied-body.ts';
import type { Payload } from './payload.ts';
import type { RequestWatch } from './request-watch.ts';
import { type UsageListener, watchUsage } from './watch-usage.ts';

export interface PassThrough {
  readonly exchange: Exchange;
  readonly authorized: AuthorizedRequest;
  readonly backend: Backend;
  readonly requestId: string;
  readonly payload: Payload;
  /** Told what the call did to its bucket. */
  readonly onUsage: UsageListener;
  readonly watch?: RequestWatch | undefined;
}

/** `lease`: given back by now. `refusal`: what was wrong with the body, where the upload was broken off for that. */
type SendOutcome = RelayOutcome & { readonly lease: Lease; readonly refusal: Error | undefined };

/** How it ended after the client began to hear an answer; what failed before that is thrown as S3Error. */
export type PassThroughResult = 'answered' | 'client-gone' | 'store-gone';

export async function passThrough(request: PassThrough): Promise<PassThroughResult> {
  const { exchange, backend } = request;
  let outcome = await send(request, undefined);
  if (outcome.kind === 'unanswered' && repeatable(request, outcome)) {
    backend.retried(outcome.error.message);
    outcome = await send(request, outcome.lease);
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
      throw outcome.refusal ?? backend.failure(outcome.error);
  }
}

/** `insteadOf`: what it was sent on before. */
async function send(request: PassThrough, insteadOf: Lease | undefined): Promise<SendOutcome> {
  const { exchange, backend, payload } = request;
  const arrived = backend.outgoing(request.authorized, payload.form);
  const body = payload.kind === 'in-memory' ? payload.body : undefined;
  const outgoing: typeof arrived =
    body === undefined ? arrived : { ...arrived, framing: { kind: 'length', length: body.length } };
  const check = payload.kind === 'checked' ? await payload.check() : undefined;
  let checked: CheckedUpload | undefined;
  const usage = watchUsage(request.authorized.request.request, body, request.onUsage);
  // Behind everything that may throw: nobody else would give it back.
  const acquired = backend.acquire(insteadOf !== undefined, request.authorized, insteadOf);
  const lease = acquired instanceof Promise ? await acquired : acquired;
  if (body === undefined) exchange.allowBody();
  const onBody = request.watch?.onBody;
  const attempt = request.watch?.attempt(lease.authority);
  const outcome = await relay({
    exchange,
    connection: lease.connection,
    head: backend.render(outgoing, lease),
    framing: outgoing.framing,
    body,
    through: (upload) => {
      const copied = onBody === undefined ? upload : new CopiedBody(upload, MAX_PROTECTION_BYTES, onBody);
      const watched = usage?.upload?.(copied) ?? copied;
      if (check === undefined) return watched;
      checked = new CheckedUpload({ check, form: payload.form, framing: outgoing.framing, upload: watched });
      return checked;
    },
    answerThrough: usage?.answer,
    answerFields: (head) => {
      lease.answered(head.status);
      attempt?.answered(head.status);
      return backend.answerFields(head, request.requestId);
    },
  });
  const refusal = checked?.error;
  // A body that was wrong is not the store's fault.
  const isOurs = refusal !== undefined || exchange.bodyError !== undefined;
  lease.release('error' in outcome && !isOurs ? outcome.error : undefined);
  attempt?.over('error' in outcome);
  return { ...outcome, lease, refusal };
}

/**
 * A pooled connection that the store closed just before is found out only by writing to it, and an endpoint that is dying may take a
 * request and not answer. Sending again, there or to another endpoint, is safe where the call changes nothing, or where no byte of its
 * body had been read, so that the store cannot have acted on it.
 */
function repeatable(
  { exchange, payload }: PassThrough,
  { lease, bodyBegun }: { readonly lease: Lease; readonly bodyBegun: boolean },
): boolean {
  if (lease.fresh && !lease.hasAlternative) return false;
  const { method, framing } = exchange.head;
  if (method === 'GET' || method === 'HEAD') return true;
  return (
    payload.kind !== 'in-memory' && announcesBody(framing) && !bodyBegun && exchange.bodyError === undefined
  );
}
