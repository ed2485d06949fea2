// Moments until which something is retained: ISO 8601, as Amazon S3 takes and gives them.

const DATE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** The first moment whose year has five digits: clients cannot read such a date back (boto3, seen 2026-11). */
const YEAR_10000 = Date.UTC(10000, 0, 1);

/**
 * Milliseconds since 1970, or undefined for what is no moment. Fractions may be finer than milliseconds (.NET writes seven
 * digits); they are rounded up, so that nothing is let go before the moment that was asked for.
 */
export function parseRetainUntil(text: string): number | undefined {
  const [, seconds, fraction = '', zone] = DATE.exec(text) ?? [];
  if (seconds === undefined || zone === undefined) return undefined;
  const local = Date.parse(`${seconds}Z`);
  // Written back it must be the same: that finds 31 February and hour 24.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(seconds)) return undefined;
  const instant = Date.parse(`${seconds}${zone}`);
  const untilMs = instant + Math.ceil(Number(fraction.padEnd(9, '0')) / 1e6);
  return untilMs < YEAR_10000 ? untilMs : undefined;
}

export function formatRetainUntil(untilMs: number): string {
  return new Date(untilMs).toISOString();
}
