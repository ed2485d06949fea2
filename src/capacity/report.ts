// All that is known of one bucket's capacity, for people: the admin API, the command line and the metrics show it.
import type { Account } from './account.ts';

export interface CapacityReport {
  readonly bucket: string;
  readonly backend: string;
  /** The bucket pattern whose buckets count as one with this one; absent where it counts alone. */
  readonly pool?: string;
  /** How the latest numbers came about, as of now; absent where none were ever known. */
  readonly account?: Account;
  /** The moment that these very numbers were first seen, milliseconds since 1970. */
  readonly changedAtMs?: number;
  /** The latest measurement that went well, milliseconds since 1970. */
  readonly measuredAtMs?: number;
  /** What the latest measurement found beyond what had passed through the gateway; below zero where it found less. */
  readonly driftBytes?: bigint;
  /** Why the latest measurement failed; absent when it did not. */
  readonly failure?: { readonly message: string; readonly sinceMs: number };
  /** Whether capacity.xml is answered: the numbers are young enough. */
  readonly isServed: boolean;
  /** Absent where the bucket has no guard. */
  readonly guard?: 'open' | 'closed';
}
