// Several sources as one: each number from the first source of the list that tells it.
import { CapacityUnknownError } from './capacity.ts';
import type { CapacityFigures, WholeFigures } from './figures.ts';
import type { CapacityProvider } from './provider.ts';

/** A source that tells all that an account of a bucket needs, or rejects. */
export interface WholeCapacityProvider extends CapacityProvider {
  measure(bucket: string, signal: AbortSignal): Promise<WholeFigures>;
}

export interface MergedCapacityOptions {
  /** A signal for each source of its own, so that one that hangs cannot take the others' time: none unless given. */
  readonly sourceDeadline?: (() => AbortSignal) | undefined;
}

type Answer = { readonly figures: CapacityFigures } | { readonly failure: string };

const MEANINGS = {
  total: 'how big the store is (total)',
  free: 'what the store can still take (free)',
  used: 'what the bucket holds (used)',
} as const;

/**
 * All sources are asked at the same time. The size of the store and its free space are a pair and come from the first
 * source that tells both, so that they count the same thing; where none does, each from the first that tells it. The
 * quotas of all count. A source that fails leaves its numbers to the next that tells them; where a number is missing
 * then, the error says which, and why of each that failed.
 */
export function mergedCapacity(
  providers: readonly CapacityProvider[],
  { sourceDeadline }: MergedCapacityOptions = {},
): WholeCapacityProvider {
  const source = providers.map((provider) => provider.source).join('+') || 'none';
  return {
    source,
    async measure(bucket, signal) {
      const asked = (provider: CapacityProvider) => {
        const own = sourceDeadline ? AbortSignal.any([signal, sourceDeadline()]) : signal;
        return answerOf(provider, bucket, own);
      };
      const answers = await Promise.all(providers.map(asked));
      const told = answers.flatMap((answer) => ('figures' in answer ? [answer.figures] : []));
      const whole = merge(told);
      if (!('missing' in whole)) return whole;
      const failures = answers.flatMap((answer) => ('failure' in answer ? [answer.failure] : []));
      const [only, ...more] = failures;
      // One that was asked alone, and failed, has said all that there is to say.
      if (only !== undefined && more.length === 0 && told.length === 0) throw new CapacityUnknownError(only);
      throw new CapacityUnknownError(
        `asked ${source} for the capacity of bucket ${bucket}: no source tells ${whole.missing.join(', nor ')}${
          failures.length > 0 ? ` (${failures.join('; ')})` : ''
        }`,
      );
    },
  };
}

async function answerOf(provider: CapacityProvider, bucket: string, signal: AbortSignal): Promise<Answer> {
  try {
    return { figures: await provider.measure(bucket, signal) };
  } catch (error) {
    if (error instanceof CapacityUnknownError) return { failure: error.message };
    return { failure: `the measurement of ${provider.source} broke: ${String(error)}` };
  }
}

function merge(told: readonly CapacityFigures[]): WholeFigures | { readonly missing: readonly string[] } {
  const pair = told.find((figures) => figures.total && figures.free);
  const total = pair?.total ?? told.find((figures) => figures.total)?.total;
  const free = pair?.free ?? told.find((figures) => figures.free)?.free;
  const used = told.find((figures) => figures.used)?.used;
  if (total && free && used) return { total, free, used, quotas: told.flatMap(({ quotas }) => quotas ?? []) };
  const missing = { total, free, used };
  return {
    missing: (['total', 'free', 'used'] as const).flatMap((name) => (missing[name] ? [] : [MEANINGS[name]])),
  };
}
