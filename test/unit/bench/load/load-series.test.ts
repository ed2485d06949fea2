// Samples over time stay bounded in number, whatever the run's length.
import { expect, test } from 'vitest';
import { LoadSeries } from '../../../../src/bench/load/load-series.ts';
import { PhaseFigures } from '../../../../src/bench/load/phase-figures.ts';

test('a sample has what happened since the one before', () => {
  const series = new LoadSeries(0);
  const figures = new PhaseFigures();
  figures.answered(10);
  figures.done(4, 2 ** 21);
  figures.error('503', true);
  expect(series.isDue(999)).toBe(false);
  expect(series.isDue(1000)).toBe(true);
  series.take(2000, 'full', figures);
  series.take(3000, 'full', figures);
  expect(series.state().samples).toEqual([
    { tMs: 2000, phase: 'full', objectsPerSecond: 2, mibPerSecond: 1, p50Ms: 10, p99Ms: 10, errors: 1 },
    { tMs: 3000, phase: 'full', objectsPerSecond: 0, mibPerSecond: 0, errors: 0 },
  ]);
  expect(figures.state()).toMatchObject({ objects: 4, bytes: 2 ** 21, slowDowns: 1 });
});

test('a long run keeps at most 600, of each phase, and no error is lost', () => {
  const series = new LoadSeries(0);
  const figures = new PhaseFigures();
  for (let nowMs = 1000; nowMs <= 5_000_000; nowMs += 1000) {
    figures.done(100, 0);
    figures.error('500');
    if (series.isDue(nowMs)) series.take(nowMs, nowMs < 2_000_500 ? 'full' : 'restore', figures);
  }
  const { samples, everyMs } = series.state();
  expect(samples.length).toBeLessThanOrEqual(600);
  expect(samples.length).toBeGreaterThan(200);
  expect(everyMs).toBe(16_000);
  expect(samples.reduce((sum, { errors }) => sum + errors, 0)).toBeGreaterThan(4980);
  expect(new Set(samples.map(({ phase }) => phase))).toEqual(new Set(['full', 'restore']));
  expect(samples.every(({ tMs }, i) => tMs > (samples[i - 1]?.tMs ?? 0))).toBe(true);
  for (const { objectsPerSecond } of samples) expect(objectsPerSecond).toBeCloseTo(100, 0);
});
