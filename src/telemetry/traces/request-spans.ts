// A request that is over as spans: one of the gateway, and one below it for each sending to a store. Names by the OpenTelemetry semantic
// conventions for HTTP, for S3 and for remote procedure calls (opentelemetry.io, version 1.43, read 2026-11).
import {
  type Attributes,
  type HrTime,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_RESEND_COUNT,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
import type { RequestEvent } from '../../gateway/events.ts';
import type { StoreAttempt } from '../../gateway/request-trace.ts';
import { readTraceparent } from './traceparent.ts';

/** Gives how many spans it made; 0 where the request is not sampled. */
export function recordRequest(tracer: Tracer, event: RequestEvent, withKeys: boolean): number {
  const parent = readTraceparent(event.trace?.parent);
  const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
  const at = (ms: number): HrTime => hrTime(event.startedAtMs + ms);
  const span = tracer.startSpan(
    `S3.${event.operation}`,
    { kind: SpanKind.SERVER, startTime: at(0) },
    context,
  );
  if (!span.isRecording()) return 0;
  span.setAttributes(attributesOf(event, withKeys));
  const within = trace.setSpan(context, span);
  const attempts = event.trace?.attempts ?? [];
  for (const [index, attempt] of attempts.entries()) {
    const child = tracer.startSpan(
      `${event.method} ${event.backend ?? 'store'}`,
      {
        kind: SpanKind.CLIENT,
        startTime: at(attempt.sentMs),
        attributes: storeAttributes(event, attempt, index),
      },
      within,
    );
    if (attempt.answeredMs !== undefined) child.addEvent('answer', at(attempt.answeredMs));
    if (isBroken(event, attempt) || (attempt.status ?? 0) >= 400)
      child.setStatus({ code: SpanStatusCode.ERROR });
    child.end(at(attempt.endedMs ?? event.durationMs));
  }
  if (errorOf(event) !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(at(event.durationMs));
  return attempts.length + 1;
}

/** What is not there is left out. */
function attributesOf(event: RequestEvent, withKeys: boolean): Attributes {
  return {
    [ATTR_HTTP_REQUEST_METHOD]: event.method,
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: event.status === 0 ? undefined : event.status,
    [ATTR_CLIENT_ADDRESS]: event.remoteAddress,
    [ATTR_USER_AGENT_ORIGINAL]: event.userAgent,
    [ATTR_ERROR_TYPE]: errorOf(event),
    'http.request.body.size': event.requestBytes,
    'http.response.body.size': event.responseBytes,
    'rpc.system': 'aws-api',
    'rpc.service': 'S3',
    'rpc.method': event.operation,
    'aws.request_id': event.requestId,
    'aws.s3.bucket': event.bucket === '' ? undefined : event.bucket,
    'aws.s3.key': withKeys && event.key !== '' ? event.key : undefined,
    'sosapi.outcome': event.outcome,
    'sosapi.backend': event.backend,
    'sosapi.code': event.errorCode,
  };
}

/** An error of the server, by the conventions: what a client did wrong is none. */
function errorOf({ status, errorCode, aborted }: RequestEvent): string | undefined {
  if (aborted !== undefined) return `aborted_by_${aborted}`;
  return status >= 500 ? (errorCode ?? String(status)) : undefined;
}

function storeAttributes(event: RequestEvent, attempt: StoreAttempt, index: number): Attributes {
  const [, host = attempt.authority, port] = /^(.*?)(?::(\d+))?$/.exec(attempt.authority) ?? [];
  return {
    [ATTR_HTTP_REQUEST_METHOD]: event.method,
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: attempt.status,
    [ATTR_SERVER_ADDRESS]: host,
    [ATTR_SERVER_PORT]: port === undefined ? undefined : Number(port),
    [ATTR_HTTP_REQUEST_RESEND_COUNT]: index === 0 ? undefined : index,
    [ATTR_ERROR_TYPE]: isBroken(event, attempt) ? 'broken' : undefined,
  };
}

function isBroken(event: RequestEvent, { endedMs, isBroken: broken }: StoreAttempt): boolean {
  return broken || (endedMs === undefined && event.aborted === 'store');
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
