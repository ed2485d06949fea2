// What a load run measured: its verdicts, its phases, and the charts over its time.
import type { LoadPhase, LoadResult, LoadVerdict } from '../../load/load-result.ts';
import { countText, durationText, numberText } from '../quantities.ts';
import {
  capacityChart,
  latencyChart,
  objectChart,
  phaseLatencyChart,
  startedPhases,
  throughputChart,
} from './load-charts.ts';
import { type Content, cutText, html } from './markup.ts';
import { renderTable } from './table.ts';
import { STATUSES, weightWord } from './words.ts';

const MAX_TEXT_BYTES = 1000;
const MAX_ERRORS = 40;

export function renderLoad(load: LoadResult): Content {
  const { parts, tookMs, interrupted, width } = load;
  return [
    html`<p>A backup-shaped load of ${durationText(tookMs)}${parts > 1 ? `, in ${countText(parts, 'part')}` : ''}, with up to ${countText(width, 'call')} at a time.${interrupted ? ' It was interrupted before its end.' : ''}</p>
`,
    verdicts(load.verdicts),
    phaseTable(load.phases),
    errorTable(load.phases),
    phaseNumbers(load),
    html`<div class="charts">
${throughputChart(load)}${objectChart(load)}${latencyChart(load)}${phaseLatencyChart(load)}${capacityChart(load)}</div>
`,
    settings(load),
  ];
}

function verdicts(rows: readonly LoadVerdict[]): Content {
  if (rows.length === 0) return undefined;
  return renderTable<LoadVerdict>({
    caption: 'What the load says',
    columns: [
      {
        title: 'Measured',
        cell: ({ id, message }) =>
          html`${cutText(message, MAX_TEXT_BYTES)} <code>${cutText(id, MAX_TEXT_BYTES)}</code>`,
      },
      {
        title: 'Outcome',
        cell: ({ status, severity }) => {
          const { sign, word } = STATUSES[status];
          return html`<span aria-hidden="true">${sign} </span>${word}${status === 'failed' ? `: ${weightWord(severity)}` : ''}`;
        },
      },
    ],
    rows,
  });
}

function phaseTable(rows: readonly LoadPhase[]): Content {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Phases of the load">${renderTable<LoadPhase>(
    {
      caption: 'Phases of the load',
      columns: [
        { title: 'Phase', cell: phaseName },
        {
          title: 'Objects',
          align: 'right',
          cell: ({ objects, planned }) =>
            objects === planned ? numberText(objects) : `${numberText(objects)} of ${numberText(planned)}`,
        },
        { title: 'Took', align: 'right', cell: ({ tookMs }) => durationText(tookMs) },
        {
          title: 'Objects/s',
          align: 'right',
          cell: ({ objectsPerSecond }) => numberText(objectsPerSecond),
        },
        { title: 'MiB/s', align: 'right', cell: ({ mibPerSecond }) => numberText(mibPerSecond) },
        { title: 'p50 ms', align: 'right', cell: ({ latency }) => numberOrNone(latency?.p50Ms) },
        { title: 'p99 ms', align: 'right', cell: ({ latency }) => numberOrNone(latency?.p99Ms) },
        { title: 'Slow-downs', align: 'right', cell: ({ slowDowns }) => numberText(slowDowns) },
        { title: 'Given up', align: 'right', cell: ({ failed }) => numberText(failed) },
      ],
      rows,
    },
  )}</div>
`;
}

function phaseNumbers(load: LoadResult): Content {
  const phases = startedPhases(load);
  if (phases.length === 0) return undefined;
  const names = phases.map(({ title }, at) => `${at + 1} ${title}`).join(', ');
  return html`<p>In the charts, dotted lines with numbers mark where the phases begin: ${names}.</p>
`;
}

function phaseName({ title, status, reason }: LoadPhase): Content {
  if (status === 'done') return title;
  const what = status === 'not-run' ? 'not run' : 'cut short';
  return `${title} (${what}${reason === undefined ? '' : `: ${cutText(reason, MAX_TEXT_BYTES)}`})`;
}

interface ErrorRow {
  readonly phase: string;
  readonly error: string;
  readonly count: number;
}

function errorTable(phases: readonly LoadPhase[]): Content {
  const rows = phases
    .flatMap(({ title, errors }) =>
      Object.entries(errors).map(([error, count]): ErrorRow => ({ phase: title, error, count })),
    )
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_ERRORS);
  if (rows.length === 0) return undefined;
  return renderTable<ErrorRow>({
    caption: 'Calls that did not succeed, the most frequent first',
    columns: [
      { title: 'What came back', cell: ({ error }) => cutText(error, 200) },
      { title: 'Phase', cell: ({ phase }) => phase },
      { title: 'Times', align: 'right', cell: ({ count }) => numberText(count) },
    ],
    rows,
  });
}

function settings({ settings, prefix }: LoadResult): Content {
  const rows = [...Object.entries(settings), ['prefix', prefix] as const];
  return html`<details><summary>Settings of the load</summary>
${renderTable<(typeof rows)[number]>({
  caption: 'Settings of the load',
  columns: [
    { title: 'Setting', cell: ([name]) => name },
    {
      title: 'Value',
      cell: ([, value]) =>
        typeof value === 'number' ? numberText(value) : cutText(String(value), MAX_TEXT_BYTES),
    },
  ],
  rows,
})}</details>
`;
}

function numberOrNone(value: number | undefined): string {
  return value === undefined ? 'none' : numberText(value);
}
