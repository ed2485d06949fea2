// Who looks: asked for a token where the gateway wants one, shown on top, and let go again.
import { showPage } from './dashboard.js';
import { part, setText } from './elements.js';
import { readSession, signIn, signOut } from './session.js';

/** @typedef {import('./session.js').Session} Session */
/**
 * @typedef {object} SignInOptions
 * @property {(isOperator: boolean) => void} onKnown called whenever it is known who looks; before `onIn`
 * @property {() => void} onIn may be shown everything from now on
 * @property {() => void} onOut is shown nothing any more
 */

export class SignIn {
  #options;

  /** @param {SignInOptions} options */
  constructor(options) {
    this.#options = options;
    part('sign-in-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    // Loaded anew, the page has nothing of what it showed.
    part('sign-out').addEventListener('click', () => void signOut().finally(() => location.reload()));
  }

  /** Where the gateway does not answer, whoever waits for its events is told so. */
  async begin() {
    const session = await readSession().catch(() => undefined);
    if (session?.login === 'needed') return this.#ask();
    this.#show(session);
    this.#options.onIn();
  }

  /** A session may be over: then the gateway refuses its events, and does not say why. */
  async check() {
    const session = await readSession().catch(() => undefined);
    if (session?.login === 'needed') this.#ask();
    else if (session !== undefined) this.#show(session);
  }

  #ask() {
    this.#options.onOut();
    this.#show(undefined);
    showPage('sign-in');
    document.title = 'Sign in – sosapi-gateway';
    part('token').focus();
  }

  async #send() {
    const token = /** @type {HTMLInputElement} */ (part('token'));
    setText(part('sign-in-error'), '');
    try {
      await signIn(token.value.trim());
      token.value = '';
      await this.begin();
      part('main').focus();
    } catch (error) {
      setText(part('sign-in-error'), error instanceof Error ? error.message : String(error));
      token.select();
    }
  }

  /** @param {Session | undefined} session */
  #show(session) {
    const isIn = session?.login === 'done';
    part('who').hidden = !isIn;
    part('sign-out').hidden = !isIn;
    setText(part('who'), `${session?.name ?? ''}${session?.role ? ` (${session.role})` : ''}`);
    this.#options.onKnown(isIn && session.role === 'operator');
  }
}
