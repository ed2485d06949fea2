// Latencies as marks along a line for each kind of work: the middle, the slow ones, the slowest.

import { numberText } from '../quantities.ts';
import { FRAME, tickText, xPlace } from './chart-frame.ts';
import { html, type Markup } from './markup.ts';
import { logScale } from './scale.ts';
import { renderTable } from './table.ts';

export interface PercentileRow {
  readonly name: string;
  readonly calls: number;
  /** All in milliseconds. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const LEFT = 10;
const TOP = 8;
const ROW = 34;
const FOOT = 36;

/** `id` begins the ids of the parts. */
export function renderPercentileChart(id: string, rows: readonly PercentileRow[]): Markup {
  const scale = logScale(
    Math.min(...rows.map(({ p50Ms }) => p50Ms).filter((ms) => ms > 0)),
    Math.max(...rows.map(({ maxMs }) => maxMs)),
  );
  const floor = TOP + rows.length * ROW;
  const at = (ms: number): number => xPlace(scale, ms, LEFT);
  const grid = scale.ticks.map(
    (tick) =>
      html`<line class="grid" x1="${at(tick)}" x2="${at(tick)}" y1="${TOP}" y2="${floor}" /><text x="${at(tick)}" y="${floor + 14}" text-anchor="middle">${tickText(tick)}</text>
`,
  );
  return html`<figure class="chart">
<figcaption id="${id}-title">Latency by phase (ms)</figcaption>
<svg viewBox="0 0 ${FRAME.width} ${floor + FOOT}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-words">
${grid}${rows.map((row, number) => marks(row, TOP + number * ROW, at))}<text x="${FRAME.width / 2}" y="${floor + FOOT - 6}" text-anchor="middle">milliseconds, each step is ten times the one before</text>
</svg>
<p class="quiet" id="${id}-words">Circle: half of the calls were faster. Square: 95 of 100. Triangle: 99 of 100. Line to its end: the slowest call.</p>
<details><summary>The numbers</summary>
${numbersTable(rows)}</details>
</figure>
`;
}

function marks({ name, p50Ms, p95Ms, p99Ms, maxMs }: PercentileRow, top: number, at: (ms: number) => number) {
  const y = top + 24;
  const [p50, p95, p99, max] = [at(p50Ms), at(p95Ms), at(p99Ms), at(maxMs)];
  return html`<text class="name" x="${LEFT}" y="${top + 13}">${name}</text><line class="span" x1="${p50}" x2="${max}" y1="${y}" y2="${y}" /><line class="span" x1="${max}" x2="${max}" y1="${y - 4}" y2="${y + 4}" /><circle class="mark-first" cx="${p50}" cy="${y}" r="4" /><rect class="mark-second" x="${p95 - 3.5}" y="${y - 3.5}" width="7" height="7" /><path class="mark-third" d="M${p99 - 5} ${y + 4}h10l-5 -9z" />
`;
}

function numbersTable(rows: readonly PercentileRow[]): Markup {
  return renderTable<PercentileRow>({
    caption: 'Latency by phase (ms)',
    columns: [
      { title: 'Phase', cell: ({ name }) => name },
      { title: 'Calls', align: 'right', cell: ({ calls }) => numberText(calls) },
      { title: 'p50', align: 'right', cell: ({ p50Ms }) => numberText(p50Ms) },
      { title: 'p95', align: 'right', cell: ({ p95Ms }) => numberText(p95Ms) },
      { title: 'p99', align: 'right', cell: ({ p99Ms }) => numberText(p99Ms) },
      { title: 'Slowest', align: 'right', cell: ({ maxMs }) => numberText(maxMs) },
    ],
    rows,
  });
}
