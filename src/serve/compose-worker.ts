// What one worker is made of, out of its orders: part of the composition root.
import type { FailedSignatures } from '../access/failed-signatures.ts';
import type { Backend } from '../backend/backend.ts';
import { entityOfKey } from '../backend/balancing/entity-of-key.ts';
import { ClosedBuckets } from '../capacity/guard-closed.ts';
import type { BucketRule } from '../gateway/bucket-rules.ts';
import type { EventSink, UsageChangeEvent } from '../gateway/events.ts';
import { renderSystem } from '../sosapi/documents.ts';
import { createLiveCounts, type LiveCounts } from '../telemetry/live/live-counts.ts';
import { createLogger, type Logger, setLogLevel } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { type AddressProtection, composeProtection } from './address-protection.ts';
import { AuditTelling, type Deliver } from './audit-tell.ts';
import { createCapacityCopy } from './capacity-copy.ts';
import { CapacityQuestions } from './capacity-questions.ts';
import type { Clocks } from './compose-backends.ts';
import { composeRoutes, type PreparedRoutes, type Routes } from './compose-routes.ts';
import { composeDataPlane, type DataPlane, type RequestPathParts } from './data-plane.ts';
import { createEventSink } from './event-sink.ts';
import { composeOnlookers } from './onlookers.ts';
import { shareFailures } from './shared-failures.ts';
import { HAS_REUSE_PORT } from './shared-ports.ts';
import { createUsageBatches, type UsageBatches } from './usage-batches.ts';
import type { FromWorker, News, WorkerOrder } from './worker-messages.ts';

export interface ComposedWorker {
  readonly clocks: Clocks;
  readonly drainMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly live: LiveCounts;
  /** What else looks at requests here. */
  readonly onlookers: { readonly ready: Promise<void>; close(): Promise<void> };
  readonly routes: Routes;
  /** Of this worker itself: what it is told here is told to no other. */
  readonly failedSignatures: FailedSignatures;
  readonly questions: CapacityQuestions;
  readonly usage: UsageBatches;
  /** What waits to be told, at once, also where that is nothing. */
  tellUsage(): void;
  readonly full: ClosedBuckets;
  readonly dataPlane: DataPlane;
  /** What another order makes of it; nothing changes yet. Throws where it cannot be made. The caller commits or abandons it. */
  prepare(order: WorkerOrder): PreparedWorker;
}

export interface PreparedWorker {
  /** The next request is served by it. `learns`: the stores are asked what is not known of those that are new. */
  commit(learns: boolean): void;
  abandon(): void;
}

/** Gives whether there still is a primary. */
type Send = (message: FromWorker) => boolean;

