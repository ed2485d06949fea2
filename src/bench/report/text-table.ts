// Tables for a terminal: columns that line up, numbers to the right.

export interface TextColumn<Row> {
  readonly title: string;
  readonly align?: 'right';
  text(row: Row): string;
  /** Wraps what is already as wide as its column: for colours, which have no width. */
  paint?(text: string, row: Row): string;
}

/** One line a row, a title line first. */
export function textTable<Row>(columns: readonly TextColumn<Row>[], rows: readonly Row[]): string {
  const widths = columns.map((column) =>
    Math.max(width(column.title), ...rows.map((row) => width(column.text(row)))),
  );
  const line = (cell: (column: TextColumn<Row>) => string, paint: (text: string, at: number) => string) =>
    columns
      .map((column, at) => {
        const text = cell(column);
        const space = ' '.repeat((widths[at] ?? 0) - width(text));
        const isLast = at === columns.length - 1;
        const filled = column.align === 'right' ? `${space}${text}` : isLast ? text : `${text}${space}`;
        return paint(filled, at);
      })
      .join('  ')
      .trimEnd();
  const lines = rows.map((row) =>
    line(
      (column) => column.text(row),
      (text, at) => columns[at]?.paint?.(text, row) ?? text,
    ),
  );
  return `${[
    line(
      ({ title }) => title,
      (text) => text,
    ),
    ...lines,
  ].join('\n')}\n`;
}

/** Of characters, not of UTF-16 units. */
function width(text: string): number {
  return [...text].length;
}
