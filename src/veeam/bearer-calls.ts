// A request with the bearer token, and what follows from its answer: another token, another try, an error that says why.
import type { Secret } from '../secret.ts';
import { refusal } from './answer-error.ts';
import type { VeeamClock } from './clock.ts';
import { sendPatiently } from './retry.ts';
import type { TokenKeeper } from './tokens.ts';
import type { Method, TransportAnswer, VeeamTransport } from './transport/veeam-transport.ts';

export interface BearerCall {
  readonly method: Method;
  /** With its query, encoded. */
  readonly path: string;
  /** Beside the bearer token and the types of the bodies. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** The roles that the document asks for: told on 403. */
  readonly role: string;
  /** What is in the body and must not come back in a message. */
  readonly secrets?: readonly Secret[];
  readonly signal?: AbortSignal;
  /** What is being done, for the message of an error: `at items 200 to 399`. */
  readonly context?: string;
  /** Default application/json. */
  readonly accept?: string;
}

export interface BearerCallsOptions {
  readonly transport: VeeamTransport;
  readonly tokens: TokenKeeper;
  readonly clock: VeeamClock;
}

/** Gives answers with a status below 300; rejects with a VeeamError else. */
export type SendCall = (call: BearerCall) => Promise<TransportAnswer>;

/**
 * A 401 is answered with another token, once: a server that did not know who asked has done nothing, so that is safe for
 * every method.
 */
export function createBearerCalls({ transport, tokens, clock }: BearerCallsOptions): SendCall {
  const sendWith = (call: BearerCall, token: Secret) =>
    sendPatiently(transport, clock, {
      ...{ method: call.method, path: call.path },
      headers: {
        ...call.headers,
        accept: call.accept ?? 'application/json',
        authorization: `Bearer ${token.reveal()}`,
        ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.json === undefined ? {} : { body: JSON.stringify(call.json) }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });

  return async (call) => {
    const first = await tokens.current();
    const answer = await sendWith(call, first);
    if (answer.status < 300) return answer;
    const token = answer.status === 401 ? await tokens.renewed(first) : first;
    const last = answer.status === 401 ? await sendWith(call, token) : answer;
    if (last.status < 300) return last;
    const secrets = [first, token, ...(call.secrets ?? [])];
    throw refusal(last, { request: call, role: call.role, secrets }, call.context);
  };
}
