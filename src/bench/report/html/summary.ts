// The top of the page: the verdict, what was tested, how many cases ended how, and the findings at a glance.
import type { CaseResult, CaseStatus } from '../../bench-case.ts';
import { durationText, numberText, timeText } from '../quantities.ts';
import { type BenchReport, countResults } from '../report.ts';
import { verdictOf } from '../verdict.ts';
import type { Anchors } from './anchors.ts';
import { badge } from './finding.ts';
import { type Content, cutText, html, type Markup } from './markup.ts';
import { renderTable } from './table.ts';
import { type FindingKind, groupWord, STATUSES } from './words.ts';

const MAX_FACT_BYTES = 600;
const MAX_TITLE_BYTES = 300;
const ORDER: readonly CaseStatus[] = ['failed', 'warned', 'passed', 'skipped'];

export interface Finding {
  readonly result: CaseResult;
  readonly kind: FindingKind;
}

export function renderSummary(report: BenchReport, findings: readonly Finding[], anchors: Anchors): Markup {
  const { tone, sentence, addition } = verdictOf(report);
  return html`<section aria-labelledby="page-summary">
<h2 id="page-summary">Summary</h2>
<div class="verdict ${tone}"><p class="sentence">${sentence}</p>${addition === '' ? '' : html`<p>${addition}</p>`}</div>
<ul class="tiles">${ORDER.map((status) => tile(status, report.counts[status]))}</ul>
<dl class="facts target">${targetFacts(report)}</dl>
${groupTable(report.results)}
${glance(findings, anchors)}
</section>
`;
}

function tile(status: CaseStatus, count: number): Markup {
  const { sign, word, tone } = STATUSES[status];
  return html`<li class="${count === 0 ? 'none' : tone}"><span class="count">${numberText(count)}</span> <span><span aria-hidden="true">${sign} </span>${word}</span></li>`;
}

function targetFacts({ target, server, startedAt, endedAt, profile, version, runId }: BenchReport): Content {
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['Store', target.endpoint],
    ['Server header', server ?? 'none sent'],
    ['Bucket', target.bucket],
    ['Region, addressing', `${target.region}, ${target.addressing}`],
    ['Date', timeText(startedAt)],
    ['Took', durationText(Date.parse(endedAt) - Date.parse(startedAt))],
    ['Profile', profile],
    ['Bench', `sosapi-gateway ${version}, run ${runId}`],
  ];
  return facts.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${cutText(value, MAX_FACT_BYTES)}</dd></div>
`,
  );
}

interface GroupRow {
  readonly name: string;
  readonly counts: BenchReport['counts'];
}

function groupTable(results: readonly CaseResult[]): Content {
  if (results.length === 0) return html`<p>The run had no cases.</p>`;
  const groups = [...new Set(results.map(({ group }) => group))];
  const rows: readonly GroupRow[] = [
    ...groups.map((group) => ({
      name: groupWord(group),
      counts: countResults(results.filter((result) => result.group === group)),
    })),
    { name: 'All', counts: countResults(results) },
  ];
  return renderTable<GroupRow>({
    caption: 'Cases by group',
    columns: [
      { title: 'Group', cell: ({ name }) => name },
      ...ORDER.map((status) => ({
        title: capital(STATUSES[status].word),
        align: 'right' as const,
        cell: ({ counts }: GroupRow) => numberText(counts[status]),
      })),
    ],
    rows,
  });
}

function glance(findings: readonly Finding[], anchors: Anchors): Content {
  if (findings.length === 0) return undefined;
  return renderTable<Finding>({
    caption: 'What did not pass',
    columns: [
      {
        title: 'Case',
        cell: ({ result }) =>
          html`<a href="#${anchors.get(result)}">${cutText(result.title, MAX_TITLE_BYTES)}</a> <code>${cutText(result.id, 100)}</code>`,
      },
      { title: 'Finding', cell: ({ kind }) => badge(kind) },
    ],
    rows: findings,
  });
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
