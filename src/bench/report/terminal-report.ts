// What a person reads at the end of a run: counts by group, then each case that did not pass.
import type { CaseResult, CaseStatus } from '../bench-case.ts';
import type { Leftover } from '../runtime/leftover.ts';
import { oneLine } from './one-line.ts';
import { type BenchReport, countResults } from './report.ts';
import { type TextColumn, textTable } from './text-table.ts';
import { verdictOf } from './verdict.ts';

export interface Paint {
  bad(text: string): string;
  warning(text: string): string;
  good(text: string): string;
}

export const PLAIN: Paint = { bad: (text) => text, warning: (text) => text, good: (text) => text };
export const COLOURS: Paint = {
  bad: (text) => `\x1b[31m${text}\x1b[39m`,
  warning: (text) => `\x1b[33m${text}\x1b[39m`,
  good: (text) => `\x1b[32m${text}\x1b[39m`,
};

/** Long lists of what is left say no more than their beginning. */
const MAX_LEFTOVERS = 10;

export function renderTerminal(report: BenchReport, paint: Paint): string {
  const { results, target, server, leftovers } = report;
  const shown = results.filter(({ status }) => status === 'failed' || status === 'warned');
  return [
    `${target.endpoint}, bucket ${target.bucket}, profile ${report.profile}${server === undefined ? '' : `, server "${oneLine(server)}"`}\n`,
    groupTable(results, paint),
    ...shown.map((result) => explain(result, paint)),
    skippedLines(results),
    leftoverLines(leftovers, paint),
    `${verdict(report, paint)}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

interface GroupRow {
  readonly group: string;
  readonly counts: BenchReport['counts'];
}

function groupTable(results: readonly CaseResult[], paint: Paint): string {
  const groups = [...new Set(results.map(({ group }) => group))];
  const rows: readonly GroupRow[] = [
    ...groups.map((group) => ({
      group,
      counts: countResults(results.filter((each) => each.group === group)),
    })),
    { group: 'all', counts: countResults(results) },
  ];
  const count = (status: CaseStatus, painted?: (text: string) => string): TextColumn<GroupRow> => ({
    title: status.toUpperCase(),
    align: 'right',
    text: ({ counts }) => String(counts[status]),
    paint: (text, { counts }) => (painted === undefined || counts[status] === 0 ? text : painted(text)),
  });
  return textTable<GroupRow>(
    [
      { title: 'GROUP', text: ({ group }) => group },
      count('passed'),
      count('failed', paint.bad),
      count('warned', paint.warning),
      count('skipped'),
    ],
    rows,
  );
}

function explain(result: CaseResult, paint: Paint): string {
  const { id, title, status, severity, message = '', mustComeBack, source, advice } = result;
  const isBad = status === 'failed' && severity === 'breaks';
  const word = isBad ? paint.bad('BREAKS') : paint.warning(status === 'failed' ? 'SLOW' : 'WARNING');
  return [
    `${word} ${id}: ${oneLine(title)}`,
    `  came      ${oneLine(message)}`,
    `  must come ${oneLine(mustComeBack)}`,
    `  source    ${oneLine(source)}`,
    `  advice    ${oneLine(advice)}`,
    '',
  ].join('\n');
}

function skippedLines(results: readonly CaseResult[]): string {
  const reasons = new Map<string, string[]>();
  for (const { status, message = '', id } of results) {
    if (status === 'skipped') reasons.set(message, [...(reasons.get(message) ?? []), id]);
  }
  return [...reasons].map(([reason, ids]) => `skipped (${oneLine(reason)}): ${ids.join(', ')}\n`).join('');
}

function leftoverLines(leftovers: readonly Leftover[], paint: Paint): string {
  if (leftovers.length === 0) return '';
  const shown = leftovers.slice(0, MAX_LEFTOVERS).map(({ bucket, key, versionId, deletableFrom, reason }) => {
    const what =
      key === undefined ? `bucket ${bucket}` : `${bucket}/${key}${versionId ? ` (${versionId})` : ''}`;
    const when = deletableFrom === undefined ? '' : `, can be deleted from ${deletableFrom} on`;
    return `  ${oneLine(what)}: ${oneLine(reason)}${when}\n`;
  });
  const more = leftovers.length - shown.length;
  const rest = more > 0 ? `  and ${more} more, see report.json\n` : '';
  return `${paint.warning('LEFT BEHIND')} (bench clean deletes it later)\n${shown.join('')}${rest}`;
}

function verdict(report: BenchReport, paint: Paint): string {
  const { tone, sentence, addition } = verdictOf(report);
  const painted = { bad: paint.bad, warn: paint.warning, good: paint.good }[tone](sentence);
  return addition === '' ? painted : `${painted} ${addition}`;
}
