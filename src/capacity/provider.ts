// The port of the capacity room: what a source of numbers must do. An implementation lives in `providers/`.
import type { CapacityFigures } from './figures.ts';

/**
 * A source of capacity. It measures when asked and keeps no history: freshness, last known values, quotas of the
 * gateway's own and what was written since are the business of others. What is the same for all buckets (a cluster-wide
 * call) a provider may share between measurements for a few seconds.
 */
export interface CapacityProvider {
  /** Where the numbers come from, for people and metric labels: `ceph-rgw`, `minio`, `static`. */
  readonly source: string;

  /**
   * Measures `bucket` now and gives what it knows. That the bucket exists is for the caller to check; a provider that
   * learns that it does not rejects.
   *
   * Rejects with a `CapacityUnknownError` when the store gave no usable answer: its message is one sentence of what
   * was asked, where, and what came back, never a secret. A zero that only means "not known yet" is no answer, nor is
   * a number below zero.
   *
   * Rejects promptly once `signal` is aborted. May be called for many buckets at a time.
   */
  measure(bucket: string, signal: AbortSignal): Promise<CapacityFigures>;
}
