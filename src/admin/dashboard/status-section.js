// The top of the page: is it fine, are backups running, what else is there, and the numbers that are looked for first.
import { showState } from './badge.js';
import { make, part, setText } from './elements.js';
import { formatAge, formatCount, formatPercent, formatRate, visible } from './format.js';
import { recent, WINDOW_SECONDS } from './recent.js';

/** @typedef {import('./answers.js').Live} Live */
/** @typedef {import('./answers.js').Level} Level */
/** @typedef {import('./verdict.js').Verdict} Verdict */

/** @type {Readonly<Record<Level, string>>} */
const TITLES = { good: '', warning: 'Warning: ', bad: 'Problem: ', idle: '' };
const MINUTE = 60;

export class StatusSection {
  #sentence = make('p', { class: 'sentence' });
  #activity = make('p', { class: 'activity', 'aria-live': 'off' });
  #told = '';
  /** @type {Map<string, HTMLElement>} */
  #facts = new Map();

  constructor() {
    part('verdict').append(this.#sentence);
    part('verdict').after(this.#activity);
  }

  /** @param {Verdict} verdict @param {Live} live @param {number} nowMs */
  show(verdict, live, nowMs) {
    const { level, sentence, activity, further } = verdict;
    part('verdict').dataset['level'] = level;
    showState(this.#sentence, level, sentence);
    setText(this.#activity, activity);
    this.#showFurther(further);
    const last = recent(live, MINUTE);
    const seconds = Math.max(1, last.seconds);
    const { requests, errors } = recent(live, WINDOW_SECONDS);
    this.#fact('Written', formatRate(last.requestBytes / seconds));
    this.#fact('Read', formatRate(last.responseBytes / seconds));
    this.#fact('Requests', `${formatCount(last.requests / seconds)}/s`);
    this.#fact('Failed, 5 min', requests === 0 ? '–' : formatPercent(errors / requests));
    this.#fact('Connections', formatCount(live.connections));
    this.#fact('Workers', formatCount(live.workers));
    this.#fact('Running for', formatAge((nowMs - Date.parse(live.startedAt)) / 1000));
    document.title = `${TITLES[level]}${visible(sentence)} – sosapi-gateway`;
  }

  /** @param {Verdict['further']} further */
  #showFurther(further) {
    const told = JSON.stringify(further);
    if (told === this.#told) return;
    this.#told = told;
    const items = further.map(({ level, text, section }) => {
      const link = make('a', { href: `#${section}` });
      showState(link, level, text);
      return make('li', {}, [link]);
    });
    part('problems').replaceChildren(...items);
    part('problems').hidden = items.length === 0;
  }

  /** @param {string} name @param {string} value */
  #fact(name, value) {
    const known = this.#facts.get(name);
    if (known !== undefined) return setText(known, value);
    const element = make('dd', {}, [value]);
    this.#facts.set(name, element);
    part('facts').append(make('div', {}, [make('dt', {}, [name]), element]));
  }
}
