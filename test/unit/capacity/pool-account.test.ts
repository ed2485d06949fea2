import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOf, type CapacityPolicy, NOTHING_PASSED } from '../../../src/capacity/account.ts';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import type { Figure, StoreQuota, UsedFigure } from '../../../src/capacity/figures.ts';
import { type PoolMember, poolAccountOf } from '../../../src/capacity/pool-account.ts';

const FREELY: CapacityPolicy = { reserveBytes: 0n };

interface Told {
  readonly bucket?: string;
  readonly total?: Partial<Figure>;
  readonly free?: Partial<Figure>;
  readonly used?: Partial<UsedFigure>;
  readonly quotas?: readonly StoreQuota[];
  readonly bucketBytes?: bigint;
  readonly storeBytes?: bigint;
}

function member(told: Told = {}): PoolMember {
  const { bucket = 'a', total, free, used, quotas = [], bucketBytes = 0n, storeBytes = 0n } = told;
  return {
    bucket,
    figures: {
      total: { bytes: 1000n, source: 'minio', atMs: 100, ...total },
      free: { bytes: 600n, source: 'minio', atMs: 100, ...free },
      used: { bytes: 10n, source: 'minio', atMs: 100, lagMs: 0, uploads: 'counted', ...used },
      quotas,
    },
    delta: { bucketBytes, storeBytes },
  };
}

function unknown(members: readonly PoolMember[], policy = FREELY): string {
  try {
    poolAccountOf(members, policy);
  } catch (error) {
    if (error instanceof CapacityUnknownError) return error.message;
    throw error;
  }
  throw new Error('it is known');
}

