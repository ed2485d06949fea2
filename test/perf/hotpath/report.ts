// The table that lines up.
import { type Row, rowsOf } from './judge.ts';
import type { BenchResult, CaseResult } from './results.ts';
import { spreadText } from './spread.ts';

const HEADS = [
  ...['case', 'proxy', 'CPU µs/request', 'requests/s', 'MB/s', 'p50 ms', 'p99 ms', 'peak MiB'],
  ...['ratio to nginx', 'target', ''],
] as const;
/** Numbers stand at the right edge of their columns. */
const FIRST_NUMBER = 2;
const LAST_NUMBER = 7;
const GREEN = '\x1b[32m';
const RED = '\x1b[31m';
const PLAIN = '\x1b[39m';

export function heading({ machine, settings }: BenchResult): string {
  const width = Math.max(...Object.keys(machine).map((name) => name.length));
  return [
    ...Object.entries(machine).map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    `${'method'.padEnd(width)}  ${settings.rounds} rounds of ${settings.seconds} s for each proxy in turn; medians; the ratio is to the better nginx (*) of the same round, with its lowest and highest`,
    '',
  ].join('\n');
}

/** `isColoured` where a terminal shows it. */
export function table(cases: readonly CaseResult[], isColoured: boolean): string {
  const lines = cases.flatMap((result) =>
    rowsOf(result).flatMap((row, index) => cellsOf(row, index === 0 ? result.title : '')),
  );
  const rows = [[...HEADS], ...lines];
  const widths = HEADS.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => {
          const width = widths[index] ?? 0;
          const isNumber = index >= FIRST_NUMBER && index <= LAST_NUMBER;
          return isColoured
            ? coloured(isNumber ? cell.padStart(width) : cell.padEnd(width))
            : isNumber
              ? cell.padStart(width)
              : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function coloured(cell: string): string {
  const word = cell.trimEnd();
  if (word === 'met') return `${GREEN}${cell}${PLAIN}`;
  return word === 'missed' ? `${RED}${cell}${PLAIN}` : cell;
}

/** One line for each target, at least one. */
function cellsOf(row: Row, title: string): string[][] {
  const [first, ...more] = row.targets;
  const cells = [
    title,
    row.isBase ? `${row.proxy} *` : row.proxy,
    number(row.cpuMicros),
    number(row.requestsPerSecond),
    number(row.megabytesPerSecond),
    milliseconds(row.p50Ms),
    milliseconds(row.p99Ms),
    number(row.peakMebibytes),
    row.ratio === undefined ? '' : spreadText(row.ratio),
    first?.text ?? row.note ?? '',
    first === undefined ? '' : verdict(first.isMet),
  ];
  const empty = cells.slice(0, -2).map(() => '');
  const further = more.map(({ text, isMet }) => [...empty, text, verdict(isMet)]);
  const note = row.note !== undefined && first !== undefined ? [[...empty, row.note, '']] : [];
  return [cells, ...further, ...note];
}

const verdict = (isMet: boolean): string => (isMet ? 'met' : 'missed');
const number = (value: number | undefined): string => {
  if (value === undefined) return '';
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
};
const milliseconds = (value: number | undefined): string => value?.toFixed(value >= 10 ? 1 : 3) ?? '';
