import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../src/capacity/guard.ts';
import { ClosedBuckets } from '../../../src/capacity/guard-closed.ts';
import { type BucketGuard, createGuards } from '../../../src/capacity/guard-registry.ts';

const LEVELS = { floorBytes: 10n, reopenBytes: 20n };

/** Buckets whose names begin with `pool-` are one; those that begin with `free-` have no guard. */
function guardOf(bucket: string): BucketGuard | undefined {
  if (bucket.startsWith('free-')) return undefined;
  return bucket.startsWith('pool-') ? { ...LEVELS, pool: 'pool-*' } : LEVELS;
}

function registry(maxClosed?: number) {
  const changes: string[] = [];
  const guards = createGuards({
    guardOf,
    onChange: (name, state, bytes) => changes.push(`${name} ${state} at ${bytes}`),
    ...(maxClosed === undefined ? {} : { maxClosed }),
  });
  return { guards, changes };
}

describe('the guards of all buckets', () => {
  it('tell of changes only, each bucket for itself', () => {
    const { guards, changes } = registry();
    for (const bytes of [15n, 9n, 5n, undefined, 19n]) guards.observe('a', bytes);
    guards.observe('b', 15n);
    expect([guards.isClosed('a'), guards.isClosed('b'), guards.isClosed('never seen')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(guards.closed()).toEqual(['a']);
    guards.observe('a', 20n);
    guards.observe('a', 30n);
    expect(guards.closed()).toEqual([]);
    expect(changes).toEqual(['a closed at 9', 'a open at 20']);
  });

  it('leave a bucket alone that has none', () => {
    const { guards, changes } = registry();
    guards.observe('free-a', 0n);
    guards.forget('free-a');
    expect([guards.isClosed('free-a'), guards.closed(), changes]).toEqual([false, [], []]);
  });

  it('close a pool as one, with the bucket that was made in it just now', () => {
    const { guards, changes } = registry();
    guards.observe('pool-a', 9n);
    guards.observe('pool-b', 8n);
    expect(guards.closed()).toEqual(['pool-*']);
    expect(guards.isClosed('pool-new')).toBe(true);
    guards.forget('pool-a');
    expect(guards.isClosed('pool-a')).toBe(true);
    guards.observe('pool-new', 20n);
    expect(guards.isClosed('pool-a')).toBe(false);
    expect(changes).toEqual(['pool-* closed at 9', 'pool-* open at 20']);
  });

  it('open for a bucket that was deleted', () => {
    const { guards, changes } = registry();
    guards.observe('a', 9n);
    guards.forget('a');
    guards.forget('a');
    expect(guards.isClosed('a')).toBe(false);
    expect(changes).toEqual(['a closed at 9', 'a open at undefined']);
  });

  it('keep so many closed ones at the most, and forget the one observed longest ago', () => {
    const { guards, changes } = registry(2);
    for (const bucket of ['a', 'b', 'a', 'c']) guards.observe(bucket, 0n);
    expect(guards.closed()).toEqual(['a', 'c']);
    expect(changes.slice(2)).toEqual(['c closed at 0', 'b open at undefined']);
    guards.observe('b', 0n);
    expect(guards.closed()).toEqual(['c', 'b']);
  });

  it('are a guard each, and what was told of changes is what is closed', () => {
    const bucket = fc.constantFrom('a', 'b', 'pool-a', 'pool-b', 'free-a');
    const bytes = fc.option(fc.bigInt({ min: 0n, max: 30n }), { nil: undefined, freq: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(bucket, bytes)), (events) => {
        const told = new Set<string>();
        const guards = createGuards({
          guardOf,
          onChange: (name, state) => {
            expect(told.has(name)).toBe(state === 'open');
            if (state === 'closed') told.add(name);
            else told.delete(name);
          },
        });
        const own = { a: createGuard(LEVELS), b: createGuard(LEVELS), 'pool-*': createGuard(LEVELS) };
        for (const [name, available] of events) {
          guards.observe(name, available);
          const model = name.startsWith('pool-') ? own['pool-*'] : own[name === 'b' ? 'b' : 'a'];
          if (name !== 'free-a') model.observe(available);
        }
        const closed = Object.entries(own).flatMap(([name, each]) =>
          each.observe(undefined) === 'closed' ? [name] : [],
        );
        expect(new Set(guards.closed())).toEqual(new Set(closed));
        expect(told).toEqual(new Set(closed));
      }),
    );
  });
});

describe('what a process that serves knows of them', () => {
  it('is what it was told last', () => {
    const closed = new ClosedBuckets();
    expect(closed.isFull('a')).toBe(false);
    const names = ['a', 'b'];
    closed.replace(names);
    names.push('c');
    expect(['a', 'b', 'c'].map((name) => closed.isFull(name))).toEqual([true, true, false]);
    closed.replace(['b']);
    expect(['a', 'b'].map((name) => closed.isFull(name))).toEqual([false, true]);
    closed.replace([]);
    expect(closed.isFull('b')).toBe(false);
  });
});
