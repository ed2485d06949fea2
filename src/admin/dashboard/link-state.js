// Whether the page hears the gateway: in the head of the page, and in a notice where it does not.
import { showState } from './badge.js';
import { part, setText } from './elements.js';
import { formatAge, formatTime } from './format.js';

/** @typedef {import('./live-stream.js').StreamState} StreamState */

const SECOND = 1_000;

export class LinkState {
  /** @type {StreamState} */
  #state = { kind: 'connecting' };

  constructor() {
    // Only words that change with each second are told so often; none of them is read aloud.
    setInterval(() => this.#tick(), SECOND);
  }

  /** @param {StreamState} state */
  show(state) {
    this.#state = state;
    const isLost = state.kind === 'lost';
    document.body.classList.toggle('is-lost', isLost);
    part('lost').hidden = !isLost;
    setText(part('lost-text'), isLost ? `Connection lost since ${formatTime(new Date(state.sinceMs))}.` : '');
    this.#tick();
  }

  /** Where nobody is signed in there is nothing to hear. */
  clear() {
    this.show({ kind: 'connecting' });
    part('link-state').replaceChildren();
    delete part('link-state').dataset['level'];
  }

  #tick() {
    const state = this.#state;
    if (state.kind === 'live') return showState(part('link-state'), 'good', 'Live');
    if (state.kind === 'connecting') return;
    const age = formatAge((Date.now() - state.sinceMs) / SECOND);
    const wait = Math.ceil((state.retryAtMs - Date.now()) / SECOND);
    showState(part('link-state'), 'bad', `Lost, data ${age} old`);
    setText(
      part('lost-retry'),
      `What you see is ${age} old; ${wait > 0 ? `next try in ${wait} s` : 'trying now'}.`,
    );
  }
}
