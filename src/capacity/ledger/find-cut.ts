// Which changes a measurement shows already: the place in the log that explains best what it found.
import { type Bin, type SumName, sumOf } from './bin.ts';
import type { LogPosition } from './change-log.ts';

export interface Doubt {
  /** All changes before this moment are shown. */
  readonly fromMs: number;
  /** None after this one is. */
  readonly untilMs: number;
}

export interface Cut extends LogPosition {
  /** What was measured less what was expected. */
  readonly driftBytes: bigint;
}

/**
 * `foundBytes`: what was measured less what was measured at the beginning of the log. Of places with the same sum the
 * earliest is taken: what a store shows moves on through the log, so the true place is never before it, and the next
 * measurement can still find its own. Of a sum below and one above that are as far away, the later is taken.
 */
export function findCut(bins: readonly Bin[], name: SumName, foundBytes: bigint, doubt: Doubt): Cut {
  let expected = 0n;
  let index = 0;
  for (; index < bins.length; index += 1) {
    const bin = bins[index];
    if (bin === undefined || bin.lastMs >= doubt.fromMs) break;
    expected += BigInt(sumOf(bin, name).net);
  }
  let best: Cut = { index, insideBytes: 0, driftBytes: foundBytes - expected };
  for (; index < bins.length; index += 1) {
    const bin = bins[index];
    if (bin === undefined || bin.firstMs > doubt.untilMs) break;
    const sum = sumOf(bin, name);
    const wanted = foundBytes - expected;
    if (bin.changes > 1) {
      const insideBytes = between(wanted, sum.low, sum.high);
      best = better(best, { index, insideBytes, driftBytes: wanted - BigInt(insideBytes) });
    }
    expected += BigInt(sum.net);
    best = better(best, { index: index + 1, insideBytes: 0, driftBytes: foundBytes - expected });
  }
  return best;
}

/** With nothing to compare with: all that ended by then counts as shown. */
export function cutAt(bins: readonly Bin[], atMs: number): Cut {
  const index = bins.findIndex(({ lastMs }) => lastMs > atMs);
  return { index: index < 0 ? bins.length : index, insideBytes: 0, driftBytes: 0n };
}

function better(best: Cut, next: Cut): Cut {
  const [known, found] = [magnitude(best.driftBytes), magnitude(next.driftBytes)];
  return found < known || (found === known && best.driftBytes !== next.driftBytes) ? next : best;
}

function between(wanted: bigint, low: number, high: number): number {
  if (wanted <= BigInt(low)) return low;
  return wanted >= BigInt(high) ? high : Number(wanted);
}

function magnitude(bytes: bigint): bigint {
  return bytes < 0n ? -bytes : bytes;
}
