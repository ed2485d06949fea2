// The answer to "are backups running, and is it fine?": one sentence, and one of what moves. Pure.
import { formatAge, formatRate, plural, visible } from './format.js';
import { problemsOf } from './problems.js';
import { recent, WINDOW_WORDS } from './recent.js';

/** @typedef {import('./answers.js').Live} Live */
/** @typedef {import('./answers.js').Level} Level */
/** @typedef {import('./problems.js').Picture} Picture */
/** @typedef {import('./problems.js').Problem} Problem */
/**
 * @typedef {object} Activity
 * @property {'writing' | 'reading' | 'asking' | 'idle'} kind
 * @property {string} text
 */
/**
 * @typedef {object} Verdict
 * @property {Level} level
 * @property {string} sentence
 * @property {string | undefined} section where the sentence is of a problem
 * @property {string} activity
 * @property {readonly Problem[]} further what the sentence does not say, most urgent first
 */

/** Less than this is no data: listings and status calls. Bytes a second. */
const MOVES = 64 * 1024;
const MINUTE = 60;

/** @type {Readonly<Record<Activity['kind'], readonly [well: string, otherwise: string]>>} */
const LEADS = {
  writing: ['All well: backups are running.', 'Backups are running, but: '],
  reading: ['All well: data is being read.', 'Data is being read, but: '],
  asking: ['All well: clients are here, and hardly any data moves.', 'Hardly any data moves; '],
  idle: ['All well, and nothing is running.', 'Nothing is running; '],
};

/**
 * @param {Picture} picture
 * @returns {Verdict}
 */
export function verdictOf(picture) {
  const { live } = picture;
  if (live === undefined) {
    return {
      level: 'idle',
      sentence: 'Nothing is known yet.',
      section: undefined,
      activity: '',
      further: [],
    };
  }
  const { kind, text } = activityOf(live, picture.nowMs);
  const [well, otherwise] = LEADS[kind];
  const problems = problemsOf(picture);
  const [first, ...others] = problems;
  if (first === undefined || first.level === 'idle') {
    const unasked = live.backends.find(({ reachable }) => reachable === undefined);
    if (unasked !== undefined) {
      const sentence = `Nothing wrong is known; store ${visible(unasked.name)} was not asked yet.`;
      return { level: 'idle', sentence, section: undefined, activity: text, further: problems };
    }
    return {
      level: 'good',
      sentence: well,
      section: undefined,
      activity: text,
      further: problems,
    };
  }
  // What is bad is all that counts; beside a warning it counts that backups run.
  const lead = first.level === 'bad' ? '' : otherwise;
  const sentence = `${lead}${first.text}${first.text.endsWith('.') ? '' : '.'}`;
  return { level: first.level, sentence, section: first.section, activity: text, further: others };
}

/**
 * @param {Live} live
 * @param {number} nowMs
 * @returns {Activity}
 */
export function activityOf(live, nowMs) {
  const { requests, requestBytes, responseBytes, seconds } = recent(live, MINUTE);
  const written = requestBytes / Math.max(1, seconds);
  const read = responseBytes / Math.max(1, seconds);
  if (written >= MOVES) {
    const entities = live.entities.filter(
      ({ entity, requestBytes }) => entity !== '' && requestBytes > 0,
    ).length;
    const from = entities === 0 ? '' : `, ${busiest(entities)} ${WINDOW_WORDS}`;
    return {
      kind: 'writing',
      text: `Backups are running: ${formatRate(written)} written, ${formatRate(read)} read over the last minute${from}.`,
    };
  }
  if (read >= MOVES) {
    return {
      kind: 'reading',
      text: `Data is being read, ${formatRate(read)} over the last minute; hardly any is written.`,
    };
  }
  if (requests > 0) {
    return {
      kind: 'asking',
      text: `${plural(requests, 'request')} in the last minute, and hardly any data.`,
    };
  }
  return { kind: 'idle', text: idleText(live, nowMs) };
}

/** The list has ten at most. @param {number} entities */
function busiest(entities) {
  return entities < 10
    ? plural(entities, 'machine or share', 'machines or shares')
    : '10 machines or shares or more';
}

/** @param {Live} live @param {number} nowMs */
function idleText({ traffic: { points, stepSeconds } }, nowMs) {
  const last = points.findLast(({ requests }) => requests > 0);
  if (last === undefined) {
    return `No request in the last ${formatAge(Math.max(stepSeconds, points.length * stepSeconds))}.`;
  }
  const age = Math.max(0, (nowMs - Date.parse(last.at)) / 1000);
  return `No request in the last minute; the latest was ${formatAge(age)} ago.`;
}
