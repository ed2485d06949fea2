// Carries one exchange over to a store and the answer back: heads given, bodies slice by slice, abort both ways.
import type { BodySink } from './body-sink.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Exchange } from './exchange.ts';
import type { BodyFraming, ResponseHead } from './head.ts';

export interface RelayRequest {
  readonly exchange: Exchange;
  readonly connection: ClientConnection;
  /** The complete head for the store, with its empty line. */
  readonly head: string;
  readonly framing: BodyFraming;
  /** A body that was read before, instead of the exchange's. */
  readonly body?: Buffer | undefined;
  /** What the exchange's body passes through on its way to the store: given the store's sink, gives the one to write to. */
  readonly through?: ((upload: BodySink) => BodySink) | undefined;
  /** What the answer's body passes through on its way to the client: given the head and the client's sink, gives the one to write to. */
  readonly answerThrough?: ((head: ResponseHead, answer: BodySink) => BodySink) | undefined;
  /** The header lines that go back to the client, out of the store's. */
  answerFields(head: ResponseHead): string;
}

/**
 * `answered`: the store's answer went back whole. `unanswered`: the store broke off before its answer's head, so the
 * client has heard nothing yet. `store-gone`: it broke off in the middle of the answer, the client was cut off too.
 * `client-gone`: the client went away, the store was cut off too.
 */
export type RelayOutcome =
  | { readonly kind: 'answered' | 'client-gone' }
  | { readonly kind: 'store-gone'; readonly error: Error }
  | { readonly kind: 'unanswered'; readonly error: Error; readonly bodyBegun: boolean };

/** Never rejects. The connection afterwards is either reusable (its own business) or destroyed. */
export function relay(request: RelayRequest): Promise<RelayOutcome> {
  const { exchange, connection, framing } = request;
  return new Promise((resolve) => {
    let answered = false;

    exchange.onGone(() => {
      connection.destroy();
      resolve({ kind: 'client-gone' });
    });

    const upload = connection.begin(exchange.head.method, request.head, framing, {
      onHead(head) {
        answered = true;
        // An answer before the body's end is a refusal: the rest of the body has nowhere to go.
        if (!upload.ended) exchange.abandonBody();
        const answer = exchange.answer({
          status: head.status,
          reason: head.reason,
          fields: request.answerFields(head),
          framing: head.framing.kind === 'until-close' ? { kind: 'chunked' } : head.framing,
        });
        connection.readBody(request.answerThrough?.(head, answer) ?? answer);
      },
      onDone() {
        resolve({ kind: 'answered' });
      },
      onFailed(error) {
        if (answered) {
          resolve({ kind: 'store-gone', error });
          return;
        }
        exchange.suspendBody();
        resolve({ kind: 'unanswered', error, bodyBegun: exchange.requestBytes > 0 });
      },
    });

    if (request.body === undefined) {
      exchange.readBody(request.through?.(upload) ?? upload);
      return;
    }
    upload.write(request.body);
    upload.end();
  });
}
