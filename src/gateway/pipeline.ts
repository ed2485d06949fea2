// The gateway in one sentence:
// read head → understand → authenticate → authorize → route → (answer | screen | pass through) → respond → account.
// Each stage is a function elsewhere and gives a type that the next one demands.
import { authorize } from '../access/authorize.ts';
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import type { CredentialStore } from '../access/credential-store.ts';
import type { FailedSignatures } from '../access/failed-signatures.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';
import type { Exchange } from '../http1/exchange.ts';
import type { HttpError } from '../http1/http-error.ts';
import { S3Error } from '../s3/error.ts';
import { type AnswerContext, badHeadError, bareErrorAnswer } from '../s3/error-answer.ts';
import type { S3Request } from '../s3/request.ts';
import { understand } from '../s3/understand.ts';
import type { Verifier } from '../sigv4/verify.ts';
import { answerBucketList } from './answer-bucket-list.ts';
import { answerBucketLocation } from './answer-bucket-location.ts';
import { answerSosapi, type SosapiDocuments } from './answer-sosapi.ts';
import { authenticate, heldOffError } from './authenticate.ts';
import type { BucketRule } from './bucket-rules.ts';
import type { EventSink } from './events.ts';
import type { SignatureExplainer } from './explain-signatures.ts';
import { passThrough } from './pass-through.ts';
import { type Payload, payloadOf } from './payload.ts';
import { type FullGuard, refuseWhenFull } from './refuse-when-full.ts';
import { RequestRecord } from './request-record.ts';
import { RequestWatch, type Watched } from './request-watch.ts';
import type { RequestCount } from './requests-under-way.ts';
import { respond, respondWithError } from './respond.ts';
import { routeOf } from './route.ts';
import { screenBody } from './screen.ts';

export interface GatewayOptions {
  /** Public host names, lower-case, for virtual-hosted addressing. */
  readonly hostNames: readonly string[];
  /** The one that clients sign for. */
  readonly region: string;
  readonly verifier: Verifier;
  readonly credentials: CredentialStore;
  readonly failedSignatures: FailedSignatures;
  readonly explain: SignatureExplainer;
  readonly rules: readonly BucketRule[];
  readonly guard: FullGuard;
  readonly sosapi: SosapiDocuments;
  readonly maxDeleteObjectsBytes: number;
  readonly emit: EventSink;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly now: MonotonicClock;
  readonly newRequestId: () => string;
  /** What events tell beyond what every event does; absent: nothing. */
  readonly watched?: Watched | undefined;
  /** Told of each request once it begins and once it is over. */
  readonly underWay?: RequestCount | undefined;
  /** A fault of our own, for the log. */
  onInternalError(error: unknown): void;
}

/** What a server connection calls. */
export interface Gateway {
  onExchange(exchange: Exchange): void;
  onBadHead(error: HttpError, remoteAddress: string): string;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { rules, emit, underWay, watched } = options;

  async function serve(exchange: Exchange, record: RequestRecord, context: AnswerContext): Promise<void> {
    const { remoteAddress, startedAtMs: nowMs } = exchange;
    const heldOff = heldOffError(options.failedSignatures, remoteAddress, nowMs);
    if (heldOff !== undefined) {
      record.heldOff();
      throw heldOff;
    }
    const request = understand(exchange.head, options.hostNames);
    record.understood(request);
    const authenticated = authenticate(request, { ...context, remoteAddress, nowMs }, options);
    record.authenticated(authenticated.accessKeyId);
    const authorized = authorize(authenticated, options.credentials);
    const route = routeOf(authorized, rules, probed);

    switch (route.kind) {
      case 'bucket-list':
        record.routed('virtual', undefined);
        respond(exchange, await answerBucketList(request, authorized.credential, rules), context);
        return;
      case 'bucket-location':
        record.routed('virtual', route.backend.name);
        respond(exchange, await answerBucketLocation(request.bucket, route.backend, options.region), context);
        return;
      case 'sosapi':
        record.routed('virtual', route.backend.name);
        respond(
          exchange,
          await answerSosapi(request, route.document, route.backend, options.sosapi),
          context,
        );
        return;
      case 'screened':
      case 'pass-through': {
        const { backend } = route;
        refuseWhenFull(authorized, rules, options.guard);
        const decided =
          route.kind === 'screened'
            ? screened(exchange, authorized, record)
            : payloadOf(exchange, authorized, backend);
        const payload = decided instanceof Promise ? await decided : decided;
        record.routed(route.kind, backend.name);
        const { requestId, watch } = record;
        const result = await passThrough({
          exchange,
          authorized,
          backend,
          requestId,
          payload,
          watch,
          onUsage: (change) =>
            emit({ kind: 'usage-change', backend: backend.name, atMs: options.wallClock(), change }),
        });
        if (result === 'store-gone') record.storeGone();
        return;
      }
    }
  }

  async function screened(
    exchange: Exchange,
    authorized: AuthorizedRequest,
    record: RequestRecord,
  ): Promise<Payload> {
    const body = await screenBody(exchange, authorized, options.maxDeleteObjectsBytes);
    record.watch?.bodyRead(body);
    return { kind: 'in-memory', body, form: 'as-sent' };
  }

  function probed(request: S3Request): void {
    const { bucket, key, head } = request;
    const userAgent = head.headers.get('user-agent');
    emit({ kind: 'reserved-key-probe', bucket, key, method: head.method, userAgent });
  }

  /** Whatever a stage threw, as an S3 error; what is not one is ours to mend. */
  function asS3Error(error: unknown): S3Error {
    if (error instanceof S3Error) return error;
    options.onInternalError(error);
    return new S3Error('InternalError', { cause: error });
  }

  return {
    onExchange(exchange) {
      const context = { requestId: options.newRequestId(), wallClockMs: options.wallClock() };
      const watch = watched && new RequestWatch(watched, exchange, options.now);
      const record = new RequestRecord(exchange, context.requestId, context.wallClockMs, watch);
      underWay?.begun();
      exchange.onOver((complete) => {
        record.emit(emit, complete, options.now());
        underWay?.over();
      });
      serve(exchange, record, context).catch((thrown: unknown) => {
        const error = asS3Error(thrown);
        record.failed(error);
        if (exchange.answeredAtMs !== undefined) exchange.cut();
        else respondWithError(exchange, error, record.resource, context);
      });
    },

    onBadHead(error, remoteAddress) {
      const requestId = options.newRequestId();
      const startedAtMs = options.wallClock();
      const refusal = badHeadError(error);
      emit({
        kind: 'request',
        requestId,
        startedAtMs,
        remoteAddress,
        method: '',
        operation: 'Unknown',
        bucket: '',
        key: '',
        accessKeyId: undefined,
        userAgent: undefined,
        payload: undefined,
        outcome: 'refused',
        backend: undefined,
        status: refusal.status,
        errorCode: refusal.code,
        reason: error.message,
        requestBytes: 0,
        responseBytes: 0,
        durationMs: 0,
        timeToFirstByteMs: undefined,
        aborted: undefined,
        heldOff: false,
      });
      return bareErrorAnswer(refusal, { requestId, wallClockMs: startedAtMs });
    },
  };
}
