// What became of the spans of traces.
import { Counter, type Registry } from 'prom-client';

export interface TraceMetrics {
  spans(result: 'sent' | 'failed' | 'dropped', count: number): void;
}

export function createTraceMetrics(registry: Registry): TraceMetrics {
  const spans = new Counter({
    name: 'sosapi_gateway_trace_spans_total',
    help: 'Spans of traces by what became of them: sent, failed to arrive, or dropped because too many waited.',
    labelNames: ['result'] as const,
    registers: [registry],
  });
  return { spans: (result, count) => spans.inc({ result }, count) };
}
