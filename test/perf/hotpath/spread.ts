// Several measurements of one thing as their median with the lowest and the highest.

export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Undefined where there is nothing to sum up. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  // Of an even number of values the middle lies between two.
  const below = sorted[Math.ceil(sorted.length / 2) - 1];
  const above = sorted[Math.floor(sorted.length / 2)];
  if (lowest === undefined || highest === undefined) return undefined;
  if (below === undefined || above === undefined) return undefined;
  return { median: (below + above) / 2, lowest, highest };
}

/** Each of `values` combined with that of the same round; rounds that one of them lacks are left out. */
export function byRound(
  values: readonly (number | undefined)[],
  bases: readonly (number | undefined)[],
  combine: (value: number, base: number) => number,
): Spread | undefined {
  return spreadOf(
    values.flatMap((value, round) => {
      const base = bases[round];
      return value === undefined || base === undefined ? [] : [combine(value, base)];
    }),
  );
}

export const ratio = (value: number, base: number): number => value / base;
export const difference = (value: number, base: number): number => value - base;

/** `1.08 (1.05–1.12)`. */
export function spreadText({ median, lowest, highest }: Spread): string {
  return `${median.toFixed(2)} (${lowest.toFixed(2)}–${highest.toFixed(2)})`;
}
