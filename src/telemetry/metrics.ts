// Prometheus metrics. Names follow https://prometheus.io/docs/practices/naming/ (read 2026-11): base units, `_total` on counters.
// Labels come from closed sets only (operations, outcomes, statuses, codes, backends): no key, no bucket, no address.
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { EventSink } from '../gateway/events.ts';
import { type AuditMetrics, createAuditMetrics } from './audit-metrics.ts';
import { type CapacityMetrics, createCapacityGauges } from './capacity-gauges.ts';
import { type CertificateMetrics, createCertificateGauges } from './certificate-gauges.ts';
import { createEndpointMetrics, type EndpointMetrics } from './endpoint-metrics.ts';
import { createPeerMetrics, type PeerMetrics } from './peer-metrics.ts';
import { createReloadMetrics, type ReloadMetrics } from './reload-metrics.ts';
import { createRequestMetrics } from './request-metrics.ts';
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

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  buildInfo(registry, options.version ?? 'unknown');

  const onRequest = createRequestMetrics(registry);
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
