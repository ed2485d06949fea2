import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forecastOf, trendOf } from '../../../../src/capacity/history/forecast.ts';
import { type HistoryPoint, medianPoint } from '../../../../src/capacity/history/sample.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-11-01T00:00:00Z');
const CAPACITY = 10n ** 15n;
const GB = 1_000_000_000;

/** One point an hour, with so many bytes taken. */
function history(hours: number, takenBytes: (hour: number) => number): readonly HistoryPoint[] {
  return Array.from({ length: hours + 1 }, (_, hour) => {
    const taken = BigInt(Math.round(takenBytes(hour)));
    return {
      atMs: START_MS + hour * HOUR_MS,
      capacityBytes: CAPACITY,
      availableBytes: CAPACITY - taken,
      usedBytes: taken,
    };
  });
}

function slope(points: readonly HistoryPoint[]): number | undefined {
  return trendOf(points, points.at(-1)?.atMs ?? 0)?.bytesPerDay;
}

function forecast(points: readonly HistoryPoint[], laterMs = 0) {
  const nowMs = (points.at(-1)?.atMs ?? 0) + laterMs;
  return forecastOf(trendOf(points, nowMs), points.at(-1), nowMs);
}

/** Full backups through the week, of which retention gives back all but `net` at its end. */
function weeks(net: number) {
  return (hour: number) => {
    const week = Math.floor(hour / 168);
    return 50_000 * GB + week * net + (hour % 168) * 6 * GB;
  };
}

describe('trendOf', () => {
  test('is exact for a linear growth of any length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 24, max: 720 }),
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        (hours, perHour) => {
          expect(slope(history(hours, (hour) => 10 ** 12 + perHour * hour))).toBe(perHour * 24);
        },
      ),
    );
  });

  test('a byte an hour shows on 8 EiB', () => {
    const points = history(24, (hour) => hour).map((point) => ({ ...point, capacityBytes: 2n ** 63n }));
    expect(slope(points)).toBe(24);
  });

  test('is exact whatever a fifth of the points say, wherever they are', () => {
    const wrong = fc.integer({ min: 24, max: 720 }).chain((hours) =>
      fc.record({
        hours: fc.constant(hours),
        places: fc.shuffledSubarray([...Array(hours + 1).keys()], { maxLength: Math.floor(hours / 5) }),
        bytes: fc.array(fc.integer({ min: 0, max: 9 * 10 ** 14 }), { minLength: 1, maxLength: 50 }),
        perHour: fc.integer({ min: -GB, max: GB }),
      }),
    );
    fc.assert(
      fc.property(wrong, ({ hours, places, bytes, perHour }) => {
        const outliers = new Map(places.map((place, index) => [place, bytes[index % bytes.length]]));
        const points = history(hours, (hour) => outliers.get(hour) ?? 10 ** 14 + perHour * hour);
        expect(slope(points)).toBeCloseTo(perHour * 24, 3);
      }),
    );
  });

  test.each([30, 9, 1.5])('a quarter of %d days that says nothing does not move it', (days) => {
    const points = history(days * 24, (hour) => (hour % 4 === 1 ? 9 * 10 ** 14 : hour * GB));
    expect(slope(points)).toBeCloseTo(24 * GB, 3);
  });

  test('does not see disks that were added or a quota that was changed', () => {
    const points = history(240, (hour) => hour * GB).map((point, hour) =>
      hour < 100
        ? point
        : { ...point, capacityBytes: 2n * CAPACITY, availableBytes: point.availableBytes + CAPACITY },
    );
    expect(slope(points)).toBe(24 * GB);
  });

  test.each([
    ['a level saw of weeks', weeks(0), 0],
    ['a rising saw of weeks', weeks(70 * GB), 10 * GB],
    ['a falling saw of weeks', weeks(-70 * GB), -10 * GB],
    ['a level saw of days', (hour: number) => (hour % 24) * 100 * GB, 0],
  ])('%s has the slope from tooth to tooth', (_name, saw, perDay) => {
    expect(slope(history(30 * 24, saw))).toBeCloseTo(perDay, 3);
  });

  test('a level saw of days is seen in two days', () => {
    expect(slope(history(48, (hour) => (hour % 24) * 100 * GB))).toBe(0);
  });

  test.each([3, 5, 10])(
    'a level saw of %d days, which fits no cycle, has a tenth of its slope at most',
    (days) => {
      const found = slope(history(30 * 24, (hour) => (hour % (days * 24)) * GB));
      expect(Math.abs(found ?? Number.NaN)).toBeLessThan(2.4 * GB);
    },
  );

  test('holes in the history do not make up a slope', () => {
    const points = history(30 * 24, (hour) => hour * GB).filter((_, hour) => hour % 61 === 0);
    expect(points.length).toBe(12);
    expect(slope(points)).toBe(24 * GB);
  });

  test.each([
    ['no point', []],
    ['eleven points', history(240, (hour) => hour).filter((_, hour) => hour % 24 === 0)],
    ['an hour less than a day', history(23, (hour) => hour)],
  ])('%s: none', (_name, points) => {
    expect(slope(points)).toBe(undefined);
  });

  test('is of the latest 30 days, and of none that is still to come', () => {
    const points = history(40 * 24, (hour) => (hour < 240 || hour > 960 - 24 ? 0 : hour * GB));
    const nowMs = START_MS + (960 - 24) * HOUR_MS;
    const trend = trendOf(points, nowMs);
    expect(trend).toEqual({
      fromMs: nowMs - 30 * DAY_MS,
      toMs: nowMs,
      points: 721,
      bytesPerDay: expect.closeTo(24 * GB, 3),
    });
  });
});

