// The capacity of a store: from the sources as they stand in the file to those of the program.
import type { CapacityPace, CapacitySourceConfig } from './gateway-config.ts';
import type { GatewayTree } from './schema.ts';
import { defaultPace, minio } from './schema-capacity-source.ts';
import { settleKnown } from './settle.ts';

type RemoteTree = Exclude<GatewayTree['backends'][number], { kind: 'embedded' }>;
type SourcesTree = NonNullable<RemoteTree['capacity']>;
type SourceTree = Exclude<SourcesTree, readonly unknown[]>;
type AdminTree = Extract<SourceTree, { source: 'minio' }>['admin'];

interface BuiltCapacity {
  readonly capacity?: readonly CapacitySourceConfig[];
  readonly capacityPace: CapacityPace;
}

export function buildCapacity(backend: RemoteTree): BuiltCapacity {
  const sources = sourcesOf(backend);
  const [first] = sources;
  if (first === undefined) return { capacityPace: buildPace(settleKnown(defaultPace, {})) };
  return {
    capacity: sources.map((source) => buildSource(backend, source)),
    // Those of a later source are defaults that nobody wrote: settle.ts sees to that.
    capacityPace: buildPace(first),
  };
}

function sourcesOf({ capacity, kind }: RemoteTree): readonly SourceTree[] {
  if (capacity === undefined) return kind === 'minio' ? [settleKnown(minio, { source: 'minio' })] : [];
  return isList(capacity) ? capacity : [capacity];
}

/** Array.isArray does not tell a readonly list from a map. */
function isList(capacity: SourcesTree): capacity is readonly SourceTree[] {
  return Array.isArray(capacity);
}

function buildPace({ refresh, maxAge, timeout }: Pick<SourceTree, 'refresh' | 'maxAge' | 'timeout'>) {
  return { refreshMs: refresh, maxAgeMs: maxAge, timeoutMs: timeout };
}

function buildSource(backend: RemoteTree, tree: SourceTree): CapacitySourceConfig {
  switch (tree.source) {
    case 'ceph-rgw':
      return {
        source: tree.source,
        metricsUrls: tree.metrics,
        ...(tree.pool === undefined ? {} : { pool: tree.pool }),
        admin: buildAdmin(backend, tree.admin),
      };
    case 'minio':
      return {
        source: tree.source,
        admin: buildAdmin(backend, tree.admin),
        scannerLagMs: tree.scannerLag,
      };
    case 'static':
      return { source: tree.source, capacityBytes: tree.capacity, usedBytes: tree.used };
    case 'sosapi':
      return { source: tree.source, lagMs: tree.lag };
    case 'prometheus': {
      const { source, url, lag, refresh: _, maxAge: __, timeout: ___, ...written } = tree;
      return { source, url, lagMs: lag, ...written };
    }
    case 'seaweedfs':
      return {
        source: tree.source,
        masters: tree.masters,
        ...(tree.metrics === undefined ? {} : { metricsUrl: tree.metrics }),
        ...(tree.volumeSize === undefined ? {} : { volumeSizeBytes: tree.volumeSize }),
      };
    case 'garage':
      return {
        source: tree.source,
        adminUrl: tree.adminUrl,
        token: tree.token,
        countUploads: tree.countUploads,
      };
    case 'filesystem':
      return { source: tree.source, path: tree.path };
    case 's3-walk':
      return {
        source: tree.source,
        requestsPerSecond: tree.requestsPerSecond,
        everyMs: tree.every,
        countNoncurrent: tree.countNoncurrent,
        countUploads: tree.countUploads,
      };
  }
}

function buildAdmin({ accessKeyId, secretAccessKey }: RemoteTree, admin: AdminTree) {
  return admin ?? { accessKeyId, secretAccessKey };
}
