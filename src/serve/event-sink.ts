// What becomes of the events of the data plane in this process: metrics, log lines, and changes for the ledger.
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { EventSink, UsageChangeEvent } from '../gateway/events.ts';
import { createAccessLog } from '../telemetry/access-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Accounting never fails a request: what it throws is logged and forgotten. */
export function createEventSink(
  { log }: GatewayConfig,
  metrics: Metrics,
  logger: Logger,
  onUsage: (event: UsageChangeEvent) => void,
): EventSink {
  const accessLog = createAccessLog(logger);
  return (event) => {
    try {
      if (event.kind === 'usage-change') {
        onUsage(event);
        return;
      }
      metrics.onEvent(event);
      if (log.access || event.kind !== 'request') accessLog(event);
    } catch (error) {
      logger.error({ err: error, event: event.kind }, 'accounting failed');
    }
  };
}
