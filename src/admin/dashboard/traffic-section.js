// Traffic and errors of the last minutes: bytes and requests a second.

import { make, part } from './elements.js';
import { formatCount, formatRate, formatTime, plural } from './format.js';
import { recent, WINDOW_SECONDS, WINDOW_WORDS } from './recent.js';
import { BYTE_STEPS, COUNT_STEPS, TimeChart } from './time-chart.js';

/** @typedef {import('./answers.js').Live} Live */
/** @typedef {Live['traffic']['points'][number]} Point */

const ROW_SECONDS = 60;
const clock = (/** @type {number} */ seconds) => formatTime(new Date(seconds * 1000));
const common = {
  formatTime: (/** @type {number} */ seconds) => clock(seconds).slice(0, 5),
  formatMoment: clock,
};

export class TrafficSection {
  #bytes = new TimeChart({
    ...common,
    title: 'Data a second',
    tableCaption: 'Data a second, each minute',
    format: formatRate,
    steps: BYTE_STEPS,
    series: [
      { label: 'Written by clients', name: 'first', isFilled: true },
      { label: 'Read by clients', name: 'second', dash: [6, 3] },
    ],
  });
  #requests = new TimeChart({
    ...common,
    title: 'Requests a second',
    tableCaption: 'Requests a second, each minute',
    format: formatCount,
    steps: COUNT_STEPS,
    series: [
      { label: 'All', name: 'first', isFilled: true },
      { label: 'Failed', name: 'bad', dash: [2, 2] },
      { label: 'Refused', name: 'third', dash: [8, 3, 2, 3] },
    ],
  });

  constructor() {
    const charts = make('div', { class: 'charts' }, [this.#bytes.element, this.#requests.element]);
    part('traffic').append(charts);
  }

  /** @param {Live} live */
  show(live) {
    const { stepSeconds, points } = live.traffic;
    // The newest step is not over yet: it would draw a fall at each moment.
    const whole = points.slice(0, -1);
    const times = whole.map(({ at }) => Date.parse(at) / 1000);
    const each = (/** @type {(point: Point) => number} */ of) =>
      whole.map((point) => of(point) / stepSeconds);
    const chart = (/** @type {readonly ((point: Point) => number)[]} */ counts) => ({
      times,
      values: counts.map(each),
      rows: minutes(whole, stepSeconds, counts),
    });
    const last = recent(live, ROW_SECONDS);
    const seconds = Math.max(1, last.seconds);
    this.#bytes.show({
      ...chart([(point) => point.requestBytes, (point) => point.responseBytes]),
      summary: `Over the last minute ${formatRate(last.requestBytes / seconds)} written and ${formatRate(last.responseBytes / seconds)} read. A request counts when it is over.`,
    });
    const { requests, errors, refused } = recent(live, WINDOW_SECONDS);
    this.#requests.show({
      ...chart([(point) => point.requests, (point) => point.errors, (point) => point.refused]),
      summary: `${plural(requests, 'request')} ${WINDOW_WORDS}: ${formatCount(errors)} failed, ${formatCount(refused)} refused.`,
    });
  }

  redraw() {
    this.#bytes.redraw();
    this.#requests.redraw();
  }
}

/**
 * Newest first: the beginning of each minute, and the means of it.
 * @param {readonly Point[]} points
 * @param {number} stepSeconds
 * @param {readonly ((point: Point) => number)[]} counts
 */
function minutes(points, stepSeconds, counts) {
  /** @type {Map<number, Point[]>} */
  const groups = new Map();
  for (const point of points) {
    const minute = Math.floor(Date.parse(point.at) / 1000 / ROW_SECONDS) * ROW_SECONDS;
    groups.set(minute, [...(groups.get(minute) ?? []), point]);
  }
  return [...groups]
    .reverse()
    .map(([minute, group]) => [
      minute,
      ...counts.map((of) => group.reduce((sum, point) => sum + of(point), 0) / (group.length * stepSeconds)),
    ]);
}
