// From samples to ratios and targets, and on to the table and the chart.
import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { chartOf } from '../../perf/hotpath/chart.ts';
import { betterNginx, rowsOf } from '../../perf/hotpath/judge.ts';
import { table } from '../../perf/hotpath/report.ts';
import type { BenchResult, CaseResult } from '../../perf/hotpath/results.ts';

const MIB = 1024 * 1024;

const proxy = (name: string, ...cpu: number[]) => ({
  proxy: name,
  samples: cpu.map((cpuMicros) => ({ cpuMicros, requestsPerSecond: 1e6 / cpuMicros })),
});

const get4k: CaseResult = {
  ...{ name: 'get-4k', title: 'GET 4 KiB', cores: 'proxy on core 1' },
  proxies: [
    proxy('gateway', 30, 50, 33),
    proxy('nginx', 10, 11, 30),
    proxy('nginx tuned', 12, 10, 11),
    proxy('reply-from', 50, 60, 55),
  ],
};

const rowOf = (result: CaseResult, name: string) => rowsOf(result).find((row) => row.proxy === name);

test('the nginx of the lower median counts, and a ratio is to the same round', () => {
  // Both have the median 11: then the first stays.
  expect(betterNginx(get4k)?.proxy).toBe('nginx');
  const faster = { ...get4k, proxies: [...get4k.proxies.slice(0, 2), proxy('nginx tuned', 10, 10, 11)] };
  expect(betterNginx(faster)?.proxy).toBe('nginx tuned');
  expect(rowOf(faster, 'gateway')?.ratio).toEqual({ median: 3, lowest: 3, highest: 5 });
  expect(rowOf(faster, 'gateway')?.targets).toEqual([{ text: '<= 3 of nginx', isMet: true }]);
});

test('a missed target is missed', () => {
  const slower = { ...get4k, proxies: [proxy('gateway', 31, 31), proxy('nginx', 10, 10)] };
  expect(rowOf(slower, 'gateway')?.targets).toEqual([{ text: '<= 3 of nginx', isMet: false }]);
});

test('reply-from is compared round by round', () => {
  expect(rowOf(get4k, 'reply-from')?.targets).toEqual([
    { text: 'gateway <= 0.5 of this: 0.60 (0.60–0.83)', isMet: false },
  ]);
});

test('without nginx there is no ratio and no target', () => {
  const alone = { ...get4k, proxies: [proxy('gateway', 30)] };
  expect(rowOf(alone, 'gateway')).toMatchObject({ ratio: undefined, targets: [] });
});

test('added latency is a difference within a round', () => {
  const at = (name: string, ...p50: number[]) => ({ proxy: name, samples: p50.map((p50Ms) => ({ p50Ms })) });
  const latency = {
    ...{ name: 'latency', title: 'one at a time', cores: '' },
    proxies: [at('gateway', 0.5, 0.3, 0.9), at('sink alone', 0.3, 0.1, 0.1)],
  };
  expect(rowOf(latency, 'gateway')?.targets).toEqual([
    { text: 'adds <= 0.25 ms to p50: 0.20 (0.20–0.80)', isMet: true },
  ]);
});

test('memory has its limit, and after ten minutes also its growth', () => {
  const memory = (peak: number, minutes: number): CaseResult => ({
    ...{ name: 'memory', title: '512', cores: '' },
    proxies: [{ proxy: 'gateway', samples: [], peakBytes: peak * MIB }],
    figures: { peakFirstMinute: 300 * MIB, peakLastMinute: peak * MIB, minutes },
  });
  expect(rowOf(memory(399, 1), 'gateway')?.targets).toEqual([{ text: '< 400 MiB', isMet: true }]);
  expect(rowOf(memory(400, 10), 'gateway')?.targets).toEqual([
    { text: '< 400 MiB', isMet: false },
    { text: 'minute 10 <= 1.1 of minute 1: 1.33', isMet: false },
  ]);
});

test('the table lines up: every line has its target where the heading has it', () => {
  const lines = table([get4k], false).split('\n');
  const at = lines[0]?.indexOf('target') ?? -1;
  expect(lines[1]?.slice(at)).toMatch(/^<= 3 of nginx +met|^<= 3 of nginx +missed/);
  expect(lines[4]?.slice(at)).toMatch(/^gateway <= 0\.5 of this: .* missed$/);
  expect(lines[2]).toMatch(/nginx \* +11\.0 /);
  expect(table([get4k], true)).toContain('\x1b[31mmissed');
});

test('the chart is well-formed, the same each time, and has the target', () => {
  const result: BenchResult = {
    ...{ startedAt: '2026-11-21T12:00:00.000Z', machine: { CPU: 'A & B <C>' }, leftOut: [] },
    settings: { rounds: 3, seconds: 4, minutes: 1 },
    cases: [get4k, { name: 'memory', title: 'no ratio', cores: '', proxies: [] }],
  };
  const chart = chartOf(result);
  expect(XMLValidator.validate(chart)).toBe(true);
  expect(chartOf(structuredClone(result))).toBe(chart);
  expect(chart).toContain('A &amp; B &lt;C>');
  expect(chart).toContain('target: at most 3');
  expect(chart).not.toContain('no ratio');
  expect(chart).not.toContain('NaN');
});
