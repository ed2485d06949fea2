// Ends a case with the faults that a rule found.
import type { BenchContext } from '../../bench-context.ts';

/** Fails the case where there are faults; they are sentences. */
export function expectNoFaults(context: BenchContext, faults: readonly string[]): void {
  if (faults.length > 0) context.fail(faults.join(' '));
}
