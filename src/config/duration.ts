// Durations as people write them: a whole number and its unit, `250ms`, `30s`, `15m`, `1h`, `2d`.

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

export const DURATION_PATTERN = '^[0-9]{1,10} ?(ms|s|m|h|d)$';

const DURATION = /^(\d{1,10}) ?(ms|s|m|h|d)$/;

// Node turns a longer timer into one that fires at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The milliseconds of a duration; undefined without a unit, for zero, and beyond 24 days. */
export function parseDuration(text: string): number | undefined {
  const ms = parseSpan(text);
  return ms !== undefined && ms <= LONGEST_TIMER_MS ? ms : undefined;
}

/** The same for a span that no timer waits for: as long as one likes. */
export function parseSpan(text: string): number | undefined {
  const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
  const msPerUnit = MS_PER_UNIT[unit];
  if (msPerUnit === undefined) return undefined;
  const ms = Number(count) * msPerUnit;
  return ms >= 1 ? ms : undefined;
}
