// Capacity per bucket as Prometheus gauges. Buckets are the only label that clients can add values to, so their number is bounded.
import { Counter, Gauge, type Registry } from 'prom-client';

/** What a measurement says, as far as gauges show it. */
export interface ObservedCapacity {
  readonly capacityBytes: bigint;
  readonly availableBytes: bigint;
  readonly usedBytes: bigint;
  readonly measuredAtMs: number;
}

export interface CapacityGaugesOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Beyond it the bucket that was observed longest ago is no longer shown. */
  readonly maxBuckets: number;
}

interface Row {
  readonly bucket: string;
  readonly backend: string;
  readonly failed: boolean;
  /** The last good one: shown with its age, never replaced by a zero. */
  readonly capacity: ObservedCapacity | undefined;
}

type Observe = (bucket: string, backend: string, observed: ObservedCapacity | Error) => void;

const LABELS = ['bucket', 'backend'] as const;

export function createCapacityGauges(registry: Registry, options: CapacityGaugesOptions): Observe {
  const rows = new Map<string, Row>();

  const gauge = (name: string, help: string, read: (row: Row) => number | undefined) =>
    new Gauge({
      name: `sosapi_gateway_bucket_${name}`,
      help,
      labelNames: LABELS,
      registers: [registry],
      collect() {
        this.reset();
        for (const row of rows.values()) {
          const value = read(row);
          if (value !== undefined) this.set({ bucket: row.bucket, backend: row.backend }, value);
        }
      },
    });
  const bytes = (value: bigint | undefined) => (value === undefined ? undefined : Number(value));

  gauge('capacity_bytes', 'Capacity of the bucket as last measured.', (row) =>
    bytes(row.capacity?.capacityBytes),
  );
  gauge('available_bytes', 'Bytes still free for the bucket as last measured.', (row) =>
    bytes(row.capacity?.availableBytes),
  );
  gauge('used_bytes', 'Bytes that the bucket holds as last measured.', (row) =>
    bytes(row.capacity?.usedBytes),
  );
  gauge('capacity_age_seconds', 'Time since the last good measurement of the bucket.', (row) =>
    row.capacity === undefined ? undefined : Math.max(0, options.now() - row.capacity.measuredAtMs) / 1000,
  );
  gauge('capacity_known', '1 where the latest measurement of the bucket succeeded, else 0.', (row) =>
    row.failed ? 0 : 1,
  );
  const failures = new Counter({
    name: 'sosapi_gateway_capacity_failures_total',
    help: 'Capacity measurements that failed.',
    labelNames: ['backend'] as const,
    registers: [registry],
  });

  return (bucket, backend, observed) => {
    const id = JSON.stringify([bucket, backend]);
    const failed = observed instanceof Error;
    if (failed) failures.inc({ backend });
    const capacity = failed ? rows.get(id)?.capacity : observed;
    // Taken out first so that the order of the map is the order of the latest observations.
    rows.delete(id);
    rows.set(id, { bucket, backend, failed, capacity });
    if (rows.size > options.maxBuckets) {
      const [oldest] = rows.keys();
      if (oldest !== undefined) rows.delete(oldest);
    }
  };
}
