// Composition root: config in, parts built, listeners started, everything ended on `stop`.
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFailedSignatures } from '../access/failed-signatures.ts';
import { createAdminServer } from '../admin/admin-server.ts';
import type { GatewayConfig, Listener } from '../config/gateway-config.ts';
import { MAX_WORKERS } from '../config/worker-leaf.ts';
import type { SosapiDocuments } from '../gateway/answer-sosapi.ts';
import { createAddressGroups } from '../http1/address-groups.ts';
import { renderSystem } from '../sosapi/documents.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { renderSum } from '../telemetry/summed-metrics.ts';
import { capacityDocument } from './capacity-document.ts';
import { capacityRows } from './capacity-rows.ts';
import type { Clocks } from './compose-backends.ts';
import { longestMeasurementMs } from './compose-capacity.ts';
import { composeStores, type Stores } from './compose-stores.ts';
import { composeDataPlane } from './data-plane.ts';
import { type EmbeddedStores, startEmbeddedStores } from './embedded-stores.ts';
import { createEventSink } from './event-sink.ts';
import { listen } from './listen.ts';
import { createReadiness } from './readiness.ts';
import type { S3Service } from './s3-service.ts';
import { openStateFiles, type StateFiles } from './state-files.ts';
import { createUsageBatches } from './usage-batches.ts';
import { composeVeeamWatch } from './veeam-composed.ts';
import { readVersion } from './version.ts';
import { WorkerGroup } from './worker-group.ts';
import { workerShare } from './worker-share.ts';

/** How long a measurement that is over may take to reach a worker. */
const CHANNEL_PATIENCE_MS = 2_000;

/** A gateway that serves. */
export interface RunningGateway {
  /** Where the S3 listeners are, in the order of the config, and the admin listener: with the ports that were bound. */
  readonly s3: readonly Listener[];
  readonly admin: Listener;
  /** Leaves for the configured time, stops accepting, lets transfers finish within the drain time, then cuts them. */
  stop(): Promise<void>;
}

/** Starts the embedded stores, the workers and every listener, or nothing; rejects with the reason. */
export async function serve(config: GatewayConfig, logger: Logger): Promise<RunningGateway> {
  const clocks: Clocks = { wallClock: Date.now, now: () => performance.now() };
  const embedded = await startEmbeddedStores(config, logger, clocks.now);
  let state: StateFiles | undefined;
  try {
    state = openStateFiles(config.stateDirectory, (message) => logger.warn(message));
    return await serveOver(embedded, state, config, clocks, logger);
  } catch (error) {
    await embedded.stop();
    state?.close();
    throw error;
  }
}

