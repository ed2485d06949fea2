// Tables that fit: columns get narrower, and then the least important ones go, until the rest has room.
import { cutTo, shownWidth } from './shown-width.ts';

/** What is wrong, and what needs a look. */
export type Tone = 'bad' | 'warn';

export interface TopColumn<Row> {
  readonly title: string;
  readonly align?: 'right';
  text(row: Row): string;
  /** Where the whole text has no room. */
  short?(row: Row): string;
  tone?(row: Row): Tone | undefined;
  /** May be cut down to so many cells. */
  readonly least?: number;
  /** Its end says more than its beginning. */
  readonly cut?: 'start';
  /** The highest goes first where all do not fit; absent: it stays. */
  readonly goes?: number;
}

/** A piece of a line. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone | 'heading' | 'faint' | undefined;
}

export type Line = readonly Span[];

const GAP = 2;

/** A line of titles and one for each row, none wider than `width` cells. A column in which nothing stands is left out. */
export function topTable<Row>(
  known: readonly TopColumn<Row>[],
  rows: readonly Row[],
  width: number,
): readonly Line[] {
  const all = known.filter((column) => rows.some((row) => column.text(row) !== ''));
  const natural = new Map(
    all.map((column) => [
      column,
      Math.max(shownWidth(column.title), ...rows.map((row) => shownWidth(column.text(row)))),
    ]),
  );
  const { columns, widths } = fitted(all, natural, width);
  const textOf = (column: TopColumn<Row>, row: Row): string => {
    const hasRoom = (widths[columns.indexOf(column)] ?? 0) >= (natural.get(column) ?? 0);
    return hasRoom ? column.text(row) : (column.short?.(row) ?? column.text(row));
  };
  const line = (cell: (column: TopColumn<Row>) => Span): Line =>
    columns.flatMap((column, index) => {
      const cells = widths[index] ?? 0;
      const { text, tone } = cell(column);
      const short = cutTo(text, cells, column.cut);
      const blanks = ' '.repeat(Math.max(0, cells - shownWidth(short)));
      const padded = column.align === 'right' ? `${blanks}${short}` : `${short}${blanks}`;
      return [{ text: padded, tone }, ...(index === columns.length - 1 ? [] : [{ text: ' '.repeat(GAP) }])];
    });
  return [
    line(({ title }) => ({ text: title, tone: 'heading' })),
    ...rows.map((row) => line((column) => ({ text: textOf(column, row), tone: column.tone?.(row) }))),
  ].map((each) => cutLine(each, width));
}

/** Of a line what fits. */
export function cutLine(line: Line, width: number): Line {
  const kept: Span[] = [];
  let left = width;
  for (const span of line) {
    if (left <= 0) break;
    const text = cutTo(span.text, left);
    kept.push({ ...span, text });
    left -= shownWidth(text);
  }
  return kept;
}

function fitted<Row>(
  all: readonly TopColumn<Row>[],
  natural: ReadonlyMap<TopColumn<Row>, number>,
  width: number,
): { readonly columns: readonly TopColumn<Row>[]; readonly widths: readonly number[] } {
  let columns = all;
  for (;;) {
    const widths = columns.map((column) => natural.get(column) ?? 0);
    const least = columns.map(({ least: own = Number.POSITIVE_INFINITY }, index) =>
      Math.min(own, widths[index] ?? 0),
    );
    const gaps = GAP * (columns.length - 1);
    const isEnough = sum(least) + gaps <= width;
    const last = columns.reduce<TopColumn<Row> | undefined>(
      (found, each) => ((each.goes ?? -1) > (found?.goes ?? -1) ? each : found),
      undefined,
    );
    if (isEnough || last === undefined) return { columns, widths: narrowed(widths, least, width - gaps) };
    columns = columns.filter((column) => column !== last);
  }
}

/** The widest that may is narrowed first. */
function narrowed(widths: readonly number[], least: readonly number[], room: number): readonly number[] {
  const found = [...widths];
  for (let over = sum(found) - room; over > 0; over--) {
    let widest = -1;
    for (const [index, each] of found.entries()) {
      if (each > (least[index] ?? 0) && each > (found[widest] ?? 0)) widest = index;
    }
    if (widest === -1) break;
    found[widest] = (found[widest] ?? 1) - 1;
  }
  return found;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
