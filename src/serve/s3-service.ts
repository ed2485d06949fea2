// Who serves S3 for the gateway: this process, or workers. What the rest of the gateway sees of either.
import type { GatewayConfig, Listener } from '../config/gateway-config.ts';
import type { LiveCountsSnapshot } from '../telemetry/live/live-counts.ts';
import type { MetricsSnapshot } from '../telemetry/summed-metrics.ts';
import type { PreparedRoutes } from './compose-routes.ts';
import type { SeenByWorkers } from './endpoint-control.ts';

export interface ServiceLive {
  /** Processes that serve now, this one too where it does. */
  readonly workers: number;
  /** Of other processes, and of those that are gone. */
  readonly counts: readonly LiveCountsSnapshot[];
}

export interface S3Service {
  /** Resolves with the addresses that were bound, in the order of the config, when all serve. Rejects with a sentence. */
  listen(): Promise<readonly Listener[]>;
  /** Whether somebody serves now. */
  isListening(): boolean;
  /** The metrics of other processes than this, within a bound of time. */
  snapshots(): Promise<readonly MetricsSnapshot[]>;
  /** What other processes than this do right now, within a bound of time. */
  live(): Promise<ServiceLive>;
  /** Resolves, within a bound of time, when other processes have told what passed through them by now. */
  usageTold(): Promise<void>;
  /** Other processes hear which guards are closed now. */
  tellFull(): void;
  /** How other processes see the endpoints of the stores, within a bound of time. */
  endpoints(): Promise<SeenByWorkers>;
  /** Other processes hear which endpoints are out of service now. */
  tellDrained(): void;
  /**
   * Makes everything ready to serve another config, with the same listeners; nothing changes yet. Rejects with a sentence where
   * that cannot be. The caller commits or abandons it.
   */
  prepare(config: GatewayConfig, routes: PreparedRoutes): Promise<PreparedService>;
  /** Stops accepting, lets transfers finish within the configured drain time, then cuts them. Never rejects. */
  stop(): Promise<void>;
}

export interface PreparedService {
  /**
   * The next request is served by the new config: in this process when it returns, in others when it resolves. Never rejects.
   * `onEnded` is called once nothing that this process serves was begun on the config before.
   */
  commit(onEnded: () => void): Promise<void>;
  abandon(): void;
}