async function serveOver(
  embedded: EmbeddedStores,
  state: StateFiles,
  config: GatewayConfig,
  clocks: Clocks,
  logger: Logger,
): Promise<RunningGateway> {
  const version = readVersion();
  const metrics = createMetrics({ version, now: clocks.wallClock });
  const usage = createUsageBatches((changes) => stores.capacities.take(changes));
  const emit = createEventSink(config, metrics, logger, usage.add);
  const stores = composeStores(config, {
    embedded: embedded.byName,
    clocks,
    emit,
    state,
    logger,
    onFullChanged: () => service.tellFull(),
    onMeasured: metrics.capacity.measured,
  });
  metrics.endpoints.show(stores.routes.byName.values());
  const { capacities } = stores;
  metrics.capacity.show({
    reports: () => capacities.reports(),
    daysUntilFull: capacities.daysUntilFull,
  });
  const documents: SosapiDocuments = {
    system: { body: renderSystem(config.sosapi), lastModifiedMs: clocks.wallClock() },
    capacity(bucket) {
      // So that the answer counts what was done just before it was asked for.
      usage.flush();
      return capacityDocument(bucket, capacities.of);
    },
  };
  const parts: S3Parts = { version, stores, embedded, documents, metrics, emit, clocks, logger };
  const workers = workerCount(config);
  const service = workers === 1 ? serveAlone(config, parts) : serveByWorkers(workers, config, parts);
  const readiness = createReadiness(
    [...stores.routes.byName.values()],
    () => service.isListening(),
    clocks.now,
  );
  const rowsOf = async (bucket: string | undefined) => {
    if (bucket !== undefined) await capacities.askFor(bucket);
    return capacityRows(capacities.reports(bucket), {
      nowMs: clocks.wallClock(),
      forecastOf: capacities.history.forecast,
    });
  };
  const veeam = composeVeeamWatch(config, { rowsOf, metrics: metrics.veeam, logger, clocks });
  const admin = createAdminServer({
    version,
    isReady: readiness.check,
    async renderMetrics() {
      const others = await service.snapshots();
      return renderSum(await metrics.snapshot(), others);
    },
    capacities: rowsOf,
    capacityHistory: capacities.history.read,
    veeam: veeam?.report,
    now: clocks.wallClock,
    logger,
  });

  const stop = async (): Promise<void> => {
    readiness.drain();
    await Promise.all([veeam?.close(), service.stop()]);
    usage.flush();
    stores.close();
    state.close();
    await embedded.stop();
    await admin.close();
  };

  try {
    const s3 = await service.listen();
    stores.capacities.watch();
    veeam?.start(s3);
    for (const [index, { tls }] of config.listeners.s3.entries()) {
      logger.info({ listener: 's3', ...s3[index], tls: tls !== undefined }, 'listening');
    }
    const { host, port } = config.listeners.admin;
    const address = await listen({ host, port }, () => admin.listen({ host, port }));
    const bound = Number(new URL(address).port);
    logger.info({ listener: 'admin', host, port: bound, tls: false }, 'listening');
    return {
      s3,
      admin: { host, port: bound },
      async stop() {
        // Load balancers read it off /readyz; meanwhile everything is served as before.
        readiness.drain();
        await sleep(config.timeouts.leaveMs);
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As many as there are cores that this process may use, unless config says a number. */
function workerCount({ workers }: GatewayConfig): number {
  return workers === 'auto' ? Math.min(availableParallelism(), MAX_WORKERS) : workers;
}

interface S3Parts {
  readonly version: string;
  readonly stores: Stores;
  readonly embedded: EmbeddedStores;
  readonly documents: SosapiDocuments;
  readonly metrics: Metrics;
  readonly emit: ReturnType<typeof createEventSink>;
  readonly clocks: Clocks;
  readonly logger: Logger;
}

/** In this process. */
function serveAlone(config: GatewayConfig, parts: S3Parts): S3Service {
  const { perAddress } = config.limits;
  const { routes } = parts.stores;
  const groupOf = createAddressGroups(perAddress.exempt);
  const dataPlane = composeDataPlane(config, {
    ...parts,
    rules: routes.rules,
    guard: parts.stores.capacities.full.guard,
    failedSignatures: createFailedSignatures({
      limit: perAddress.failedSignatures,
      windowMs: perAddress.windowMs,
      groupOf,
    }),
    groupOf,
    reusePort: false,
  });
  let isListening = false;
  return {
    async listen() {
      const ports = await dataPlane.listen();
      isListening = true;
      routes.learn();
      return config.listeners.s3.map(({ host, port }, index) => ({ host, port: ports[index] ?? port }));
    },
    isListening: () => isListening,
    snapshots: async () => [],
    tellFull() {},
    stop: () => dataPlane.close(config.timeouts.drainMs),
  };
}

/** In processes of their own, as many as there are to be workers. */
function serveByWorkers(count: number, config: GatewayConfig, parts: S3Parts): S3Service {
  const { version, embedded, documents, metrics, clocks, logger } = parts;
  const reaches = [...embedded.byName].map(([name, { endpoint, accessKeyId, secretAccessKey }]) => [
    name,
    { endpoint, accessKeyId, secretAccessKey },
  ]);
  return new WorkerGroup({
    count,
    listeners: config.listeners.s3,
    order: {
      config: workerShare(config, count),
      embedded: Object.fromEntries(reaches),
      version,
      systemModifiedMs: documents.system.lastModifiedMs,
      capacityPatienceMs: longestMeasurementMs(config.backends) + CHANNEL_PATIENCE_MS,
    },
    drainMs: config.timeouts.drainMs,
    capacity: documents.capacity,
    onUsage: (changes) => parts.stores.capacities.take(changes),
    full: () => parts.stores.capacities.full.names(),
    metrics: metrics.workers,
    logger,
    now: clocks.now,
    wallClock: clocks.wallClock,
  });
}
