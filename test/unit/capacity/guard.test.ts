import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGuard, type GuardState } from '../../../src/capacity/guard.ts';

const levels = fc
  .tuple(fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 0n, max: 50n }))
  .map(([floorBytes, above]) => ({ floorBytes, reopenBytes: floorBytes + above }));
const available = fc.bigInt({ min: 0n, max: 120n });
const observed = fc.array(fc.option(available, { nil: undefined, freq: 4 }), { maxLength: 40 });

describe('a guard', () => {
  it('closes under the floor and opens at the upper level', () => {
    const guard = createGuard({ floorBytes: 10n, reopenBytes: 20n });
    const states = [15n, 10n, 9n, 10n, 19n, 20n, 10n, 0n].map((bytes) => guard.observe(bytes));
    expect(states).toEqual(['open', 'open', 'closed', 'closed', 'closed', 'open', 'open', 'closed']);
  });

  it('begins open, also where nothing is known, and stays what it is while nothing is', () => {
    const guard = createGuard({ floorBytes: 10n, reopenBytes: 20n });
    const states = [undefined, 9n, undefined, 20n, undefined].map((bytes) => guard.observe(bytes));
    expect(states).toEqual(['open', 'closed', 'closed', 'open', 'open']);
  });

  it('never closes with a floor of nothing, and takes one level for both', () => {
    expect(createGuard({ floorBytes: 0n, reopenBytes: 0n }).observe(0n)).toBe('open');
    const one = createGuard({ floorBytes: 10n, reopenBytes: 10n });
    expect([9n, 10n, 9n].map((bytes) => one.observe(bytes))).toEqual(['closed', 'open', 'closed']);
  });

  it.each([
    [{ floorBytes: 10n, reopenBytes: 9n }, 'close under 10 bytes and open at 9'],
    [{ floorBytes: -1n, reopenBytes: 9n }, 'close under -1 bytes and open at 9'],
  ])('refuses levels that make no sense: %o', (nonsense, text) => {
    expect(() => createGuard(nonsense)).toThrow(text);
  });

  it('is what the last crossing made it', () => {
    fc.assert(
      fc.property(levels, observed, (between, all) => {
        const guard = createGuard(between);
        let state: GuardState = 'open';
        for (const bytes of all) state = guard.observe(bytes);
        const crossing = all.findLast(
          (bytes) => bytes !== undefined && (bytes < between.floorBytes || bytes >= between.reopenBytes),
        );
        expect(state).toBe(crossing !== undefined && crossing < between.floorBytes ? 'closed' : 'open');
      }),
    );
  });

  it('does not change between the levels', () => {
    const within = levels
      .filter(({ floorBytes, reopenBytes }) => floorBytes < reopenBytes)
      .chain((between) =>
        fc.tuple(
          fc.constant(between),
          observed,
          fc.array(
            fc.option(fc.bigInt({ min: between.floorBytes, max: between.reopenBytes - 1n }), {
              nil: undefined,
            }),
          ),
        ),
      );
    fc.assert(
      fc.property(within, ([between, before, then]) => {
        const guard = createGuard(between);
        for (const bytes of before) guard.observe(bytes);
        const state = guard.observe(undefined);
        for (const bytes of then) expect(guard.observe(bytes)).toBe(state);
      }),
    );
  });
});
