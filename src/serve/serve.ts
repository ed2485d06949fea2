// Composition root: config in, parts built, listeners started, everything ended on `stop`.
import { setTimeout as sleep } from 'node:timers/promises';
import type { AdminPorts } from '../admin/ports.ts';
import type { ReloadOutcome } from '../admin/reload-ports.ts';
import { entityOfKey } from '../backend/balancing/entity-of-key.ts';
import type { GatewayConfig, Listener } from '../config/gateway-config.ts';
import type { LoadedConfig } from '../config/load.ts';
import { createLiveCounts } from '../telemetry/live/live-counts.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { renderSum } from '../telemetry/summed-metrics.ts';
import { AuditKeeper } from './audit-keeper.ts';
import { capacityDocument } from './capacity-document.ts';
import { capacityRows } from './capacity-rows.ts';
import { CertificateWatch } from './certificate-watch.ts';
import { composeAdmin } from './compose-admin.ts';
import type { Clocks } from './compose-backends.ts';
import { composePeers } from './compose-peers.ts';
import { composeService, type ServiceParts } from './compose-service.ts';
import { composeStores } from './compose-stores.ts';
import { type EmbeddedStores, startEmbeddedStores } from './embedded-stores.ts';
import { EndpointControl } from './endpoint-control.ts';
import { createEventSink } from './event-sink.ts';
import { LiveDocuments } from './live-documents.ts';
import { createLiveReport } from './live-report.ts';
import { composeLiveVeeam } from './live-veeam.ts';
import { composeOnlookers } from './onlookers.ts';
import { createReadiness } from './readiness.ts';
import { type ReloadCause, Reloads } from './reload.ts';
import { createApply } from './reload-apply.ts';
import type { ReloadSource } from './reload-source.ts';
import { type FilesSeen, type FileWatch, lookAt, watchFiles } from './reload-watch.ts';
import { openStateFiles, type StateFiles } from './state-files.ts';
import { createUsageBatches } from './usage-batches.ts';
import { readVersion } from './version.ts';

/** A gateway that serves. */
export interface RunningGateway {
  /** Where the S3 listeners are, in the order of the config, and the admin listener: with the ports that were bound. */
  readonly s3: readonly Listener[];
  readonly admin: Listener;
  /** Where config has one. */
  readonly health?: Listener;
  /** Reads the config again and puts it to work, whole or not at all. Never rejects. */
  reload(cause: ReloadCause): Promise<ReloadOutcome>;
  /** Leaves for the configured time, stops accepting, lets transfers finish within the drain time, then cuts them. */
  stop(): Promise<void>;
}

const NOTHING_TO_RELOAD: ReloadOutcome = {
  result: 'failed',
  changes: [],
  problems: ['this gateway runs without a config file: there is nothing to reload'],
};

/** The config as it was read, and how to read it again. */
export interface Reloading {
  readonly first: LoadedConfig;
  readonly source: ReloadSource;
}

/**
 * Starts the embedded stores, the workers and every listener, or nothing; rejects with the reason. Without `reloading` the config
 * stays as it is.
 */
export async function serve(
  config: GatewayConfig,
  logger: Logger,
  reloading?: Reloading,
): Promise<RunningGateway> {
  const clocks: Clocks = { wallClock: Date.now, now: () => performance.now() };
  const seen = reloading && (await lookAt(reloading.source.files()));
  const embedded = await startEmbeddedStores(config, logger, clocks.now);
  let state: StateFiles | undefined;
  try {
    state = openStateFiles(config.stateDirectory, (message) => logger.warn(message));
    return await serveOver(embedded, state, config, clocks, logger, reloading && { ...reloading, seen });
  } catch (error) {
    await embedded.stop();
    state?.close();
    throw error;
  }
}

