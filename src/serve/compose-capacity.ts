// The capacity of every bucket of every store, and all that watches it: part of the composition root.
import { CapacityBook, type CapacityUnit } from '../capacity/book.ts';
import { type Capacity, CapacityUnknownError } from '../capacity/capacity.ts';
import { ClosedBuckets } from '../capacity/guard-closed.ts';
import { type BucketGuard, createGuards } from '../capacity/guard-registry.ts';
import { type CapacityHistory, createCapacityHistory } from '../capacity/history/capacity-history.ts';
import { createLedger } from '../capacity/ledger/ledger.ts';
import type { CapacityReport } from '../capacity/report.ts';
import type { BucketNumbers } from '../capacity/warnings/capacity-event.ts';
import { createThresholds } from '../capacity/warnings/thresholds.ts';
import type { BackendConfig, BucketRule, GatewayConfig } from '../config/gateway-config.ts';
import { sameConfig } from '../config/same-config.ts';
import type { UsageChangeEvent } from '../gateway/events.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createCapacityNews } from './capacity-news.ts';
import { samplerPace } from './capacity-pace.ts';
import { type BackendCapacity, composeSources } from './capacity-sources.ts';
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
  /** Takes what passed through the gateway, in order; with it how far each who tells of changes has got. */
  take(changes: readonly UsageChangeEvent[], heardMarks?: ReadonlyMap<string, number>): void;
  /** The latest of each, from before the start too. */
  heardMarks(): ReadonlyMap<string, number>;
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
  /**
   * Another config, whose routes are in place. Ledger and history go on, and so does what was measured of each store that the
   * change is not about.
   */
  replace(config: GatewayConfig): void;
  close(): void;
}

/** What is known of one store. */
interface Known {
  readonly backend: BackendConfig;
  readonly book: CapacityBook;
  close(): void;
}

const TICK_MS = 1_000;
const MAX_GONE = 10_000;
/** A store that can be asked every second need not be where nobody asks. */
const KEEP_WARM_EVERY_TICKS = 10;

