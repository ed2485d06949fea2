// Requests that the gateway refused, the newest first, with more than the client was told.
import { DataTable } from './data-table.js';
import { make, part, setAttribute, setText } from './elements.js';
import { formatMoment } from './format.js';

/** @typedef {import('./answers.js').Live} Live */
/** @typedef {import('./answers.js').Refusal} Refusal */

const SHOWN_AT_FIRST = 8;

export class RefusalsSection {
  #more = make('button', { type: 'button', class: 'more' });
  #isWhole = false;
  #nowMs = 0;
  /** @type {readonly Refusal[]} */
  #refusals = [];
  /** @type {DataTable<Refusal>} */
  #table = new DataTable({
    caption: 'Requests that were refused and reached no store, the newest first',
    keyOf: ({ requestId, at }) => JSON.stringify([requestId, at]),
    empty: 'Nothing was refused since the gateway started.',
    columns: [
      { title: 'When', kind: 'time', text: ({ at }) => formatMoment(at, this.#nowMs) },
      {
        title: 'Who',
        kind: 'text',
        fill: (cell, row) => fillTwo(cell, row.accessKeyId ?? 'unverified', row.remote),
      },
      { title: 'Asked for', kind: 'long', fill: (cell, row) => fillTwo(cell, row.operation, pathOf(row)) },
      {
        title: 'Answer',
        kind: 'code',
        fill: (cell, row) =>
          fillTwo(cell, row.code || '–', row.status === 0 ? 'not told: it went away' : String(row.status)),
      },
      { title: 'Reason', kind: 'long', fill: (cell, row) => fillTwo(cell, row.reason, row.requestId) },
    ],
  });

  constructor() {
    this.#more.addEventListener('click', () => {
      this.#isWhole = !this.#isWhole;
      this.#update();
    });
    part('refusals').append(this.#table.element, this.#more);
  }

  /** @param {Live} live @param {number} nowMs */
  show({ refusals }, nowMs) {
    this.#refusals = refusals;
    this.#nowMs = nowMs;
    this.#update();
  }

  #update() {
    const all = this.#refusals;
    this.#more.hidden = all.length <= SHOWN_AT_FIRST;
    setText(this.#more, this.#isWhole ? `Show the latest ${SHOWN_AT_FIRST}` : `Show all ${all.length}`);
    setAttribute(this.#more, 'aria-expanded', String(this.#isWhole));
    this.#table.update(this.#isWhole ? all : all.slice(0, SHOWN_AT_FIRST));
  }
}

/** @param {Refusal} refusal */
function pathOf({ bucket, key }) {
  return key === '' ? bucket : `${bucket}/${key}`;
}

/** @param {HTMLElement} cell @param {string} first @param {string} second */
function fillTwo(cell, first, second) {
  if (cell.firstElementChild === null)
    cell.append(make('span', { class: 'main' }), make('span', { class: 'minor' }));
  const [main, minor] = cell.children;
  if (main) setText(main, first);
  if (minor) setText(minor, second);
}
