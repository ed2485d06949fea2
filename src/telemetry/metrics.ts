// Prometheus metrics. Names follow https://prometheus.io/docs/practices/naming/ (read 2026-11): base units, `_total` on counters.
// Labels come from closed sets only (operations, outcomes, statuses, codes, backends): no key, no bucket, no address.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EventSink, RequestEvent } from '../gateway/events.ts';
import { type AuditMetrics, createAuditMetrics } from './audit-metrics.ts';
import { type CapacityMetrics, createCapacityGauges } from './capacity-gauges.ts';
import { type CertificateMetrics, createCertificateGauges } from './certificate-gauges.ts';
import { createEndpointMetrics, type EndpointMetrics } from './endpoint-metrics.ts';
import { createPeerMetrics, type PeerMetrics } from './peer-metrics.ts';
import { createReloadMetrics, type ReloadMetrics } from './reload-metrics.ts';
import type { MetricsSnapshot } from './summed-metrics.ts';
import { createTraceMetrics, type TraceMetrics } from './traces/trace-metrics.ts';
import { createVeeamGauges, type VeeamMetrics } from './veeam-gauges.ts';
import { createWorkerMetrics, type WorkerMetrics } from './worker-metrics.ts';

export interface MetricsOptions {
  /** The gateway's version, for `sosapi_gateway_build_info`. */
  readonly version?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** How many buckets the capacity gauges show at most. */
  readonly maxBuckets?: number | undefined;
}

export interface Metrics {
  readonly onEvent: EventSink;
  readonly capacity: CapacityMetrics;
  readonly workers: WorkerMetrics;
  readonly veeam: VeeamMetrics;
  readonly certificates: CertificateMetrics;
  readonly endpoints: EndpointMetrics;
  readonly audit: AuditMetrics;
  readonly traces: TraceMetrics;
  readonly reloads: ReloadMetrics;
  readonly peers: PeerMetrics;
  /** All of it as data, for a sum over processes. */
  snapshot(): Promise<MetricsSnapshot>;
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

// From a HEAD out of memory to the upload of a 5 GiB part over a slow line.
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  buildInfo(registry, options.version ?? 'unknown');

  const onRequest = requestMetrics(registry);
  const onBackendConnection = backendMetrics(registry);
  const connections = new Gauge({
    name: 'sosapi_gateway_client_connections',
    help: 'Open client connections.',
    registers: [registry],
  });
  const probes = new Counter({
    name: 'sosapi_gateway_reserved_key_probes_total',
    help: 'Requests for unknown keys under the SOSAPI prefix.',
    registers: [registry],
  });
  const protection = protectionMetrics(registry);
  const capacity = createCapacityGauges(registry, {
    now: options.now ?? Date.now,
    maxBuckets: options.maxBuckets ?? 1000,
  });

