// The port of the capacity room: what a source of numbers must do. An implementation lives in `providers/`.

/** What one measurement of one bucket found, in bytes. */
export interface CapacitySample {
  /**
   * All that the bucket may ever hold: the smallest of its quotas, or the usable size of the store where there is none.
   * Usable means after replication or parity. Always more than zero.
   */
  readonly capacityBytes: bigint;
  /** What can still be written to the bucket. `0 <= availableBytes <= capacityBytes`. */
  readonly availableBytes: bigint;
  /**
   * What the bucket holds, noncurrent versions included, and unfinished uploads where the store counts them.
   * More than `capacityBytes` only when the store says so (a bucket over its quota); then nothing is available.
   * Otherwise `usedBytes + availableBytes <= capacityBytes`.
   */
  readonly usedBytes: bigint;
  /** The moment that the store was asked for its space, milliseconds since 1970. */
  readonly sampledAtMs: number;
}

/**
 * A source of capacity. It measures when asked and keeps no history: freshness, last known values and back-off are
 * the business of `cached.ts`, which wraps any provider. What is the same for all buckets (a cluster-wide call) a
 * provider may share between measurements for a few seconds.
 */
export interface CapacityProvider {
  /** Where the numbers come from, for people and metric labels: `ceph-rgw`, `minio`, `static`. */
  readonly source: string;

  /**
   * Measures `bucket` now. That the bucket exists is for the caller to check; a provider that learns that it does
   * not rejects.
   *
   * Rejects with a `CapacityUnknownError` when the store gave no usable answer: its message is one sentence of what
   * was asked, where, and what came back, never a secret. A zero that only means "not known yet" is no answer.
   *
   * Rejects promptly once `signal` is aborted. May be called for many buckets at a time.
   */
  measure(bucket: string, signal: AbortSignal): Promise<CapacitySample>;
}
