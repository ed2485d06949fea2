// The axes of a chart, and where its values stand. In units of the drawing, which is as wide as a phone.

import { numberText } from '../quantities.ts';
import { html, type Markup } from './markup.ts';
import type { Scale } from './scale.ts';

export const FRAME = { width: 360, height: 200, left: 48, right: 14, top: 16, bottom: 36 } as const;

export function xPlace(scale: Scale, value: number, left: number = FRAME.left): number {
  return tenth(left + scale.place(value) * (FRAME.width - left - FRAME.right));
}

export function yPlace(scale: Scale, value: number): number {
  const floor = FRAME.height - FRAME.bottom;
  return tenth(floor - scale.place(value) * (floor - FRAME.top));
}

export interface ChartAxes {
  readonly x: Scale;
  readonly y: Scale;
  readonly xTitle: string;
}

export function chartFrame({ x, y, xTitle }: ChartAxes): Markup {
  const floor = FRAME.height - FRAME.bottom;
  const rows = y.ticks.map((tick) => {
    const place = yPlace(y, tick);
    return html`<line class="grid" x1="${FRAME.left}" x2="${FRAME.width - FRAME.right}" y1="${place}" y2="${place}" /><text x="${FRAME.left - 5}" y="${place + 4}" text-anchor="end">${tickText(tick)}</text>
`;
  });
  const columns = x.ticks.map(
    (tick) =>
      html`<text x="${xPlace(x, tick)}" y="${floor + 14}" text-anchor="middle">${tickText(tick)}</text>
`,
  );
  return html`${rows}<line class="axis" x1="${FRAME.left}" x2="${FRAME.width - FRAME.right}" y1="${floor}" y2="${floor}" />
${columns}<text x="${(FRAME.left + FRAME.width - FRAME.right) / 2}" y="${FRAME.height - 5}" text-anchor="middle">${xTitle}</text>`;
}

/** Short, so that it stays beside its axis: `20k` for 20,000. */
export function tickText(value: number): string {
  if (value >= 1e9) return `${numberText(value / 1e9)}G`;
  if (value >= 1e6) return `${numberText(value / 1e6)}M`;
  return value >= 1e4 ? `${numberText(value / 1e3)}k` : numberText(value);
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
