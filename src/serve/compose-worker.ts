// What one worker is made of, out of its orders: part of the composition root.
import { createFailedSignatures, type FailedSignatures } from '../access/failed-signatures.ts';
import type { Backend } from '../backend/backend.ts';
import { ClosedBuckets } from '../capacity/guard-closed.ts';
import type { BucketRule } from '../gateway/bucket-rules.ts';
import type { EventSink, UsageChangeEvent } from '../gateway/events.ts';
import { createAddressGroups } from '../http1/address-groups.ts';
import { renderSystem } from '../sosapi/documents.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { createCapacityCopy } from './capacity-copy.ts';
import { CapacityQuestions } from './capacity-questions.ts';
import type { Clocks } from './compose-backends.ts';
import { composeRoutes, type Routes } from './compose-routes.ts';
import { composeDataPlane, type DataPlane } from './data-plane.ts';
import { createEventSink } from './event-sink.ts';
import { shareFailures } from './shared-failures.ts';
import { HAS_REUSE_PORT } from './shared-ports.ts';
import { createUsageBatches, type UsageBatches } from './usage-batches.ts';
import type { FromWorker, News, WorkerOrder } from './worker-messages.ts';

export interface ComposedWorker {
  readonly clocks: Clocks;
  readonly drainMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly routes: Routes;
  /** Of this worker itself: what it is told here is told to no other. */
  readonly failedSignatures: FailedSignatures;
  readonly questions: CapacityQuestions;
  readonly usage: UsageBatches;
  /** What waits to be told, at once, also where that is nothing. */
  tellUsage(): void;
  readonly full: ClosedBuckets;
  readonly dataPlane: DataPlane;
}

/** Gives whether there still is a primary. */
type Send = (message: FromWorker) => boolean;

/** Not listening yet; its owner closes the data plane and then the routes. */
export function composeWorker(order: WorkerOrder, ports: readonly number[], send: Send): ComposedWorker {
  const config = withPorts(order.config, ports);
  const { limits, timeouts, log } = config;
  const clocks: Clocks = { wallClock: Date.now, now: () => performance.now() };
  const logger = createLogger({ level: log.level });
  const metrics = createMetrics({ version: order.version, now: clocks.wallClock });
  const tellUsage = (changes: readonly UsageChangeEvent[]): void => {
    send({ kind: 'usage', changes, untilMs: clocks.wallClock() });
  };
  const usage = createUsageBatches(tellUsage);
  const full = new ClosedBuckets();
  const emit = tellingOfStores(createEventSink(config, metrics, logger, usage.add), send);
  const routes = composeRoutes(config, { embedded: new Map(Object.entries(order.embedded)), clocks, emit });
  metrics.endpoints.show(routes.byName.values());
  const groupOf = createAddressGroups(limits.perAddress.exempt);
  const { failedSignatures: limit, windowMs } = limits.perAddress;
  const failedSignatures = createFailedSignatures({ limit, windowMs, groupOf });
  const questions = new CapacityQuestions(send, order.capacityPatienceMs);
  const dataPlane = composeDataPlane(config, {
    rules: tellingOfDeletions(routes.rules, send),
    guard: full,
    documents: {
      system: { body: renderSystem(config.sosapi), lastModifiedMs: order.systemModifiedMs },
      capacity: createCapacityCopy({
        ask(bucket) {
          // So that the answer counts what this worker has just done.
          usage.flush();
          return questions.ask(bucket);
        },
        now: clocks.now,
      }),
    },
    failedSignatures: shareFailures({
      own: failedSignatures,
      limit,
      groupOf,
      tell: (address, right) => send({ kind: 'signature', address, right }),
    }),
    groupOf,
    clocks,
    emit,
    logger,
    reusePort: HAS_REUSE_PORT,
  });
  return {
    clocks,
    drainMs: timeouts.drainMs,
    logger,
    metrics,
    routes,
    failedSignatures,
    questions,
    usage,
    tellUsage: () => {
      if (!usage.flush()) tellUsage([]);
    },
    full,
    dataPlane,
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
