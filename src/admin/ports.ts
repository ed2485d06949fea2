// What the admin listener is told, and nothing more: no config, no secret, no way to change anything.
import type { HistoryAnswer, HistoryQuery } from '../capacity/history/capacity-history.ts';
import type { AdminRole } from './admin-token.ts';
import type { CapacityRow } from './capacity-schemas.ts';
import type { EndpointPorts } from './endpoint-ports.ts';
import type { LiveReport } from './live-schemas.ts';
import type { AdminLogin } from './login.ts';
import type { ReloadPorts } from './reload-ports.ts';
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
  /** The endpoints of the stores, and to take one out of service. */
  readonly endpoints?: EndpointPorts | undefined;
  /** What the gateway does right now. Must settle within a bound of its own. */
  readonly live?: (() => Promise<LiveReport>) | undefined;
  /** What Veeam believed when it was last asked. Absent without a Veeam server. */
  readonly veeam?: (() => VeeamReport | undefined) | undefined;
  /** Who may call. Absent: as where the config has no tokens. */
  readonly login?: AdminLogin | undefined;
  /** Called after the answer for whatever a token changes or is refused, and for tokens that are wrong. */
  readonly onAdminAction?: ((action: AdminAction) => void) | undefined;
  /** Absent where the gateway runs without a config file. */
  readonly config?: ReloadPorts | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** Where an error inside the admin listener is told. */
  readonly logger?: AdminLogger | undefined;
}

/** What someone did over the admin listener, or wanted to. */
export interface AdminAction {
  /** Of the token; absent where it was wrong. */
  readonly name?: string;
  readonly role?: AdminRole;
  readonly method: string;
  /** As registered, such as `/api/session`; `unknown` where there is none. */
  readonly route: string;
  /** Of the answer. */
  readonly status: number;
  readonly outcome: 'done' | 'refused' | 'failed';
  /** The address that it came from. */
  readonly remote: string;
  /** What exactly was to be changed. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface AdminLogger {
  error(fields: object, message: string): void;
}
