// Curves over time as a drawing within the page, with the numbers beneath it as a table.

import { numberText } from '../quantities.ts';
import { chartFrame, FRAME, xPlace, yPlace } from './chart-frame.ts';
import { type Content, html, type Markup, trusted } from './markup.ts';
import { linearScale, logScale, type Scale } from './scale.ts';
import { renderTable } from './table.ts';

export interface Curve {
  readonly name: string;
  /** In the order of time; undefined where nothing was measured. */
  readonly points: readonly (readonly [seconds: number, value: number | undefined])[];
}

export interface LineChart {
  /** Begins the ids of the parts. */
  readonly id: string;
  readonly title: string;
  /** Of the values: `MiB/s`. */
  readonly unit: string;
  readonly scale: 'linear' | 'log';
  /** At most four, with the same times. */
  readonly curves: readonly Curve[];
  /** In seconds: where a stretch of time begins that is marked with its number, from 1 on. */
  readonly phaseStarts: readonly number[];
}

/** Each differs from the others in its dashes too, not in colour alone. */
const STROKES = ['first', 'second', 'third', 'fourth'] as const;
const MAX_TABLE_ROWS = 40;

export function renderLineChart(chart: LineChart): Markup {
  const { id, title, unit, curves, phaseStarts } = chart;
  const values = curves.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  const x = linearScale(Math.max(0, ...curves.flatMap(({ points }) => points.map(([seconds]) => seconds))));
  const y = scaleOf(chart, values);
  return html`<figure class="chart">
<figcaption id="${id}-title">${title} (${unit})</figcaption>
<svg viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-words">
${chartFrame({ x, y, xTitle: 'seconds since the run began' })}
${phaseStarts.map((seconds, at) => phaseMark(x, seconds, at))}
${curves.map(({ points }, at) => html`<path class="curve ${strokeOf(at)}" d="${path(points, x, y)}" />`)}
</svg>
<ul class="legend">${curves.map(({ name }, at) => legendEntry(name, at))}</ul>
<p class="quiet" id="${id}-words">${inWords(curves, unit)}</p>
<details><summary>The numbers</summary>
${numbersTable(chart)}</details>
</figure>
`;
}

function scaleOf({ scale }: LineChart, values: readonly number[]): Scale {
  const highest = Math.max(0, ...values);
  if (scale === 'linear') return linearScale(highest);
  return logScale(Math.min(...values.filter((value) => value > 0)), highest);
}

/** Starts anew behind each gap; a single point is a line of no length, which its round ends make a dot. */
function path(points: Curve['points'], x: Scale, y: Scale): string {
  let isDown = false;
  return points
    .flatMap(([seconds, value], at) => {
      const command = isDown ? 'L' : 'M';
      isDown = value !== undefined;
      if (value === undefined) return [];
      const place = `${xPlace(x, seconds)} ${yPlace(y, value)}`;
      const isAlone = command === 'M' && points[at + 1]?.[1] === undefined;
      return [`${command}${place}${isAlone ? `h0.1` : ''}`];
    })
    .join('');
}

function phaseMark(x: Scale, seconds: number, at: number): Markup {
  const place = xPlace(x, seconds);
  return html`<line class="phase" x1="${place}" x2="${place}" y1="${FRAME.top}" y2="${FRAME.height - FRAME.bottom}" /><text x="${place + 3}" y="${FRAME.top - 3}">${at + 1}</text>
`;
}

function legendEntry(name: string, at: number): Markup {
  return html`<li><svg viewBox="0 0 32 12" aria-hidden="true"><path class="curve ${strokeOf(at)}" d="M1 6h30" /></svg> ${name}</li>`;
}

function inWords(curves: readonly Curve[], unit: string): string {
  return curves
    .map(({ name, points }) => {
      const values = points.flatMap(([, value]) => value ?? []);
      if (values.length === 0) return `${name}: nothing was measured.`;
      return `${name}: from ${numberText(Math.min(...values))} to ${numberText(Math.max(...values))} ${unit}.`;
    })
    .join(' ');
}

function numbersTable({ title, unit, curves }: LineChart): Content {
  const [{ points } = { points: [] }] = curves;
  const every = Math.max(1, Math.ceil(points.length / MAX_TABLE_ROWS));
  const rows = points.flatMap((_, at) => (at % every === 0 || at === points.length - 1 ? [at] : []));
  return renderTable<number>({
    caption: `${title} (${unit})${every === 1 ? '' : `, every ${every}th sample`}`,
    columns: [
      { title: 'Second', cell: (at) => numberText(points[at]?.[0] ?? Number.NaN) },
      ...curves.map(({ name, points: own }) => ({
        title: name,
        align: 'right' as const,
        cell: (at: number): string => {
          const value = own[at]?.[1];
          return value === undefined ? 'none' : numberText(value);
        },
      })),
    ],
    rows,
  });
}

function strokeOf(at: number): Markup {
  return trusted(STROKES[at % STROKES.length] ?? STROKES[0]);
}
