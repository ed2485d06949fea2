// What is wrong with capacity: one sentence a bucket or pool, or one for many of the same store. Pure.
import { capacityShares, capacityUnits } from './capacity-units.js';
import { formatBytes, formatDays, formatPercent, plural, visible } from './format.js';

/** @typedef {import('./answers.js').CapacityRow} CapacityRow */
/** @typedef {import('./capacity-units.js').CapacityUnit} CapacityUnit */
/** @typedef {import('./problems.js').Problem} Problem */
/**
 * @typedef {object} Kind
 * @property {(unit: CapacityUnit) => boolean} applies
 * @property {'bad' | 'warning'} level
 * @property {number} urgency
 * @property {(unit: CapacityUnit, title: string) => string} text of one
 * @property {string} many behind `12 buckets of STORE`
 */

export const DAYS_BAD = 3;
export const DAYS_WARNING = 14;
const LITTLE_LEFT = 0.05;
/** More than so many of one kind and store are one sentence. */
const EACH = 2;

/** The first that applies to a unit is told. @type {readonly Kind[]} */
const KINDS = [
  {
    applies: ({ row }) => row.guard === 'closed',
    level: 'bad',
    urgency: 86,
    text: ({ row }, title) =>
      `${title} takes no new data: its guard is closed${row.availableBytes === undefined ? '' : ` at ${formatBytes(row.availableBytes)} available`}`,
    many: 'take no new data: their guard is closed',
  },
  {
    applies: ({ row }) => row.availableBytes === '0',
    level: 'bad',
    urgency: 85,
    text: (_, title) => `${title} is full`,
    many: 'are full',
  },
  {
    applies: ({ row }) => !row.served,
    level: 'bad',
    urgency: 80,
    text: ({ row }, title) => `Veeam gets no capacity of ${lower(title)}${because(row)}`,
    many: 'have no capacity to show Veeam',
  },
  {
    applies: ({ row }) => daysOf(row) < DAYS_BAD,
    level: 'bad',
    urgency: 70,
    text: ({ row }, title) => `${title} is full in ${formatDays(daysOf(row))}`,
    many: `are full in less than ${DAYS_BAD} days`,
  },
  {
    applies: ({ row }) => daysOf(row) < DAYS_WARNING,
    level: 'warning',
    urgency: 45,
    text: ({ row }, title) => `${title} is full in ${formatDays(daysOf(row))}`,
    many: `are full in less than ${DAYS_WARNING} days`,
  },
  {
    applies: ({ row }) => (capacityShares(row)?.available ?? 1) < LITTLE_LEFT,
    level: 'warning',
    urgency: 44,
    text: ({ row }, title) =>
      `${title} has ${formatBytes(row.availableBytes ?? '0')} left, ${formatPercent(capacityShares(row)?.available ?? 0)} of its capacity`,
    many: `have less than ${formatPercent(LITTLE_LEFT)} of their capacity left`,
  },
  {
    applies: ({ row }) => row.error !== undefined,
    level: 'warning',
    urgency: 40,
    text: ({ row }, title) => `The latest measurement of ${lower(title)} failed${because(row)}`,
    many: 'were not measured the last time: it failed',
  },
];

/**
 * @param {readonly CapacityRow[]} rows
 * @returns {readonly Problem[]}
 */
export function capacityProblems(rows) {
  /** @type {Map<Kind, Map<string, CapacityUnit[]>>} */
  const found = new Map();
  for (const unit of capacityUnits(rows)) {
    const kind = KINDS.find(({ applies }) => applies(unit));
    if (kind === undefined) continue;
    const stores = found.get(kind) ?? new Map();
    found.set(kind, stores.set(unit.row.backend, [...(stores.get(unit.row.backend) ?? []), unit]));
  }
  return [...found].flatMap(([kind, stores]) =>
    [...stores].flatMap(([backend, units]) => sentences(kind, backend, units)),
  );
}

/** @param {Kind} kind @param {string} backend @param {readonly CapacityUnit[]} units @returns {readonly Problem[]} */
function sentences({ level, urgency, text, many }, backend, units) {
  const section = 'capacity';
  if (units.length <= EACH) {
    return units.map((unit) => ({ level, urgency, text: text(unit, upper(visible(unit.title))), section }));
  }
  const error = units.find(({ row }) => row.error !== undefined)?.row;
  const why = urgency <= 80 && error !== undefined ? because(error) : '';
  return [
    {
      level,
      urgency,
      text: `${plural(units.length, 'bucket')} of ${visible(backend)} ${many}${why}`,
      section,
    },
  ];
}

/** @param {CapacityRow} row */
function daysOf(row) {
  return row.forecast?.daysUntilFull ?? Number.POSITIVE_INFINITY;
}

/** @param {CapacityRow} row */
function because({ error }) {
  return error === undefined ? '' : `: ${visible(error)}`;
}

/** @param {string} title */
function upper(title) {
  return title.slice(0, 1).toUpperCase() + title.slice(1);
}

/** @param {string} title */
function lower(title) {
  return title.slice(0, 1).toLowerCase() + title.slice(1);
}
