// What was measured, as lines of a table and as JSON.

export interface Line {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the machine does, in the same unit, and what that is. */
  readonly machine?: { readonly value: number; readonly what: string };
  /** The share of `machine`, or the value itself, and which way it must lie. */
  readonly target?: { readonly share?: number; readonly atLeast?: number; readonly below?: number };
  readonly note?: string;
}

export interface Judged extends Line {
  readonly share: number | undefined;
  readonly isMet: boolean | undefined;
}

export function judge(line: Line): Judged {
  const { value, machine, target } = line;
  const share = machine === undefined ? undefined : value / machine.value;
  return { ...line, share, isMet: target && isMet(value, share, target) };
}

function isMet(value: number, share: number | undefined, target: NonNullable<Line['target']>): boolean {
  if (target.share !== undefined) return share !== undefined && share >= target.share;
  if (target.atLeast !== undefined) return value >= target.atLeast;
  return target.below !== undefined && value < target.below;
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

export function table(lines: readonly Judged[]): string {
  const rows = lines.map(({ what, value, unit, machine, share, target, isMet, note }) => [
    what,
    `${number(value)} ${unit}`,
    machine === undefined ? '' : `${number(machine.value)} ${unit} (${machine.what})`,
    share === undefined ? '' : percent(share),
    target === undefined ? '' : targetText(target, unit),
    isMet === undefined ? '' : isMet ? 'met' : 'MISSED',
    note ?? '',
  ]);
  const all = [['', 'store', 'machine', 'share', 'target', '', ''], ...rows];
  const widths = all.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function targetText({ share, atLeast, below }: NonNullable<Line['target']>, unit: string): string {
  if (share !== undefined) return `>= ${percent(share)}`;
  return atLeast === undefined ? `< ${below} ${unit}` : `>= ${atLeast} ${unit}`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
