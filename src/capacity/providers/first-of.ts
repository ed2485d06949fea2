// Several ways to the same numbers, tried in order: the endpoints of one store.
import type { CapacityProvider } from '../provider.ts';
import { firstAnswer } from './first-answer.ts';

/** Each in turn until one answers; where none does, the error says why of each. */
export function firstOf(providers: readonly CapacityProvider[]): CapacityProvider {
  return {
    source: providers[0]?.source ?? 'none',
    measure: (bucket, signal) =>
      firstAnswer(providers, signal, (provider) => provider.measure(bucket, signal)),
  };
}
