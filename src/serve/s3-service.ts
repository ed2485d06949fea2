// Who serves S3 for the gateway: this process, or workers. What the rest of the gateway sees of either.
import type { Listener } from '../config/gateway-config.ts';
import type { MetricsSnapshot } from '../telemetry/summed-metrics.ts';

export interface S3Service {
  /** Resolves with the addresses that were bound, in the order of the config, when all serve. Rejects with a sentence. */
  listen(): Promise<readonly Listener[]>;
  /** Whether somebody serves now. */
  isListening(): boolean;
  /** The metrics of other processes than this, within a bound of time. */
  snapshots(): Promise<readonly MetricsSnapshot[]>;
  /** Other processes hear which guards are closed now. */
  tellFull(): void;
  /** Stops accepting, lets transfers finish within the configured drain time, then cuts them. Never rejects. */
  stop(): Promise<void>;
}
