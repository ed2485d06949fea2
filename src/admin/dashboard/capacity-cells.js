// The cells of a bucket or pool that are more than a number.
import { fillBadge } from './badge.js';
import { DAYS_BAD, DAYS_WARNING } from './capacity-problems.js';
import { capacityShares } from './capacity-units.js';
import { make, setAttribute, setText } from './elements.js';
import { formatAge, formatBytes, formatDays, formatPercent, plural } from './format.js';

/** @typedef {import('./answers.js').CapacityRow} CapacityRow */
/** @typedef {import('./answers.js').Level} Level */
/** @typedef {import('./capacity-units.js').CapacityUnit} CapacityUnit */

/**
 * @param {CapacityUnit} unit
 * @returns {{ level: Level, text: string }}
 */
export function unitState({ row }) {
  const days = row.forecast?.daysUntilFull ?? Number.POSITIVE_INFINITY;
  if (row.guard === 'closed') return { level: 'bad', text: 'guard closed' };
  if (row.capacityBytes === undefined)
    return { level: row.error === undefined ? 'idle' : 'bad', text: 'unknown' };
  if (!row.served) return { level: 'bad', text: 'too old' };
  if (row.availableBytes === '0') return { level: 'bad', text: 'full' };
  if (days < DAYS_BAD) return { level: 'bad', text: 'nearly full' };
  if (row.error !== undefined) return { level: 'warning', text: 'not renewed' };
  if (days < DAYS_WARNING) return { level: 'warning', text: 'filling up' };
  return { level: 'good', text: row.guard === 'open' ? 'served, guard open' : 'served' };
}

/** @param {HTMLElement} cell @param {CapacityUnit} unit @param {boolean} isChosen @param {(key: string) => void} choose */
export function fillName(cell, unit, isChosen, choose) {
  if (cell.firstElementChild === null) {
    const button = make('button', { type: 'button', class: 'choose' });
    button.addEventListener('click', () => choose(unit.key));
    cell.append(button, make('span', { class: 'minor' }));
  }
  const [button, minor] = cell.children;
  if (button) {
    setText(button, unit.name);
    setAttribute(button, 'aria-pressed', String(isChosen));
  }
  const pool = unit.isPool ? `pool of ${plural(unit.buckets.length, 'bucket')} ` : '';
  if (minor) setText(minor, `${pool}on ${unit.row.backend}`);
  setAttribute(cell, 'title', unit.isPool ? unit.buckets.slice(0, 50).join(', ') : undefined);
}

/** @param {HTMLElement} cell @param {CapacityUnit} unit */
export function fillState(cell, unit) {
  const { level, text } = unitState(unit);
  if (cell.firstElementChild === null) {
    cell.append(make('span', { class: 'state' }), make('span', { class: 'minor error' }));
  }
  const [state, error] = cell.children;
  if (state instanceof HTMLElement) fillBadge(state, level, text);
  if (error) setText(error, unit.row.error ?? '');
}

/** @param {HTMLElement} cell @param {CapacityUnit} unit */
export function fillBar(cell, unit) {
  const shares = capacityShares(unit.row);
  if (shares === undefined) {
    if (cell.textContent !== 'unknown') cell.replaceChildren('unknown');
    return;
  }
  if (cell.firstElementChild === null) {
    const parts = ['used', 'others'].map((name) => make('span', { class: name }));
    cell.replaceChildren(make('div', { class: 'bar', role: 'img' }, parts), make('span', { class: 'minor' }));
  }
  const [bar, minor] = cell.children;
  const words = `${formatPercent(shares.used)} used${shares.others >= 0.0005 ? `, ${formatPercent(shares.others)} by others` : ''}`;
  if (minor) setText(minor, words);
  if (bar) setAttribute(bar, 'aria-label', `${words}, ${formatPercent(shares.available)} available`);
  const [used, others] = bar?.children ?? [];
  if (used instanceof HTMLElement) used.style.inlineSize = `${shares.used * 100}%`;
  if (others instanceof HTMLElement) others.style.inlineSize = `${shares.others * 100}%`;
}

/** @param {HTMLElement} cell @param {CapacityUnit} unit */
export function fillFullIn(cell, { row: { forecast } }) {
  if (cell.firstElementChild === null)
    cell.append(make('span', { class: 'main' }), make('span', { class: 'minor' }));
  const [main, minor] = cell.children;
  const days = forecast?.daysUntilFull;
  const trend = forecast?.bytesPerDay;
  if (main) setText(main, days === undefined ? '–' : formatDays(days));
  if (minor) {
    setText(
      minor,
      days !== undefined && trend !== undefined
        ? `${formatBytes(trend)} a day`
        : (forecast?.reason ?? 'no history'),
    );
  }
}

/** @param {HTMLElement} cell @param {CapacityUnit} unit @param {number} nowMs */
export function fillSource(cell, { row }, nowMs) {
  if (cell.firstElementChild === null)
    cell.append(make('span', { class: 'main' }), make('span', { class: 'minor' }));
  const [main, minor] = cell.children;
  if (main) setText(main, row.source ?? '–');
  const age = row.measuredAt === undefined ? undefined : (nowMs - Date.parse(row.measuredAt)) / 1000;
  if (minor) setText(minor, age === undefined ? 'never measured' : `${formatAge(age)} ago`);
}
