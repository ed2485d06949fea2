// Curves over time, with a legend in words, a summary in a sentence, and the same numbers as a table.

import { DataTable } from './data-table.js';
import { make, setText } from './elements.js';
// @ts-expect-error: the gateway gives the module of the package uplot under this name.
import UPlot from './uplot.js';

/**
 * @typedef {object} Series
 * @property {string} label
 * @property {string} name of its colour: `first` to `fourth`
 * @property {readonly number[]} [dash] pixels drawn and left out, so that curves differ without colour
 * @property {boolean} [isFilled]
 */
/**
 * @typedef {object} ChartOptions
 * @property {string} title
 * @property {readonly Series[]} series
 * @property {(value: number) => string} format
 * @property {(seconds: number) => string} formatTime of the axis
 * @property {(seconds: number) => string} formatMoment of a row in the table
 * @property {readonly number[]} steps between which the axis may choose
 * @property {string} tableCaption
 */
/**
 * @typedef {object} ChartData
 * @property {readonly number[]} times seconds since 1970, ascending
 * @property {readonly (readonly (number | null)[])[]} values one list a series
 * @property {string} summary
 * @property {readonly (readonly number[])[]} rows of the table: the time, then a value a series
 */

const HEIGHT = 190;
const DAY = 86_400;
/** Seconds. The labels of a long span are dates, of which each is to be there once. */
const MINUTE_STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];
const DAY_STEPS = [1, 2, 5, 10, 20, 30, 60, 90].map((days) => days * DAY);
const FONT = '12px system-ui, sans-serif';

/** Steps of an axis of bytes: powers of two. */
export const BYTE_STEPS = [0, 1, 2, 3, 4, 5].flatMap((power) =>
  [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((step) => step * 1024 ** power),
);
/** Steps of an axis of counts. */
export const COUNT_STEPS = [-2, -1, 0, 1, 2, 3, 4, 5, 6].flatMap((power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
);

export class TimeChart {
  element = make('figure', { class: 'chart' });
  #options;
  #canvas = make('div', { class: 'canvas', role: 'img' });
  #summary = make('p', { class: 'summary' });
  /** @type {HTMLElement[]} */
  #swatches = [];
  /** @type {HTMLElement[]} */
  #values = [];
  #details = make('details', {}, [make('summary', {}, ['The numbers as a table'])]);
  /** @type {DataTable<readonly number[]>} */
  #table;
  /** @type {ChartData | undefined} */
  #data;
  /** @type {any} */
  #plot;

  /** @param {ChartOptions} options */
  constructor(options) {
    this.#options = options;
    const { title, series, format, formatMoment, tableCaption } = options;
    this.#table = new DataTable({
      caption: tableCaption,
      keyOf: ([time]) => String(time),
      empty: 'There are no numbers yet.',
      columns: [
        { title: 'Time', kind: 'text', text: ([time = 0]) => formatMoment(time) },
        ...series.map(({ label }, index) => ({
          title: label,
          kind: /** @type {const} */ ('number'),
          text: (/** @type {readonly number[]} */ row) => format(row[index + 1] ?? 0),
        })),
      ],
    });
    this.#details.append(this.#table.element);
    this.#details.addEventListener('toggle', () => this.#fillTable());
    const caption = make('figcaption', {}, [title]);
    this.element.append(caption, this.#summary, this.#legend(), this.#canvas, this.#details);
    new ResizeObserver(() => this.#resize()).observe(this.#canvas);
  }

  /** @param {string} title */
  set title(title) {
    const caption = this.element.querySelector('figcaption');
    if (caption !== null) setText(caption, title);
    this.#name();
  }

  /** @param {ChartData} data */
  show(data) {
    this.#data = data;
    setText(this.#summary, data.summary);
    this.#name();
    if (this.#plot === undefined) this.redraw();
    else this.#plot.setData(this.#columns());
    this.#showValues(this.#plot?.cursor.idx);
    this.#fillTable();
  }

  /** Anew, as when the colours are others than before. */
  redraw() {
    this.#plot?.destroy();
    this.#plot = undefined;
    const width = this.#canvas.clientWidth;
    if (this.#data === undefined || width === 0) return;
    this.#plot = new UPlot(this.#plotOptions(width), this.#columns(), this.#canvas);
  }

  #resize() {
    const width = this.#canvas.clientWidth;
    if (this.#plot === undefined) this.redraw();
    else if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  #columns() {
    return [this.#data?.times ?? [], ...(this.#data?.values ?? [])];
  }

  /** @param {number} width */
  #plotOptions(width) {
    const { series, format, formatTime, steps } = this.#options;
    const quiet = getComputedStyle(this.#summary).color;
    const line = getComputedStyle(this.#canvas).borderTopColor;
    const axis = { stroke: quiet, font: FONT, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    const short = (/** @type {number} */ value) => format(value).replace(/\.00?(?= |$)/, '');
    return {
      width,
      height: HEIGHT,
      padding: [10, 22, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false },
      hooks: { setCursor: [(/** @type {any} */ plot) => this.#showValues(plot.cursor.idx)] },
      scales: {
        y: {
          range: (/** @type {any} */ _, /** @type {number} */ __, /** @type {number} */ top) => [
            0,
            top > 0 ? top * 1.1 : 1,
          ],
        },
      },
      axes: [
        {
          ...axis,
          size: 30,
          space: 50,
          incrs: (
            /** @type {any} */ _,
            /** @type {number} */ __,
            /** @type {number} */ from,
            /** @type {number} */ to,
          ) => (to - from > 2 * DAY ? DAY_STEPS : MINUTE_STEPS),
          values: (/** @type {any} */ _, /** @type {number[]} */ splits) => splits.map(formatTime),
        },
        {
          ...axis,
          size: 74,
          space: 28,
          incrs: steps,
          values: (/** @type {any} */ _, /** @type {number[]} */ splits) => splits.map(short),
        },
      ],
      series: [
        {},
        ...series.map(({ label, dash, isFilled = false }, index) => {
          const colour = getComputedStyle(this.#swatches[index] ?? this.#summary).color;
          return {
            label,
            stroke: colour,
            width: 1.75,
            dash: dash === undefined ? undefined : [...dash],
            fill: isFilled ? colour.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.14)') : undefined,
            points: { show: false },
          };
        }),
      ],
    };
  }

  #legend() {
    const items = this.#options.series.map(({ label, name, dash }) => {
      const swatch = make('span', {
        class: `swatch ${name}${dash === undefined ? '' : ' dashed'}`,
        'aria-hidden': 'true',
      });
      const value = make('span', { class: 'value' });
      this.#swatches.push(swatch);
      this.#values.push(value);
      return make('li', {}, [swatch, `${label} `, value]);
    });
    return make('ul', { class: 'legend' }, items);
  }

  /** Those at the pointer, or else the latest. @param {number | null | undefined} at */
  #showValues(at) {
    const index = at ?? (this.#data?.times.length ?? 0) - 1;
    for (const [series, element] of this.#values.entries()) {
      const value = this.#data?.values[series]?.[index];
      setText(element, value === undefined || value === null ? '' : this.#options.format(value));
    }
  }

  #name() {
    const title = this.element.querySelector('figcaption')?.textContent ?? '';
    this.#canvas.setAttribute('aria-label', `${title}. ${this.#data?.summary ?? ''}`);
  }

  #fillTable() {
    if (this.#details.open) this.#table.update(this.#data?.rows ?? []);
  }
}
