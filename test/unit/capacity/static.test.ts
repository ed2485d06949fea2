import { describe, expect, it } from 'vitest';
import { staticCapacity } from '../../../src/capacity/providers/static.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';

describeCapacityProvider('static', () => ({
  provider: staticCapacity({ capacityBytes: 2n ** 60n, usedBytes: 2n ** 50n, now: Date.now }),
  bucket: 'any',
}));

describe('staticCapacity', () => {
  it('leaves available what is not used', async () => {
    const provider = staticCapacity({ capacityBytes: 10n, usedBytes: 3n, now: () => 77 });
    const sample = await provider.measure('b', new AbortController().signal);
    expect(sample).toEqual({ capacityBytes: 10n, availableBytes: 7n, usedBytes: 3n, sampledAtMs: 77 });
  });

  it('refuses a capacity of zero when it is made', () => {
    expect(() => staticCapacity({ capacityBytes: 0n, usedBytes: 0n, now: () => 0 })).toThrow(/0 bytes/);
  });
});
