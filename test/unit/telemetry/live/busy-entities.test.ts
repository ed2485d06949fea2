// Which entities are found, whatever else passes; and that their number costs no memory.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BusyEntities } from '../../../../src/telemetry/live/busy-entities.ts';

interface Passed {
  readonly entity: number;
  readonly bytes: number;
}

const traffic = fc.array(fc.record({ entity: fc.nat({ max: 40 }), bytes: fc.nat({ max: 1000 }) }), {
  minLength: 1,
  maxLength: 400,
});

function counted(passed: readonly Passed[], kept: number): BusyEntities {
  const entities = new BusyEntities(kept);
  for (const { entity, bytes } of passed) entities.count('bucket', `machine-${entity}`, bytes, 0);
  return entities;
}

function exactOf(passed: readonly Passed[]): Map<string, { requests: number; bytes: number }> {
  const sums = new Map<string, { requests: number; bytes: number }>();
  for (const { entity, bytes } of passed) {
    const sum = sums.get(`machine-${entity}`) ?? { requests: 0, bytes: 0 };
    sums.set(`machine-${entity}`, { requests: sum.requests + 1, bytes: sum.bytes + bytes });
  }
  return sums;
}

describe('the busiest entities', () => {
  test('whoever has more than its part of all is found, and nobody is shown with more than he had', () => {
    fc.assert(
      fc.property(traffic, fc.integer({ min: 1, max: 20 }), (passed, kept) => {
        const found = new Map(
          counted(passed, kept)
            .snapshot()
            .map((each) => [each.entity, each]),
        );
        const exact = exactOf(passed);
        expect(found.size).toBeLessThanOrEqual(kept);
        const all = [...exact.values()].reduce((sum, { requests, bytes }) => sum + requests + bytes, 0);
        for (const [entity, { requests, bytes }] of exact) {
          const shown = found.get(entity);
          if (requests + bytes > all / kept) expect(shown, entity).toBeDefined();
          if (shown === undefined) continue;
          expect(shown.requests).toBeLessThanOrEqual(requests);
          expect(shown.requestBytes).toBeLessThanOrEqual(bytes);
          // What it lacks it had while it was not kept, and then it had not more than its part.
          expect(requests + bytes - shown.requests - shown.requestBytes).toBeLessThanOrEqual(all / kept);
        }
      }),
    );
  });

  test('all are exact while there is room', () => {
    fc.assert(
      fc.property(traffic, (passed) => {
        const exact = exactOf(passed);
        const found = counted(passed, 41).snapshot();
        expect(
          new Map(found.map((each) => [each.entity, { requests: each.requests, bytes: each.requestBytes }])),
        ).toEqual(exact);
      }),
    );
  });

  test('the same name in two buckets is two entities', () => {
    const entities = new BusyEntities();
    entities.count('one', 'machine', 1, 2);
    entities.count('two', 'machine', 3, 4);
    expect(entities.snapshot()).toEqual([
      { bucket: 'one', entity: 'machine', requests: 1, requestBytes: 1, responseBytes: 2 },
      { bucket: 'two', entity: 'machine', requests: 1, requestBytes: 3, responseBytes: 4 },
    ]);
  });
});
