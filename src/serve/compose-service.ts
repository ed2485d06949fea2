// Who serves S3, out of config: this process, or as many workers as the config says. Part of the composition root.
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { EventSink } from '../gateway/events.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { composeProtection } from './address-protection.ts';
import type { AuditKeeper } from './audit-keeper.ts';
import { longestMeasurementMs } from './capacity-pace.ts';
import { newTicketKeys } from './certificate-options.ts';
import type { Clocks } from './compose-backends.ts';
import type { Peers } from './compose-peers.ts';
import type { PreparedRoutes } from './compose-routes.ts';
import type { Stores } from './compose-stores.ts';
import { composeDataPlane } from './data-plane.ts';
import type { EmbeddedStores } from './embedded-stores.ts';
import type { EndpointControl } from './endpoint-control.ts';
import { breakHeapHabits, holdNursery, shrinkHeap } from './heap-habits.ts';
import type { LiveDocuments } from './live-documents.ts';
import type { PreparedService, S3Service } from './s3-service.ts';
import { workerCount } from './worker-count.ts';
import { WorkerGroup } from './worker-group.ts';
import type { WorkerOrder } from './worker-messages.ts';
import { workerShare } from './worker-share.ts';

/** How long a measurement that is over may take to reach a worker. */
const CHANNEL_PATIENCE_MS = 2_000;

/** Not listening yet; its owner stops it. */
export function composeService(config: GatewayConfig, parts: ServiceParts): S3Service {
  const workers = workerCount(config);
  return workers === 1 ? serveAlone(config, parts) : serveByWorkers(workers, config, parts);
}

export interface ServiceParts {
  readonly audit: Pick<AuditKeeper, 'told'>;
  readonly endpoints: EndpointControl;
  readonly version: string;
  readonly stores: Stores;
  readonly peers: Peers;
  readonly embedded: EmbeddedStores;
  readonly documents: LiveDocuments;
  readonly metrics: Metrics;
  readonly emit: EventSink;
  readonly clocks: Clocks;
  readonly logger: Logger;
}

/** In this process. */
function serveAlone(config: GatewayConfig, parts: ServiceParts): S3Service {
  breakHeapHabits();
  const { documents } = parts;
  const { routes, capacities } = parts.stores;
  let { drainMs } = config.timeouts;
  let protection = composeProtection(config);
  const dataPlane = composeDataPlane(config, {
    ...parts,
    rules: routes.rules,
    guard: capacities.full.guard,
    protection,
    reusePort: false,
  });
  const letNurseryGo = holdNursery();
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
    live: async () => ({ workers: isListening ? 1 : 0, counts: [] }),
    usageTold: async () => {},
    tellFull() {},
    endpoints: async () => ({ processes: [], unheard: 0 }),
    tellDrained() {},
    async prepare(changed, { rules, fresh }) {
      const nextProtection = composeProtection(changed, protection);
      const path = dataPlane.prepare(changed, { rules, documents, protection: nextProtection });
      return {
        async commit(onEnded) {
          protection = nextProtection;
          drainMs = changed.timeouts.drainMs;
          path.commit(onEnded);
          routes.learn(fresh);
        },
        abandon() {},
      };
    },
    async stop() {
      try {
        await dataPlane.close(drainMs);
      } finally {
        letNurseryGo();
      }
    },
  };
}

/** In processes of their own, as many as there are to be workers. */
function serveByWorkers(count: number, config: GatewayConfig, parts: ServiceParts): S3Service {
  const { version, embedded, documents, metrics, clocks, logger } = parts;
  const reaches = [...embedded.byName].map(([name, { endpoint, accessKeyId, secretAccessKey }]) => [
    name,
    { endpoint, accessKeyId, secretAccessKey },
  ]);
  const ticketKeys = newTicketKeys();
  const orderOf = (of: GatewayConfig): WorkerOrder => ({
    config: workerShare(of, count),
    embedded: Object.fromEntries(reaches),
    version,
    systemModifiedMs: documents.systemOf(of).lastModifiedMs,
    capacityPatienceMs: longestMeasurementMs(of.backends) + CHANNEL_PATIENCE_MS,
    ticketKeys,
  });
  const group = new WorkerGroup({
    count,
    listeners: config.listeners.s3,
    order: orderOf(config),
    drainMs: config.timeouts.drainMs,
    capacity: (bucket) => documents.capacity(bucket),
    onUsage: (changes) => parts.peers.take(changes),
    full: () => parts.stores.capacities.full.names(),
    drained: () => parts.endpoints.drained,
    onLaunched: shrinkHeap,
    onAudit: (entries, lost) => parts.audit.told(entries, lost),
    metrics: metrics.workers,
    logger,
    now: clocks.now,
    wallClock: clocks.wallClock,
  });
  const prepare = async (changed: GatewayConfig, { fresh }: PreparedRoutes): Promise<PreparedService> => {
    const prepared = await group.prepareOrder(orderOf(changed), changed.timeouts.drainMs, fresh);
    return {
      async commit(onEnded) {
        // This process serves nothing itself.
        onEnded();
        await prepared.commit();
        group.tellFull();
        group.tellDrained();
      },
      abandon: prepared.abandon,
    };
  };
  return Object.assign(group, { prepare });
}
