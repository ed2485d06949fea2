// What is looked at in a request for the audit log and for traces, where somebody wants to know: else nothing is.
import type { Exchange } from '../http1/exchange.ts';
import type { S3Request } from '../s3/request.ts';
import type { RequestEvent } from './events.ts';
import { isTold, type ProtectionCall, protectionCallOf, withBody } from './protection-call.ts';
import type { StoreAttempt } from './request-trace.ts';

export interface Watched {
  /** Calls that change how objects are protected. */
  readonly protection: boolean;
  /** When a store had a request. */
  readonly traces: boolean;
}

/** One sending to a store, as it goes on. */
export interface AttemptListener {
  answered(status: number): void;
  over(isBroken: boolean): void;
}

type Attempt = { -readonly [Key in keyof StoreAttempt]: StoreAttempt[Key] };

/** One request. */
export class RequestWatch {
  readonly #watched: Watched;
  readonly #exchange: Exchange;
  readonly #now: () => number;
  readonly #attempts: Attempt[] = [];
  #request: S3Request | undefined;
  #protection: ProtectionCall | undefined;

  /** `now` is the clock of the exchange. */
  constructor(watched: Watched, exchange: Exchange, now: () => number) {
    this.#watched = watched;
    this.#exchange = exchange;
    this.#now = now;
  }

  understood(request: S3Request): void {
    this.#request = request;
    if (this.#watched.protection) this.#protection = protectionCallOf(request);
  }

  /** Undefined where nobody wants to know the body. It must not be larger than `MAX_PROTECTION_BYTES`. */
  get onBody(): ((body: Buffer) => void) | undefined {
    const request = this.#request;
    if (this.#protection === undefined || request === undefined || !isTold(request)) return undefined;
    return (body) => this.bodyRead(body);
  }

  /** Of a body that was read before it was sent on. */
  bodyRead(body: Buffer): void {
    if (this.#protection === undefined || this.#request === undefined) return;
    this.#protection = withBody(this.#protection, this.#request, body);
  }

  /** Undefined where nobody wants to know. */
  attempt(authority: string): AttemptListener | undefined {
    if (!this.#watched.traces) return undefined;
    const attempt: Attempt = {
      authority,
      sentMs: this.#sinceStart(),
      answeredMs: undefined,
      status: undefined,
      endedMs: undefined,
      isBroken: false,
    };
    this.#attempts.push(attempt);
    return {
      answered: (status) => {
        attempt.answeredMs = this.#sinceStart();
        attempt.status = status;
      },
      over: (isBroken) => {
        attempt.endedMs = this.#sinceStart();
        attempt.isBroken = isBroken;
      },
    };
  }

  /** For the event. */
  found(isProven: boolean): Pick<RequestEvent, 'protection' | 'trace'> {
    return {
      ...(this.#protection === undefined ? {} : { protection: this.#protection }),
      ...(this.#watched.traces && {
        // Of one whose sender is not proven nobody knows whether it may say that it belongs to a trace.
        trace: { parent: isProven ? this.#traceparent : undefined, attempts: this.#attempts },
      }),
    };
  }

  get #traceparent(): string | undefined {
    return this.#exchange.head.headers.get('traceparent');
  }

  #sinceStart(): number {
    return this.#now() - this.#exchange.startedAtMs;
  }
}
