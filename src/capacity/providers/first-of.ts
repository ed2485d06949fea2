// Several ways to the same numbers, tried in order: the endpoints of one store.
import { CapacityUnknownError } from '../capacity.ts';
import type { CapacityProvider } from '../provider.ts';

/** Each in turn until one answers; where none does, the error says why of each. */
export function firstOf(providers: readonly CapacityProvider[]): CapacityProvider {
  return {
    source: providers[0]?.source ?? 'none',
    async measure(bucket, signal) {
      const failures: string[] = [];
      for (const provider of providers) {
        try {
          return await provider.measure(bucket, signal);
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error));
          if (signal.aborted) break;
        }
      }
      throw new CapacityUnknownError(failures.join('; ') || 'there is nobody to ask');
    },
  };
}
