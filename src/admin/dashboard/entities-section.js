// The protected machines and shares that move most.
import { DataTable } from './data-table.js';
import { make, part, setAttribute, setText } from './elements.js';
import { entityWords } from './entity-words.js';
import { formatBytes, formatCount } from './format.js';

/** @typedef {import('./answers.js').Live} Live */
/** @typedef {import('./answers.js').Entity} Entity */

export class EntitiesSection {
  /** @type {DataTable<Entity>} */
  #table = new DataTable({
    caption: 'What moved most in the last 5 minutes, at most ten',
    keyOf: ({ bucket, entity }) => JSON.stringify([bucket, entity]),
    empty: 'Nothing moved in the last 5 minutes.',
    columns: [
      { title: 'Machine or share', kind: 'name', fill: fillEntity },
      { title: 'Bucket', kind: 'text', text: ({ bucket }) => bucket || '–' },
      { title: 'Written', kind: 'number', text: ({ requestBytes }) => formatBytes(String(requestBytes)) },
      { title: 'Read', kind: 'number', text: ({ responseBytes }) => formatBytes(String(responseBytes)) },
      { title: 'Requests', kind: 'number', text: ({ requests }) => formatCount(requests) },
    ],
  });

  constructor() {
    part('entities').append(this.#table.element);
  }

  /** @param {Live} live */
  show({ entities }) {
    this.#table.update(entities);
  }
}

/** @param {HTMLElement} cell @param {Entity} row */
function fillEntity(cell, { entity }) {
  if (cell.firstElementChild === null)
    cell.append(make('span', { class: 'main' }), make('span', { class: 'minor' }));
  const { name, where } = entityWords(entity);
  const [main, minor] = cell.children;
  if (main) setText(main, name);
  if (minor) setText(minor, where);
  setAttribute(cell, 'title', entity === '' ? undefined : entity);
}
