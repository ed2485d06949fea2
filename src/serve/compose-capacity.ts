// Capacity sources out of config: part of the composition root.
import { rootCertificates } from 'node:tls';
import { type CachedCapacity, cachedCapacity } from '../capacity/cached.ts';
import { CapacityUnknownError } from '../capacity/capacity.ts';
import type { CapacityProvider, CapacitySample } from '../capacity/provider.ts';
import { cephRgwCapacity } from '../capacity/providers/ceph-rgw.ts';
import { embeddedCapacity } from '../capacity/providers/embedded.ts';
import { firstOf } from '../capacity/providers/first-of.ts';
import { minioCapacity } from '../capacity/providers/minio.ts';
import type { SignedSource } from '../capacity/providers/signed-get.ts';
import { staticCapacity } from '../capacity/providers/static.ts';
import type {
  BackendConfig,
  CapacityConfig,
  CapacityPace,
  CephCapacityConfig,
  Endpoint,
  MinioCapacityConfig,
  RemoteBackendConfig,
} from '../config/gateway-config.ts';
import type { EmbeddedAccess } from './embedded-store.ts';

/** Fixed numbers never age. */
const STATIC_PACE: CapacityPace = { refreshMs: 60_000, maxAgeMs: 3_600_000, timeoutMs: 1_000 };
/** The embedded store knows its sums: to ask costs a message and a look at the file system. */
const EMBEDDED_PACE: CapacityPace = { refreshMs: 1_000, maxAgeMs: 60_000, timeoutMs: 10_000 };

export interface CapacityOptions {
  /** Of an embedded backend: asks its store. */
  readonly ask: EmbeddedAccess['ask'] | undefined;
  readonly wallClock: () => number;
  readonly quotaOf: (bucket: string) => bigint | undefined;
  onMeasured(bucket: string, result: CapacitySample | CapacityUnknownError): void;
}

/** The cached capacity of one backend; its owner closes it. */
export function composeCapacity(backend: BackendConfig, options: CapacityOptions): CachedCapacity {
  const { refreshMs, maxAgeMs, timeoutMs } = paceOf(backend);
  return cachedCapacity({
    provider: providerOf(backend, options),
    refreshMs,
    maxAgeMs,
    deadlineMs: timeoutMs,
    now: options.wallClock,
    quotaOf: options.quotaOf,
    onMeasured: options.onMeasured,
  });
}

function paceOf(backend: BackendConfig): CapacityPace {
  if (backend.kind === 'embedded') return EMBEDDED_PACE;
  const { capacity } = backend;
  return capacity === undefined || capacity.source === 'static' ? STATIC_PACE : capacity;
}

/** How long one measurement may take at the most, of any of these backends. */
export function longestMeasurementMs(backends: readonly BackendConfig[]): number {
  return Math.max(...backends.map((backend) => paceOf(backend).timeoutMs));
}

function providerOf(backend: BackendConfig, { ask, wallClock }: CapacityOptions): CapacityProvider {
  if (backend.kind !== 'embedded') {
    const { capacity, name } = backend;
    return capacity === undefined ? unknownCapacity(name) : remoteCapacity(backend, capacity, wallClock);
  }
  if (ask === undefined) throw new Error(`the embedded store of backend ${backend.name} was not started`);
  return embeddedCapacity({ ask, now: wallClock });
}

/** A store with several endpoints is asked at each in turn until one answers. */
function remoteCapacity(
  backend: RemoteBackendConfig,
  capacity: CapacityConfig,
  now: () => number,
): CapacityProvider {
  if (capacity.source === 'static') return staticCapacity({ ...capacity, now });
  return firstOf(backend.endpoints.map((endpoint) => providerAt(endpoint, backend, capacity, now)));
}

function providerAt(
  endpoint: Endpoint,
  backend: RemoteBackendConfig,
  capacity: MinioCapacityConfig | CephCapacityConfig,
  now: () => number,
): CapacityProvider {
  const source: SignedSource = {
    endpoint: `${endpoint.protocol}://${endpoint.authority}`,
    accessKeyId: capacity.admin.accessKeyId,
    secret: capacity.admin.secretAccessKey,
    region: backend.region,
    now,
    ...(backend.tls === undefined ? {} : { tls: { ca: [...rootCertificates, backend.tls.ca] } }),
  };
  switch (capacity.source) {
    case 'minio':
      return minioCapacity({ ...source, shareMs: capacity.refreshMs });
    case 'ceph-rgw':
      return cephRgwCapacity({
        ...source,
        metricsUrl: capacity.metricsUrls,
        ...(capacity.pool === undefined ? {} : { pool: capacity.pool }),
        shareMs: capacity.refreshMs,
      });
  }
}

function unknownCapacity(backend: string): CapacityProvider {
  return {
    source: 'none',
    async measure() {
      throw new CapacityUnknownError(`backend ${backend} has no capacity source in the config`);
    },
  };
}
