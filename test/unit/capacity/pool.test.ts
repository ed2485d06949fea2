import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import type { WholeFigures } from '../../../src/capacity/figures.ts';
import { createPool, MAX_POOL_MEMBERS, type PoolOptions } from '../../../src/capacity/pool.ts';
import { unknownMessage } from './store-stand-in.ts';

const alive = () => new AbortController().signal;

function figures(bytes: bigint): WholeFigures {
  const figure = { source: 'test', atMs: 0 };
  return {
    total: { ...figure, bytes: 1000n },
    free: { ...figure, bytes: 500n },
    used: { ...figure, bytes, lagMs: 0, uploads: 'counted' },
    quotas: [],
  };
}

/** A store whose buckets may come and go, and a pool of all of them. */
function storeWith(...names: readonly string[]) {
  const buckets = new Set(names);
  const asked: string[] = [];
  let nowMs = 0;
  let listings = 0;
  const make = (options: Partial<PoolOptions> = {}) =>
    createPool({
      name: 'veeam-*',
      members: async () => {
        listings += 1;
        return [...buckets];
      },
      measure: async (bucket) => {
        asked.push(bucket);
        if (!buckets.has(bucket)) throw new CapacityUnknownError(`no bucket ${bucket}`);
        return figures(BigInt(bucket.length));
      },
      now: () => nowMs,
      ...options,
    });
  return {
    buckets,
    asked,
    make,
    pass: (ms: number) => {
      nowMs += ms;
    },
    listings: () => listings,
  };
}

async function names(pool: ReturnType<typeof createPool>): Promise<readonly string[]> {
  return [...(await pool.measure(alive())).perBucket.keys()];
}

describe('the members of a pool', () => {
  it('are each measured once, and told in the order of the list', async () => {
    const { make, asked } = storeWith('a', 'bb', 'ccc');
    const measure: PoolOptions['measure'] = async (bucket) => {
      asked.push(bucket);
      if (bucket === 'a') await new Promise(setImmediate);
      return figures(BigInt(bucket.length));
    };
    const { perBucket } = await make({ measure }).measure(alive());
    expect([...perBucket].map(([name, { used }]) => [name, used.bytes])).toEqual([
      ['a', 1n],
      ['bb', 2n],
      ['ccc', 3n],
    ]);
    expect(asked).toEqual(['a', 'bb', 'ccc']);
  });

  it('are unknown where the list is empty or all of it are gone, and asked for again when there is one', async () => {
    const { make, buckets } = storeWith();
    const pool = make();
    const none = 'the store lists no bucket of the pool veeam-*';
    expect(await unknownMessage(pool.measure(alive()))).toBe(none);
    buckets.add('a');
    expect(await names(pool)).toEqual(['a']);
    buckets.delete('a');
    expect(await unknownMessage(pool.measure(alive()))).toBe(none);
  });

  it('are one where a name is in the list twice', async () => {
    const { make, asked } = storeWith('a');
    expect(await names(make({ members: async () => ['a', 'a'] }))).toEqual(['a']);
    expect(asked).toEqual(['a']);
  });

  it('are listed once a minute, so a bucket that is made later joins', async () => {
    const { make, buckets, pass, listings } = storeWith('a');
    const pool = make();
    expect(await names(pool)).toEqual(['a']);
    buckets.add('b');
    pass(59_999);
    expect(await names(pool)).toEqual(['a']);
    expect(listings()).toBe(1);
    pass(1);
    expect(await names(pool)).toEqual(['a', 'b']);
    expect(listings()).toBe(2);
  });

  it('are listed anew when the clock was set back', async () => {
    const { make, buckets, pass } = storeWith('a');
    const pool = make();
    await names(pool);
    buckets.add('b');
    pass(-1);
    expect(await names(pool)).toEqual(['a', 'b']);
  });

  it('are measured so many at a time', async () => {
    for (const [concurrency, expected] of [
      [undefined, 4],
      [2, 2],
    ] as const) {
      let [running, most] = [0, 0];
      const { make } = storeWith(...'abcdefghij');
      const pool = make({
        measure: async () => {
          most = Math.max(most, ++running);
          await new Promise(setImmediate);
          running -= 1;
          return figures(1n);
        },
        ...(concurrency === undefined ? {} : { concurrency }),
      });
      expect(await names(pool)).toHaveLength(10);
      expect(most).toBe(expected);
    }
  });

  it('are at most 10,000', async () => {
    const all = Array.from({ length: MAX_POOL_MEMBERS }, (_, at) => `b${at}`);
    const { make, buckets, asked, pass } = storeWith(...all);
    const pool = make();
    expect(await names(pool)).toHaveLength(10_000);
    buckets.add('one-more');
    pass(60_000);
    asked.length = 0;
    expect(await unknownMessage(pool.measure(alive()))).toBe(
      'the pool veeam-* has 10001 buckets, and at most 10000 can count as one: give it a narrower pattern',
    );
    expect(asked).toEqual([]);
    buckets.delete('one-more');
    expect(await names(pool)).toHaveLength(10_000);
  });
});

