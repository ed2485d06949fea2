// Backends out of config: part of the composition root.
import { lookup } from 'node:dns/promises';
import type { Backend } from '../backend/backend.ts';
import type { ProbeSettings } from '../backend/endpoint-probe.ts';
import { createS3Backend, type S3BackendOptions } from '../backend/s3-backend.ts';
import type { EmbeddedBackendConfig, GatewayConfig, RemoteBackendConfig } from '../config/gateway-config.ts';
import type { EventSink } from '../gateway/events.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';
import type { EmbeddedReach } from './embedded-store.ts';
import { sharedReadBuffers } from './read-buffers.ts';
import { workerCount } from './worker-count.ts';

const SWEEP_EVERY_MS = 250;

export interface Clocks {
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly now: MonotonicClock;
}

/** Where a store is, and with which key. */
type Reach = Pick<
  S3BackendOptions,
  | 'endpoints'
  | 'region'
  | 'accessKeyId'
  | 'secret'
  | 'addressing'
  | 'ca'
  | 'maxConnectionsPerEndpoint'
  | 'maxInFlightPerCredential'
  | 'balancing'
  | 'probe'
  | 'slowStartMs'
  | 'names'
  | 'awsChunked'
  | 'verifyPayload'
>;

/** A backend of the config; an embedded one comes with the way to its process. */
export type ReachableBackend =
  | { readonly config: RemoteBackendConfig }
  | { readonly config: EmbeddedBackendConfig; readonly access: EmbeddedReach };

/** One backend; its owner closes it. */
export function composeBackend(
  backend: ReachableBackend,
  config: GatewayConfig,
  { wallClock, now }: Clocks,
  emit: EventSink,
): Backend {
  const { region, limits, timeouts } = config;
  const { name } = backend.config;
  return createS3Backend({
    name,
    ...('access' in backend ? reachEmbedded(backend, region) : reachRemote(backend.config)),
    limits: { maxHeadBytes: limits.headBytes, maxHeaders: limits.headers },
    timeouts: {
      idleMs: timeouts.backendIdleMs,
      answerMs: timeouts.storeAnswerMs,
      bodyIdleMs: timeouts.bodyIdleMs,
      connectMs: timeouts.connectMs,
    },
    readBufferSizes: sharedReadBuffers(workerCount(config)),
    sweepEveryMs: SWEEP_EVERY_MS,
    wallClock,
    now,
    onAwsChunkedLearnt: (takes, detail) => emit({ kind: 'aws-chunked-learnt', backend: name, takes, detail }),
    onEndpoint: (endpoint, change) => emit({ kind: 'backend-endpoint', backend: name, endpoint, ...change }),
    onConnection: (change, detail) => emit({ kind: 'backend-connection', backend: name, change, detail }),
  });
}

function reachRemote(config: RemoteBackendConfig): Reach {
  const { endpoints, region, accessKeyId, addressing, maxConnectionsPerEndpoint } = config;
  const { secretAccessKey: secret, tls } = config;
  const { awsChunked, verifyPayload, balancing, maxInFlightPerCredential, health } = config;
  return {
    endpoints,
    region,
    accessKeyId,
    secret,
    addressing,
    ca: tls?.ca,
    maxConnectionsPerEndpoint,
    maxInFlightPerCredential,
    balancing,
    probe: probeOf(config),
    slowStartMs: health.slowStartMs,
    names: { everyMs: config.resolveEveryMs, lookUp: (host) => lookup(host, { all: true }) },
    awsChunked,
    verifyPayload,
  };
}

/** What says whether a node lives, by kind. S3 has no call for that: whoever answers on `/` at all speaks HTTP. */
const PROBE_OF_KIND = {
  minio: { method: 'GET', path: '/minio/health/live' },
  'ceph-rgw': { method: 'GET', path: '/swift/healthcheck' },
  s3: { method: 'HEAD', path: '/' },
} as const;

function probeOf({ kind, health }: RemoteBackendConfig): ProbeSettings | undefined {
  const { probes, path, everyMs, timeoutMs } = health;
  if (!probes) return undefined;
  const asked = path === undefined ? PROBE_OF_KIND[kind] : ({ method: 'GET', path } as const);
  return { ...asked, everyMs, timeoutMs };
}

function reachEmbedded(
  { config, access }: Extract<ReachableBackend, { access: EmbeddedReach }>,
  region: string,
): Reach {
  return {
    endpoints: [access.endpoint],
    region,
    accessKeyId: access.accessKeyId,
    secret: access.secretAccessKey,
    addressing: 'path',
    ca: undefined,
    maxConnectionsPerEndpoint: config.maxConnections,
    maxInFlightPerCredential: undefined,
    balancing: 'least-pending',
    probe: undefined,
    slowStartMs: 0,
    names: undefined,
    awsChunked: 'relay',
    verifyPayload: 'store',
  };
}
