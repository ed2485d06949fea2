// Capacity sources out of config: part of the composition root.
import { type CachedCapacity, cachedCapacity } from '../capacity/cached.ts';
import { CapacityUnknownError } from '../capacity/capacity.ts';
import type { CapacityProvider, CapacitySample } from '../capacity/provider.ts';
import { cephRgwCapacity } from '../capacity/providers/ceph-rgw.ts';
import { minioCapacity } from '../capacity/providers/minio.ts';
import type { SignedSource } from '../capacity/providers/signed-get.ts';
import { staticCapacity } from '../capacity/providers/static.ts';
import type { AdminKey, BackendConfig, CapacityConfig, CapacityPace } from '../config/gateway-config.ts';

/** Fixed numbers never age. */
const STATIC_PACE: CapacityPace = { refreshMs: 60_000, maxAgeMs: 3_600_000, timeoutMs: 1_000 };

export interface CapacityOptions {
  readonly wallClock: () => number;
  readonly quotaOf: (bucket: string) => bigint | undefined;
  onMeasured(bucket: string, result: CapacitySample | CapacityUnknownError): void;
}

/** The cached capacity of one backend; its owner closes it. */
export function composeCapacity(backend: BackendConfig, options: CapacityOptions): CachedCapacity {
  const { capacity } = backend;
  const { refreshMs, maxAgeMs, timeoutMs } =
    capacity === undefined || capacity.source === 'static' ? STATIC_PACE : capacity;
  return cachedCapacity({
    provider:
      capacity === undefined
        ? unknownCapacity(backend.name)
        : providerOf(backend, capacity, options.wallClock),
    refreshMs,
    maxAgeMs,
    deadlineMs: timeoutMs,
    now: options.wallClock,
    quotaOf: options.quotaOf,
    onMeasured: options.onMeasured,
  });
}

/** The source itself, unwrapped. */
export function providerOf(
  backend: BackendConfig,
  capacity: CapacityConfig,
  now: () => number,
): CapacityProvider {
  switch (capacity.source) {
    case 'static':
      return staticCapacity({ ...capacity, now });
    case 'minio':
      return minioCapacity({ ...signedSource(backend, capacity.admin, now), shareMs: capacity.refreshMs });
    case 'ceph-rgw':
      return cephRgwCapacity({
        ...signedSource(backend, capacity.admin, now),
        metricsUrl: capacity.metricsUrl,
        ...(capacity.pool === undefined ? {} : { pool: capacity.pool }),
        shareMs: capacity.refreshMs,
      });
  }
}

function signedSource(backend: BackendConfig, admin: AdminKey, now: () => number): SignedSource {
  const [endpoint] = backend.endpoints;
  if (endpoint === undefined) throw new Error(`backend ${backend.name} has no endpoint`);
  return {
    endpoint: `${endpoint.protocol}://${endpoint.authority}`,
    accessKeyId: admin.accessKeyId,
    secret: admin.secretAccessKey,
    region: backend.region,
    now,
    ...(backend.tls === undefined ? {} : { tls: backend.tls }),
  };
}

function unknownCapacity(backend: string): CapacityProvider {
  return {
    source: 'none',
    async measure() {
      throw new CapacityUnknownError(`backend ${backend} has no capacity source in the config`);
    },
  };
}
