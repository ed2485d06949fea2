// A table whose rows stay the same elements while their numbers change, so that focus and selection stay where they are.
import { make, setText } from './elements.js';

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} title
 * @property {'number' | 'name' | 'text' | 'long' | 'code' | 'time' | 'bar' | 'action'} kind how it is set
 * @property {(row: Row) => string} [text] what a cell says
 * @property {(cell: HTMLElement, row: Row) => void} [fill] for a cell that is more than text; called with the same cell again
 */
/**
 * @template Row
 * @typedef {object} TableOptions
 * @property {string} caption
 * @property {boolean} [isCaptionHidden] where a heading above says the same
 * @property {readonly Column<Row>[]} columns the first is the heading of its row
 * @property {(row: Row) => string} keyOf unique
 * @property {string} empty a sentence for no rows
 */

/** @template Row */
export class DataTable {
  element = make('div', { class: 'data' });
  #table;
  #body = make('tbody', { role: 'rowgroup' });
  #empty;
  /** @type {readonly Column<Row>[]} */
  #columns;
  /** @type {(row: Row) => string} */
  #keyOf;
  /** @type {Map<string, HTMLTableRowElement>} */
  #rows = new Map();

  /** @param {TableOptions<Row>} options */
  constructor({ caption, isCaptionHidden = false, columns, keyOf, empty }) {
    this.#columns = columns;
    this.#keyOf = keyOf;
    const heads = columns.map(({ title, kind }) =>
      make('th', { scope: 'col', role: 'columnheader', class: kind }, [title]),
    );
    // Where it is narrow the rows are drawn as cards; the roles say that it still is a table.
    this.#table = make('table', { role: 'table' }, [
      make('caption', isCaptionHidden ? { class: 'hidden' } : {}, [caption]),
      make('thead', { role: 'rowgroup' }, [make('tr', { role: 'row' }, heads)]),
      this.#body,
    ]);
    this.#empty = make('p', { class: 'empty' }, [empty]);
    this.element.append(this.#table, this.#empty);
    this.update([]);
  }

  /** @param {string} text */
  set empty(text) {
    setText(this.#empty, text);
  }

  /** @param {readonly Row[]} rows */
  update(rows) {
    this.#table.hidden = rows.length === 0;
    this.#empty.hidden = rows.length > 0;
    const keys = new Set(rows.map(this.#keyOf));
    for (const [key, element] of this.#rows) {
      if (keys.has(key)) continue;
      element.remove();
      this.#rows.delete(key);
    }
    const focused = document.activeElement;
    for (const [index, row] of rows.entries()) {
      const element = this.#rowFor(this.#keyOf(row));
      for (const [column, { text, fill }] of this.#columns.entries()) {
        const cell = element.cells[column];
        if (cell === undefined) continue;
        if (fill !== undefined) fill(cell, row);
        else setText(cell, text?.(row) ?? '');
      }
      const there = this.#body.children[index];
      if (there !== element) this.#body.insertBefore(element, there ?? null);
    }
    // To be moved takes the focus away.
    if (
      focused instanceof HTMLElement &&
      focused !== document.activeElement &&
      this.#body.contains(focused)
    ) {
      focused.focus({ preventScroll: true });
    }
  }

  /** @param {string} key */
  #rowFor(key) {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const element = make('tr', { role: 'row' });
    for (const [index, { title, kind }] of this.#columns.entries()) {
      element.append(
        index === 0
          ? make('th', { scope: 'row', role: 'rowheader', class: kind })
          : make('td', { role: 'cell', class: kind, 'data-title': title }),
      );
    }
    this.#rows.set(key, element);
    return element;
  }
}
