// Stage "account": collects what is known of one request while it passes, and tells it once, at its end.
import type { Exchange } from '../http1/exchange.ts';
import type { S3Error } from '../s3/error.ts';
import { AMZ_CONTENT_SHA256 } from '../s3/headers.ts';
import type { S3Request } from '../s3/request.ts';
import { isSha256Hex } from '../sigv4/payload-hash.ts';
import type { EventSink, Outcome, RequestEvent } from './events.ts';
import type { RequestWatch } from './request-watch.ts';

export class RequestRecord {
  readonly requestId: string;
  /** Absent where nobody wants to know more than every event tells. */
  readonly watch: RequestWatch | undefined;
  readonly #exchange: Exchange;
  readonly #startedAtMs: number;
  #request: S3Request | undefined;
  #accessKeyId: string | undefined;
  #outcome: Outcome = 'refused';
  #backend: string | undefined;
  #error: S3Error | undefined;
  #storeGone = false;
  #heldOff = false;

  constructor(exchange: Exchange, requestId: string, startedAtMs: number, watch?: RequestWatch) {
    this.requestId = requestId;
    this.watch = watch;
    this.#exchange = exchange;
    this.#startedAtMs = startedAtMs;
  }

  /** `/bucket/key` for error documents; empty before the request is understood. */
  get resource(): string {
    if (this.#request === undefined) return '';
    const { bucket, key } = this.#request;
    return key === '' ? `/${bucket}` : `/${bucket}/${key}`;
  }

  understood(request: S3Request): void {
    this.#request = request;
    this.watch?.understood(request);
  }

  authenticated(accessKeyId: string): void {
    this.#accessKeyId = accessKeyId;
  }

  /** Set when a request is on its way to whoever answers it; until then it counts as refused. */
  routed(outcome: Outcome, backend: string | undefined): void {
    this.#outcome = outcome;
    this.#backend = backend;
  }

  failed(error: S3Error): void {
    this.#error = error;
  }

  heldOff(): void {
    this.#heldOff = true;
  }

  storeGone(): void {
    this.#storeGone = true;
  }

  emit(sink: EventSink, complete: boolean, nowMs: number): void {
    const exchange = this.#exchange;
    const { answeredAtMs, startedAtMs } = exchange;
    const event: RequestEvent = {
      kind: 'request',
      requestId: this.requestId,
      startedAtMs: this.#startedAtMs,
      remoteAddress: exchange.remoteAddress,
      method: exchange.head.method,
      operation: this.#request?.operation.name ?? 'Unknown',
      bucket: this.#request?.bucket ?? '',
      key: this.#request?.key ?? '',
      accessKeyId: this.#accessKeyId,
      userAgent: exchange.head.headers.get('user-agent'),
      payload: payloadOf(exchange.head.headers.get(AMZ_CONTENT_SHA256)),
      outcome: this.#outcome,
      backend: this.#backend,
      status: exchange.status,
      errorCode: this.#error?.code,
      reason: this.#error?.reason ?? this.#error?.message,
      requestBytes: exchange.requestBytes,
      responseBytes: exchange.responseBytes,
      durationMs: nowMs - startedAtMs,
      timeToFirstByteMs: answeredAtMs === undefined ? undefined : answeredAtMs - startedAtMs,
      aborted: complete ? undefined : this.#storeGone ? 'store' : 'client',
      heldOff: this.#heldOff,
    };
    const { watch } = this;
    sink(watch === undefined ? event : { ...event, ...watch.found(this.#accessKeyId !== undefined) });
  }
}

function payloadOf(declared: string | undefined): string | undefined {
  if (declared === undefined) return undefined;
  if (isSha256Hex(declared)) return 'SHA256';
  // Not the client's own words: a log line per made-up mode is no record.
  return /^(UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]{1,48})$/.test(declared) ? declared : undefined;
}
