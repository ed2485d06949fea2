// A state as a shape, a word and a colour: any one of them is enough.
import { make, setAttribute, setText } from './elements.js';

/** @typedef {import('./answers.js').Level} Level */

const SVG = 'http://www.w3.org/2000/svg';
/** Each has an outline of its own. @type {Readonly<Record<Level, readonly [outline: string, mark: string]>>} */
const SHAPES = {
  good: ['M8 1.2a6.8 6.8 0 1 0 0 13.6A6.8 6.8 0 0 0 8 1.2Z', 'M4.9 8.2l2.2 2.2 4-4.6'],
  warning: ['M8 1.3 15.3 14.4H.7Z', 'M8 6v4M8 12v.4'],
  bad: ['M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2Z', 'M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8'],
  idle: ['M2.5 2.5h11v11h-11Z', 'M5.2 8h5.6'],
};

/** @param {Level} level */
function icon(level) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  for (const [index, d] of SHAPES[level].entries()) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    path.setAttribute('class', index === 0 ? 'outline' : 'mark');
    svg.append(path);
  }
  return svg;
}

/**
 * Shows level and text in the element, and changes nothing where it shows them already.
 * @param {HTMLElement} element
 * @param {Level} level
 * @param {string} text
 */
export function showState(element, level, text) {
  if (element.dataset['level'] !== level) {
    element.dataset['level'] = level;
    element.replaceChildren(icon(level), make('span', { class: 'words' }));
  }
  const words = element.querySelector('.words');
  if (words !== null) setText(words, text);
}

/** @param {Level} level @param {string} text @param {string} [className] */
export function badge(level, text, className = 'badge') {
  const element = make('span', { class: className });
  showState(element, level, text);
  return element;
}

/**
 * The one badge of a cell.
 * @param {HTMLElement} cell
 * @param {Level} level
 * @param {string} text
 */
export function fillBadge(cell, level, text) {
  const found = cell.querySelector('.badge');
  if (found instanceof HTMLElement) showState(found, level, text);
  else cell.replaceChildren(badge(level, text));
  setAttribute(cell, 'data-level', level);
}
