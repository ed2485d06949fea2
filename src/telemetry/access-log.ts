// The access log: one JSON line a request, and lines for what else an operator wants to know of the data plane.
// The field names are for log pipelines to rely on: adding one is fine, renaming one is a breaking change.
import type {
  BackendConnectionEvent,
  EventSink,
  RequestEvent,
  ReservedKeyProbeEvent,
} from '../gateway/events.ts';

/** What the access log needs of a logger. */
export interface AccessLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export function createAccessLog(logger: AccessLogger): EventSink {
  return (event) => {
    switch (event.kind) {
      case 'request':
        return logRequest(logger, event);
      case 'reserved-key-probe':
        return logProbe(logger, event);
      case 'backend-connection':
        return logBackendConnection(logger, event);
      case 'connection':
        return;
    }
  };
}

function logRequest(logger: AccessLogger, event: RequestEvent): void {
  const fields = {
    startedAt: new Date(event.startedAtMs).toISOString(),
    requestId: event.requestId,
    remote: event.remoteAddress,
    method: event.method,
    operation: event.operation,
    bucket: event.bucket,
    key: event.key,
    status: event.status,
    errorCode: event.errorCode,
    reason: event.reason,
    requestBytes: event.requestBytes,
    responseBytes: event.responseBytes,
    durationMs: milliseconds(event.durationMs),
    ttfbMs: milliseconds(event.timeToFirstByteMs),
    accessKeyId: event.accessKeyId,
    outcome: event.outcome,
    backend: event.backend,
    userAgent: event.userAgent,
    aborted: event.aborted,
  };
  if (event.status >= 500 || event.aborted === 'store') logger.warn(fields, 'request');
  else logger.info(fields, 'request');
}

function logProbe(logger: AccessLogger, event: ReservedKeyProbeEvent): void {
  const { bucket, key, method, userAgent } = event;
  logger.info({ bucket, key, method, userAgent }, 'unknown SOSAPI key asked for');
}

const BACKEND_LINES = {
  failed: ['warn', 'connection to the store failed'],
  retried: ['warn', 'request sent again on a fresh connection to the store'],
  opened: ['debug', 'connection to the store opened'],
  closed: ['debug', 'connection to the store closed'],
} as const satisfies Record<BackendConnectionEvent['change'], readonly [keyof AccessLogger, string]>;

function logBackendConnection(logger: AccessLogger, event: BackendConnectionEvent): void {
  const { backend, detail } = event;
  const [level, message] = BACKEND_LINES[event.change];
  logger[level]({ backend, detail }, message);
}

/** To the microsecond: the clock gives more digits than it knows. */
function milliseconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1000) / 1000;
}
