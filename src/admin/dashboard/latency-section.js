// How long requests took, by operation.
import { DataTable } from './data-table.js';
import { make, part } from './elements.js';
import { formatCount, formatLatency, plural } from './format.js';

/** @typedef {import('./answers.js').Live} Live */
/** @typedef {import('./answers.js').Latency} Latency */

/** @param {number | undefined} ms */
const latency = (ms) => (ms === undefined ? '–' : formatLatency(ms));

export class LatencySection {
  /** @type {DataTable<Latency>} */
  #table = new DataTable({
    caption:
      'Latency by operation, the last 5 minutes. p50 is the median; of a hundred requests one takes longer than p99.',
    keyOf: ({ operation }) => operation,
    empty: 'No request in the last 5 minutes.',
    columns: [
      { title: 'Operation', kind: 'name', text: ({ operation }) => operation },
      { title: 'Requests', kind: 'number', text: ({ requests }) => formatCount(requests) },
      { title: 'Failed', kind: 'number', fill: fillErrors },
      { title: 'p50', kind: 'number', text: ({ p50Ms }) => latency(p50Ms) },
      { title: 'p90', kind: 'number', text: ({ p90Ms }) => latency(p90Ms) },
      { title: 'p99', kind: 'number', text: ({ p99Ms }) => latency(p99Ms) },
      { title: 'Longest', kind: 'number', text: ({ maxMs }) => latency(maxMs) },
      { title: 'First byte p50', kind: 'number', text: ({ firstByteP50Ms }) => latency(firstByteP50Ms) },
      { title: 'First byte p99', kind: 'number', text: ({ firstByteP99Ms }) => latency(firstByteP99Ms) },
    ],
  });

  constructor() {
    part('latency').append(this.#table.element);
  }

  /** @param {Live} live */
  show({ latency: { operations } }) {
    this.#table.update(operations);
  }
}

/** @param {HTMLElement} cell @param {Latency} row */
function fillErrors(cell, { errors, requests }) {
  const text = formatCount(errors);
  if (cell.textContent === text) return;
  cell.classList.toggle('failed', errors > 0);
  cell.replaceChildren(text);
  cell.title = errors === 0 ? '' : `${formatCount(errors)} of ${plural(requests, 'request')}`;
  if (errors > 0) cell.replaceChildren(make('strong', {}, [text]));
}