describe('the account of a pool', () => {
  it('is that of the bucket where there is one', () => {
    const quotas = [{ name: 'quota of user x', limitBytes: 500n, usedBytes: 100n }];
    const policy = { quota: { name: 'pool quota', limitBytes: 400n }, reserveBytes: 7n };
    const only = member({ bucketBytes: 5n, storeBytes: 9n, quotas });
    expect(poolAccountOf([only], policy)).toEqual(accountOf(only.figures, policy, only.delta));
  });

  it('sums what the members hold and what passed since, and takes the store of one sample, the latest', () => {
    const account = poolAccountOf(
      [
        member({ used: { bytes: 10n }, bucketBytes: 1n, storeBytes: 50n }),
        member({
          bucket: 'b',
          used: { bytes: 200n },
          bucketBytes: -20n,
          storeBytes: 30n,
          total: { bytes: 2000n, atMs: 200 },
          free: { bytes: 500n, atMs: 200 },
        }),
        member({ bucket: 'c', used: { bytes: 3000n }, free: { bytes: 1n, atMs: 199 } }),
      ],
      { reserveBytes: 5n },
    );
    expect(account).toMatchObject({
      usedBytes: 3191n,
      delta: { bucketBytes: -19n, storeBytes: 30n },
      total: { bytes: 2000n, atMs: 200 },
      free: { bytes: 500n, atMs: 200 },
      capacityBytes: 1995n,
      availableBytes: 0n,
    });
  });

  it('is as old as its oldest member, and reaches back as far as that which reaches furthest', () => {
    const { used } = poolAccountOf(
      [
        member({ used: { atMs: 5_000, lagMs: 0, source: 's3-walk' } }),
        member({ used: { atMs: 9_000, lagMs: 6_000, uploads: 'not-counted' } }),
        member({ used: { atMs: 7_000, lagMs: 0 } }),
      ],
      FREELY,
    );
    expect(used).toEqual({
      bytes: 30n,
      source: 'minio+s3-walk',
      atMs: 5_000,
      lagMs: 2_000,
      uploads: 'not-counted',
    });
  });

  it("holds the sum to the pool's quota", () => {
    const account = poolAccountOf([member({ used: { bytes: 60n } }), member({ used: { bytes: 30n } })], {
      quota: { name: 'pool quota', limitBytes: 100n },
      reserveBytes: 0n,
    });
    expect(account).toMatchObject({
      capacityBytes: 100n,
      availableBytes: 10n,
      usedBytes: 90n,
      capacityBound: 'pool quota',
    });
  });

  it('does not let a full bucket fill the pool, whether or not the store tells what counts against its quota', () => {
    const full = (bucket: string, told: Pick<StoreQuota, 'usedBytes'> | Record<never, never>) =>
      member({ bucket, used: { bytes: 50n }, quotas: [{ name: 'bucket quota', limitBytes: 50n, ...told }] });
    const account = poolAccountOf([full('a', {}), full('b', { usedBytes: 56n })], FREELY);
    expect(account).toMatchObject({ availableBytes: 600n, usedBytes: 100n, quotas: [] });
  });

  it('is bound by quotas of owners and of pools of the store, each as it was told last', () => {
    const quota = (name: string, limitBytes: bigint, usedBytes: bigint) => ({ name, limitBytes, usedBytes });
    const account = poolAccountOf(
      [
        member({
          quotas: [quota('quota of user x', 500n, 100n), quota('quota of pool y', 900n, 400n)],
          used: { atMs: 300 },
        }),
        member({ quotas: [quota('quota of user x', 500n, 110n)], used: { atMs: 200 } }),
        member({ quotas: [quota('quota of user z', 300n, 20n)], bucketBytes: 5n }),
      ],
      FREELY,
    );
    expect(account.quotas).toEqual([
      quota('quota of pool y', 900n, 405n),
      quota('quota of user x', 500n, 105n),
      quota('quota of user z', 300n, 25n),
    ]);
    expect(account).toMatchObject({ availableBytes: 265n, capacityBound: 'quota of user z' });
  });

  it.each<readonly [name: string, taken: Told, left: Told]>([
    ['the later free space', { free: { atMs: 101 } }, { total: { atMs: 102, bytes: 1n } }],
    ['the later size', { total: { atMs: 101 } }, { free: { bytes: 1n } }],
    ['the less that is left', { storeBytes: 2n }, { free: { bytes: 599n }, total: { bytes: 1n } }],
    ['the smaller size', { total: { bytes: 999n, source: 'a' } }, { total: { source: 'b' } }],
    [
      'any, but always the same',
      { free: { source: 'b' } },
      { free: { source: 'a' }, total: { source: 'z' } },
    ],
    ['any, but always the same', { total: { source: 'b' } }, { total: { source: 'a' } }],
  ])('takes of the store %s', (_name, taken, left) => {
    for (const both of [
      [taken, left],
      [left, taken],
    ]) {
      const { total, free, delta } = poolAccountOf(both.map(member), FREELY);
      const { figures, delta: expected } = member(taken);
      expect([total, free, delta.storeBytes]).toEqual([figures.total, figures.free, expected.storeBytes]);
    }
  });

  it.each([
    ['told later', [101, 500n, 100n], [100, 500n, 400n]],
    ['that leaves less', [100, 500n, 100n], [100, 600n, 100n]],
    ['with the smaller limit', [100, 400n, 100n], [100, 500n, 200n]],
  ] as const)('takes the quota of an owner %s', (_name, taken, left) => {
    const telling = ([atMs, limitBytes, usedBytes]: readonly [number, bigint, bigint]) =>
      member({ used: { atMs }, quotas: [{ name: 'quota of user x', limitBytes, usedBytes }] });
    for (const both of [
      [taken, left],
      [left, taken],
    ]) {
      const { quotas } = poolAccountOf(both.map(telling), FREELY);
      expect(quotas).toEqual([{ name: 'quota of user x', limitBytes: taken[1], usedBytes: taken[2] }]);
    }
  });

  it('counts what the operator said of all buckets once, whatever passed', () => {
    const fixed = { bytes: 400n, source: 'static', isFixed: true } as const;
    const [one, two] = [
      member({ used: fixed, bucketBytes: 7n }),
      member({ bucket: 'b', used: { ...fixed, bytes: 300n }, bucketBytes: -900n }),
    ];
    expect(poolAccountOf([one, two], FREELY)).toMatchObject({
      usedBytes: 400n,
      used: { isFixed: true, source: 'static' },
    });
    const mixed = poolAccountOf([one, two, member({ bucket: 'c', bucketBytes: 1n })], FREELY);
    expect(mixed.usedBytes).toBe(411n);
    expect(mixed.used.isFixed).toBeUndefined();
  });

  it('does not let a bucket that lost more than it held hide what another holds', () => {
    const { usedBytes } = poolAccountOf(
      [member({ bucketBytes: -500n }), member({ bucket: 'b', used: { bytes: 100n } })],
      FREELY,
    );
    expect(usedBytes).toBe(100n);
  });

  it('is unknown without a member, and where a member says what cannot be', () => {
    expect(unknown([])).toBe('a pool without a bucket has no capacity');
    expect(unknown([member(), member({ bucket: 'b', used: { bytes: -1n } })])).toBe(
      'used from minio is -1 in bucket b: not an answer',
    );
    expect(unknown([member()], { reserveBytes: 1000n })).toContain('less a reserve of 1000');
  });
});

