// A histogram by S3 operation. Not prom-client's: that checks and hashes an object of labels for each value, and with the counter
// beside it took a microsecond of each request (prom-client 15.1.3, Node 24.21, 2026-11-22).
import type { Registry } from 'prom-client';
import type { MetricsSnapshot } from './summed-metrics.ts';

type Snapshot = MetricsSnapshot[number];

interface Observed {
  /** By bucket, the last for what is over all bounds; not cumulated yet. */
  readonly counts: Float64Array;
  sum: number;
}

export interface OperationHistogramOptions {
  readonly name: string;
  readonly help: string;
  /** Rising; the highest value that each bucket holds. */
  readonly bounds: readonly number[];
  readonly registry: Registry;
}

export class OperationHistogram {
  readonly name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #byOperation = new Map<string, Observed>();

  constructor({ name, help, bounds, registry }: OperationHistogramOptions) {
    this.name = name;
    this.#help = help;
    this.#bounds = bounds;
    // A registry asks a metric for its name and for `get`, and declares its own classes only (prom-client 15.1.3, lib/registry.js).
    registry.registerMetric(this as unknown as Parameters<Registry['registerMetric']>[0]);
  }

  /** A value that is no number is left out. */
  observe(operation: string, value: number): void {
    if (!Number.isFinite(value)) return;
    let observed = this.#byOperation.get(operation);
    if (observed === undefined) {
      observed = { counts: new Float64Array(this.#bounds.length + 1), sum: 0 };
      this.#byOperation.set(operation, observed);
    }
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket += 1;
    observed.counts[bucket] = (observed.counts[bucket] as number) + 1;
    observed.sum += value;
  }

  /** What a registry asks for, in the shape of prom-client's histograms. */
  async get(): Promise<Snapshot> {
    const values = [...this.#byOperation].flatMap(([operation, observed]) =>
      this.#values(operation, observed),
    );
    const type = 'histogram' as unknown as Snapshot['type'];
    return { name: this.name, help: this.#help, type, aggregator: 'sum', values } as Snapshot;
  }

  #values(operation: string, { counts, sum }: Observed): readonly object[] {
    let count = 0;
    const buckets = [...this.#bounds, '+Inf'].map((le, bucket) => {
      count += counts[bucket] ?? 0;
      return { metricName: `${this.name}_bucket`, labels: { le, operation }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels: { operation }, value: sum },
      { metricName: `${this.name}_count`, labels: { operation }, value: count },
    ];
  }
}
