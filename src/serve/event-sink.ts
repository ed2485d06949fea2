// What becomes of the events of the data plane in this process: metrics, log lines, and changes for the ledger.
import type { EventSink, UsageChangeEvent } from '../gateway/events.ts';
import { createAccessLog } from '../telemetry/access-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** `logsRequests`: whether each request has a line of its own now. Accounting never fails a request: what it throws is logged and forgotten. */
export function createEventSink(
  logsRequests: () => boolean,
  metrics: Metrics,
  logger: Logger,
  onUsage: (event: UsageChangeEvent) => void,
  ...further: readonly EventSink[]
): EventSink {
  const accessLog = createAccessLog(logger);
  return (event) => {
    try {
      if (event.kind === 'usage-change') {
        onUsage(event);
        return;
      }
      metrics.onEvent(event);
      for (const tell of further) tell(event);
      if (event.kind !== 'request' || logsRequests()) accessLog(event);
    } catch (error) {
      logger.error({ err: error, event: event.kind }, 'accounting failed');
    }
  };
}
