// Fixed numbers from the configuration, for a store that cannot be asked.
import type { CapacityFigures } from '../figures.ts';
import type { CapacityProvider } from '../provider.ts';
import { untilAborted } from '../until-aborted.ts';

export interface StaticCapacityOptions {
  readonly capacityBytes: bigint;
  readonly usedBytes: bigint;
  readonly now: () => number;
}

const SOURCE = 'static';

/** The same numbers for every bucket; all that is not used is free. */
export function staticCapacity(options: StaticCapacityOptions): CapacityProvider {
  const { capacityBytes, usedBytes, now } = options;
  return {
    source: SOURCE,
    measure(bucket, signal) {
      const atMs = now();
      const figures: CapacityFigures = {
        total: { bytes: capacityBytes, source: SOURCE, atMs, isFixed: true },
        free: { bytes: capacityBytes - usedBytes, source: SOURCE, atMs, isFixed: true },
        used: { bytes: usedBytes, source: SOURCE, atMs, isFixed: true, lagMs: 0, uploads: 'counted' },
      };
      return untilAborted(Promise.resolve(figures), signal, `asked the configuration about bucket ${bucket}`);
    },
  };
}
