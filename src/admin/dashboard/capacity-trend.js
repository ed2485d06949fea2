// The history of one bucket or pool as curves, with the days until it is full.
import { make, setAttribute } from './elements.js';
import { formatBytes, formatDate, formatDays, formatTime } from './format.js';
import { BYTE_STEPS, TimeChart } from './time-chart.js';

/** @typedef {import('./answers.js').CapacityHistory} CapacityHistory */
/** @typedef {CapacityHistory['series'][number]['points'][number]} Point */
/** @typedef {import('./capacity-units.js').CapacityUnit} CapacityUnit */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How often it is asked for anew. */
const RENEW_MS = 60_000;
const SPANS = [
  { words: '24 hours', days: 1, step: '5m' },
  { words: '7 days', days: 7, step: '1h' },
  { words: '30 days', days: 30, step: '6h' },
  { words: '90 days', days: 90, step: '1d' },
];
const TABLE_ROWS = 24;

const bytes = (/** @type {number} */ value) => formatBytes(BigInt(Math.round(value)));

export class CapacityTrend {
  #span = SPANS[1];
  /** @type {CapacityUnit | undefined} */
  #unit;
  #nowMs = 0;
  /** What was asked for the latest, and when. */
  #asked = { what: '', atMs: 0 };
  #chart = new TimeChart({
    title: 'History',
    tableCaption: 'Capacity over time',
    format: bytes,
    formatTime: (seconds) => this.#axisTime(new Date(seconds * 1000)),
    formatMoment: (seconds) =>
      `${formatDate(new Date(seconds * 1000))}, ${formatTime(new Date(seconds * 1000)).slice(0, 5)}`,
    steps: BYTE_STEPS,
    series: [
      { label: 'Used', name: 'first', isFilled: true },
      { label: 'Taken by all', name: 'second', dash: [6, 3] },
      { label: 'Capacity', name: 'quiet', dash: [2, 3] },
    ],
  });
  element = make('div', { class: 'trend' });

  constructor() {
    const choices = SPANS.map((span) => {
      const button = make('button', { type: 'button', 'aria-pressed': String(span === this.#span) }, [
        span.words,
      ]);
      button.addEventListener('click', () => {
        this.#span = span;
        for (const each of choices) setAttribute(each, 'aria-pressed', String(each === button));
        void this.#ask();
      });
      return button;
    });
    const group = make(
      'div',
      { class: 'choices', role: 'group', 'aria-label': 'Span of the history' },
      choices,
    );
    this.element.append(group, this.#chart.element);
  }

  /** @param {CapacityUnit | undefined} unit @param {number} nowMs */
  show(unit, nowMs) {
    this.#unit = unit;
    this.#nowMs = nowMs;
    this.element.hidden = unit === undefined;
    if (unit === undefined) return;
    const isOld = nowMs - this.#asked.atMs > RENEW_MS;
    if (isOld || this.#asked.what !== this.#query()) void this.#ask();
  }

  redraw() {
    this.#chart.redraw();
  }

  #query() {
    const { step = '1h', days = 7 } = this.#span ?? {};
    return new URLSearchParams({
      bucket: this.#unit?.name ?? '',
      backend: this.#unit?.row.backend ?? '',
      step,
      days: String(days),
    }).toString();
  }

  async #ask() {
    const unit = this.#unit;
    const what = this.#query();
    if (unit === undefined) return;
    this.#asked = { what, atMs: this.#nowMs };
    const query = new URLSearchParams(what);
    const days = Number(query.get('days'));
    query.delete('days');
    query.set('from', new Date(this.#nowMs - days * DAY_MS).toISOString());
    const answer = await fetch(`api/capacity/history?${query}`).catch(() => undefined);
    // Another one may have been chosen meanwhile. One that did not come is asked for again with the next round.
    if (!answer?.ok || this.#asked.what !== what) return;
    const { series } = /** @type {CapacityHistory} */ (await answer.json());
    this.#draw(unit, series[0]?.points ?? []);
  }

  /** @param {CapacityUnit} unit @param {readonly Point[]} points */
  #draw(unit, points) {
    const rows = points.map(({ at, capacityBytes, availableBytes, usedBytes }) => [
      Date.parse(at) / 1000,
      Number(usedBytes),
      Number(BigInt(capacityBytes) - BigInt(availableBytes)),
      Number(capacityBytes),
    ]);
    const column = (/** @type {number} */ index) => rows.map((row) => row[index] ?? 0);
    this.#chart.title = `History of ${unit.title}, ${this.#span?.words}`;
    this.#chart.show({
      times: column(0),
      values: [column(1), column(2), column(3)],
      summary: summaryOf(unit, points),
      rows: thinned(rows).reverse(),
    });
  }

  /** @param {Date} date */
  #axisTime(date) {
    return (this.#span?.days ?? 7) <= 1
      ? formatTime(date).slice(0, 5)
      : date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  }
}

/** @param {CapacityUnit} unit @param {readonly Point[]} points */
function summaryOf({ row: { forecast } }, points) {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined)
    return 'There is no history yet: a sample a minute is kept from now on.';
  const change = BigInt(last.usedBytes) - BigInt(first.usedBytes);
  const moved =
    change === 0n
      ? 'Used is what it was'
      : `Used ${change > 0n ? 'grew' : 'shrank'} by ${formatBytes(change < 0n ? -change : change)}`;
  const days = forecast?.daysUntilFull;
  const until =
    days === undefined
      ? `days until full: ${forecast?.reason ?? 'not known'}`
      : `full in ${formatDays(days)} at the trend of up to 30 days`;
  return `${moved} since ${formatDate(new Date(first.at))}, ${formatTime(new Date(first.at)).slice(0, 5)}; ${until}.`;
}

/** About as many as a person reads, the last one always. @param {readonly (readonly number[])[]} rows */
function thinned(rows) {
  const every = Math.max(1, Math.ceil(rows.length / TABLE_ROWS));
  return rows.filter((_, index) => (rows.length - 1 - index) % every === 0);
}
