// The capacity of every bucket of every store, and all that watches it: part of the composition root.
import { CapacityBook, type CapacityUnit } from '../capacity/book.ts';
import { type Capacity, CapacityUnknownError } from '../capacity/capacity.ts';
import { ClosedBuckets } from '../capacity/guard-closed.ts';
import { type BucketGuard, createGuards } from '../capacity/guard-registry.ts';
import { type CapacityHistory, createCapacityHistory } from '../capacity/history/capacity-history.ts';
import { createLedger } from '../capacity/ledger/ledger.ts';
import type { CapacityReport } from '../capacity/report.ts';
import type { SamplerPace } from '../capacity/sampler.ts';
import type { BucketNumbers } from '../capacity/warnings/capacity-event.ts';
import { createThresholds } from '../capacity/warnings/thresholds.ts';
import type { BackendConfig, BucketRule, CapacityPace, GatewayConfig } from '../config/gateway-config.ts';
import type { UsageChangeEvent } from '../gateway/events.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createCapacityNews } from './capacity-news.ts';
import { composeSources } from './capacity-sources.ts';
import { createRuleOf, createUnits } from './capacity-units.ts';
import type { Clocks } from './compose-backends.ts';
import type { Routes } from './compose-routes.ts';
import type { EmbeddedAccess } from './embedded-store.ts';
import { listBuckets } from './list-buckets.ts';
import type { StateFiles } from './state-files.ts';

export interface CapacityParts {
  readonly routes: Routes;
  readonly embedded: ReadonlyMap<string, EmbeddedAccess>;
  readonly clocks: Clocks;
  readonly state: StateFiles;
  readonly logger: Logger;
  /** Told of each measurement. */
  onMeasured(backend: string, wentWell: boolean): void;
  /** Told when a guard has closed or opened. */
  onFullChanged(): void;
}

/** Its owner closes it. */
export interface Capacities {
  /** The numbers to tell a client. Rejects with a `CapacityUnknownError`. */
  of(bucket: string): Promise<Capacity>;
  /** Takes what passed through the gateway, in order. */
  take(changes: readonly UsageChangeEvent[]): void;
  /** Measures a bucket where it exists and it is time to. Never rejects: the report tells. */
  askFor(bucket: string): Promise<void>;
  /** At the trend of the latest weeks; undefined where it is not filling, or not known. `label`: of a bucket or a pool. */
  daysUntilFull(backend: string, label: string): number | undefined;
  /** All that is known, of all buckets or of one; never waits for a store. */
  reports(bucket?: string): readonly CapacityReport[];
  readonly history: CapacityHistory;
  readonly full: { readonly guard: ClosedBuckets; names(): readonly string[] };
  /** Measures from now on what somebody asked for lately or what has a guard, whether or not anybody asks. */
  watch(): void;
  close(): void;
}

/** The embedded store knows its sums: to ask costs a message and a look at the file system. */
const EMBEDDED_PACE: CapacityPace = { refreshMs: 1_000, maxAgeMs: 60_000, timeoutMs: 10_000 };
const TICK_MS = 1_000;
const MAX_GONE = 10_000;
/** A store that can be asked every second need not be where nobody asks. */
const KEEP_WARM_EVERY_TICKS = 10;

