// What is wrong, most urgent first, each in a sentence with the section that says more. Pure.
import { capacityProblems } from './capacity-problems.js';
import { formatCount, formatMoment, formatPercent, plural, visible } from './format.js';
import { recent, WINDOW_SECONDS, WINDOW_WORDS } from './recent.js';

/** @typedef {import('./answers.js').Live} Live */
/** @typedef {import('./answers.js').Veeam} Veeam */
/** @typedef {import('./answers.js').CapacityRow} CapacityRow */
/** @typedef {import('./answers.js').Endpoint} Endpoint */
/**
 * @typedef {object} Problem
 * @property {'bad' | 'warning' | 'idle'} level `idle`: worth knowing, and nothing is wrong
 * @property {number} urgency higher is more urgent
 * @property {string} text a sentence, without a full stop where an error's own words end it
 * @property {string} section the id of the section that shows it
 */
/**
 * @typedef {object} Picture what is known; what is undefined was not told yet
 * @property {Live | undefined} live
 * @property {readonly CapacityRow[] | undefined} capacities
 * @property {Veeam | undefined} veeam
 * @property {number} nowMs by the gateway's clock
 */

/** From this share of failed requests on backups suffer. */
const MANY_ERRORS = 0.05;
/** Below this share a client's next try has long repaired it. */
const SOME_ERRORS = 0.001;
/** A client or two that ask for what they may not is daily life; these are not. */
const MANY_REFUSALS = { count: 20, share: 0.05 };
/** Veeam asks now and then, so it is a little behind while backups run. */
export const FAR_APART_PERCENT = 2;

/**
 * @param {Picture} picture
 * @returns {readonly Problem[]}
 */
export function problemsOf({ live, capacities, veeam, nowMs }) {
  return [
    ...(live === undefined ? [] : [...storeProblems(live), ...requestProblems(live)]),
    ...(live === undefined ? [] : endpointProblems(live, nowMs)),
    ...(capacities === undefined ? [] : capacityProblems(capacities)),
    ...(veeam === undefined ? [] : veeamProblems(veeam)),
  ].sort((a, b) => b.urgency - a.urgency);
}

/** @param {Live} live @returns {readonly Problem[]} */
function storeProblems({ backends }) {
  return backends
    .filter(({ reachable }) => reachable === false)
    .map(({ name, detail }) => ({
      level: 'bad',
      urgency: 100,
      text: `Store ${visible(name)} does not answer${detail ? `: ${visible(detail)}` : ''}`,
      section: 'endpoints',
    }));
}

/** @param {Live} live @returns {readonly Problem[]} */
function requestProblems(live) {
  const { requests, errors, refused } = recent(live, WINDOW_SECONDS);
  /** @type {Problem[]} */
  const problems = [];
  if (errors > 0) {
    const share = errors / Math.max(1, requests);
    problems.push({
      ...(share >= MANY_ERRORS
        ? { level: 'bad', urgency: 90 }
        : share >= SOME_ERRORS
          ? { level: 'warning', urgency: 50 }
          : { level: 'idle', urgency: 15 }),
      text: `${formatCount(errors)} of ${plural(requests, 'request')} failed ${WINDOW_WORDS} (${formatPercent(share)})`,
      section: 'traffic',
    });
  }
  if (refused > 0) {
    const isMany = refused >= MANY_REFUSALS.count && refused / Math.max(1, requests) >= MANY_REFUSALS.share;
    const [latest] = live.refusals;
    problems.push({
      level: isMany ? 'warning' : 'idle',
      urgency: isMany ? 55 : 10,
      text: `${plural(refused, 'request')} refused ${WINDOW_WORDS}${latest ? `, the latest with ${visible(latest.code)}` : ''}`,
      section: 'refusals',
    });
  }
  return problems;
}

/** @param {Live} live @param {number} nowMs @returns {readonly Problem[]} */
function endpointProblems({ endpoints }, nowMs) {
  return [...new Set(endpoints.map(({ backend }) => backend))].flatMap((backend) => {
    const all = endpoints.filter((each) => each.backend === backend);
    const away = all.filter(({ state }) => state === 'ejected' || state === 'trial');
    const drained = all.filter(({ state }) => state === 'drained');
    return [
      ...(away.length === 0 ? [] : [awayProblem(backend, away, all.length, nowMs)]),
      ...(drained.length === 0 ? [] : [drainedProblem(backend, drained, all.length)]),
    ];
  });
}

/** @param {string} backend @param {readonly Endpoint[]} away @param {number} all @param {number} nowMs @returns {Problem} */
function awayProblem(backend, away, all, nowMs) {
  const [first] = away;
  const until = first?.until === undefined ? '' : `, tried again at ${formatMoment(first.until, nowMs)}`;
  const text =
    away.length === 1 && first !== undefined
      ? `Endpoint ${visible(first.endpoint)} of ${visible(backend)} is ejected${first.reason ? ` (${visible(first.reason)})` : ''}${until}`
      : `${away.length} of ${all} endpoints of ${visible(backend)} are ejected`;
  return { level: 'warning', urgency: 60, text, section: 'endpoints' };
}

/** @param {string} backend @param {readonly Endpoint[]} drained @param {number} all @returns {Problem} */
function drainedProblem(backend, drained, all) {
  const [first] = drained;
  const text =
    drained.length === 1 && first !== undefined
      ? `Endpoint ${visible(first.endpoint)} of ${visible(backend)} is drained`
      : `${drained.length} of ${all} endpoints of ${visible(backend)} are drained`;
  return { level: 'idle', urgency: 20, text, section: 'endpoints' };
}

/** @param {Veeam} veeam @returns {readonly Problem[]} */
function veeamProblems({ servers, repositories }) {
  const offline = repositories.filter(({ isOnline }) => !isOnline);
  const apart = repositories.filter(({ differencePercent = 0 }) => differencePercent >= FAR_APART_PERCENT);
  return [
    ...offline.map(({ name }) =>
      veeamProblem('bad', 75, `Veeam says that repository ${visible(name)} is offline`),
    ),
    ...servers
      .filter(({ answered }) => answered === false)
      .map(({ name, error }) =>
        veeamProblem(
          'warning',
          35,
          `${serverName(name)} does not answer${error ? `: ${visible(error)}` : ''}`,
        ),
      ),
    ...apart.map(({ name, differencePercent = 0 }) =>
      veeamProblem(
        'warning',
        30,
        `Veeam's numbers of repository ${visible(name)} are ${formatPercent(differencePercent / 100)} of the capacity off`,
      ),
    ),
  ];
}

/** @param {'bad' | 'warning'} level @param {number} urgency @param {string} text @returns {Problem} */
function veeamProblem(level, urgency, text) {
  return { level, urgency, text, section: 'veeam' };
}

/** @param {'vbr' | 'one'} name */
export function serverName(name) {
  return name === 'vbr' ? 'Veeam Backup & Replication' : 'Veeam ONE';
}