describe('a member that cannot be measured', () => {
  it('is left out where it is gone, with all others that are', async () => {
    const { make, buckets, asked, listings } = storeWith('a', 'b', 'c', 'd');
    const pool = make({ concurrency: 1 });
    await names(pool);
    buckets.delete('b');
    buckets.delete('d');
    asked.length = 0;
    expect(await names(pool)).toEqual(['a', 'c']);
    // The list that showed that one is gone shows the other.
    expect(asked).toEqual(['a', 'b', 'c']);
    expect(await names(pool)).toEqual(['a', 'c']);
    expect(listings()).toBe(2);
  });

  it('fails the whole where it is there, by its name, and ends the others', async () => {
    const { make } = storeWith('a', 'b', 'c', 'd', 'e', 'f');
    const signals: AbortSignal[] = [];
    const pool = make({
      measure: (bucket, signal) => {
        signals.push(signal);
        if (bucket !== 'b') return new Promise(() => {});
        return Promise.reject(new Error('the store said 503'));
      },
    });
    expect(await unknownMessage(pool.measure(alive()))).toBe(
      'bucket b of the pool veeam-*: the store said 503',
    );
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true]);
  });

  it('fails the whole where it cannot be found out whether it is there', async () => {
    const { make, buckets, listings } = storeWith('a');
    const pool = make({
      members: async () => {
        if (!buckets.has('a')) throw new Error('no list');
        return [...buckets];
      },
    });
    await names(pool);
    buckets.delete('a');
    expect(await unknownMessage(pool.measure(alive()))).toBe(
      'bucket a of the pool veeam-*: no bucket a; whether it is still there is not known: asked for the buckets of the pool veeam-*: no list',
    );
    expect(listings()).toBe(0);
  });

  it('is not looked for when the time is over', async () => {
    const { make, listings } = storeWith('a', 'b');
    const controller = new AbortController();
    const pool = make({ measure: () => new Promise(() => {}) });
    const measured = pool.measure(controller.signal);
    await new Promise(setImmediate);
    controller.abort();
    expect(await unknownMessage(measured)).toContain('given up before an answer came');
    expect(listings()).toBe(1);
  });
});

describe('a list that cannot be had', () => {
  it.each([
    [new CapacityUnknownError('the store does not list: 503'), 'the store does not list: 503'],
    [new Error('it is gone'), 'asked for the buckets of the pool veeam-*: it is gone'],
  ])('fails the whole, and is asked for again: %s', async (failure, told) => {
    const { make, buckets, asked } = storeWith('a');
    let isFailing = true;
    const pool = make({
      members: async () => {
        if (isFailing) throw failure;
        return [...buckets];
      },
    });
    expect(await unknownMessage(pool.measure(alive()))).toBe(told);
    expect(asked).toEqual([]);
    isFailing = false;
    expect(await names(pool)).toEqual(['a']);
  });

  it('is not waited for when the time is over', async () => {
    const { make } = storeWith('a');
    const controller = new AbortController();
    const measured = make({ members: () => new Promise(() => {}) }).measure(controller.signal);
    controller.abort();
    expect(await unknownMessage(measured)).toBe(
      'asked for the buckets of the pool veeam-*: given up before an answer came',
    );
  });
});

it('gives no sum with a hole, whatever goes, fails or stays', async () => {
  const fate = fc.constantFrom('stays', 'goes', 'fails');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { maxLength: 12 }),
      fc.integer({ min: 1, max: 6 }),
      async (fates, concurrency) => {
        const { make, buckets } = storeWith(...fates.map((each, at) => `${each}-${at}`));
        const pool = make({
          concurrency,
          measure: async (bucket) => {
            await new Promise(setImmediate);
            if (bucket.startsWith('goes')) buckets.delete(bucket);
            if (bucket.startsWith('stays')) return figures(1n);
            throw new Error('no answer');
          },
        });
        if (fates.includes('fails')) {
          expect(await unknownMessage(pool.measure(alive()))).toMatch(
            /^bucket fails-\d+ of the pool veeam-\*: no answer$/,
          );
        } else if (!fates.includes('stays')) {
          expect(await unknownMessage(pool.measure(alive()))).toContain('lists no bucket of the pool');
        } else {
          expect(new Set(await names(pool))).toEqual(buckets);
        }
      },
    ),
  );
});