const bytes = (max: bigint) => fc.bigInt({ min: 0n, max });
const moment = fc.integer({ min: 0, max: 3 });
const change = fc.bigInt({ min: -2000n, max: 2000n });
const quotas = fc.array(
  fc.record(
    {
      name: fc.constantFrom('bucket quota', 'quota of user x', 'quota of pool y'),
      limitBytes: fc.bigInt({ min: 1n, max: 3000n }),
      usedBytes: bytes(3000n),
    },
    { requiredKeys: ['name', 'limitBytes'] },
  ),
  { maxLength: 3 },
);
const anyMember: fc.Arbitrary<PoolMember> = fc
  .record({
    total: fc.record({ bytes: fc.bigInt({ min: 101n, max: 3000n }), atMs: moment }),
    free: fc.record({ bytes: bytes(3000n), atMs: moment }),
    used: fc.record({ bytes: bytes(1000n), atMs: moment, lagMs: moment }),
    quotas,
    bucketBytes: change,
    storeBytes: change,
  })
  .map(member);
const members = fc.array(anyMember, { minLength: 1, maxLength: 8 });
const policies: fc.Arbitrary<CapacityPolicy> = fc.record(
  {
    quota: fc.record({ name: fc.constant('pool quota'), limitBytes: fc.bigInt({ min: 1n, max: 4000n }) }),
    reserveBytes: bytes(100n),
  },
  { requiredKeys: ['reserveBytes'] },
);

describe('for any members', () => {
  it('Used is the sum of what each would show alone', () => {
    fc.assert(
      fc.property(members, policies, (all, policy) => {
        const alone = all.map(({ figures, delta }) => accountOf(figures, policy, delta).usedBytes);
        expect(poolAccountOf(all, policy).usedBytes).toBe(alone.reduce((sum, each) => sum + each, 0n));
      }),
    );
  });

  it('0 <= Available <= Capacity, and no more than the store has and the pool may', () => {
    fc.assert(
      fc.property(members, policies, (all, policy) => {
        const { availableBytes, capacityBytes, usedBytes, free, delta } = poolAccountOf(all, policy);
        expect(availableBytes).toBeGreaterThanOrEqual(0n);
        expect(availableBytes).toBeLessThanOrEqual(capacityBytes);
        expect(usedBytes).toBeGreaterThanOrEqual(0n);
        if (usedBytes <= capacityBytes) expect(usedBytes + availableBytes).toBeLessThanOrEqual(capacityBytes);
        const left = [free.bytes, free.bytes - delta.storeBytes].map((each) => each - policy.reserveBytes);
        if (policy.quota !== undefined) left.push(policy.quota.limitBytes - usedBytes);
        for (const each of left) expect(availableBytes).toBeLessThanOrEqual(each > 0n ? each : 0n);
      }),
    );
  });

  it('the order is of no matter', () => {
    const shuffled = members.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, policies, ([one, other], policy) => {
        expect(poolAccountOf(other, policy)).toEqual(poolAccountOf(one, policy));
      }),
      { numRuns: 1000 },
    );
  });

  it('the age is that of the oldest, and nothing that a member shows is promised for later than it shows it', () => {
    fc.assert(
      fc.property(members, (all) => {
        const { used } = poolAccountOf(all, FREELY);
        const parts = all.map(({ figures }) => figures.used);
        expect(used.atMs).toBe(Math.min(...parts.map(({ atMs }) => atMs)));
        expect(used.atMs - used.lagMs).toBe(Math.min(...parts.map(({ atMs, lagMs }) => atMs - lagMs)));
      }),
    );
  });

  it('a member that holds nothing and tells nothing newer changes nothing', () => {
    fc.assert(
      fc.property(members, policies, (all, policy) => {
        const nothing = member({ used: { bytes: 0n, atMs: 3 }, total: { atMs: -1 }, free: { atMs: -1 } });
        const { delta, ...account } = poolAccountOf(all, policy);
        expect(poolAccountOf([...all, { ...nothing, delta: NOTHING_PASSED }], policy)).toMatchObject({
          delta,
          usedBytes: account.usedBytes,
          availableBytes: account.availableBytes,
          capacityBytes: account.capacityBytes,
        });
      }),
    );
  });
});
