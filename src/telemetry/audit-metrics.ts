// How the audit log fares. The first process alone writes it.
import { Counter, Gauge, type Registry } from 'prom-client';

export interface AuditMetrics {
  written(): void;
  lost(count: number): void;
  failing(isFailing: boolean): void;
}

export function createAuditMetrics(registry: Registry): AuditMetrics {
  const registers = [registry];
  const written = new Counter({
    name: 'sosapi_gateway_audit_lines_total',
    help: 'Lines of the audit log that were written.',
    registers,
  });
  const lost = new Counter({
    name: 'sosapi_gateway_audit_lines_lost_total',
    help: 'Lines of the audit log that could not be written and were not kept.',
    registers,
  });
  const failing = new Gauge({
    name: 'sosapi_gateway_audit_failing',
    help: '1 while the audit log cannot be written.',
    registers,
  });
  return {
    written: () => written.inc(),
    lost: (count) => lost.inc(count),
    failing: (isFailing) => failing.set(isFailing ? 1 : 0),
  };
}
