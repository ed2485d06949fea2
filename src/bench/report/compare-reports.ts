// Two reports side by side: cases whose status or figures differ.
import type { CaseResult } from '../bench-case.ts';
import { oneLine } from './one-line.ts';
import { type BenchReport, isBreak } from './report.ts';
import { textTable } from './text-table.ts';

export interface Difference {
  readonly id: string;
  readonly title: string;
  /** What differs: `status`, or the name of a figure. */
  readonly what: string;
  readonly a: string;
  readonly b: string;
  /** B breaks what A does not. */
  readonly isWorse: boolean;
}

/** Two runs of one store differ by so much without a reason. */
const SAME_WITHIN = 0.1;
const ABSENT = '-';

export function compareReports(a: BenchReport, b: BenchReport): readonly Difference[] {
  const inA = new Map(a.results.map((result) => [result.id, result]));
  const inB = new Map(b.results.map((result) => [result.id, result]));
  const ids = [...new Set([...inA.keys(), ...inB.keys()])];
  return ids.flatMap((id) => {
    const [left, right] = [inA.get(id), inB.get(id)];
    return [...statusDifference(id, left, right), ...figureDifferences(id, left, right)];
  });
}

export function renderComparison(a: BenchReport, b: BenchReport): string {
  const differences = compareReports(a, b);
  const heads = [
    { side: 'A', report: a },
    { side: 'B', report: b },
  ];
  const head = textTable<(typeof heads)[number]>(
    [
      { title: '', text: ({ side }) => side },
      { title: 'ENDPOINT', text: ({ report }) => oneLine(report.target.endpoint) },
      { title: 'BUCKET', text: ({ report }) => report.target.bucket },
      { title: 'SERVER', text: ({ report }) => oneLine(report.server ?? ABSENT) },
      { title: 'BENCH', text: ({ report }) => report.version },
      { title: 'PROFILE', text: ({ report }) => report.profile },
      { title: 'STARTED', text: ({ report }) => report.startedAt },
    ],
    heads,
  );
  if (differences.length === 0) return `${head}\nNo case differs.\n`;
  const table = textTable<Difference>(
    [
      { title: 'CASE', text: ({ id }) => id },
      { title: 'WHAT', text: ({ what }) => what },
      { title: 'A', text: (row) => row.a },
      { title: 'B', text: (row) => row.b },
      { title: '', text: ({ isWorse }) => (isWorse ? 'B breaks it' : '') },
      { title: 'TITLE', text: ({ title }) => oneLine(title) },
    ],
    differences,
  );
  return `${head}\n${table}`;
}

function statusDifference(
  id: string,
  a: CaseResult | undefined,
  b: CaseResult | undefined,
): readonly Difference[] {
  if (a?.status === b?.status && a?.severity === b?.severity) return [];
  const isWorse = b !== undefined && isBreak(b) && !(a !== undefined && isBreak(a));
  const title = b?.title ?? a?.title ?? '';
  return [{ id, title, what: 'status', a: statusText(a), b: statusText(b), isWorse }];
}

function statusText(result: CaseResult | undefined): string {
  if (result === undefined) return ABSENT;
  return result.status === 'failed' ? `failed (${result.severity})` : result.status;
}

function figureDifferences(
  id: string,
  a: CaseResult | undefined,
  b: CaseResult | undefined,
): readonly Difference[] {
  const [left, right] = [a?.figures ?? {}, b?.figures ?? {}];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.flatMap((what) => {
    const [x, y] = [left[what], right[what]];
    if (x !== undefined && y !== undefined && isSame(x, y)) return [];
    return [
      { id, title: b?.title ?? a?.title ?? '', what, a: figureText(x), b: figureText(y), isWorse: false },
    ];
  });
}

function isSame(x: number, y: number): boolean {
  return Math.abs(x - y) <= SAME_WITHIN * Math.max(Math.abs(x), Math.abs(y));
}

function figureText(figure: number | undefined): string {
  return figure === undefined ? ABSENT : String(Math.round(figure * 100) / 100);
}
