import { describe, expect, it } from 'vitest';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import type { CapacityProvider } from '../../../src/capacity/provider.ts';
import { firstOf } from '../../../src/capacity/providers/first-of.ts';
import { staticCapacity } from '../../../src/capacity/providers/static.ts';

const never = new AbortController().signal;
const numbers = staticCapacity({ capacityBytes: 100n, usedBytes: 40n, now: () => 7 });

function broken(why: string, asked: string[]): CapacityProvider {
  return {
    source: 'broken',
    async measure() {
      asked.push(why);
      throw new CapacityUnknownError(why);
    },
  };
}

describe('the first endpoint that answers', () => {
  it('gives its numbers when the ones before it fail', async () => {
    const asked: string[] = [];
    const provider = firstOf([broken('a is down', asked), numbers, broken('never asked', asked)]);
    expect(await provider.measure('b', never)).toMatchObject({ free: { bytes: 60n }, used: { bytes: 40n } });
    expect(asked).toEqual(['a is down']);
  });

  it('says why of each when none answers', async () => {
    const provider = firstOf([broken('a is down', []), broken('b is down', [])]);
    await expect(provider.measure('b', never)).rejects.toThrow('a is down; b is down');
  });

  it('asks no further once the time is up', async () => {
    const asked: string[] = [];
    const provider = firstOf([broken('a', asked), broken('b', asked)]);
    await expect(provider.measure('b', AbortSignal.abort())).rejects.toThrow(CapacityUnknownError);
    expect(asked).toEqual(['a']);
  });
});
