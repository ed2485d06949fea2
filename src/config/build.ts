// From the tree in the shape of the file to the config in the shape of the program.
import { buildAudit } from './build-audit.ts';
import { buildCapacity } from './build-capacity.ts';
import { buildListener } from './build-listener.ts';
import { buildTracing } from './build-tracing.ts';
import { buildVeeam } from './build-veeam.ts';
import type {
  BackendConfig,
  BucketRule,
  CapacityWatchConfig,
  GatewayConfig,
  GuardConfig,
  RemoteBackendConfig,
  StateDirectory,
} from './gateway-config.ts';
import type { LeafSource } from './leaf.ts';
import type { GatewayTree } from './schema.ts';
import { reopenBytesOf } from './schema-bucket.ts';

type BackendTree = GatewayTree['backends'][number];
type EmbeddedTree = Extract<BackendTree, { kind: 'embedded' }>;
type RemoteTree = Exclude<BackendTree, EmbeddedTree>;
type GuardTree = NonNullable<NonNullable<GatewayTree['buckets']>[number]['guard']>;

type Surroundings = Pick<LeafSource, 'env' | 'resolvePath'>;

export function buildConfig(tree: GatewayTree, surroundings: Surroundings): GatewayConfig {
  const { limits, timeouts } = tree;
  return {
    region: tree.region,
    acceptedRegions: tree.acceptedRegions.filter((region) => region !== tree.region),
    hostNames: tree.hostNames,
    listeners: {
      ...tree.listeners,
      s3: tree.listeners.s3.map(buildListener),
      admin: buildListener(tree.listeners.admin),
    },
    admin: tree.admin,
    backends: tree.backends.map((backend) => buildBackend(backend, tree.region)),
    buckets: buildBuckets(tree),
    credentials: tree.credentials ?? [],
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
      leaveMs: timeouts.leave ?? 0,
      drainMs: timeouts.drain,
    },
    log: tree.log,
    stateDirectory: buildStateDirectory(tree, surroundings),
    capacity: buildCapacityWatch(tree.capacity),
    ...(tree.audit === undefined ? {} : { audit: buildAudit(tree.audit) }),
    ...(tree.tracing === undefined ? {} : { tracing: buildTracing(tree.tracing) }),
    ...(tree.veeam === undefined ? {} : { veeam: buildVeeam(tree.veeam) }),
    ...(tree.peers === undefined ? {} : { peers: tree.peers }),
  };
}

/** systemd names several with colons between (systemd.exec(5), RuntimeDirectory=). */
function buildStateDirectory(tree: GatewayTree, { env, resolvePath }: Surroundings): StateDirectory {
  if (tree.stateDirectory !== undefined) return { path: tree.stateDirectory, isDefault: false };
  const [given] = (env['STATE_DIRECTORY'] ?? '').split(':');
  const path = resolvePath(given || 'state');
  // An embedded store locks its directory by a file of the same name.
  const isTaken = tree.backends.some((each) => each.kind === 'embedded' && each.dataDirectory === path);
  return { path: isTaken ? `${path}-of-gateway` : path, isDefault: true };
}

function buildCapacityWatch(tree: GatewayTree['capacity']): CapacityWatchConfig {
  const { thresholds, webhook, confirmJump, history } = tree;
  return {
    thresholdsPercent: thresholds,
    ...(webhook === undefined ? {} : { webhook: buildWebhook(webhook) }),
    confirmJumpPercent: confirmJump,
    historyMs: history,
  };
}

function buildWebhook({ timeout, ...rest }: NonNullable<GatewayTree['capacity']['webhook']>) {
  return { ...rest, timeoutMs: timeout };
}

function buildBackend(backend: BackendTree, gatewayRegion: string): BackendConfig {
  if (backend.kind !== 'embedded') return buildRemote(backend, gatewayRegion);
  const { reserve, ...rest } = backend;
  return { ...rest, reserveBytes: reserve };
}

function buildRemote(backend: RemoteTree, gatewayRegion: string): RemoteBackendConfig {
  const { capacity: _, maxConnections, reserve, region = gatewayRegion, health, resolve, ...rest } = backend;
  const { interval, timeout, slowStart, ...asked } = health;
  return {
    ...rest,
    region,
    maxConnectionsPerEndpoint: maxConnections,
    health: { ...asked, everyMs: interval, timeoutMs: timeout, slowStartMs: slowStart },
    resolveEveryMs: resolve,
    reserveBytes: reserve,
    ...buildCapacity(backend),
  };
}

function buildBuckets(tree: GatewayTree): readonly BucketRule[] {
  // Without rules there is one backend only: cross-check.ts sees to that.
  if (tree.buckets === undefined) {
    return tree.backends.map(({ name }) => ({ match: '*', backend: name, sosapi: true, pool: false }));
  }
  return tree.buckets.map(({ quota, guard, ...rule }) => ({
    ...rule,
    ...(quota === undefined ? {} : { quotaBytes: quota }),
    ...(guard === undefined ? {} : { guard: buildGuard(guard) }),
  }));
}

function buildGuard({ floor, reopen, smallObjects }: GuardTree): GuardConfig {
  return {
    floorBytes: floor,
    reopenBytes: reopenBytesOf(floor, reopen),
    smallObjectBytes: smallObjects,
  };
}
