// What Veeam believes of the buckets beside what the gateway serves; only where a Veeam server is configured.
import { badge, fillBadge } from './badge.js';
import { DataTable } from './data-table.js';
import { make, part, setText } from './elements.js';
import { formatAge, formatBytes, formatMoment, formatPercent } from './format.js';
import { FAR_APART_PERCENT, serverName } from './problems.js';

/** @typedef {import('./answers.js').Veeam} Veeam */
/** @typedef {import('./answers.js').VeeamNumbers} Numbers */
/** @typedef {import('./answers.js').VeeamRepository} Repository */
/** @typedef {import('./data-table.js').Column<Repository>} Column */

export class VeeamSection {
  #servers = make('ul', { class: 'stores', 'aria-label': 'Veeam servers' });
  #told = '';
  #compared = make('p', { class: 'summary' });
  #nowMs = 0;
  /** @type {DataTable<Repository>} */
  #table = new DataTable({
    caption: 'Repositories of Veeam that are buckets of this gateway: what is available, as each side has it',
    keyOf: ({ id }) => id,
    empty: 'Veeam has no repository in a bucket of this gateway.',
    columns: [
      { title: 'Repository', kind: 'name', fill: fillName },
      {
        title: 'State',
        kind: 'text',
        fill: (cell, { isOnline }) =>
          fillBadge(cell, isOnline ? 'good' : 'bad', isOnline ? 'online' : 'offline'),
      },
      this.#side('The store', 'store'),
      this.#side('capacity.xml', 'gateway'),
      this.#side('Backup & Replication', 'vbr'),
      this.#side('Veeam ONE', 'one'),
      { title: 'Difference', kind: 'text', fill: fillDifference },
    ],
  });

  constructor() {
    part('veeam').append(this.#servers, this.#compared, this.#table.element);
  }

  /** @param {Veeam} veeam @param {number} nowMs */
  show({ servers, repositories, comparedAt }, nowMs) {
    this.#nowMs = nowMs;
    part('veeam').hidden = servers.length === 0;
    part('veeam-link').hidden = servers.length === 0;
    const told = JSON.stringify(servers);
    if (told !== this.#told) {
      this.#told = told;
      this.#servers.replaceChildren(...servers.map((server) => serverItem(server, nowMs)));
    }
    const age = comparedAt === undefined ? undefined : (nowMs - Date.parse(comparedAt)) / 1000;
    setText(this.#compared, age === undefined ? 'Not compared yet.' : `Compared ${formatAge(age)} ago.`);
    this.#table.update(repositories);
  }

  /** @param {string} title @param {'store' | 'gateway' | 'vbr' | 'one'} name @returns {Column} */
  #side(title, name) {
    return { title, kind: 'number', fill: (cell, row) => fillNumbers(cell, row[name], this.#nowMs) };
  }
}

/** @param {Veeam['servers'][number]} server @param {number} nowMs */
function serverItem({ name, answered, error, failingSince }, nowMs) {
  const state =
    answered === undefined
      ? badge('idle', 'not asked yet')
      : answered
        ? badge('good', 'answers')
        : badge(
            'warning',
            failingSince === undefined
              ? 'does not answer'
              : `no answer since ${formatMoment(failingSince, nowMs)}`,
          );
  return make('li', {}, [
    make('strong', {}, [serverName(name)]),
    state,
    ...(error === undefined ? [] : [make('span', { class: 'minor error' }, [error])]),
  ]);
}

/** @param {HTMLElement} cell @param {Repository} row */
function fillName(cell, { name, bucket, folder, type }) {
  if (cell.firstElementChild === null)
    cell.append(make('span', { class: 'main' }), make('span', { class: 'minor' }));
  const [main, minor] = cell.children;
  if (main) setText(main, name);
  if (minor) setText(minor, `${bucket}/${folder}, ${type}`);
}

/** @param {HTMLElement} cell @param {Numbers | undefined} numbers @param {number} nowMs */
function fillNumbers(cell, numbers, nowMs) {
  if (cell.firstElementChild === null)
    cell.append(make('span', { class: 'main' }), make('span', { class: 'minor' }));
  const [main, minor] = cell.children;
  if (numbers === undefined) {
    if (main) setText(main, '–');
    if (minor) setText(minor, '');
    return;
  }
  const { availableBytes, capacityBytes, at } = numbers;
  const left = availableBytes === undefined ? 'unknown' : formatBytes(availableBytes);
  if (main) setText(main, left);
  if (minor)
    setText(minor, `of ${formatBytes(capacityBytes)}, ${formatAge((nowMs - Date.parse(at)) / 1000)} ago`);
}

/** @param {HTMLElement} cell @param {Repository} row */
function fillDifference(cell, { differenceBytes, differencePercent }) {
  if (differenceBytes === undefined || differencePercent === undefined)
    return fillBadge(cell, 'idle', 'not known');
  const isFar = differencePercent >= FAR_APART_PERCENT;
  const words =
    differenceBytes === '0'
      ? 'none'
      : `${formatBytes(differenceBytes)}, ${formatPercent(differencePercent / 100)}`;
  fillBadge(cell, isFar ? 'warning' : 'good', words);
}
