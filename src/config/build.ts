// From the tree in the shape of the file to the config in the shape of the program.
import type {
  BackendConfig,
  BucketRule,
  CapacityConfig,
  GatewayConfig,
  RemoteBackendConfig,
} from './gateway-config.ts';
import type { GatewayTree } from './schema.ts';
import { minioCapacity } from './schema-backend.ts';
import { settleKnown } from './settle.ts';

type BackendTree = GatewayTree['backends'][number];
type EmbeddedTree = Extract<BackendTree, { kind: 'embedded' }>;
type RemoteTree = Exclude<BackendTree, EmbeddedTree>;
type CapacityTree = NonNullable<RemoteTree['capacity']>;
type AdminTree = Extract<CapacityTree, { source: 'minio' }>['admin'];

export function buildConfig(tree: GatewayTree): GatewayConfig {
  const { limits, timeouts } = tree;
  return {
    region: tree.region,
    acceptedRegions: tree.acceptedRegions.filter((region) => region !== tree.region),
    hostNames: tree.hostNames,
    listeners: tree.listeners,
    backends: tree.backends.map((backend) => buildBackend(backend, tree.region)),
    buckets: buildBuckets(tree),
    credentials: tree.credentials,
    workers: tree.workers,
    sosapi: tree.sosapi,
    limits: {
      headBytes: limits.headBytes,
      headers: limits.headers,
      connections: limits.connections,
      deleteObjectsBodyBytes: limits.deleteObjectsBody,
      clockSkewMs: limits.clockSkew,
      perAddress: {
        incompleteHeads: limits.perAddress.incompleteHeads,
        failedSignatures: limits.perAddress.failedSignatures,
        windowMs: limits.perAddress.window,
        exempt: limits.perAddress.exempt,
      },
    },
    timeouts: {
      headMs: timeouts.head,
      idleMs: timeouts.idle,
      bodyIdleMs: timeouts.bodyIdle,
      connectMs: timeouts.connect,
      storeAnswerMs: timeouts.storeAnswer,
      backendIdleMs: timeouts.backendIdle,
      drainMs: timeouts.drain,
    },
    log: tree.log,
  };
}

function buildBackend(backend: BackendTree, gatewayRegion: string): BackendConfig {
  if (backend.kind !== 'embedded') return buildRemote(backend, gatewayRegion);
  const { reserve, ...rest } = backend;
  return { ...rest, reserveBytes: reserve };
}

function buildRemote(backend: RemoteTree, gatewayRegion: string): RemoteBackendConfig {
  const { capacity: written, maxConnections, region = gatewayRegion, ...rest } = backend;
  const capacity = buildCapacity(backend, written ?? capacityByKind(backend.kind));
  return {
    ...rest,
    region,
    maxConnectionsPerEndpoint: maxConnections,
    ...(capacity === undefined ? {} : { capacity }),
  };
}

function capacityByKind(kind: RemoteTree['kind']): CapacityTree | undefined {
  return kind === 'minio' ? settleKnown(minioCapacity, { source: 'minio' }) : undefined;
}

function buildCapacity(backend: RemoteTree, tree: CapacityTree | undefined): CapacityConfig | undefined {
  switch (tree?.source) {
    case undefined:
      return undefined;
    case 'static':
      return { source: 'static', capacityBytes: tree.capacity, usedBytes: tree.used };
    case 'minio':
      return { source: 'minio', admin: buildAdmin(backend, tree.admin), ...buildPace(tree) };
    case 'ceph-rgw':
      return {
        source: 'ceph-rgw',
        metricsUrls: tree.metrics,
        ...(tree.pool === undefined ? {} : { pool: tree.pool }),
        admin: buildAdmin(backend, tree.admin),
        ...buildPace(tree),
      };
  }
}

function buildAdmin({ accessKeyId, secretAccessKey }: RemoteTree, admin: AdminTree) {
  return admin ?? { accessKeyId, secretAccessKey };
}

function buildPace(tree: { readonly refresh: number; readonly maxAge: number; readonly timeout: number }) {
  return { refreshMs: tree.refresh, maxAgeMs: tree.maxAge, timeoutMs: tree.timeout };
}

function buildBuckets(tree: GatewayTree): readonly BucketRule[] {
  // Without rules there is one backend only: cross-check.ts sees to that.
  if (tree.buckets === undefined) {
    return tree.backends.map(({ name }) => ({ match: '*', backend: name, sosapi: true }));
  }
  return tree.buckets.map(({ quota, ...rule }) => ({
    ...rule,
    ...(quota === undefined ? {} : { quotaBytes: quota }),
  }));
}
