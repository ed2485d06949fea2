// What the admin listener is told, and nothing more: no config, no secret, no way to change anything.
import type { HistoryAnswer, HistoryQuery } from '../capacity/history/capacity-history.ts';
import type { CapacityRow } from './capacity-schemas.ts';
import type { VeeamReport } from './veeam-schemas.ts';

export interface BackendReadiness {
  readonly name: string;
  readonly reachable: boolean;
  /** Why not, for people. */
  readonly detail?: string | undefined;
}

export interface Readiness {
  readonly ready: boolean;
  readonly backends: readonly BackendReadiness[];
}

export interface AdminPorts {
  readonly version: string;
  /** Whether requests can be served now. Must settle within a bound of its own. */
  isReady(): Promise<Readiness>;
  renderMetrics(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** What is known of all buckets that were asked for; of one it is measured first, where it exists and it is time to. */
  capacities(bucket: string | undefined): Promise<readonly CapacityRow[]>;
  /** `fromMs` is before `toMs`. */
  capacityHistory(query: HistoryQuery): HistoryAnswer;
  /** What Veeam believed when it was last asked. Absent without a Veeam server. */
  readonly veeam?: (() => VeeamReport) | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** Where an error inside the admin listener is told. */
  readonly logger?: AdminLogger | undefined;
}

export interface AdminLogger {
  error(fields: object, message: string): void;
}
