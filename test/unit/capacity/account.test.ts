import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountOf,
  type CapacityPolicy,
  type LedgerDelta,
  NOTHING_PASSED,
} from '../../../src/capacity/account.ts';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import type { StoreQuota, WholeFigures } from '../../../src/capacity/figures.ts';

const GIB = 2n ** 30n;
const NO_POLICY: CapacityPolicy = { reserveBytes: 0n };

function figures(
  total: bigint,
  free: bigint,
  used: bigint,
  quotas: readonly StoreQuota[] = [],
): WholeFigures {
  const of = (bytes: bigint) => ({ bytes, source: 'test', atMs: 1 });
  return {
    total: of(total),
    free: of(free),
    used: { ...of(used), lagMs: 0, uploads: 'counted' },
    quotas,
  };
}

function account(
  whole: WholeFigures,
  policy: Partial<CapacityPolicy> = {},
  delta: Partial<LedgerDelta> = {},
) {
  return accountOf(whole, { ...NO_POLICY, ...policy }, { ...NOTHING_PASSED, ...delta });
}

describe('accountOf', () => {
  it('gives the store where there is no quota', () => {
    expect(account(figures(10n * GIB, 6n * GIB, GIB))).toMatchObject({
      capacityBytes: 10n * GIB,
      availableBytes: 6n * GIB,
      usedBytes: GIB,
      capacityBound: 'size of the store',
      availableBound: 'free space of the store',
    });
  });

  it('lets a quota beat the store, and the tightest quota beat the others', () => {
    const quotas = [
      { name: 'bucket quota', limitBytes: 4n * GIB },
      { name: 'quota of pool p', limitBytes: 5n * GIB },
    ];
    expect(account(figures(10n * GIB, 9n * GIB, GIB, quotas))).toMatchObject({
      capacityBytes: 4n * GIB,
      availableBytes: 3n * GIB,
      capacityBound: 'bucket quota',
    });
    const quota = { name: 'quota of the rule', limitBytes: 2n * GIB };
    expect(account(figures(10n * GIB, 9n * GIB, GIB, quotas), { quota })).toMatchObject({
      capacityBytes: 2n * GIB,
      availableBytes: GIB,
      capacityBound: 'quota of the rule',
    });
  });

  it('never claims more than the store can take, whatever the quota', () => {
    const quotas = [{ name: 'bucket quota', limitBytes: 100n * GIB }];
    expect(account(figures(10n * GIB, 2n * GIB, GIB, quotas))).toMatchObject({
      capacityBytes: 10n * GIB,
      availableBytes: 2n * GIB,
    });
  });

  it('counts what else is under the same quota', () => {
    const quotas = [{ name: 'quota of user u', limitBytes: 4n * GIB, usedBytes: 3n * GIB }];
    const { availableBytes, availableBound } = account(figures(10n * GIB, 9n * GIB, GIB, quotas));
    expect([availableBytes, availableBound]).toEqual([GIB, 'quota of user u']);
  });

  it('has nothing available over the quota, and says what is used', () => {
    const quotas = [{ name: 'bucket quota', limitBytes: 2n * GIB }];
    expect(account(figures(10n * GIB, 9n * GIB, 3n * GIB, quotas))).toMatchObject({
      capacityBytes: 2n * GIB,
      availableBytes: 0n,
      usedBytes: 3n * GIB,
    });
  });

  it('never offers the reserve', () => {
    expect(account(figures(10n * GIB, 6n * GIB, GIB), { reserveBytes: 2n * GIB })).toMatchObject({
      capacityBytes: 8n * GIB,
      availableBytes: 4n * GIB,
    });
    expect(account(figures(10n * GIB, GIB, 5n * GIB), { reserveBytes: 2n * GIB }).availableBytes).toBe(0n);
    expect(() => account(figures(GIB, GIB, 0n), { reserveBytes: GIB })).toThrow(
      /less a reserve of 1073741824/,
    );
  });

  it('counts what passed since: in the bucket as used, in the store as taken, in the quotas of both', () => {
    const quotas = [{ name: 'quota of user u', limitBytes: 5n * GIB, usedBytes: 2n * GIB }];
    const delta = { bucketBytes: GIB, storeBytes: 4n * GIB };
    const full = account(figures(10n * GIB, 6n * GIB, GIB, quotas), {}, delta);
    expect(full).toMatchObject({ usedBytes: 2n * GIB, availableBytes: 2n * GIB });
    expect(full.quotas).toEqual([{ name: 'quota of user u', limitBytes: 5n * GIB, usedBytes: 3n * GIB }]);
  });

  it('does not offer what was deleted before the store says that it is free', () => {
    const delta = { bucketBytes: -3n * GIB, storeBytes: -3n * GIB };
    expect(account(figures(10n * GIB, GIB, 2n * GIB), {}, delta)).toMatchObject({
      usedBytes: 0n,
      availableBytes: GIB,
    });
  });

  it('takes neither a capacity of zero nor a number below zero for an answer', () => {
    const quotas = [{ name: 'bucket quota', limitBytes: 0n }];
    for (const whole of [
      figures(0n, 0n, 0n),
      figures(1n, 1n, 0n, quotas),
      figures(1n, 1n, -1n),
      figures(1n, -1n, 0n),
      figures(-1n, 1n, 0n),
    ]) {
      expect(() => account(whole)).toThrow(CapacityUnknownError);
    }
  });

  it('keeps the invariants for any numbers', () => {
    const bytes = fc.oneof(fc.bigInt({ min: 0n, max: 100n }), fc.bigInt({ min: 0n, max: 2n ** 70n }));
    const passed = fc.oneof(
      fc.bigInt({ min: -100n, max: 100n }),
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    );
    const positive = bytes.map((limit) => limit + 1n);
    const quota = fc.record({ name: fc.constant('quota q'), limitBytes: positive });
    const storeQuota = fc.record(
      { name: fc.constant('quota s'), limitBytes: positive, usedBytes: bytes },
      { requiredKeys: ['name', 'limitBytes'] },
    );
    const policy = fc.record({ reserveBytes: bytes, quota }, { requiredKeys: ['reserveBytes'] });
    const delta = fc.record({ bucketBytes: passed, storeBytes: passed });
    const whole = fc
      .tuple(positive, bytes, bytes, fc.array(storeQuota, { maxLength: 3 }))
      .map((numbers) => figures(...numbers));
    fc.assert(
      fc.property(whole, policy, delta, (measured, wanted, since) => {
        const isBig = measured.total.bytes > wanted.reserveBytes;
        if (!isBig) {
          expect(() => accountOf(measured, wanted, since)).toThrow(CapacityUnknownError);
          return;
        }
        const { capacityBytes, availableBytes, usedBytes, quotas } = accountOf(measured, wanted, since);
        expect(capacityBytes > 0n && capacityBytes <= measured.total.bytes - wanted.reserveBytes).toBe(true);
        expect(availableBytes >= 0n && availableBytes <= capacityBytes).toBe(true);
        const expected = measured.used.bytes + since.bucketBytes;
        expect(usedBytes).toBe(expected > 0n ? expected : 0n);
        expect(
          usedBytes > capacityBytes ? availableBytes === 0n : usedBytes + availableBytes <= capacityBytes,
        ).toBe(true);
        for (const { limitBytes, usedBytes: counted } of quotas) {
          expect(capacityBytes <= limitBytes).toBe(true);
          if (availableBytes > 0n) expect(counted + availableBytes <= limitBytes).toBe(true);
        }
        const taken = since.storeBytes > 0n ? since.storeBytes : 0n;
        const left = measured.free.bytes - taken - wanted.reserveBytes;
        expect(availableBytes <= (left > 0n ? left : 0n)).toBe(true);
      }),
    );
  });
});
