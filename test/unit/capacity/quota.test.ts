import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import { applyQuotas } from '../../../src/capacity/quota.ts';

const GIB = 2n ** 30n;

describe('applyQuotas', () => {
  it('gives the cluster where there is no quota', () => {
    const measured = { capacityBytes: 10n * GIB, availableBytes: 6n * GIB, usedBytes: GIB };
    expect(applyQuotas(measured, [])).toEqual(measured);
  });

  it('lets a quota beat the cluster', () => {
    const measured = { capacityBytes: 10n * GIB, availableBytes: 9n * GIB, usedBytes: GIB };
    const room = applyQuotas(measured, [{ limitBytes: 4n * GIB, usedBytes: GIB }]);
    expect(room).toEqual({ capacityBytes: 4n * GIB, availableBytes: 3n * GIB, usedBytes: GIB });
  });

  it('never claims more than the cluster has, whatever the quota', () => {
    const measured = { capacityBytes: 10n * GIB, availableBytes: 2n * GIB, usedBytes: GIB };
    const room = applyQuotas(measured, [{ limitBytes: 100n * GIB, usedBytes: GIB }]);
    expect(room).toEqual(measured);
  });

  it('counts what else is under the same quota', () => {
    const measured = { capacityBytes: 10n * GIB, availableBytes: 9n * GIB, usedBytes: GIB };
    const room = applyQuotas(measured, [{ limitBytes: 4n * GIB, usedBytes: 3n * GIB }]);
    expect(room.availableBytes).toBe(GIB);
  });

  it('has nothing available over the quota, and says what is used', () => {
    const measured = { capacityBytes: 10n * GIB, availableBytes: 9n * GIB, usedBytes: 3n * GIB };
    const room = applyQuotas(measured, [{ limitBytes: 2n * GIB, usedBytes: 3n * GIB }]);
    expect(room).toEqual({ capacityBytes: 2n * GIB, availableBytes: 0n, usedBytes: 3n * GIB });
  });

  it('takes neither a capacity of zero nor a negative usage for an answer', () => {
    const measured = { capacityBytes: 1n, availableBytes: 1n, usedBytes: 0n };
    const zero = () => applyQuotas({ ...measured, capacityBytes: 0n }, []);
    expect(zero).toThrow(CapacityUnknownError);
    expect(() => applyQuotas(measured, [{ limitBytes: 0n, usedBytes: 0n }])).toThrow(CapacityUnknownError);
    expect(() => applyQuotas({ ...measured, usedBytes: -1n }, [])).toThrow(CapacityUnknownError);
  });

  it('keeps the invariants for any measurement', () => {
    const bytes = fc.oneof(fc.bigInt({ min: 0n, max: 100n }), fc.bigInt({ min: 0n, max: 2n ** 70n }));
    const quota = fc.record({ limitBytes: bytes.map((limit) => limit + 1n), usedBytes: bytes });
    const any = fc.record({
      capacityBytes: bytes.map((capacity) => capacity + 1n),
      availableBytes: fc.bigInt({ min: -100n, max: 2n ** 70n }),
      usedBytes: bytes,
    });
    fc.assert(
      fc.property(any, fc.array(quota, { maxLength: 3 }), (measured, quotas) => {
        const { capacityBytes, availableBytes, usedBytes } = applyQuotas(measured, quotas);
        expect(capacityBytes > 0n && capacityBytes <= measured.capacityBytes).toBe(true);
        expect(availableBytes >= 0n && availableBytes <= capacityBytes).toBe(true);
        expect(usedBytes).toBe(measured.usedBytes);
        expect(
          usedBytes > capacityBytes ? availableBytes === 0n : usedBytes + availableBytes <= capacityBytes,
        ).toBe(true);
        if (availableBytes > 0n) {
          expect(availableBytes <= measured.availableBytes).toBe(true);
          for (const { limitBytes, usedBytes: counted } of quotas)
            expect(counted + availableBytes <= limitBytes).toBe(true);
        }
      }),
    );
  });
});
