// docs/bench-results.md: the reports of the bench on several stores side by side, and why each case that did not pass did not.
import type { CaseResult } from '../../../src/bench/bench-case.ts';
import { oneLine } from '../../../src/bench/report/one-line.ts';
import { numberText } from '../../../src/bench/report/quantities.ts';
import type { BenchReport } from '../../../src/bench/report/report.ts';
import { REASONS } from './results-reasons.ts';
import { SUBJECT_IDS, SUBJECTS, type SubjectId } from './results-subjects.ts';

export type Reports = ReadonlyMap<SubjectId, BenchReport>;

/** What is known of the programs that ran. */
export interface Ran {
  /** As `Ceph 16.2.15`. */
  readonly versions: readonly string[];
}

/** Throws where a case did not pass and no reason is written down for it. */
export function renderResultsPage(reports: Reports, { versions }: Ran): string {
  const days = [...new Set([...reports.values()].map(({ startedAt }) => startedAt.slice(0, 10)))].sort();
  return [
    '# The bench on five stores',
    `Written by \`npm run bench:results\`, which starts each store and runs \`bench run --profile full --make-buckets\` against it (${days.join(', ')}; ${versions.join(', ')}; plain http on one machine of 2 cores, so figures say how they compare and not how fast a store is).`,
    subjectTable(reports),
    '## Cases that do not pass everywhere',
    'Cases that passed or were skipped on all five are left out. **breaks**: reported to break a Veeam operation. **slow**: Veeam works, slowly or blindly. *warning*: wrong, but nobody has proven that it matters.',
    caseTable(reports),
    '## Why',
    reasons(reports),
    '## Skipped',
    skipped(reports),
    '## Figures',
    figureTable(reports),
    '',
  ].join('\n\n');
}

function subjectTable(reports: Reports): string {
  return table(
    ['', 'what it is', 'passed', 'breaks', 'slow', 'warnings', 'skipped'],
    SUBJECT_IDS.map((id) => {
      const { counts } = reportOf(reports, id);
      const numbers = [counts.passed, counts.breaks, counts.slow, counts.warned, counts.skipped];
      return [`**${SUBJECTS[id].title}**`, SUBJECTS[id].is, ...numbers.map(String)];
    }),
  );
}

function caseTable(reports: Reports): string {
  const rows = caseIds(reports)
    .map((id) => ({ id, cells: SUBJECT_IDS.map((subject) => resultOf(reports, subject, id)) }))
    .filter(({ cells }) => cells.some((cell) => cell?.status === 'failed' || cell?.status === 'warned'));
  return table(
    ['case', 'what', ...SUBJECT_IDS.map((id) => SUBJECTS[id].title)],
    rows.map(({ id, cells }) => [
      `\`${id}\``,
      titleOf(cells),
      ...cells.map((cell) => (cell === undefined ? '' : wordOf(cell))),
    ]),
  );
}

function wordOf({ status, severity }: CaseResult): string {
  if (status === 'failed') return severity === 'breaks' ? '**breaks**' : `**${severity}**`;
  return status === 'warned' ? '*warning*' : status;
}

/** By what came, so that stores which answer the same stand together. */
function reasons(reports: Reports): string {
  const parts = caseIds(reports).flatMap((id) => {
    const bySaid = new Map<string, SubjectId[]>();
    for (const subject of SUBJECT_IDS) {
      const result = resultOf(reports, subject, id);
      if (result?.status !== 'failed' && result?.status !== 'warned') continue;
      const said = oneLine(result.message ?? '');
      bySaid.set(said, [...(bySaid.get(said) ?? []), subject]);
    }
    if (bySaid.size === 0) return [];
    const reason = REASONS[id];
    if (reason === undefined) throw new Error(`${id} did not pass, and results-reasons.ts does not say why`);
    const came = [...bySaid].map(
      ([said, subjects]) => `- ${subjects.map((subject) => SUBJECTS[subject].title).join('; ')}: ${said}`,
    );
    return [`### \`${id}\`\n\n${came.join('\n')}\n\n${reason}`];
  });
  return parts.join('\n\n');
}

function skipped(reports: Reports): string {
  const lines = SUBJECT_IDS.flatMap((subject) => {
    const byReason = new Map<string, string[]>();
    for (const { id, status, message = '' } of reportOf(reports, subject).results) {
      if (status !== 'skipped') continue;
      byReason.set(oneLine(message), [...(byReason.get(oneLine(message)) ?? []), `\`${id}\``]);
    }
    return [...byReason].map(
      ([reason, ids]) => `- **${SUBJECTS[subject].title}**: ${ids.join(', ')}: ${reason}`,
    );
  });
  return lines.join('\n');
}

function figureTable(reports: Reports): string {
  const rows = caseIds(reports).flatMap((id) => {
    const results = SUBJECT_IDS.map((subject) => resultOf(reports, subject, id));
    const names = [...new Set(results.flatMap((result) => Object.keys(result?.figures ?? {})))];
    return names.map((name) => [
      `\`${id}\``,
      name,
      ...results.map((result) => {
        const value = result?.figures?.[name];
        return value === undefined ? '' : numberText(value);
      }),
    ]);
  });
  return table(['case', 'figure', ...SUBJECT_IDS.map((id) => SUBJECTS[id].title)], rows);
}

/** In the order of the catalogue. */
function caseIds(reports: Reports): readonly string[] {
  return [...new Set(SUBJECT_IDS.flatMap((id) => reportOf(reports, id).results.map((each) => each.id)))];
}

function reportOf(reports: Reports, id: SubjectId): BenchReport {
  const report = reports.get(id);
  if (report === undefined) throw new Error(`there is no report of ${id}`);
  return report;
}

function resultOf(reports: Reports, subject: SubjectId, id: string): CaseResult | undefined {
  return reportOf(reports, subject).results.find((each) => each.id === id);
}

function titleOf(cells: readonly (CaseResult | undefined)[]): string {
  return oneLine(cells.find((cell) => cell !== undefined)?.title ?? '');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
