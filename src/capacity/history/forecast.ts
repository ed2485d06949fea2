// Days until a bucket is full: a robust trend of what is taken, and how long the rest lasts at it.
import { type HistoryPoint, takenBytes } from './sample.ts';

/** What a trend was made from, and the trend. */
export interface Trend {
  /** The first and the last point, milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  /** How fast space is taken; below zero where it is given back. */
  readonly bytesPerDay: number;
}

export type Forecast =
  /** Counted from now. 0 where nothing is available any more. */
  | (Trend & { readonly kind: 'filling'; readonly daysUntilFull: number })
  /** Falling, level, or so slow that it takes more than ten years. */
  | (Trend & { readonly kind: 'not-filling' })
  | { readonly kind: 'unknown'; readonly reason: 'too little history' | 'no sample for a day' };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const TREND_SPAN_MS = 30 * DAY_MS;
const LEAST_SPAN_MS = DAY_MS;
const LEAST_POINTS = 12;
const TEN_YEARS_DAYS = 3_653;
/** Backups come by the day and retention by the week, so like is compared with like where history is long enough. */
const CYCLES_HOURS = [7 * 24, 24] as const;

/**
 * The trend of points of which there is at most one an hour, in the order of their time. Points older than 30 days or
 * later than `nowMs` do not count. Undefined for less than a day or fewer than 12 points.
 *
 * It is the Theil–Sen estimator: the median of the slopes between pairs of points, which outliers do not move until
 * they are more than a quarter. Only points a whole number of weeks apart are paired (of days, where there are less than
 * two weeks), as in the seasonal slope estimator of Hirsch, Slack and Smith (1982, doi:10.1029/WR018i001p00107): a saw
 * of backups and retention has a slope on nearly every tooth, and all pairs together see these.
 */
export function trendOf(hourly: readonly HistoryPoint[], nowMs: number): Trend | undefined {
  const points = hourly.filter(({ atMs }) => atMs <= nowMs && nowMs - atMs <= TREND_SPAN_MS);
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const spanMs = last.atMs - first.atMs;
  if (points.length < LEAST_POINTS || spanMs < LEAST_SPAN_MS) return undefined;
  // The difference is taken before it becomes a double: a change of a byte shows on an exabyte.
  const baseBytes = takenBytes(first);
  const line = points.map((point) => ({
    hour: Math.floor(point.atMs / HOUR_MS),
    days: (point.atMs - first.atMs) / DAY_MS,
    bytes: Number(takenBytes(point) - baseBytes),
  }));
  const bytesPerDay = median(slopes(line, spanMs));
  return { fromMs: first.atMs, toMs: last.atMs, points: points.length, bytesPerDay };
}

/** What becomes of the latest point at that trend. */
export function forecastOf(
  trend: Trend | undefined,
  latest: HistoryPoint | undefined,
  nowMs: number,
): Forecast {
  if (trend === undefined || latest === undefined) return { kind: 'unknown', reason: 'too little history' };
  if (nowMs - latest.atMs > DAY_MS) return { kind: 'unknown', reason: 'no sample for a day' };
  if (latest.availableBytes <= 0n) return { kind: 'filling', ...trend, daysUntilFull: 0 };
  if (trend.bytesPerDay <= 0) return { kind: 'not-filling', ...trend };
  const elapsedDays = Math.max(0, nowMs - latest.atMs) / DAY_MS;
  const daysUntilFull = Math.max(0, Number(latest.availableBytes) / trend.bytesPerDay - elapsedDays);
  if (daysUntilFull > TEN_YEARS_DAYS) return { kind: 'not-filling', ...trend };
  return { kind: 'filling', ...trend, daysUntilFull };
}

interface Place {
  readonly hour: number;
  readonly days: number;
  readonly bytes: number;
}

function slopes(line: readonly Place[], spanMs: number): readonly number[] {
  for (const cycle of CYCLES_HOURS) {
    if (spanMs < 2 * cycle * HOUR_MS) continue;
    const found = slopesBetween(line, cycle);
    // Of a history with holes too few may be left to have a median that says anything.
    if (found.length >= line.length / 2) return found;
  }
  return slopesBetween(line, 1);
}

/** Of all pairs that are a whole number of cycles apart. */
function slopesBetween(line: readonly Place[], cycleHours: number): readonly number[] {
  const byPhase = Map.groupBy(line, ({ hour }) => hour % cycleHours);
  const found: number[] = [];
  for (const alike of byPhase.values()) {
    for (const [index, from] of alike.entries()) {
      for (const to of alike.slice(index + 1)) found.push((to.bytes - from.bytes) / (to.days - from.days));
    }
  }
  return found;
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
