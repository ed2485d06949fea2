// Whether a measurement may be believed at once. A store that is half up tells half its size, and a usage that falls
// although nothing was deleted is more often a fault of the source than the truth.
import type { WholeFigures } from './figures.ts';

export interface PlausibilityOptions {
  /** A size that changes by more than so many percent is not believed at once; 0 believes everything. */
  readonly jumpPercent: number;
  /** What is known to have been deleted since the measurement before: below zero, or 0. */
  readonly deletedBytes: bigint;
}

/** Smaller falls are ordinary: unfinished uploads that end, markers, lifecycle rules. */
const UNREMARKABLE_BYTES = 16n * 1024n * 1024n;

export function isPlausible(
  now: WholeFigures,
  before: WholeFigures,
  { jumpPercent, deletedBytes }: PlausibilityOptions,
): boolean {
  if (jumpPercent === 0) return true;
  const percent = BigInt(jumpPercent);
  const size = before.total.bytes;
  if (distance(now.total.bytes, size) * 100n > size * percent) return false;
  const fall = before.used.bytes + deletedBytes - now.used.bytes;
  return fall <= UNREMARKABLE_BYTES || fall * 100n <= before.used.bytes * percent;
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
