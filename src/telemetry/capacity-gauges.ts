// Capacity per bucket as Prometheus gauges, read off the reports at each scrape, and counters of the measurements.
// Buckets are the only label that clients can add values to, so their number is bounded; a quota's name comes from the config
// or the store, and only the first few of a bucket are shown.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Account } from '../capacity/account.ts';
import type { Figure } from '../capacity/figures.ts';
import type { CapacityReport } from '../capacity/report.ts';

/** Where the numbers are read at a scrape. */
export interface CapacityView {
  reports(): readonly CapacityReport[];
  /** Of a bucket, or of a pool by its pattern. Undefined where it is not filling, or not known. */
  daysUntilFull(backend: string, bucketOrPool: string): number | undefined;
}

export interface CapacityMetrics {
  /** Shows these from now on; nothing is shown before. */
  show(view: CapacityView): void;
  /** Counts one measurement. */
  measured(backend: string, wentWell: boolean): void;
}

export interface CapacityGaugesOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Beyond it those measured longest ago are not shown. */
  readonly maxBuckets: number;
}

interface Shown extends CapacityReport {
  readonly daysUntilFull: number | undefined;
}

/** The value of each labelling; undefined where there is none: never a zero in its place. */
type Samples = readonly (readonly [
  value: number | bigint | undefined,
  labels?: Readonly<Record<string, string>>,
])[];

const MAX_QUOTAS = 8;

export function createCapacityGauges(registry: Registry, options: CapacityGaugesOptions): CapacityMetrics {
  const shown = createShown(options.maxBuckets);
  const gauge = (name: string, help: string, labels: readonly string[], read: (report: Shown) => Samples) =>
    new Gauge({
      name: `sosapi_gateway_bucket_${name}`,
      help,
      labelNames: ['bucket', 'backend', ...labels],
      registers: [registry],
      collect() {
        this.reset();
        for (const report of shown.read()) {
          const { bucket, backend } = report;
          for (const [value, more] of read(report)) {
            if (value !== undefined) this.set({ bucket, backend, ...more }, Number(value));
          }
        }
      },
    });
  const secondsSince = (atMs: number | undefined) =>
    atMs === undefined ? undefined : Math.max(0, options.now() - atMs) / 1000;

  threeNumbers(gauge, secondsSince);
  figures(gauge, secondsSince);
  explanations(gauge);
  gauge(
    'days_until_full',
    'Days until nothing is available, at the trend of the latest weeks.',
    [],
    (report) => [[report.daysUntilFull]],
  );
  gauge(
    'guard_closed',
    '1 where the guard refuses new data, else 0; absent without a guard.',
    [],
    (report) => [[report.guard === undefined ? undefined : Number(report.guard === 'closed')]],
  );

  const counter = (name: string, help: string) =>
    new Counter({
      name: `sosapi_gateway_capacity_${name}_total`,
      help,
      labelNames: ['backend'] as const,
      registers: [registry],
    });
  const measurements = counter('measurements', 'Capacity measurements, those that failed too.');
  const failures = counter('failures', 'Capacity measurements that failed.');
  return {
    show: shown.show,
    measured(backend, wentWell) {
      measurements.inc({ backend });
      if (!wentWell) failures.inc({ backend });
    },
  };
}

type AddGauge = (
  name: string,
  help: string,
  labels: readonly string[],
  read: (report: Shown) => Samples,
) => void;
type SecondsSince = (atMs: number | undefined) => number | undefined;

