// Fixed numbers from the configuration, for a store that cannot be asked.
import type { CapacityProvider, CapacitySample } from '../provider.ts';
import { applyQuotas } from '../quota.ts';
import { untilAborted } from '../until-aborted.ts';

export interface StaticCapacityOptions {
  readonly capacityBytes: bigint;
  readonly usedBytes: bigint;
  readonly now: () => number;
}

/** The same numbers for every bucket; all that is not used is available. */
export function staticCapacity(options: StaticCapacityOptions): CapacityProvider {
  const { capacityBytes, usedBytes, now } = options;
  const room = applyQuotas({ capacityBytes, availableBytes: capacityBytes, usedBytes }, []);
  return {
    source: 'static',
    measure(bucket, signal) {
      const sample: CapacitySample = { ...room, sampledAtMs: now() };
      return untilAborted(Promise.resolve(sample), signal, `asked the configuration about bucket ${bucket}`);
    },
  };
}
