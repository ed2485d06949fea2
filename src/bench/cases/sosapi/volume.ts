// How two byte counts compare, in percent.

/** Whether `actual` differs from `expected` by no more than so many percent of `expected`. */
export function withinPercent(actual: bigint, expected: bigint, percent: number): boolean {
  const off = actual > expected ? actual - expected : expected - actual;
  return off * 100n <= expected * BigInt(percent);
}

/** Rounded to tenths. */
export function percentOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 1000n) / whole) / 10;
}
