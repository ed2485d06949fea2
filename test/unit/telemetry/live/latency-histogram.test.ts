// Percentiles against exact ones, and sums against the whole.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LatencyHistogram, PERCENTILE_ERROR } from '../../../../src/telemetry/live/latency-histogram.ts';

/** From a microsecond to a month, as many short as long ones. */
const durations = fc.array(
  fc.double({ min: -3, max: 9.4, noNaN: true }).map((power) => 10 ** power),
  { minLength: 1, maxLength: 300 },
);
const shares = fc.constantFrom(0.001, 0.25, 0.5, 0.9, 0.99, 1);

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const ms of values) histogram.record(ms);
  return histogram;
}

function exact(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
}

const LONGEST_MS = 2 ** 41 / 1000;

describe('a histogram of latencies', () => {
  test('gives percentiles within its error of the exact ones', () => {
    fc.assert(
      fc.property(durations, shares, (values, share) => {
        const capped = values.map((ms) => Math.min(ms, LONGEST_MS));
        const found = histogramOf(capped).percentile(share) ?? Number.NaN;
        const wanted = exact(capped, share);
        // A value is counted by its whole microseconds.
        expect(Math.abs(found - wanted)).toBeLessThanOrEqual(wanted * PERCENTILE_ERROR + 0.001);
      }),
    );
  });

  test('knows the greatest exactly and never says more', () => {
    fc.assert(
      fc.property(durations, shares, (values, share) => {
        const histogram = histogramOf(values);
        expect(histogram.maxMs).toBe(Math.max(...values));
        expect(histogram.percentile(share)).toBeLessThanOrEqual(histogram.maxMs);
      }),
    );
  });

  test('several put together are the one that counted all', () => {
    fc.assert(
      fc.property(durations, durations, (some, others) => {
        const sum = new LatencyHistogram();
        for (const each of [histogramOf(some), histogramOf(others)]) sum.add(each.snapshot(), each.maxMs);
        const whole = histogramOf([...some, ...others]);
        expect(sum.snapshot()).toEqual(whole.snapshot());
        expect([sum.count, sum.maxMs]).toEqual([whole.count, whole.maxMs]);
      }),
    );
  });

  test('each bucket follows on the one before: no value falls between two', () => {
    for (let us = 1; us < 2 ** 41; us = Math.ceil(us * 1.003)) {
      const [bucket = -1] = histogramOf([us / 1000]).snapshot();
      const [before = -1] = histogramOf([(us - 1) / 1000]).snapshot();
      expect(bucket - before, `${us} microseconds`).toBeGreaterThanOrEqual(0);
      expect(bucket - before, `${us} microseconds`).toBeLessThanOrEqual(1);
    }
  });

  test('takes what makes no sense as its nearest end', () => {
    const histogram = histogramOf([-1, 0, Number.MAX_SAFE_INTEGER]);
    expect(histogram.count).toBe(3);
    expect(histogram.percentile(0.5)).toBeLessThanOrEqual(0.001);
  });

  test('has no percentile of nothing', () => {
    expect(new LatencyHistogram().percentile(0.5)).toBeUndefined();
  });
});
