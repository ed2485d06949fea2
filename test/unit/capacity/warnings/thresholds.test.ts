import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CapacityEvent } from '../../../../src/capacity/warnings/capacity-event.ts';
import { createThresholds, DEFAULT_THRESHOLDS } from '../../../../src/capacity/warnings/thresholds.ts';

/** What is told of one bucket as its available bytes of 10,000 go by. */
function watched(percents: readonly number[] = DEFAULT_THRESHOLDS) {
  const told: CapacityEvent[] = [];
  const observe = createThresholds({ percents, onEvent: (event) => told.push(event) });
  const brief = () =>
    told
      .splice(0)
      .map((event) =>
        'thresholdPercent' in event ? `${event.event} ${event.thresholdPercent}` : event.event,
      );
  return {
    told,
    brief,
    taken(taken: number, place: { bucket?: string; pool?: string; backend?: string } = {}) {
      observe({
        backend: 'ceph',
        bucket: 'b',
        ...place,
        capacityBytes: 10_000n,
        availableBytes: BigInt(10_000 - taken),
        usedBytes: 5n,
      });
      return brief();
    },
    observe,
  };
}

describe('createThresholds', () => {
  test('tells once of each threshold, at the very byte', () => {
    const { taken } = watched();
    expect(taken(7_999)).toEqual([]);
    expect(taken(8_000)).toEqual(['threshold-crossed 80']);
    expect(taken(8_500)).toEqual([]);
    expect(taken(9_000)).toEqual(['threshold-crossed 90']);
    expect(taken(9_500)).toEqual(['threshold-crossed 95']);
    expect(taken(10_000)).toEqual([]);
  });

  test('tells of the highest alone where several are crossed at once', () => {
    expect(watched().taken(9_700)).toEqual(['threshold-crossed 95']);
  });

  test('tells of one again only after it fell by two points below', () => {
    const { taken } = watched();
    taken(9_000);
    expect(taken(8_999)).toEqual([]);
    expect(taken(8_800)).toEqual([]);
    expect(taken(9_100)).toEqual([]);
    expect(taken(8_799)).toEqual(['threshold-cleared 90']);
    expect(taken(9_000)).toEqual(['threshold-crossed 90']);
  });

  test('tells of the lowest alone where it fell below several at once', () => {
    const { taken } = watched();
    taken(9_900);
    expect(taken(8_500)).toEqual(['threshold-cleared 90']);
    expect(taken(0)).toEqual(['threshold-cleared 80']);
    expect(taken(9_600)).toEqual(['threshold-crossed 95']);
  });

  test('each bucket for itself, those of a pool as one', () => {
    const { taken } = watched();
    expect(taken(8_000, { bucket: 'a' })).toEqual(['threshold-crossed 80']);
    expect(taken(8_000, { bucket: 'b' })).toEqual(['threshold-crossed 80']);
    expect(taken(8_000, { bucket: 'b', backend: 'minio' })).toEqual(['threshold-crossed 80']);
    expect(taken(8_000, { bucket: 'c', pool: 'veeam-*' })).toEqual(['threshold-crossed 80']);
    expect(taken(8_001, { bucket: 'd', pool: 'veeam-*' })).toEqual([]);
  });

  test('thresholds come in any order and with decimals; none is fine', () => {
    const { taken } = watched([99.5, 50]);
    expect(taken(9_949)).toEqual(['threshold-crossed 50']);
    expect(taken(9_950)).toEqual(['threshold-crossed 99.5']);
    expect(watched([]).taken(10_000)).toEqual([]);
  });

  test('bytes beyond 2^53 are counted to the last', () => {
    const { observe, brief } = watched([50]);
    const numbers = { backend: 'ceph', bucket: 'b', capacityBytes: 2n ** 62n, usedBytes: 0n };
    observe({ ...numbers, availableBytes: 2n ** 61n + 1n });
    expect(brief()).toEqual([]);
    observe({ ...numbers, availableBytes: 2n ** 61n });
    expect(brief()).toEqual(['threshold-crossed 50']);
  });

  test('the event has the numbers', () => {
    const { told, observe } = watched();
    const numbers = {
      backend: 'ceph',
      bucket: 'b',
      pool: 'p*',
      capacityBytes: 100n,
      availableBytes: 1n,
      usedBytes: 7n,
      daysUntilFull: 3,
    };
    observe(numbers);
    expect(told).toEqual([{ ...numbers, event: 'threshold-crossed', thresholdPercent: 95 }]);
  });

  test('never tells of the same threshold twice without a clearing in between', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 50 }), (path) => {
        const { taken } = watched();
        let last = 0;
        for (const each of path) {
          for (const line of taken(each)) {
            const [kind = '', percent = ''] = line.split(' ');
            const threshold = Number(percent) * 100;
            if (kind === 'threshold-crossed') {
              expect(threshold).toBeGreaterThan(last);
              expect(each).toBeGreaterThanOrEqual(threshold);
              last = threshold;
            } else {
              expect(threshold).toBeLessThanOrEqual(last);
              expect(each).toBeLessThan(threshold - 200);
              last = [0, 8_000, 9_000].findLast((lower) => lower < threshold) ?? 0;
            }
          }
        }
      }),
    );
  });
});