/** Not listening yet; its owner closes the data plane and then the routes. */
export function composeWorker(
  order: WorkerOrder,
  ports: readonly number[],
  send: Send,
  deliver: Deliver,
): ComposedWorker {
  let config = withPorts(order.config, ports);
  const clocks: Clocks = { wallClock: Date.now, now: () => performance.now() };
  const logger = createLogger({ level: config.log.level });
  const metrics = createMetrics({ version: order.version, now: clocks.wallClock });
  const live = createLiveCounts({ now: clocks.wallClock, entityOf: entityOfKey });
  const tellUsage = (changes: readonly UsageChangeEvent[]): void => {
    send({ kind: 'usage', changes, untilMs: clocks.wallClock() });
  };
  const usage = createUsageBatches(tellUsage);
  const full = new ClosedBuckets();
  const audit = new AuditTelling(deliver);
  const onlookers = composeOnlookers(config, {
    version: order.version,
    record: (entry) => audit.record(entry),
    metrics: metrics.traces,
    logger,
    wallClock: clocks.wallClock,
  });
  const emit = tellingOfStores(
    createEventSink(() => config.log.access, metrics, logger, usage.add, live.onEvent, onlookers.onEvent),
    send,
  );
  const routes = composeRoutes(config, { embedded: new Map(Object.entries(order.embedded)), clocks, emit });
  metrics.endpoints.show(routes.byName.values());
  let protection = composeProtection(config);
  const questions = new CapacityQuestions(send, order.capacityPatienceMs);
  const capacity = createCapacityCopy({
    ask(bucket) {
      // So that the answer counts what this worker has just done.
      usage.flush();
      return questions.ask(bucket);
    },
    now: clocks.now,
  });
  const pathParts = (
    of: WorkerOrder,
    rules: readonly BucketRule[],
    own: AddressProtection,
  ): RequestPathParts => ({
    rules: tellingOfDeletions(rules, send),
    documents: {
      system: { body: renderSystem(of.config.sosapi), lastModifiedMs: of.systemModifiedMs },
      capacity,
    },
    protection: sharedProtection(own, send),
  });
  const dataPlane = composeDataPlane(config, {
    ...pathParts(order, routes.rules, protection),
    ticketKeys: order.ticketKeys,
    guard: full,
    clocks,
    emit,
    logger,
    reusePort: HAS_REUSE_PORT,
  });
  return {
    clocks,
    get drainMs() {
      return config.timeouts.drainMs;
    },
    logger,
    metrics,
    live,
    onlookers: {
      ready: onlookers.ready,
      async close() {
        await onlookers.close();
        audit.flush();
      },
    },
    routes,
    get failedSignatures() {
      return protection.failedSignatures;
    },
    questions,
    usage,
    tellUsage: () => {
      if (!usage.flush()) tellUsage([]);
    },
    full,
    dataPlane,
    prepare(changed) {
      const next = withPorts(changed.config, ports);
      const nextProtection = composeProtection(next, protection);
      const nextRoutes = routes.prepare(next);
      const path = abandoning(nextRoutes, () =>
        dataPlane.prepare(next, pathParts(changed, nextRoutes.rules, nextProtection)),
      );
      return {
        commit(learns) {
          config = next;
          protection = nextProtection;
          questions.patienceMs = changed.capacityPatienceMs;
          path.commit(nextRoutes.commit());
          metrics.endpoints.show(routes.byName.values());
          setLogLevel(logger, next.log.level);
          if (learns) routes.learn(nextRoutes.fresh);
        },
        abandon: nextRoutes.abandon,
      };
    },
  };
}

/** What fails behind the routes leaves nothing of them. */
function abandoning<T>(routes: PreparedRoutes, make: () => T): T {
  try {
    return make();
  } catch (error) {
    routes.abandon();
    throw error;
  }
}

function sharedProtection(protection: AddressProtection, send: Send): AddressProtection {
  const { failedSignatures: own, groupOf, of } = protection;
  return {
    ...protection,
    failedSignatures: shareFailures({
      own,
      limit: of.failedSignatures,
      groupOf,
      tell: (address, right) => send({ kind: 'signature', address, right }),
    }),
  };
}

/** Those that the first worker bound, where the config leaves one to the system. */
function withPorts(config: WorkerOrder['config'], ports: readonly number[]): WorkerOrder['config'] {
  const s3 = config.listeners.s3.map((listener, index) => ({
    ...listener,
    port: ports[index] ?? listener.port,
  }));
  return { ...config, listeners: { ...config.listeners, s3 } };
}

/** A bucket that was deleted through this worker is remembered by none. Rules of one backend still share one. */
function tellingOfDeletions(rules: readonly BucketRule[], send: Send): readonly BucketRule[] {
  const telling = new Map<Backend, Backend>();
  const tellingOf = (backend: Backend): Backend => {
    const known = telling.get(backend) ?? {
      ...backend,
      forgetBucket(bucket) {
        backend.forgetBucket(bucket);
        send({ kind: 'bucket-deleted', backend: backend.name, bucket });
      },
    };
    telling.set(backend, known);
    return known;
  };
  return rules.map((rule) => ({ ...rule, backend: tellingOf(rule.backend) }));
}

/** What one worker found out about a store the others need not ask. */
function tellingOfStores(emit: EventSink, send: Send): EventSink {
  return (event) => {
    emit(event);
    if (event.kind !== 'aws-chunked-learnt' || event.takes === undefined) return;
    send({ kind: 'aws-chunked', backend: event.backend, takes: event.takes });
  };
}

/** What another worker knows. */
export function hearNews({ failedSignatures, routes, clocks }: ComposedWorker, news: News): void {
  switch (news.kind) {
    case 'signature':
      if (news.right) failedSignatures.succeeded(news.address, clocks.now());
      else failedSignatures.failed(news.address, clocks.now());
      return;
    case 'bucket-deleted':
      routes.byName.get(news.backend)?.forgetBucket(news.bucket);
      return;
    case 'aws-chunked':
      routes.byName.get(news.backend)?.heardAwsChunked(news.takes);
      return;
  }
}