describe('forecastOf', () => {
  test('what is available, at the trend', () => {
    const points = history(30 * 24, (hour) => 10 ** 15 - (1000 - hour) * GB);
    expect(forecast(points)).toEqual({
      kind: 'filling',
      fromMs: START_MS,
      toMs: START_MS + 30 * DAY_MS,
      points: 721,
      bytesPerDay: 24 * GB,
      daysUntilFull: 280 / 24,
    });
  });

  test('counts from now, and never below zero', () => {
    const points = history(48, (hour) => 10 ** 15 - (52 - hour) * GB);
    expect(forecast(points, HOUR_MS)).toMatchObject({ daysUntilFull: expect.closeTo(3 / 24, 9) });
    expect(forecast(points, 20 * HOUR_MS)).toMatchObject({ daysUntilFull: 0 });
  });

  test.each([
    ['level', () => 5 * GB],
    ['falling', (hour: number) => (1000 - hour) * GB],
    ['so slow that it takes ten years', (hour: number) => hour * GB],
  ])('%s is not filling', (_name, taken) => {
    expect(forecast(history(48, taken))).toMatchObject({ kind: 'not-filling', points: 49 });
  });

  test('a full bucket is full, growing or not', () => {
    expect(forecast(history(48, () => 10 ** 15))).toMatchObject({ kind: 'filling', daysUntilFull: 0 });
  });

  test('too little history, or none of today, is no forecast', () => {
    expect(forecast(history(12, (hour) => hour))).toEqual({ kind: 'unknown', reason: 'too little history' });
    expect(
      forecast(
        history(48, (hour) => hour),
        DAY_MS + 1,
      ),
    ).toEqual({
      kind: 'unknown',
      reason: 'no sample for a day',
    });
  });
});

describe('medianPoint', () => {
  test('is one of the points, whatever their order', () => {
    const points = history(4, (hour) => hour * GB);
    fc.assert(
      fc.property(fc.shuffledSubarray([...points], { minLength: 5 }), (shuffled) => {
        expect(medianPoint(shuffled)).toBe(points[2]);
      }),
    );
    expect(medianPoint([])).toBe(undefined);
  });
});
