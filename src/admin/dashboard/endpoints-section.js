// Stores and their endpoints with their state; an operator can take an endpoint out and back in.
import { badge, fillBadge } from './badge.js';
import { DataTable } from './data-table.js';
import { make, part, setAttribute, setText } from './elements.js';
import { formatCount, formatMoment } from './format.js';

/** @typedef {import('./answers.js').Live} Live */
/** @typedef {import('./answers.js').Endpoint} Endpoint */
/** @typedef {import('./answers.js').Level} Level */
/** @typedef {'drain' | 'undrain'} Action */

/** @type {Readonly<Record<Endpoint['state'], Level>>} */
const LEVELS = { working: 'good', warming: 'good', trial: 'warning', ejected: 'bad', drained: 'idle' };

export class EndpointsSection {
  #stores = make('ul', { class: 'stores', 'aria-label': 'Stores' });
  #told = '';
  #nowMs = 0;
  #isOperator = false;
  /** @type {DataTable<Endpoint>} */
  #table;

  /** @param {(action: Action, endpoint: Endpoint) => void} onAction */
  constructor(onAction) {
    this.#table = new DataTable({
      caption: 'Endpoints of the stores',
      keyOf: ({ backend, endpoint }) => JSON.stringify([backend, endpoint]),
      empty: 'No endpoint is known yet.',
      columns: [
        { title: 'Endpoint', kind: 'name', fill: fillName },
        { title: 'State', kind: 'text', fill: (cell, row) => fillBadge(cell, LEVELS[row.state], row.state) },
        { title: 'Under way', kind: 'number', text: ({ inFlight }) => formatCount(inFlight) },
        { title: 'Waiting', kind: 'number', text: ({ waiting }) => formatCount(waiting) },
        { title: 'Why', kind: 'long', text: (row) => reasonText(row, this.#nowMs) },
        { title: 'Change', kind: 'action', fill: (cell, row) => this.#fillAction(cell, row, onAction) },
      ],
    });
    part('endpoints').append(this.#stores, this.#table.element);
  }

  /** @param {boolean} isOperator */
  set isOperator(isOperator) {
    this.#isOperator = isOperator;
    this.#table.element.classList.toggle('without-actions', !isOperator);
  }

  /** @param {Live} live @param {number} nowMs */
  show({ backends, endpoints }, nowMs) {
    this.#nowMs = nowMs;
    const told = JSON.stringify(backends);
    if (told !== this.#told) {
      this.#told = told;
      this.#stores.replaceChildren(...backends.map(storeItem));
    }
    this.#table.update(endpoints);
  }

  /** @param {HTMLElement} cell @param {Endpoint} row @param {(action: Action, endpoint: Endpoint) => void} onAction */
  #fillAction(cell, row, onAction) {
    if (!this.#isOperator) {
      if (cell.firstElementChild !== null) cell.replaceChildren();
      return;
    }
    /** @type {Action} */
    const action = row.state === 'drained' ? 'undrain' : 'drain';
    const known = cell.querySelector('button');
    if (known?.dataset['action'] === action) return;
    const words = action === 'drain' ? 'Drain' : 'Take back in';
    const button = make('button', { type: 'button', 'data-action': action }, [words]);
    setAttribute(button, 'aria-label', `${words}: ${row.endpoint} of ${row.backend}`);
    button.addEventListener('click', () => onAction(action, row));
    const hadFocus = known === document.activeElement && known !== null;
    cell.replaceChildren(button);
    if (hadFocus) button.focus({ preventScroll: true });
  }
}

/** @param {Live['backends'][number]} backend */
function storeItem({ name, kind, reachable, detail }) {
  const [level, words] =
    reachable === undefined
      ? /** @type {const} */ (['idle', 'not asked yet'])
      : reachable
        ? /** @type {const} */ (['good', 'answers'])
        : /** @type {const} */ (['bad', 'does not answer']);
  return make('li', {}, [
    make('strong', {}, [name]),
    make('span', { class: 'minor' }, [kind]),
    badge(level, words),
    ...(detail === undefined ? [] : [make('span', { class: 'minor error' }, [detail])]),
  ]);
}

/** @param {HTMLElement} cell @param {Endpoint} row */
function fillName(cell, { backend, endpoint }) {
  if (cell.firstElementChild === null)
    cell.append(make('span', { class: 'main' }), make('span', { class: 'minor' }));
  const [main, minor] = cell.children;
  if (main) setText(main, endpoint);
  if (minor) setText(minor, backend);
}

/** @param {Endpoint} row @param {number} nowMs */
function reasonText({ reason, until, state }, nowMs) {
  const again = until === undefined ? '' : `tried again at ${formatMoment(until, nowMs)}`;
  if (state === 'drained') return 'taken out by an operator';
  return [reason ?? '', again].filter((text) => text !== '').join('; ') || '–';
}
