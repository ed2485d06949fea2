// Who looks at the events of requests in this process besides metrics and the log: the audit log and traces, where they are configured.
import { hostname } from 'node:os';
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { EventSink } from '../gateway/events.ts';
import { createAddressGroups } from '../http1/address-groups.ts';
import type { AuditEntry } from '../telemetry/audit-entry.ts';
import { createAuditWatch } from '../telemetry/audit-watch.ts';
import type { Logger } from '../telemetry/logger.ts';
import { startTraces } from '../telemetry/traces/start-traces.ts';
import type { TraceMetrics } from '../telemetry/traces/trace-metrics.ts';
import type { Traces } from '../telemetry/traces/traces.ts';

export interface OnlookersOptions {
  readonly version: string;
  /** Takes what the audit log is to say. */
  record(entry: AuditEntry): void;
  readonly metrics: TraceMetrics;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

export interface Onlookers {
  readonly onEvent: EventSink;
  /** Resolves when they see everything. Before that they miss requests. */
  readonly ready: Promise<void>;
  /** Tells what is left to tell, within a bound of time. Never rejects. */
  close(): Promise<void>;
}

/** Their owner closes them. */
export function composeOnlookers({ audit, tracing }: GatewayConfig, options: OnlookersOptions): Onlookers {
  const { logger, wallClock: now } = options;
  const watch =
    audit &&
    createAuditWatch({
      refusalsPerMinute: audit.refusalsPerMinute,
      groupOf: createAddressGroups([]),
      now,
      record: options.record,
    });
  let traces: Traces | undefined;
  const load = async (): Promise<void> => {
    if (tracing === undefined) return;
    const { url } = tracing;
    traces = await startTraces({
      ...tracing,
      version: options.version,
      instanceId: `${hostname()}:${process.pid}`,
      metrics: options.metrics,
      onTrouble: (reason) => logger.warn({ url, reason }, 'traces cannot be sent; requests go on without'),
      onMended: () => logger.info({ url }, 'traces are sent again'),
    });
  };
  const ready = load();
  return {
    onEvent(event) {
      watch?.onEvent(event);
      traces?.onEvent(event);
    },
    ready,
    async close() {
      watch?.close();
      await ready.catch(() => {});
      await traces?.close();
    },
  };
}