export function composeCapacity(first: GatewayConfig, parts: CapacityParts): Capacities {
  const { routes, embedded, clocks, state, logger: parent } = parts;
  const { wallClock: now } = clocks;
  const logger = parent.child({ component: 'capacity' });
  const onSetAside = (message: string): void => logger.warn(message);
  let config = first;
  let ruleOf = createRuleOf(config.buckets);

  let news = createCapacityNews(config.capacity, logger, now);
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
  const thresholdsOf = ({ capacity }: GatewayConfig) =>
    createThresholds({ percents: capacity.thresholdsPercent, onEvent: (event) => news.tell(event) });
  let thresholds = thresholdsOf(config);
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

  let known = new Map(config.backends.map((backend) => [backend.name, knownOf(backend)]));

  function knownOf(backend: BackendConfig): Known {
    const source = composeSources(backend, {
      ask: embedded.get(backend.name)?.ask,
      wallClock: now,
      walkFile: state.pathOf(`walks-${backend.name}.sqlite`),
      onTrouble: onSetAside,
    });
    const book = bookOf(backend, source.provider);
    return {
      backend,
      book,
      close() {
        book.close();
        source.close();
      },
    };
  }

  function bookOf(backend: BackendConfig, provider: BackendCapacity['provider']): CapacityBook {
    const { name } = backend;
    return new CapacityBook({
      backend: name,
      source: provider.source,
      pace: samplerPace(backend),
      get jumpPercent() {
        return config.capacity.confirmJumpPercent;
      },
      now,
      ledger: {
        measured: (bucket, { used }) => void ledger.measured(name, bucket, used),
        drift: (bucket) => ledger.bucketDrift(name, bucket),
        changedSince: (bucket, atMs) => ledger.changedSince(name, bucket, atMs),
        bucketDelta: (bucket) => ledger.bucketDelta(name, bucket),
        isGone: (bucket) => gone.has(bucket),
      },
      unitOf: createUnits(backend, (bucket) => ruleOf(bucket), {
        provider,
        ledger,
        buckets: async () => {
          const store = routes.byName.get(name);
          return store === undefined ? [] : listBuckets(store);
        },
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
    const book = rule && known.get(rule.backend)?.book;
    if (book === undefined) throw new CapacityUnknownError(`no rule leads to bucket ${bucket}`);
    return book;
  }

  const touched = new Set<string>();
  /** Those made anew since may be among them: then their measurement is believed at once, as it would be without. */
  const gone = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let ticks = 0;
  let isWarming = false;

  function take(changes: readonly UsageChangeEvent[], heardMarks = new Map<string, number>()): void {
    for (const [name, value] of heardMarks) ledger.mark(name, value);
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
        known.get(backend)?.book.forget(change.bucket);
        guards.forget(change.bucket);
      }
    }
  }

  function tick(): void {
    for (const bucket of touched) {
      const rule = ruleOf(bucket);
      const book = rule && known.get(rule.backend)?.book;
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
    try {
      await Promise.all([...known.values()].map(({ book }) => book.keepWarm()));
    } finally {
      isWarming = false;
    }
  }

  /** A guard that was closed when the gateway ended is closed again before much is written. */
  async function measureGuarded(): Promise<void> {
    for (const [name, backend] of routes.byName) {
      if (!config.buckets.some((rule) => rule.backend === name && rule.guard !== undefined)) continue;
      const buckets = await listBuckets(backend).catch(() => []);
      for (const bucket of buckets) {
        const rule = ruleOf(bucket);
        if (rule?.backend !== name || rule.guard === undefined) continue;
        await known
          .get(name)
          ?.book.of(bucket)
          .catch(() => {});
      }
    }
  }

  function replace(next: GatewayConfig): void {
    const before = config;
    config = next;
    ruleOf = createRuleOf(next.buckets);
    if (!sameConfig(before.capacity.webhook, next.capacity.webhook)) {
      news.close();
      news = createCapacityNews(next.capacity, logger, now);
    }
    if (!sameConfig(before.capacity.thresholdsPercent, next.capacity.thresholdsPercent)) {
      thresholds = thresholdsOf(next);
    }
    const isKept = (backend: BackendConfig) => sameConfig(known.get(backend.name)?.backend, backend);
    const kept = new Set(next.backends.filter(isKept).map(({ name }) => name));
    // Before those that take their place: both count into one file.
    for (const [name, { close }] of known) if (!kept.has(name)) close();
    known = new Map(
      next.backends.map((backend) => {
        const there = kept.has(backend.name) ? known.get(backend.name) : undefined;
        return [backend.name, there ?? knownOf(backend)];
      }),
    );
    for (const subject of latest.keys()) {
      const [name] = JSON.parse(subject) as [string, string];
      if (!kept.has(name)) latest.delete(subject);
    }
    guards.reconsider();
    if (!sameConfig(before.buckets, next.buckets)) for (const name of kept) reassign(name);
    if (timer !== undefined) void measureGuarded();
  }

  /** Of a pool other buckets may be members now; what was measured of a bucket that stands alone is of that bucket. */
  function reassign(name: string): void {
    known.get(name)?.book.reassign(({ label, isPool }) => {
      const rule = isPool ? undefined : ruleOf(label);
      return rule?.backend === name && !rule.pool;
    });
  }

  return {
    history,
    full: { guard: closed, names: () => guards.closed() },
    async of(bucket) {
      for (;;) {
        const asked = config;
        try {
          return await bookFor(bucket).of(bucket);
        } catch (error) {
          // Whom it asked is gone with the config of then.
          if (asked === config) throw error;
        }
      }
    },
    async askFor(bucket) {
      const rule = ruleOf(bucket);
      const exists =
        rule &&
        (await routes.byName
          .get(rule.backend)
          ?.bucketExists(bucket)
          .catch(() => true));
      if (exists)
        await known
          .get(rule.backend)
          ?.book.of(bucket)
          .catch(() => {});
    },
    daysUntilFull,
    take,
    heardMarks: () => ledger.marks(),
    reports(bucket) {
      const rows =
        bucket === undefined
          ? [...known.values()].flatMap(({ book }) => book.reports())
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
    replace,
    close() {
      clearInterval(timer);
      for (const { close } of known.values()) close();
      ledger.close();
      history.close();
      news.close();
    },
  };

  function bookIfAny(bucket: string): CapacityBook | undefined {
    const rule = ruleOf(bucket);
    return rule && known.get(rule.backend)?.book;
  }
}
