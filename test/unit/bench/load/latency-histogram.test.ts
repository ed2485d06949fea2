// The histogram against the sorted list of the same values.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from '../../../../src/bench/load/latency-histogram.ts';

function exact(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((sorted.length * percent) / 100)) - 1] ?? 0;
}

const filled = (values: readonly number[]) => {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
};

const LATENCIES = fc.array(
  fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.double({ min: 0, max: 60_000_000, noNaN: true }),
  ),
  { minLength: 1, maxLength: 400 },
);

describe('percentiles', () => {
  test('are never below the exact ones, and at most 1.6 % or 1 µs above', () => {
    fc.assert(
      fc.property(LATENCIES, fc.constantFrom(1, 50, 95, 99, 100), (values, percent) => {
        const wanted = exact(values, percent);
        const found = filled(values).percentileMs(percent);
        expect(found).toBeGreaterThanOrEqual(wanted);
        expect(found).toBeLessThanOrEqual(wanted * (1 + 1 / 64) + 0.001 + Number.EPSILON * wanted);
      }),
    );
  });

  test('at the edges of the buckets', () => {
    for (const power of [5, 6, 7, 12, 20, 35]) {
      for (const us of [2 ** power - 1, 2 ** power, 2 ** power + 1]) {
        const found = filled([us / 1000, 1e9]).percentileMs(50);
        expect(found).toBeGreaterThanOrEqual(us / 1000);
        expect(found).toBeLessThanOrEqual((us / 1000) * (1 + 1 / 64) + 0.001);
      }
    }
  });

  test('the highest is exact, also beyond what has a bucket', () => {
    expect(filled([1, 1e9]).summary()).toMatchObject({ calls: 2, maxMs: 1e9 });
  });
});

test('one without values has no summary', () => {
  const histogram = filled([7]);
  expect(histogram.summary()).toBeDefined();
  histogram.clear();
  expect(histogram.summary()).toBeUndefined();
});

test('its state gives the same histogram again', () => {
  fc.assert(
    fc.property(LATENCIES, (values) => {
      const histogram = filled(values);
      const again = LatencyHistogram.from(JSON.parse(JSON.stringify(histogram.state())));
      expect(again.summary()).toEqual(histogram.summary());
      expect(again.total).toBe(values.length);
    }),
  );
});
