// A measurement as the ledger keeps it: with times that make sense whatever the clocks said.
import type { UsedFigure } from '../figures.ts';
import type { SumName } from './bin.ts';
import type { Doubt } from './find-cut.ts';

export interface Measurement {
  readonly bytes: bigint;
  readonly source: string;
  readonly uploads: SumName;
  /** Never after `toldMs`. */
  readonly atMs: number;
  readonly lagMs: number;
  /** When the ledger heard of it. */
  readonly toldMs: number;
}

/** 30,000 years: as good as for ever, and a number that JSON can say. */
const LONGEST_MS = 1e15;

export function asMeasurement(
  { bytes, source, uploads, atMs, lagMs }: UsedFigure,
  nowMs: number,
): Measurement {
  return {
    bytes,
    source,
    uploads,
    atMs: boundedMs(atMs, nowMs),
    lagMs: lagMs >= 0 ? Math.min(lagMs, LONGEST_MS) : 0,
    toldMs: nowMs,
  };
}

/** A moment that is not after now; now where it is none at all. */
export function boundedMs(atMs: number, nowMs: number): number {
  return Number.isFinite(atMs) ? Math.min(atMs, nowMs) : nowMs;
}

export function doubtOf({ atMs, lagMs, toldMs }: Measurement, slackMs: number): Doubt {
  return { fromMs: atMs - lagMs, untilMs: Math.min(atMs + slackMs, toldMs) };
}

/** The same answer of the source once more, as out of a cache. */
export function isSameMeasurement(one: Measurement, other: Measurement): boolean {
  return (
    one.atMs === other.atMs &&
    one.bytes === other.bytes &&
    one.uploads === other.uploads &&
    one.source === other.source
  );
}

/** Made to be of that moment at the latest: the clock was set back. */
export function turnedBack(measurement: Measurement, untilMs: number): Measurement {
  const { atMs, toldMs } = measurement;
  return { ...measurement, atMs: Math.min(atMs, untilMs), toldMs: Math.min(toldMs, untilMs) };
}
