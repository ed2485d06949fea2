// The comparison with Veeam out of config: part of the composition root.
import type { CapacityRow } from '../admin/capacity-schemas.ts';
import type { VeeamReport } from '../admin/veeam-schemas.ts';
import type { GatewayConfig, Listener } from '../config/gateway-config.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { VeeamMetrics } from '../telemetry/veeam-gauges.ts';
import type { Clocks } from './compose-backends.ts';
import { createIsOurEndpoint } from './veeam-endpoints.ts';
import { createVeeamWatch } from './veeam-watch.ts';

export interface VeeamParts {
  rowsOf(bucket: string): Promise<readonly CapacityRow[]>;
  readonly metrics: VeeamMetrics;
  readonly logger: Logger;
  readonly clocks: Clocks;
}

export interface ComposedVeeamWatch {
  /** `s3`: the listeners with the ports that were bound. */
  start(s3: readonly Listener[]): void;
  readonly report: () => VeeamReport;
  close(): Promise<void>;
}

/** Undefined without a section `veeam:`. */
export function composeVeeamWatch(config: GatewayConfig, parts: VeeamParts): ComposedVeeamWatch | undefined {
  const { veeam, hostNames, listeners } = config;
  if (veeam === undefined) return undefined;
  let isOurs = createIsOurEndpoint({ hostNames, listeners }, [veeam.endpoint]);
  const watch = createVeeamWatch(veeam, {
    isOurs: (servicePoint) => isOurs(servicePoint),
    rowOf: async (bucket) => (await parts.rowsOf(bucket)).find((row) => row.bucket === bucket),
    metrics: parts.metrics,
    logger: parts.logger,
    wallClock: parts.clocks.wallClock,
  });
  return {
    start(s3) {
      isOurs = createIsOurEndpoint({ hostNames, listeners: { s3 } }, [veeam.endpoint]);
      watch.start();
    },
    report: watch.report,
    close: watch.close,
  };
}
