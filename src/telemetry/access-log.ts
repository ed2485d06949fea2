// The access log: one JSON line a request, and lines for what else an operator wants to know of the data plane.
// The field names are for log pipelines to rely on: adding one is fine, renaming one is a breaking change.
import type {
  AddressHeldOffEvent,
  AwsChunkedLearntEvent,
  BackendConnectionEvent,
  BackendEndpointEvent,
  ConnectionRefusedEvent,
  EventSink,
  RequestEvent,
  ReservedKeyProbeEvent,
  SignatureExplainedEvent,
  UnsignedHeadersEvent,
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
      case 'backend-endpoint':
        return logBackendEndpoint(logger, event);
      case 'aws-chunked-learnt':
        return logAwsChunkedLearnt(logger, event);
      case 'connection-refused':
        return logConnectionRefused(logger, event);
      case 'address-held-off':
        return logHeldOff(logger, event);
      case 'signature-explained':
        return logExplanation(logger, event);
      case 'unsigned-headers':
        return logUnsignedHeaders(logger, event);
      case 'connection':
      case 'usage-change':
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
    payload: event.payload,
    aborted: event.aborted,
  };
  // The episode has a line of its own; a line for each would be work that the address asks for.
  if (event.heldOff === true) logger.debug(fields, 'request');
  else if (event.status >= 500 || event.aborted === 'store') logger.warn(fields, 'request');
  else logger.info(fields, 'request');
}

function logProbe(logger: AccessLogger, event: ReservedKeyProbeEvent): void {
  const { bucket, key, method, userAgent } = event;
  logger.info({ bucket, key, method, userAgent }, 'unknown SOSAPI key asked for');
}

/** Once an episode; the metric counts each. */
function logConnectionRefused(logger: AccessLogger, { group, first }: ConnectionRefusedEvent): void {
  if (first) logger.warn({ remote: group }, 'connections closed: too many request heads are not complete');
}

function logHeldOff(logger: AccessLogger, { group, failures, forMs }: AddressHeldOffEvent): void {
  logger.warn({ remote: group, failures, forMs }, 'address held off: too many signatures were wrong');
}

function logExplanation(logger: AccessLogger, event: SignatureExplainedEvent): void {
  const { requestId, accessKeyId, finding, differences, canonicalRequest, stringToSign } = event;
  logger.warn(
    { requestId, accessKeyId, finding, differences, canonicalRequest, stringToSign },
    'signature does not match',
  );
}

function logUnsignedHeaders(logger: AccessLogger, event: UnsignedHeadersEvent): void {
  const { requestId, accessKeyId, names } = event;
  logger.info({ requestId, accessKeyId, names }, 'unsigned headers let through');
}

const BACKEND_LINES = {
  failed: ['warn', 'connection to the store failed'],
  retried: ['warn', 'request sent again on a fresh connection to the store'],
  opened: ['debug', 'connection to the store opened'],
  closed: ['debug', 'connection to the store closed'],
} as const satisfies Record<BackendConnectionEvent['change'], readonly [keyof AccessLogger, string]>;

function logAwsChunkedLearnt(logger: AccessLogger, { backend, takes, detail }: AwsChunkedLearntEvent): void {
  if (takes === undefined) {
    logger.warn(
      { backend, detail },
      'it could not be found out whether the store takes aws-chunked uploads; they are decoded for it',
    );
    return;
  }
  logger.info(
    { backend, detail },
    takes ? 'aws-chunked uploads are sent on as they come' : 'aws-chunked uploads are decoded',
  );
}

function logBackendConnection(logger: AccessLogger, event: BackendConnectionEvent): void {
  const { backend, detail } = event;
  const [level, message] = BACKEND_LINES[event.change];
  logger[level]({ backend, detail }, message);
}

const ENDPOINT_LINES = {
  ejected: ['warn', 'endpoint of the store ejected: nothing is sent there for now'],
  recovered: ['info', 'endpoint of the store works again'],
  drained: ['info', 'endpoint of the store drained: nothing new is sent there'],
  undrained: ['info', 'endpoint of the store is no longer drained'],
  added: ['info', 'endpoint of the store added: its name has a new address'],
  removed: ['info', 'endpoint of the store removed: its name has lost an address'],
  'lookup-failed': ['warn', 'name of the store could not be looked up; its addresses stay as they were'],
} as const satisfies Record<BackendEndpointEvent['change'], readonly [keyof AccessLogger, string]>;

/** A trial that fails changes nothing that the log has not said. */
function logBackendEndpoint(logger: AccessLogger, event: BackendEndpointEvent): void {
  const { backend, endpoint, reason, forMs } = event;
  const [level, message] = ENDPOINT_LINES[event.change];
  logger[event.again === true ? 'debug' : level]({ backend, endpoint, reason, forMs }, message);
}

/** To the microsecond: the clock gives more digits than it knows. */
function milliseconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1000) / 1000;
}
