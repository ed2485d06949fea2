// The metrics of several processes as one page. Counters and histograms of a process that is gone stay in the sum: a counter
// that goes down looks like a restart to Prometheus, and all that the others counted would be counted twice.
import { AggregatorRegistry, type Registry } from 'prom-client';

/** All metrics of one process at one moment, as data that can be sent. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What of a process stays when it is gone: what it counted, not what it held. */
export function lastingMetrics(snapshot: MetricsSnapshot): MetricsSnapshot {
  // The type is declared as a number and is a word (prom-client 15.1.3, index.d.ts and lib/counter.js).
  const lasting: ReadonlySet<string> = new Set(['counter', 'histogram']);
  return snapshot.filter(({ type }) => lasting.has(String(type)));
}

/** The sum of several snapshots as one, to hold less. */
export function addUp(snapshots: readonly MetricsSnapshot[]): Promise<MetricsSnapshot> {
  return summed(snapshots).getMetricsAsJSON();
}

/** The page for Prometheus. What cannot be added up (the version, the moment of the start) is that of the first. */
export async function renderSum(
  own: MetricsSnapshot,
  others: readonly MetricsSnapshot[],
): Promise<{ readonly contentType: string; readonly body: string }> {
  const first = own.map((metric) =>
    metric.aggregator === 'omit' ? { ...metric, aggregator: 'first' as const } : metric,
  );
  const registry = summed([first, ...others]);
  return { contentType: registry.contentType, body: await registry.metrics() };
}

function summed(snapshots: readonly MetricsSnapshot[]): Registry {
  return AggregatorRegistry.aggregate([...snapshots]);
}