async function serveOver(
  embedded: EmbeddedStores,
  state: StateFiles,
  first: GatewayConfig,
  clocks: Clocks,
  logger: Logger,
  reloading: (Reloading & { readonly seen: FilesSeen | undefined }) | undefined,
): Promise<RunningGateway> {
  /** The one that counts now. */
  let config = first;
  const version = readVersion();
  const metrics = createMetrics({ version, now: clocks.wallClock });
  const live = createLiveCounts({ now: clocks.wallClock, entityOf: entityOfKey });
  const usage = createUsageBatches((changes) => peers.take(changes));
  const audit = new AuditKeeper({ metrics: metrics.audit, logger, now: clocks.wallClock });
  const onlookers = composeOnlookers(config, {
    version,
    record: (entry) => audit.take(entry),
    metrics: metrics.traces,
    logger,
    wallClock: clocks.wallClock,
  });
  const emit = createEventSink(
    () => config.log.access,
    metrics,
    logger,
    usage.add,
    live.onEvent,
    onlookers.onEvent,
  );
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
  const peers = composePeers(config, {
    capacities,
    hasBackend: (name) => stores.routes.byName.has(name),
    async settleOwn() {
      usage.flush();
      await service.usageTold();
    },
    metrics: metrics.peers,
    logger,
    clocks,
  });
  metrics.capacity.show({
    reports: () => capacities.reports(),
    daysUntilFull: capacities.daysUntilFull,
  });
  const documents = new LiveDocuments(
    config,
    async (bucket) => {
      // So that the answer counts what was done just before it was asked for.
      usage.flush();
      await peers.settle();
      return capacityDocument(bucket, capacities.of);
    },
    clocks.wallClock,
  );
  const endpoints = new EndpointControl({
    backends: () => stores.routes.byName.values(),
    workers: () => service.endpoints(),
    tellWorkers: () => service.tellDrained(),
    wallClock: clocks.wallClock,
  });
  const parts: ServiceParts = {
    audit,
    endpoints,
    version,
    stores,
    peers,
    embedded,
    documents,
    metrics,
    emit,
    clocks,
    logger,
  };
  const service = composeService(config, parts);
  const readiness = createReadiness(
    () => [...stores.routes.byName.values()],
    () => service.isListening(),
    clocks.now,
  );
  const rowsOf = async (bucket: string | undefined) => {
    if (bucket !== undefined) await capacities.askFor(bucket);
    return capacityRows(capacities.reports(bucket), {
      nowMs: clocks.wallClock(),
      forecastOf: capacities.history.forecast,
      peers: peers.status(),
    });
  };
  const veeam = composeLiveVeeam(config, { rowsOf, metrics: metrics.veeam, logger, clocks });
  const adminPorts: Omit<AdminPorts, 'login'> = {
    version,
    isReady: readiness.check,
    async renderMetrics() {
      const others = await service.snapshots();
      return renderSum(await metrics.snapshot(), others);
    },
    capacities: rowsOf,
    capacityHistory: capacities.history.read,
    endpoints,
    live: createLiveReport({
      now: clocks.wallClock,
      counts: live.snapshot,
      others: () => service.live(),
      endpoints: () => endpoints.list(),
      backends: () => config.backends,
      readiness: readiness.check,
    }),
    veeam: veeam.report,
    config: reloading && { reload: () => reload('admin'), settings: () => reloads?.settings ?? [] },
    onAdminAction: (action) => audit.record('admin', { ...action }),
    now: clocks.wallClock,
    logger,
  };
  const certificates = new CertificateWatch(config, {
    metrics: metrics.certificates,
    logger,
    wallClock: clocks.wallClock,
  });
  const admin = composeAdmin(config, { ports: adminPorts, logger, now: clocks.now });

  const reloads =
    reloading &&
    new Reloads({
      ...reloading,
      apply: createApply({
        stores,
        service,
        embedded,
        endpoints,
        admin,
        documents,
        metrics,
        certificates,
        logger,
        onApplied(applied) {
          config = applied;
          veeam.replace(applied);
        },
      }),
      metrics: metrics.reloads,
      logger,
      wallClock: clocks.wallClock,
    });
  const reload: RunningGateway['reload'] = async (cause) => {
    if (reloads === undefined) logger.warn({ cause }, 'there is no config file, and so nothing to reload');
    const outcome = (await reloads?.reload(cause)) ?? NOTHING_TO_RELOAD;
    if (outcome.result !== 'unchanged') audit.record('reload', { cause, ...outcome });
    return outcome;
  };
  let watch: FileWatch | undefined;

  const stop = async (): Promise<void> => {
    readiness.drain();
    watch?.close();
    certificates.close();
    await reloads?.close();
    await Promise.all([veeam.close(), service.stop()]);
    await onlookers.close();
    audit.record('stop', { version });
    await audit.close();
    usage.flush();
    await peers.close();
    stores.close();
    state.close();
    await embedded.stop();
    await admin.close();
  };

  try {
    await audit.open(config.audit);
    await onlookers.ready;
    audit.record('start', { version, pid: process.pid });
    const s3 = await service.listen();
    const link = await peers.start();
    if (link !== undefined) logger.info({ listener: 'peers', ...link }, 'listening for other gateways');
    stores.capacities.watch();
    veeam.start(s3);
    for (const [index, { tls }] of config.listeners.s3.entries()) {
      logger.info({ listener: 's3', ...s3[index], tls: tls !== undefined }, 'listening');
    }
    const places = await admin.listen();
    watch =
      reloading &&
      (await watchFiles({
        files: reloading.source.files,
        onChanged: () => reload('file change'),
        ...(reloading.seen !== undefined && { first: reloading.seen }),
      }));
    return {
      s3,
      reload,
      ...places,
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
