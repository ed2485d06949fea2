// Guards over a change of the rules.
import { describe, expect, test } from 'vitest';
import { type BucketGuard, createGuards } from '../../../src/capacity/guard-registry.ts';

describe('guards', () => {
  const closedWith = (after: (name: string) => BucketGuard | undefined) => {
    let guardOf = (_: string): BucketGuard | undefined => ({ floorBytes: 10n, reopenBytes: 20n });
    const changes: string[] = [];
    const guards = createGuards({
      guardOf: (name) => guardOf(name),
      onChange: (name, state) => changes.push(`${name} ${state}`),
    });
    guards.observe('bucket', 5n);
    guardOf = after;
    guards.reconsider();
    return { guards, changes };
  };

  test('one with the same levels stays closed', () => {
    const { guards, changes } = closedWith(() => ({ floorBytes: 10n, reopenBytes: 20n }));
    guards.observe('bucket', 15n);
    expect([guards.closed(), changes]).toEqual([['bucket'], ['bucket closed']]);
  });

  test('one with other levels goes by them from the next numbers on', () => {
    const { guards, changes } = closedWith(() => ({ floorBytes: 4n, reopenBytes: 6n }));
    guards.observe('bucket', 5n);
    expect(guards.closed()).toEqual([]);
    guards.observe('bucket', 3n);
    expect([guards.closed(), changes]).toEqual([
      ['bucket'],
      ['bucket closed', 'bucket open', 'bucket closed'],
    ]);
  });

  test('one that is no more opens', () => {
    const { guards, changes } = closedWith(() => undefined);
    expect([guards.closed(), changes]).toEqual([[], ['bucket closed', 'bucket open']]);
  });
});
