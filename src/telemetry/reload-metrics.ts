// How often the config was read again, and when that last went well.
import { Counter, Gauge, type Registry } from 'prom-client';

const RESULTS = ['applied', 'unchanged', 'invalid', 'needs-restart', 'failed'] as const;

export interface ReloadMetrics {
  /** The config of the start could be used. */
  started(atMs: number): void;
  reloaded(result: (typeof RESULTS)[number], atMs: number): void;
}

export function createReloadMetrics(registry: Registry): ReloadMetrics {
  const reloads = new Counter({
    name: 'sosapi_gateway_reloads_total',
    help: 'Times that the config was read again, by what came of it; all but applied and unchanged left the old one in place.',
    labelNames: ['result'] as const,
    registers: [registry],
  });
  // So that an alert on an increase sees the first one too.
  for (const result of RESULTS) reloads.inc({ result }, 0);
  const lastSuccess = new Gauge({
    name: 'sosapi_gateway_config_last_reload_success_timestamp_seconds',
    help: 'When the config was last read and could be used, the start included; seconds since 1970.',
    registers: [registry],
  });
  return {
    started: (atMs) => lastSuccess.set(atMs / 1000),
    reloaded(result, atMs) {
      reloads.inc({ result });
      if (result === 'applied' || result === 'unchanged') lastSuccess.set(atMs / 1000);
    },
  };
}
