// Small sums over times: what a measured case compares.

/** The middle of a list of numbers, to a tenth; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return toTenth(sorted[Math.floor(sorted.length / 2)] ?? 0);
}

/** How many a second, to a tenth, of a time in milliseconds; at least a millisecond is assumed. */
export function perSecond(count: number, tookMs: number): number {
  return toTenth((count * 1000) / Math.max(1, tookMs));
}

/** As figures are shown to people. */
export function toTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
