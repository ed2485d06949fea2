// A table that says what it holds: a caption, column heads, and a head for each row.
import { type Content, html, type Markup } from './markup.ts';

export interface HtmlColumn<Row> {
  readonly title: string;
  readonly align?: 'right';
  cell(row: Row): Content;
}

export interface HtmlTable<Row> {
  readonly caption: Content;
  /** The first is the head of each row. */
  readonly columns: readonly HtmlColumn<Row>[];
  readonly rows: readonly Row[];
  /** An id for a row, to be linked to. */
  anchor?(row: Row): string | undefined;
}

export function renderTable<Row>({ caption, columns, rows, anchor }: HtmlTable<Row>): Markup {
  const heads = columns.map(({ title, align }) => html`<th scope="col"${alignment(align)}>${title}</th>`);
  const lines = rows.map((row) => {
    const cells = columns.map((column, at) => {
      const content = column.cell(row);
      return at === 0
        ? html`<th scope="row">${content}</th>`
        : html`<td${alignment(column.align)}>${content}</td>`;
    });
    const id = anchor?.(row);
    return html`<tr${id === undefined ? undefined : html` id="${id}"`}>${cells}</tr>
`;
  });
  return html`<table>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${lines}</tbody>
</table>
`;
}

function alignment(align: 'right' | undefined): Content {
  return align === undefined ? undefined : html` class="number"`;
}
