// The latest changes of a gateway keep their numbers, and the oldest give way.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PeerChange } from '../../../src/peers/peer-change.ts';
import { ToldChanges } from '../../../src/peers/told-changes.ts';

const change = (number: number): PeerChange => ({
  backend: 's',
  atMs: number,
  change: { kind: 'put', bucket: 'b', key: 'k', bytes: number },
});

describe('the changes of a run', () => {
  test('are given from any number on, as far as they are still there', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 1, max: 3_100 }),
        fc.integer({ min: 1, max: 50 }),
        (count, maxChanges, from, atMost) => {
          const told = new ToldChanges({ maxChanges, maxBytes: 2 ** 40 });
          for (let number = 1; number <= count; number++) told.add(change(number));
          expect(told.next).toBe(count + 1);
          const first = Math.max(from, count - maxChanges + 1, 1);
          const numbers = Array.from(
            { length: Math.max(0, Math.min(atMost, count - first + 1)) },
            (_, at) => first + at,
          );
          const expected = numbers.length === 0 ? undefined : { first, changes: numbers.map(change) };
          expect(told.from(from, atMost)).toEqual(expected);
        },
      ),
    );
  });

  test('take up no more than they may', () => {
    const told = new ToldChanges({ maxChanges: 1_000_000, maxBytes: 100_000 });
    for (let number = 1; number <= 1_000; number++) told.add(change(number));
    const { first = 0 } = told.from(1, 1) ?? {};
    // About 400 bytes each.
    expect(first).toBeGreaterThan(700);
    expect(first).toBeLessThan(800);
  });

  test('may begin at another number', () => {
    const told = new ToldChanges({ maxChanges: 10, maxBytes: 10_000 }, 7);
    expect([told.next, told.from(1, 10)]).toEqual([7, undefined]);
    told.add(change(7));
    expect(told.from(1, 10)).toEqual({ first: 7, changes: [change(7)] });
  });

  test('one that another would not understand keeps its number and is not told', () => {
    const told = new ToldChanges({ maxChanges: 10, maxBytes: 10_000 });
    told.add({ backend: 's', atMs: 1, change: { kind: 'delete', bucket: 'b', key: 'k'.repeat(2_000) } });
    told.add(change(2));
    expect(told.from(1, 10)).toEqual({ first: 1, changes: [null, change(2)] });
  });
});
