// The server's events, asked for again and again with longer and longer pauses while they do not come.

/**
 * @typedef {{ readonly kind: 'connecting' }
 *   | { readonly kind: 'live' }
 *   | { readonly kind: 'lost', readonly sinceMs: number, readonly retryAtMs: number }} StreamState
 */
/**
 * @typedef {object} StreamOptions
 * @property {string} url
 * @property {readonly string[]} names of the events
 * @property {(name: string, data: unknown) => void} onEvent
 * @property {(state: StreamState) => void} onState
 * @property {new (url: string) => EventSource} [Source]
 * @property {() => number} [now]
 * @property {() => number} [random]
 */

/** Milliseconds; the last one from then on. */
export const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/** There is an event every two seconds: where none came for so long, nobody is there. */
export const SILENCE_MS = 12_000;

export class LiveStream {
  #options;
  #now;
  #random;
  /** @type {EventSource | undefined} */
  #source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #failures = 0;
  /** When there was an event the last time, or the first try. */
  #heardMs = 0;

  /** @param {StreamOptions} options */
  constructor(options) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#random = options.random ?? Math.random;
  }

  start() {
    this.stop();
    this.#failures = 0;
    this.#heardMs = this.#now();
    this.#options.onState({ kind: 'connecting' });
    this.#connect();
  }

  stop() {
    this.#close();
    clearTimeout(this.#timer);
  }

  /** Without waiting for the pause to be over; only while the connection is lost. */
  retryNow() {
    if (this.#source !== undefined) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #connect() {
    const source = new (this.#options.Source ?? EventSource)(this.#options.url);
    this.#source = source;
    // The browser tries again by itself where a line breaks, but not where an answer is no stream.
    source.addEventListener('error', () => this.#lost(source));
    for (const name of this.#options.names) {
      source.addEventListener(name, (event) =>
        this.#heard(source, name, /** @type {MessageEvent<string>} */ (event).data),
      );
    }
    this.#watch(source);
  }

  /** @param {EventSource} source @param {string} name @param {string} text */
  #heard(source, name, text) {
    if (source !== this.#source) return;
    this.#failures = 0;
    this.#heardMs = this.#now();
    this.#watch(source);
    this.#options.onState({ kind: 'live' });
    this.#options.onEvent(name, JSON.parse(text));
  }

  /** @param {EventSource} source */
  #watch(source) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(source), SILENCE_MS);
  }

  /** @param {EventSource} source */
  #lost(source) {
    if (source !== this.#source) return;
    this.#close();
    clearTimeout(this.#timer);
    const pauseMs = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)] ?? 0;
    this.#failures += 1;
    // Many pages must not all come back in the same moment.
    const waitMs = pauseMs * (0.8 + 0.4 * this.#random());
    this.#timer = setTimeout(() => this.#connect(), waitMs);
    this.#options.onState({ kind: 'lost', sinceMs: this.#heardMs, retryAtMs: this.#now() + waitMs });
  }

  #close() {
    this.#source?.close();
    this.#source = undefined;
  }
}
