// Capacity: a row for each bucket and pool, and the history of the one that is chosen.
import { fillBar, fillFullIn, fillName, fillSource, fillState, unitState } from './capacity-cells.js';
import { CapacityTrend } from './capacity-trend.js';
import { capacityUnits } from './capacity-units.js';
import { DataTable } from './data-table.js';
import { make, part, setText } from './elements.js';
import { formatBytes } from './format.js';

/** @typedef {import('./answers.js').CapacityRow} CapacityRow */
/** @typedef {import('./capacity-units.js').CapacityUnit} CapacityUnit */

const SHOWN_AT_FIRST = 15;
const URGENCY = { bad: 0, warning: 1, idle: 2, good: 3 };

/** @param {string | undefined} bytes */
const size = (bytes) => (bytes === undefined ? 'unknown' : formatBytes(bytes));

export class CapacitySection {
  #trend = new CapacityTrend();
  #more = make('button', { type: 'button', class: 'more' });
  #isWhole = false;
  /** @type {string | undefined} */
  #chosen;
  #nowMs = 0;
  /** @type {readonly CapacityRow[]} */
  #rows = [];
  /** @type {DataTable<CapacityUnit>} */
  #table;

  constructor() {
    const isChosen = (/** @type {CapacityUnit} */ { key }) => key === this.#chosen;
    const choose = (/** @type {string} */ key) => {
      this.#chosen = key;
      this.#update();
    };
    this.#table = new DataTable({
      caption: 'Capacity as Veeam reads it, by bucket and pool. The name shows its history.',
      keyOf: ({ key }) => key,
      empty: 'No bucket was asked for yet. It appears here with the first request for it.',
      columns: [
        {
          title: 'Bucket or pool',
          kind: 'name',
          fill: (cell, unit) => fillName(cell, unit, isChosen(unit), choose),
        },
        { title: 'State', kind: 'text', fill: fillState },
        { title: 'How full', kind: 'bar', fill: fillBar },
        { title: 'Used', kind: 'number', text: ({ row }) => size(row.usedBytes) },
        { title: 'Available', kind: 'number', text: ({ row }) => size(row.availableBytes) },
        { title: 'Capacity', kind: 'number', text: ({ row }) => size(row.capacityBytes) },
        { title: 'Full in', kind: 'number', fill: fillFullIn },
        { title: 'Source and age', kind: 'text', fill: (cell, unit) => fillSource(cell, unit, this.#nowMs) },
      ],
    });
    this.#more.addEventListener('click', () => {
      this.#isWhole = !this.#isWhole;
      this.#update();
    });
    const list = make('div', { class: 'list' }, [this.#table.element, this.#more]);
    part('capacity').append(make('div', { class: 'with-chart' }, [list, this.#trend.element]));
  }

  /** @param {readonly CapacityRow[]} rows @param {number} nowMs */
  show(rows, nowMs) {
    this.#rows = rows;
    this.#nowMs = nowMs;
    this.#update();
  }

  redraw() {
    this.#trend.redraw();
  }

  #update() {
    const units = capacityUnits(this.#rows).toSorted(
      (a, b) => URGENCY[unitState(a).level] - URGENCY[unitState(b).level],
    );
    const shown = this.#isWhole ? units : units.slice(0, SHOWN_AT_FIRST);
    this.#more.hidden = units.length <= SHOWN_AT_FIRST;
    setText(this.#more, this.#isWhole ? `Show the first ${SHOWN_AT_FIRST}` : `Show all ${units.length}`);
    const chosen = units.find(({ key }) => key === this.#chosen) ?? units[0];
    this.#chosen = chosen?.key;
    this.#table.update(shown);
    this.#trend.show(chosen, this.#nowMs);
  }
}