/** What capacity.xml says, and whether it does. */
function threeNumbers(gauge: AddGauge, secondsSince: SecondsSince): void {
  gauge('capacity_bytes', 'Capacity of the bucket.', [], ({ account }) => [[account?.capacityBytes]]);
  gauge('available_bytes', 'Bytes still free for the bucket.', [], ({ account }) => [
    [account?.availableBytes],
  ]);
  gauge('used_bytes', 'Bytes that the bucket holds.', [], ({ account }) => [[account?.usedBytes]]);
  gauge('capacity_age_seconds', 'Time since the last good measurement of the bucket.', [], (report) => [
    [secondsSince(report.measuredAtMs)],
  ]);
  gauge(
    'capacity_known',
    '1 where the latest measurement of the bucket succeeded, else 0.',
    [],
    ({ account, failure }) => [[Number(account !== undefined && failure === undefined)]],
  );
  gauge(
    'capacity_served',
    '1 where capacity.xml is answered, 0 where no number is young enough.',
    [],
    ({ isServed }) => [[Number(isServed)]],
  );
}

/** What was measured: of each number its value, age and source. */
function figures(gauge: AddGauge, secondsSince: SecondsSince): void {
  const each = (
    { account }: Shown,
    read: (figure: Figure) => number | bigint | undefined,
    more: (figure: Figure) => Readonly<Record<string, string>> = () => ({}),
  ): Samples =>
    account === undefined
      ? []
      : (['total', 'free', 'used'] as const).map((name) => [
          read(account[name]),
          { figure: name, ...more(account[name]) },
        ]);
  gauge(
    'figure_bytes',
    'What was measured: total and free of the store, used of the bucket.',
    ['figure'],
    (report) => each(report, ({ bytes }) => bytes),
  );
  gauge('figure_age_seconds', 'Time since the moment that the figure is of.', ['figure'], (report) =>
    each(report, ({ atMs }) => secondsSince(atMs)),
  );
  gauge('figure_info', 'Always 1; the label says who said the figure.', ['figure', 'source'], (report) =>
    each(
      report,
      () => 1,
      ({ source }) => ({ source }),
    ),
  );
}

/** What stands between the figures and the three numbers. */
function explanations(gauge: AddGauge): void {
  gauge(
    'ledger_bytes',
    'What passed through the gateway since the figures: of the bucket since used, of the store since free.',
    ['scope'],
    ({ account }) => [
      [account?.delta.bucketBytes, { scope: 'bucket' }],
      [account?.delta.storeBytes, { scope: 'store' }],
    ],
  );
  gauge(
    'drift_bytes',
    'What the latest measurement found beyond what had passed through the gateway.',
    [],
    ({ driftBytes }) => [[driftBytes]],
  );
  gauge('reserve_bytes', 'Space of the store that is never offered.', [], ({ account }) => [
    [account?.reserveBytes],
  ]);
  const quotas = (account: Account | undefined, name: 'limitBytes' | 'usedBytes'): Samples =>
    (account?.quotas ?? []).slice(0, MAX_QUOTAS).map((quota) => [quota[name], { quota: quota.name }]);
  gauge('quota_bytes', 'Limit of a quota that the bucket is held to.', ['quota'], ({ account }) =>
    quotas(account, 'limitBytes'),
  );
  gauge('quota_used_bytes', 'What counts against that quota.', ['quota'], ({ account }) =>
    quotas(account, 'usedBytes'),
  );
}

/** What is shown at this scrape: all gauges are read in one go, and asked for once. */
function createShown(maxBuckets: number): { show(view: CapacityView): void; read(): readonly Shown[] } {
  let view: CapacityView | undefined;
  let read: readonly Shown[] | undefined;

  function readNow(): readonly Shown[] {
    const reports = view?.reports() ?? [];
    const kept =
      reports.length <= maxBuckets
        ? reports
        : reports.toSorted((a, b) => (b.measuredAtMs ?? 0) - (a.measuredAtMs ?? 0)).slice(0, maxBuckets);
    return kept.map((report) => ({
      ...report,
      daysUntilFull: view?.daysUntilFull(report.backend, report.pool ?? report.bucket),
    }));
  }

  return {
    show(next) {
      view = next;
    },
    read() {
      if (read === undefined) {
        read = readNow();
        queueMicrotask(() => {
          read = undefined;
        });
      }
      return read;
    },
  };
}
