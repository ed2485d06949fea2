// Cases of which there is little to say, as compact tables: those that passed, those that were skipped, what was measured.
import type { CaseResult } from '../../bench-case.ts';
import type { Leftover } from '../../runtime/leftover.ts';
import { durationText, numberText } from '../quantities.ts';
import type { Anchors } from './anchors.ts';
import { type Content, cutText, html, type Markup } from './markup.ts';
import { renderTable } from './table.ts';
import { groupWord, weightWord } from './words.ts';

const MAX_TITLE_BYTES = 300;
const MAX_REASON_BYTES = 1000;
const MAX_NAME_BYTES = 100;
const MAX_FIGURES_A_CASE = 12;
const MAX_LEFTOVERS = 200;

/** A table for each group. */
export function renderPassed(results: readonly CaseResult[], anchors: Anchors): Content {
  return byGroup(results).map(([group, cases]) =>
    renderTable<CaseResult>({
      caption: `${groupWord(group)}: ${cases.length} passed`,
      columns: [
        { title: 'Case', cell: caseName },
        { title: 'A failure would be', cell: ({ severity }) => weightWord(severity) },
        { title: 'Took', align: 'right', cell: ({ tookMs }) => durationText(tookMs) },
      ],
      rows: cases,
      anchor: (result) => anchors.get(result),
    }),
  );
}

/** One table: the reasons, each with its cases. */
export function renderSkipped(results: readonly CaseResult[], anchors: Anchors): Content {
  const reasons = new Map<string, readonly CaseResult[]>();
  for (const result of results) {
    const reason = cutText(result.message ?? 'no reason given', MAX_REASON_BYTES);
    reasons.set(reason, [...(reasons.get(reason) ?? []), result]);
  }
  return renderTable<readonly [reason: string, cases: readonly CaseResult[]]>({
    caption: 'What was not found out, and why',
    columns: [
      { title: 'Why', cell: ([reason]) => reason },
      {
        title: 'Cases',
        cell: ([, cases]) =>
          html`<ul class="plain">${cases.map(
            (result) => html`<li id="${anchors.get(result)}">${caseName(result)}</li>
`,
          )}</ul>`,
      },
    ],
    rows: [...reasons],
  });
}

interface Figure {
  readonly result: CaseResult;
  readonly name: string;
  readonly value: number;
}

/** Undefined where no case measured anything. */
export function renderFigures(results: readonly CaseResult[], anchors: Anchors): Markup | undefined {
  const rows = results.flatMap((result) =>
    Object.entries(result.figures ?? {})
      .slice(0, MAX_FIGURES_A_CASE)
      .map(([name, value]): Figure => ({ result, name, value })),
  );
  if (rows.length === 0) return undefined;
  return renderTable<Figure>({
    caption: 'What the cases measured',
    columns: [
      { title: 'Figure', cell: ({ name }) => cutText(name, MAX_NAME_BYTES) },
      { title: 'Value', align: 'right', cell: ({ value }) => numberText(value) },
      {
        title: 'Case',
        cell: ({ result }) =>
          html`<a href="#${anchors.get(result)}"><code>${cutText(result.id, MAX_NAME_BYTES)}</code></a>`,
      },
    ],
    rows,
  });
}

export function renderLeftovers(leftovers: readonly Leftover[]): Content {
  const more = leftovers.length - MAX_LEFTOVERS;
  return [
    renderTable<Leftover>({
      caption: 'Objects and buckets that could not be deleted',
      columns: [
        { title: 'What', cell: leftoverName },
        { title: 'Why', cell: ({ reason }) => cutText(reason, MAX_REASON_BYTES) },
        {
          title: 'Can be deleted from',
          cell: ({ deletableFrom }) => cutText(deletableFrom ?? 'not known', MAX_NAME_BYTES),
        },
      ],
      rows: leftovers.slice(0, MAX_LEFTOVERS),
    }),
    more > 0 ? html`<p>And ${numberText(more)} more, in report.json.</p>` : undefined,
  ];
}

function leftoverName({ bucket, key, versionId }: Leftover): Markup {
  const what = key === undefined ? `bucket ${bucket}` : `${bucket}/${key}`;
  const version = versionId ? ` (version ${versionId})` : '';
  return html`<code>${cutText(`${what}${version}`, MAX_REASON_BYTES)}</code>`;
}

function caseName({ id, title }: CaseResult): Markup {
  return html`${cutText(title, MAX_TITLE_BYTES)} <code>${cutText(id, MAX_NAME_BYTES)}</code>`;
}

function byGroup(
  results: readonly CaseResult[],
): readonly (readonly [group: CaseResult['group'], cases: readonly CaseResult[]])[] {
  const groups = [...new Set(results.map(({ group }) => group))];
  return groups.map((group) => [group, results.filter((result) => result.group === group)] as const);
}
