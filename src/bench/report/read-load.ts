// Whether what stands under `load` in a report is what this program's load runs write.
import type { LoadResult } from '../load/load-result.ts';

/** Undefined where there is none, and where it is of another shape: an older or a newer report that was read again. */
export function readLoad(load: unknown): LoadResult | undefined {
  if (typeof load !== 'object' || load === null) return undefined;
  const { phases, series, capacity, verdicts, settings } = load as Partial<LoadResult>;
  const isWhole =
    [phases, series, capacity, verdicts].every(Array.isArray) &&
    typeof settings === 'object' &&
    settings !== null;
  return isWhole ? (load as LoadResult) : undefined;
}
