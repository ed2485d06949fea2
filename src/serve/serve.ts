// Composition root: config in, parts built, listeners started, everything ended on `stop`.
import { randomBytes } from 'node:crypto';
import { compileBucketPattern } from '../access/bucket-pattern.ts';
import { createCredentialStore } from '../access/credential-store.ts';
import { createAdminServer } from '../admin/admin-server.ts';
import type { Backend } from '../backend/backend.ts';
import type { CachedCapacity } from '../capacity/cached.ts';
import { type CapacityOf, CapacityUnknownError } from '../capacity/capacity.ts';
import type { GatewayConfig, S3Listener } from '../config/gateway-config.ts';
import type { BucketRule } from '../gateway/bucket-rules.ts';
import type { EventSink } from '../gateway/events.ts';
import { createGateway } from '../gateway/pipeline.ts';
import { Server } from '../http1/server.ts';
import { createVerifier } from '../sigv4/verify.ts';
import { renderSystem } from '../sosapi/documents.ts';
import { createAccessLog } from '../telemetry/access-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { capacityDocument } from './capacity-document.ts';
import { capacityRows } from './capacity-rows.ts';
import { composeBackend } from './compose-backends.ts';
import { composeCapacity } from './compose-capacity.ts';
import { createReadiness } from './readiness.ts';
import { readVersion } from './version.ts';

const CLIENT_READ_BUFFER_BYTES = 128 * 1024;
const SWEEP_EVERY_MS = 250;
const LINGER_MS = 2_000;

/** A gateway that serves. */
export interface RunningGateway {
  /** Stops accepting, lets transfers finish within the configured drain time, then cuts them. */
  stop(): Promise<void>;
}

interface RuledBackend {
  readonly backend: Backend;
  readonly capacity: CachedCapacity;
}

interface ComposedRule extends BucketRule {
  readonly capacity: CachedCapacity;
  readonly quotaBytes: bigint | undefined;
}

/** Starts every listener or none; rejects with the reason. */
export async function serve(config: GatewayConfig, logger: Logger): Promise<RunningGateway> {
  const wallClock = Date.now;
  const now = (): number => performance.now();
  const version = readVersion();
  const metrics = createMetrics({ version, now: wallClock });
  const accessLog = createAccessLog(logger);
  const emit: EventSink = (event) => {
    metrics.onEvent(event);
    if (config.log.access || event.kind !== 'request') accessLog(event);
  };

  const backends = new Map<string, RuledBackend>();
  const rules: ComposedRule[] = [];
  const ruleFor = (bucket: string): ComposedRule | undefined => rules.find((rule) => rule.matches(bucket));
  for (const backendConfig of config.backends) {
    const { name } = backendConfig;
    backends.set(name, {
      backend: composeBackend(backendConfig, config, { wallClock, now }, emit),
      capacity: composeCapacity(backendConfig, {
        wallClock,
        quotaOf: (bucket) => ruleFor(bucket)?.quotaBytes,
        onMeasured(bucket, result) {
          if (result instanceof Error) {
            metrics.observeCapacity(bucket, name, result);
            logger.warn({ bucket, backend: name, reason: result.message }, 'capacity unknown');
          } else {
            metrics.observeCapacity(bucket, name, { ...result, measuredAtMs: result.sampledAtMs });
          }
        },
      }),
    });
  }
  for (const { match, backend: name, sosapi, quotaBytes } of config.buckets) {
    const backend = backends.get(name);
    if (backend === undefined) throw new Error(`bucket rule ${match} names no backend`);
    rules.push({ matches: compileBucketPattern(match).matches, sosapi, quotaBytes, ...backend });
  }

  const credentials = createCredentialStore(
    config.credentials.map(({ secretAccessKey, ...credential }) => ({
      ...credential,
      secret: secretAccessKey,
    })),
  );
  const capacityOf: CapacityOf = async (bucket) => {
    const rule = ruleFor(bucket);
    if (rule === undefined) throw new CapacityUnknownError(`no rule leads to bucket ${bucket}`);
    return rule.capacity.of(bucket);
  };
  const gateway = createGateway({
    hostNames: config.hostNames,
    verifier: createVerifier({
      secretOf: credentials.secretOf,
      regions: new Set([config.region, ...config.acceptedRegions]),
      maxSkewMs: config.limits.clockSkewMs,
    }),
    credentials,
    rules,
    sosapi: {
      system: { body: renderSystem(config.sosapi), lastModifiedMs: wallClock() },
      capacity: (bucket) => capacityDocument(bucket, capacityOf),
    },
    maxDeleteObjectsBytes: config.limits.deleteObjectsBodyBytes,
    emit,
    wallClock,
    now,
    newRequestId: () => randomBytes(8).toString('hex').toUpperCase(),
    onInternalError: (error) => logger.error({ err: error }, 'internal error'),
  });

  const all = [...backends.values()];
  const admin = createAdminServer({
    version,
    isReady: createReadiness(
      all.map(({ backend }) => backend),
      now,
    ),
    renderMetrics: () => metrics.render(),
    capacities: () => all.flatMap(({ backend, capacity }) => capacityRows(backend.name, capacity.snapshot())),
    logger,
  });
  const servers = config.listeners.s3.map((listener) => createServer(listener, config, gateway, emit, now));

  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close(config.timeouts.drainMs)));
    for (const { backend, capacity } of all) {
      capacity.close();
      backend.close();
    }
    await admin.close();
  };

  try {
    for (const [index, server] of servers.entries()) {
      const listener = config.listeners.s3[index] as S3Listener;
      const port = await listen(() => server.listen(listener.host, listener.port), listener);
      logger.info(
        { listener: 's3', host: listener.host, port, tls: listener.tls !== undefined },
        'listening',
      );
    }
    const { host, port } = config.listeners.admin;
    const address = await listen(() => admin.listen({ host, port }), { host, port });
    logger.info({ listener: 'admin', host, port: Number(new URL(address).port), tls: false }, 'listening');
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

function createServer(
  listener: S3Listener,
  { limits, timeouts }: GatewayConfig,
  gateway: ReturnType<typeof createGateway>,
  emit: EventSink,
  now: () => number,
): Server {
  return new Server({
    ...gateway,
    limits: { maxHeadBytes: limits.headBytes, maxHeaders: limits.headers },
    timeouts: {
      headMs: timeouts.headMs,
      idleMs: timeouts.idleMs,
      bodyIdleMs: timeouts.bodyIdleMs,
      lingerMs: LINGER_MS,
    },
    now,
    maxConnections: limits.connections,
    readBufferBytes: CLIENT_READ_BUFFER_BYTES,
    sweepEveryMs: SWEEP_EVERY_MS,
    onConnection: (change) => emit({ kind: 'connection', change }),
    ...(listener.tls === undefined
      ? {}
      : {
          tls: {
            cert: listener.tls.cert,
            key: listener.tls.key.reveal(),
            minVersion: listener.tls.minVersion,
          },
        }),
  });
}

async function listen<T>(
  start: () => Promise<T>,
  { host, port }: { host: string; port: number },
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`cannot listen on ${host}:${port}: ${reasons[code ?? ''] ?? message}`, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses that port',
  EACCES: 'this user may not use that port',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the name cannot be resolved',
};
