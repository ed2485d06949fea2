// Asks before an endpoint is taken out or back in, does it, and says why where that failed.
import { make, setText } from './elements.js';
import { plural } from './format.js';
import { changeEndpoint } from './session.js';

/** @typedef {import('./answers.js').Endpoint} Endpoint */

export class ConfirmDialog {
  #title = make('h2', { id: 'confirm-title' });
  #text = make('p', { id: 'confirm-text' });
  #error = make('p', { class: 'form-error', role: 'alert' });
  #cancel = make('button', { type: 'button' }, ['Cancel']);
  #go = make('button', { type: 'button', class: 'primary' });
  #dialog = make(
    'dialog',
    { 'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-text', class: 'confirm' },
    [this.#title, this.#text, this.#error, make('div', { class: 'buttons' }, [this.#cancel, this.#go])],
  );
  /** @type {() => Promise<void>} */
  #change = async () => {};

  constructor() {
    document.body.append(this.#dialog);
    this.#cancel.addEventListener('click', () => this.#dialog.close());
    this.#go.addEventListener('click', () => this.#run());
  }

  /**
   * @param {'drain' | 'undrain'} action
   * @param {Endpoint} endpoint
   */
  ask(action, { backend, endpoint, inFlight }) {
    const isDrain = action === 'drain';
    setText(this.#title, isDrain ? `Drain ${endpoint}?` : `Take ${endpoint} back in?`);
    setText(
      this.#text,
      isDrain
        ? `It gets no new requests of store ${backend}; ${plural(inFlight, 'request')} under way there finish${inFlight === 1 ? 'es' : ''}.`
        : `It gets its share of the requests of store ${backend} again.`,
    );
    setText(this.#go, isDrain ? 'Drain' : 'Take back in');
    setText(this.#error, '');
    this.#change = () => changeEndpoint(action, { backend, endpoint });
    this.#dialog.showModal();
    this.#cancel.focus();
  }

  async #run() {
    this.#go.disabled = true;
    setText(this.#error, '');
    try {
      await this.#change();
      this.#dialog.close();
    } catch (error) {
      setText(this.#error, error instanceof Error ? error.message : String(error));
    } finally {
      this.#go.disabled = false;
    }
  }
}