  return {
    onEvent(event) {
      switch (event.kind) {
        case 'request':
          if (event.heldOff) protection.requestsHeldOff.inc();
          return onRequest(event);
        case 'backend-connection':
          return onBackendConnection(event.backend, event.change);
        case 'backend-endpoint':
        case 'aws-chunked-learnt':
        case 'usage-change':
          return;
        case 'connection':
          return event.change === 'opened' ? connections.inc() : connections.dec();
        case 'reserved-key-probe':
          return probes.inc();
        case 'connection-refused':
          return protection.connectionsRefused.inc();
        case 'address-held-off':
          return protection.addressesHeldOff.inc();
        case 'signature-explained':
          return protection.signaturesExplained.inc();
        case 'unsigned-headers':
          return protection.unsignedHeaders.inc();
      }
    },
    capacity,
    workers: createWorkerMetrics(registry),
    veeam: createVeeamGauges(registry),
    certificates: createCertificateGauges(registry),
    endpoints: createEndpointMetrics(registry),
    audit: createAuditMetrics(registry),
    traces: createTraceMetrics(registry),
    reloads: createReloadMetrics(registry),
    peers: createPeerMetrics(registry),
    snapshot: () => registry.getMetricsAsJSON(),
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function buildInfo(registry: Registry, version: string): void {
  new Gauge({
    name: 'sosapi_gateway_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'] as const,
    // Of several processes: always 1.
    aggregator: 'first',
    registers: [registry],
  }).set({ version, node: process.version }, 1);
}

/** What failed authentication and its limits come to; an address is no label. */
function protectionMetrics(registry: Registry) {
  const counter = (name: string, help: string) =>
    new Counter({ name: `sosapi_gateway_${name}`, help, registers: [registry] });
  return {
    connectionsRefused: counter(
      'connections_refused_total',
      'Client connections closed as they came, because their address had too many incomplete request heads.',
    ),
    addressesHeldOff: counter(
      'addresses_held_off_total',
      'Times that a client address was held off because too many of its signatures were wrong.',
    ),
    requestsHeldOff: counter(
      'requests_held_off_total',
      'Requests refused unseen because their address was held off.',
    ),
    signaturesExplained: counter(
      'signatures_explained_total',
      'Signatures that did not fit and were explained in the log.',
    ),
    unsignedHeaders: counter(
      'unsigned_headers_total',
      'Requests with unsigned x-amz-* headers that their credential may send so.',
    ),
  };
}

function requestMetrics(registry: Registry): (event: RequestEvent) => void {
  const registers = [registry];
  const requests = new Counter({
    name: 'sosapi_gateway_requests_total',
    help: 'Requests by S3 operation, how they were dealt with and HTTP status (0: cut off before one was sent).',
    labelNames: ['operation', 'outcome', 'status'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'sosapi_gateway_request_duration_seconds',
    help: 'From the head of a request to the last byte of its answer.',
    labelNames: ['operation'] as const,
    buckets: SECONDS,
    registers,
  });
  const timeToFirstByte = new Histogram({
    name: 'sosapi_gateway_time_to_first_byte_seconds',
    help: 'From the head of a request to the first byte of its answer.',
    labelNames: ['operation'] as const,
    buckets: SECONDS,
    registers,
  });
  const requestBytes = new Counter({
    name: 'sosapi_gateway_request_body_bytes_total',
    help: 'Body bytes read from clients.',
    registers,
  });
  const responseBytes = new Counter({
    name: 'sosapi_gateway_response_body_bytes_total',
    help: 'Body bytes sent to clients.',
    registers,
  });
  const errors = new Counter({
    name: 'sosapi_gateway_errors_total',
    help: 'Errors that the gateway itself answered, by S3 error code.',
    labelNames: ['code'] as const,
    registers,
  });
  const aborts = new Counter({
    name: 'sosapi_gateway_requests_aborted_total',
    help: 'Requests broken off before their end, by the side that broke off.',
    labelNames: ['by'] as const,
    registers,
  });

  return (event) => {
    const { operation, outcome } = event;
    requests.inc({ operation, outcome, status: String(event.status) });
    duration.observe({ operation }, event.durationMs / 1000);
    if (event.timeToFirstByteMs !== undefined) {
      timeToFirstByte.observe({ operation }, event.timeToFirstByteMs / 1000);
    }
    requestBytes.inc(event.requestBytes);
    responseBytes.inc(event.responseBytes);
    if (event.errorCode !== undefined) errors.inc({ code: event.errorCode });
    if (event.aborted !== undefined) aborts.inc({ by: event.aborted });
  };
}

type BackendChange = 'opened' | 'failed' | 'closed' | 'retried';

function backendMetrics(registry: Registry): (backend: string, change: BackendChange) => void {
  const registers = [registry];
  const labelNames = ['backend'] as const;
  const connections = new Gauge({
    name: 'sosapi_gateway_backend_connections',
    help: 'Open connections to the store.',
    labelNames,
    registers,
  });
  const failures = new Counter({
    name: 'sosapi_gateway_backend_connection_failures_total',
    help: 'Connections to the store that failed to open.',
    labelNames,
    registers,
  });
  const retries = new Counter({
    name: 'sosapi_gateway_backend_retries_total',
    help: 'Requests sent again because they had no answer: a pooled connection was dead, or an endpoint.',
    labelNames,
    registers,
  });

  return (backend, change) => {
    switch (change) {
      case 'opened':
        return connections.inc({ backend });
      case 'closed':
        return connections.dec({ backend });
      case 'failed':
        return failures.inc({ backend });
      case 'retried':
        return retries.inc({ backend });
    }
  };
}