export function composeCapacity(config: GatewayConfig, parts: CapacityParts): Capacities {
  const { routes, embedded, clocks, state, logger: parent } = parts;
  const { wallClock: now } = clocks;
  const logger = parent.child({ component: 'capacity' });
  const onSetAside = (message: string): void => logger.warn(message);
  const ruleOf = createRuleOf(config.buckets);

  const news = createCapacityNews(config.capacity, logger, now);
  let isTelling = false;
  /** Once for all guards that change in one round: every bucket of a store crosses its floor with the others. */
  function tellFull(): void {
    if (isTelling) return;
    isTelling = true;
    setImmediate(() => {
      isTelling = false;
      parts.onFullChanged();
    });
  }

  const latest = new Map<string, BucketNumbers>();
  const numbersOf = (backend: string, label: string) => latest.get(JSON.stringify([backend, label]));
  const history = createCapacityHistory({
    path: state.pathOf('history.sqlite'),
    now,
    keepMs: config.capacity.historyMs,
    onSetAside,
    onFailed: (error) => logger.error({ err: error }, 'capacity history was not written'),
  });
  const ledger = createLedger({
    path: state.pathOf('ledger.sqlite'),
    now,
    onSetAside,
    onUnsaved: (message) => logger.error(message),
    onDrift({ backend, bucket, driftBytes, cause: likelyCause }) {
      const numbers = numbersOf(backend, bucket);
      if (numbers !== undefined) news.tell({ ...numbers, event: 'drift-stays', driftBytes, likelyCause });
    },
  });
  const thresholds = createThresholds({
    percents: config.capacity.thresholdsPercent,
    onEvent: news.tell,
  });
  const closed = new ClosedBuckets();
  const guards = createGuards({
    guardOf,
    onChange(name, guardState) {
      closed.replace(guards.closed());
      tellFull();
      const rule = ruleNamed(name);
      const numbers = rule && numbersOf(rule.backend, name);
      if (numbers === undefined) return;
      news.tell({ ...numbers, event: guardState === 'closed' ? 'guard-closed' : 'guard-opened' });
    },
  });

  /** `name`: a bucket, or the pattern of a rule whose buckets count as one. */
  function ruleNamed(name: string): BucketRule | undefined {
    return config.buckets.find(({ match, pool }) => pool && match === name) ?? ruleOf(name);
  }

  function guardOf(name: string): BucketGuard | undefined {
    const rule = ruleNamed(name);
    return rule?.guard && { ...rule.guard, ...(rule.pool && { pool: rule.match }) };
  }

  const sources = config.backends.map((backend) => ({
    backend,
    ...composeSources(backend, {
      ask: embedded.get(backend.name)?.ask,
      wallClock: now,
      walkFile: state.pathOf(`walks-${backend.name}.sqlite`),
      onTrouble: onSetAside,
    }),
  }));
  const books = new Map(sources.map(({ backend, provider }) => [backend.name, bookOf(backend, provider)]));

  function bookOf(backend: BackendConfig, provider: (typeof sources)[number]['provider']): CapacityBook {
    const { name } = backend;
    const store = routes.byName.get(name);
    return new CapacityBook({
      backend: name,
      source: provider.source,
      pace: samplerPace(backend),
      jumpPercent: config.capacity.confirmJumpPercent,
      now,
      ledger: {
        measured: (bucket, { used }) => void ledger.measured(name, bucket, used),
        drift: (bucket) => ledger.bucketDrift(name, bucket),
        changedSince: (bucket, atMs) => ledger.changedSince(name, bucket, atMs),
        bucketDelta: (bucket) => ledger.bucketDelta(name, bucket),
        isGone: (bucket) => gone.has(bucket),
      },
      unitOf: createUnits(backend, ruleOf, {
        provider,
        ledger,
        buckets: async () => (store === undefined ? [] : listBuckets(store)),
        now,
      }),
      onAccount: (unit, account) => {
        watchNumbers(unit, {
          backend: name,
          bucket: unit.label,
          ...(unit.isPool && { pool: unit.label }),
          capacityBytes: account.capacityBytes,
          availableBytes: account.availableBytes,
          usedBytes: account.usedBytes,
        });
      },
      onMeasured: () => parts.onMeasured(name, true),
      onFailed(unit, error) {
        parts.onMeasured(name, false);
        logger.warn({ bucket: unit.label, backend: name, reason: error.message }, 'capacity unknown');
      },
    });
  }

  function watchNumbers(unit: CapacityUnit, measured: BucketNumbers): void {
    const { backend, bucket } = measured;
    history.add({ ...measured, atMs: now() });
    const days = daysUntilFull(backend, bucket);
    const numbers = { ...measured, ...(days === undefined ? {} : { daysUntilFull: days }) };
    latest.set(JSON.stringify([backend, bucket]), numbers);
    thresholds(numbers);
    guards.observe(unit.label, numbers.availableBytes);
  }

  function daysUntilFull(backend: string, label: string): number | undefined {
    const forecast = history.forecast(backend, label);
    return forecast.kind === 'filling' ? forecast.daysUntilFull : undefined;
  }

  function bookFor(bucket: string): CapacityBook {
    const rule = ruleOf(bucket);
    const book = rule && books.get(rule.backend);
    if (book === undefined) throw new CapacityUnknownError(`no rule leads to bucket ${bucket}`);
    return book;
  }

  const touched = new Set<string>();
  /** Those made anew since may be among them: then their measurement is believed at once, as it would be without. */
  const gone = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let ticks = 0;
  let isWarming = false;

  function take(changes: readonly UsageChangeEvent[]): void {
    for (const [backend, taken] of Map.groupBy(changes, (event) => event.backend)) {
      ledger.take(
        backend,
        taken.map(({ change, atMs }) => ({ change, atMs })),
      );
      for (const { change } of taken) {
        touched.add(change.bucket);
        if (change.kind !== 'bucket-deleted') continue;
        if (gone.size >= MAX_GONE) gone.clear();
        gone.add(change.bucket);
        books.get(backend)?.forget(change.bucket);
        guards.forget(change.bucket);
      }
    }
  }

  function tick(): void {
    for (const bucket of touched) {
      const rule = ruleOf(bucket);
      const book = rule && books.get(rule.backend);
      // What is guarded is measured as it fills, asked for or not.
      if (rule?.guard) void book?.of(bucket).catch(() => {});
      book?.touched(bucket);
    }
    touched.clear();
    ticks += 1;
    if (ticks % KEEP_WARM_EVERY_TICKS === 0) void keepWarm();
  }

  async function keepWarm(): Promise<void> {
    if (isWarming) return;
    isWarming = true;
    await Promise.all([...books.values()].map((book) => book.keepWarm()));
    isWarming = false;
  }

  /** A guard that was closed when the gateway ended is closed again before much is written. */
  async function measureGuarded(): Promise<void> {
    for (const [name, backend] of routes.byName) {
      if (!config.buckets.some((rule) => rule.backend === name && rule.guard !== undefined)) continue;
      const buckets = await listBuckets(backend).catch(() => []);
      for (const bucket of buckets) {
        const rule = ruleOf(bucket);
        if (rule?.backend !== name || rule.guard === undefined) continue;
        await books
          .get(name)
          ?.of(bucket)
          .catch(() => {});
      }
    }
  }

  return {
    history,
    full: { guard: closed, names: () => guards.closed() },
    of: async (bucket) => bookFor(bucket).of(bucket),
    async askFor(bucket) {
      const rule = ruleOf(bucket);
      const exists =
        rule &&
        (await routes.byName
          .get(rule.backend)
          ?.bucketExists(bucket)
          .catch(() => true));
      if (exists)
        await books
          .get(rule.backend)
          ?.of(bucket)
          .catch(() => {});
    },
    daysUntilFull,
    take,
    reports(bucket) {
      const rows =
        bucket === undefined
          ? [...books.values()].flatMap((book) => book.reports())
          : (bookIfAny(bucket)?.reports(bucket) ?? []);
      return rows.map((report) => {
        const name = report.pool ?? report.bucket;
        return guardOf(name) === undefined
          ? report
          : { ...report, guard: closed.isFull(name) ? 'closed' : 'open' };
      });
    },
    watch() {
      timer ??= setInterval(tick, TICK_MS).unref();
      void measureGuarded();
    },
    close() {
      clearInterval(timer);
      for (const book of books.values()) book.close();
      for (const source of sources) source.close();
      ledger.close();
      history.close();
      news.close();
    },
  };

  function bookIfAny(bucket: string): CapacityBook | undefined {
    const rule = ruleOf(bucket);
    return rule && books.get(rule.backend);
  }
}

/** How long one measurement may take at the most, of any of these backends. */
export function longestMeasurementMs(backends: readonly BackendConfig[]): number {
  return Math.max(...backends.map((backend) => paceOf(backend).timeoutMs));
}

function paceOf(backend: BackendConfig): CapacityPace {
  return backend.kind === 'embedded' ? EMBEDDED_PACE : backend.capacityPace;
}

function samplerPace(backend: BackendConfig): SamplerPace {
  const { refreshMs, maxAgeMs, timeoutMs } = paceOf(backend);
  const retryMs = Math.min(refreshMs, 5_000);
  return { refreshMs, maxAgeMs, deadlineMs: timeoutMs, retryMs, soonestMs: Math.min(refreshMs, 1_000) };
}
