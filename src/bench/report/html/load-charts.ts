// The charts of a load run: rates, latencies, and what capacity.xml said beside the truth.
import type { LoadResult, LoadSample } from '../../load/load-result.ts';
import { type LineChart, renderLineChart } from './line-chart.ts';
import type { Content } from './markup.ts';
import { renderPercentileChart } from './percentile-chart.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

export function throughputChart(load: LoadResult): Content {
  return overTime(load, {
    id: 'page-chart-throughput',
    title: 'Throughput',
    unit: 'MiB/s',
    scale: 'linear',
    curves: [{ name: 'Written or read', value: ({ mibPerSecond }) => mibPerSecond }],
  });
}

export function objectChart(load: LoadResult): Content {
  return overTime(load, {
    id: 'page-chart-objects',
    title: 'Objects written, read, extended or deleted',
    unit: 'objects/s',
    scale: 'linear',
    curves: [{ name: 'Objects', value: ({ objectsPerSecond }) => objectsPerSecond }],
  });
}

export function latencyChart(load: LoadResult): Content {
  return overTime(load, {
    id: 'page-chart-latency',
    title: 'Latency over time',
    unit: 'ms',
    scale: 'log',
    curves: [
      { name: 'Half of the calls are faster (p50)', value: ({ p50Ms }) => p50Ms },
      { name: '99 of 100 are faster (p99)', value: ({ p99Ms }) => p99Ms },
    ],
  });
}

export function phaseLatencyChart({ phases }: LoadResult): Content {
  const rows = phases.flatMap(({ title, latency }) =>
    latency === undefined ? [] : [{ name: title, ...latency }],
  );
  return rows.length === 0 ? undefined : renderPercentileChart('page-chart-percentiles', rows);
}

/** What was in the bucket before is taken off, so that both curves begin at one point. */
export function capacityChart(load: LoadResult): Content {
  const { capacity } = load;
  const [first] = capacity;
  if (first === undefined) return undefined;
  const before = first.used - first.truth;
  const [divisor, unit] =
    Math.max(...capacity.map(({ truth }) => truth)) >= GIB ? [GIB, 'GiB'] : [MIB, 'MiB'];
  return renderLineChart({
    id: 'page-chart-capacity',
    title: 'Capacity against truth',
    unit,
    scale: 'linear',
    curves: [
      {
        name: 'Truth: what the run had stored',
        points: capacity.map(({ tMs, truth }) => [tMs / 1000, truth / divisor] as const),
      },
      {
        name: 'Used in capacity.xml, above its first value',
        points: capacity.map(({ tMs, used }) => [tMs / 1000, (used - before) / divisor] as const),
      },
    ],
    phaseStarts: startedPhases(load).map(({ startMs }) => startMs / 1000),
  });
}

interface SampleChart extends Omit<LineChart, 'curves' | 'phaseStarts'> {
  readonly curves: readonly {
    readonly name: string;
    value(sample: LoadSample): number | undefined;
  }[];
}

function overTime(load: LoadResult, { curves, ...chart }: SampleChart): Content {
  const { series } = load;
  if (series.length === 0) return undefined;
  return renderLineChart({
    ...chart,
    curves: curves.map(({ name, value }) => ({
      name,
      points: series.map((sample) => [sample.tMs / 1000, value(sample)] as const),
    })),
    phaseStarts: startedPhases(load).map(({ startMs }) => startMs / 1000),
  });
}

interface StartedPhase {
  readonly title: string;
  /** Since the run began. */
  readonly startMs: number;
}

/** Those that the charts mark, in the order of their numbers. */
export function startedPhases({ phases }: LoadResult): readonly StartedPhase[] {
  return phases.flatMap(({ title, startMs }) => (startMs === undefined ? [] : [{ title, startMs }]));
}
