// Capacity sources out of config: part of the composition root.
import { rootCertificates } from 'node:tls';
import { CapacityUnknownError } from '../capacity/capacity.ts';
import { mergedCapacity, type WholeCapacityProvider } from '../capacity/merged.ts';
import type { CapacityProvider } from '../capacity/provider.ts';
import { cephRgwCapacity } from '../capacity/providers/ceph-rgw.ts';
import { embeddedCapacity } from '../capacity/providers/embedded.ts';
import { filesystemCapacity } from '../capacity/providers/filesystem.ts';
import { firstOf } from '../capacity/providers/first-of.ts';
import { garageCapacity } from '../capacity/providers/garage.ts';
import { minioCapacity } from '../capacity/providers/minio.ts';
import { prometheusCapacity } from '../capacity/providers/prometheus.ts';
import { s3WalkCapacity } from '../capacity/providers/s3-walk.ts';
import { seaweedfsCapacity } from '../capacity/providers/seaweedfs.ts';
import type { SignedSource } from '../capacity/providers/signed-get.ts';
import { sosapiCapacity } from '../capacity/providers/sosapi.ts';
import { staticCapacity } from '../capacity/providers/static.ts';
import type {
  AdminKey,
  BackendConfig,
  CapacitySourceConfig,
  Endpoint,
  RemoteBackendConfig,
  WalkCapacityConfig,
} from '../config/gateway-config.ts';
import type { EmbeddedAccess } from './embedded-store.ts';

export interface CapacitySourceParts {
  /** Of an embedded backend: asks its store. */
  readonly ask: EmbeddedAccess['ask'] | undefined;
  readonly wallClock: () => number;
  /** Where counts that take long are kept; undefined keeps them in memory. */
  readonly walkFile: string | undefined;
  /** Told in a sentence what a source could not keep. */
  onTrouble(message: string): void;
}

/** What tells the numbers of one backend; its owner closes it. */
export interface BackendCapacity {
  readonly provider: WholeCapacityProvider;
  close(): void;
}

export function composeSources(backend: BackendConfig, parts: CapacitySourceParts): BackendCapacity {
  if (backend.kind === 'embedded') {
    const { ask, wallClock: now } = parts;
    if (ask === undefined) throw new Error(`the embedded store of backend ${backend.name} was not started`);
    return { provider: mergedCapacity([embeddedCapacity({ ask, now })]), close() {} };
  }
  const { capacity, name } = backend;
  if (capacity === undefined) return { provider: unknownCapacity(name), close() {} };
  const closers: (() => void)[] = [];
  // One that hangs leaves the others time to be heard.
  const sourceDeadline = () => AbortSignal.timeout(Math.ceil(backend.capacityPace.timeoutMs * 0.8));
  const providers = capacity.map((source) => {
    if (source.source !== 's3-walk') return providerOf(source, backend, parts.wallClock);
    const walk = walkOf(source, backend, parts);
    closers.push(() => walk.close());
    return walk;
  });
  return {
    provider: mergedCapacity(providers, providers.length > 1 ? { sourceDeadline } : {}),
    close() {
      for (const close of closers) close();
    },
  };
}

/** A store with several endpoints is asked at each in turn until one answers. */
function providerOf(
  source: Exclude<CapacitySourceConfig, WalkCapacityConfig>,
  backend: RemoteBackendConfig,
  now: () => number,
): CapacityProvider {
  const tls = tlsOf(backend);
  const shareMs = backend.capacityPace.refreshMs;
  const atEach = (key: AdminKey, make: (signed: SignedSource) => CapacityProvider): CapacityProvider =>
    firstOf(
      backend.endpoints.map((endpoint) =>
        make({
          endpoint: urlOf(endpoint),
          accessKeyId: key.accessKeyId,
          secret: key.secretAccessKey,
          region: backend.region,
          now,
          ...tls,
        }),
      ),
    );
  switch (source.source) {
    case 'minio':
      return atEach(source.admin, (signed) =>
        minioCapacity({ ...signed, shareMs, scannerLagMs: source.scannerLagMs }),
      );
    case 'ceph-rgw':
      return atEach(source.admin, (signed) =>
        cephRgwCapacity({
          ...signed,
          metricsUrl: source.metricsUrls,
          ...(source.pool === undefined ? {} : { pool: source.pool }),
          shareMs,
        }),
      );
    case 'sosapi':
      return atEach(backend, (signed) => sosapiCapacity({ ...signed, lagMs: source.lagMs }));
    case 'prometheus':
      return prometheusCapacity({ ...source, ...tls, shareMs, now });
    case 'seaweedfs':
      return seaweedfsCapacity({ ...source, ...tls, shareMs, now });
    case 'garage':
      return garageCapacity({ ...source, ...tls, shareMs, now });
    case 'filesystem':
      return filesystemCapacity({ path: source.path, now });
    case 'static':
      return staticCapacity({ ...source, now });
  }
}

function walkOf(source: WalkCapacityConfig, backend: RemoteBackendConfig, parts: CapacitySourceParts) {
  const { requestsPerSecond, everyMs, countNoncurrent, countUploads } = source;
  const [first, ...others] = backend.endpoints.map(urlOf);
  if (first === undefined) throw new Error(`backend ${backend.name} has no endpoint`);
  return s3WalkCapacity({
    endpoints: [first, ...others],
    region: backend.region,
    accessKeyId: backend.accessKeyId,
    secret: backend.secretAccessKey,
    addressing: backend.addressing,
    ...tlsOf(backend),
    database: parts.walkFile,
    requestsPerSecond,
    everyMs,
    countNoncurrent,
    countUploads,
    now: parts.wallClock,
    onTrouble: parts.onTrouble,
  });
}

function tlsOf({ tls }: RemoteBackendConfig): Pick<SignedSource, 'tls'> {
  return tls === undefined ? {} : { tls: { ca: [...rootCertificates, tls.ca] } };
}

function urlOf({ protocol, authority }: Endpoint): string {
  return `${protocol}://${authority}`;
}

function unknownCapacity(backend: string): WholeCapacityProvider {
  return {
    source: 'none',
    async measure() {
      throw new CapacityUnknownError(`backend ${backend} has no capacity source in the config`);
    },
  };
}
