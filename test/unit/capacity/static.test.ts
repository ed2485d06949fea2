import { describe, expect, it } from 'vitest';
import { staticCapacity } from '../../../src/capacity/providers/static.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import { accountOfMeasured } from './account-of-measured.ts';
import { unknownMessage } from './store-stand-in.ts';

describeCapacityProvider('static', () => ({
  provider: staticCapacity({ capacityBytes: 2n ** 60n, usedBytes: 2n ** 50n, now: Date.now }),
  bucket: 'any',
}));

describe('staticCapacity', () => {
  it('leaves available what is not used', async () => {
    const provider = staticCapacity({ capacityBytes: 10n, usedBytes: 3n, now: () => 77 });
    const common = { source: 'static', atMs: 77, isFixed: true };
    expect(await provider.measure('b', new AbortController().signal)).toEqual({
      total: { bytes: 10n, ...common },
      free: { bytes: 7n, ...common },
      used: { bytes: 3n, ...common, lagMs: 0, uploads: 'counted' },
    });
  });

  it('with a capacity of zero is no answer', async () => {
    const provider = staticCapacity({ capacityBytes: 0n, usedBytes: 0n, now: () => 0 });
    const measured = provider.measure('b', new AbortController().signal);
    expect(await unknownMessage(accountOfMeasured(measured))).toContain('a capacity of 0 bytes');
  });
});
