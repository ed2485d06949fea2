// What the gateway tells, and which part of the page shows it.
import { CapacitySection } from './capacity-section.js';
import { ConfirmDialog } from './confirm-dialog.js';
import { part, setText } from './elements.js';
import { EndpointsSection } from './endpoints-section.js';
import { EntitiesSection } from './entities-section.js';
import { LatencySection } from './latency-section.js';
import { RefusalsSection } from './refusals-section.js';
import { StatusSection } from './status-section.js';
import { TrafficSection } from './traffic-section.js';
import { VeeamSection } from './veeam-section.js';
import { verdictOf } from './verdict.js';

/** @typedef {import('./answers.js').Live} Live */
/** @typedef {import('./answers.js').CapacityRow} CapacityRow */
/** @typedef {import('./answers.js').Veeam} Veeam */

/** The events that the gateway sends. */
export const EVENTS = ['live', 'capacity', 'veeam'];

export class Dashboard {
  /** What was told last. @type {{ live?: Live, capacities?: readonly CapacityRow[], veeam?: Veeam }} */
  #known = {};
  /** How far the gateway's clock is ahead of this one, milliseconds. */
  #aheadMs = 0;
  #dialog = new ConfirmDialog();
  #status = new StatusSection();
  #capacity = new CapacitySection();
  #traffic = new TrafficSection();
  #latency = new LatencySection();
  #endpoints = new EndpointsSection((action, endpoint) => this.#dialog.ask(action, endpoint));
  #entities = new EntitiesSection();
  #refusals = new RefusalsSection();
  #veeam = new VeeamSection();

  /** @param {boolean} isOperator */
  set isOperator(isOperator) {
    this.#endpoints.isOperator = isOperator;
  }

  /** @param {string} name of EVENTS @param {unknown} data */
  take(name, data) {
    if (name === 'live') this.#takeLive(/** @type {Live} */ (data));
    if (name === 'capacity') {
      this.#known.capacities = /** @type {{ capacities: readonly CapacityRow[] }} */ (data).capacities;
    }
    if (name === 'veeam') this.#known.veeam = /** @type {Veeam} */ (data);
    this.#show();
  }

  /** Charts take the colours that are now. */
  redraw() {
    this.#capacity.redraw();
    this.#traffic.redraw();
  }

  /** @param {Live} live */
  #takeLive(live) {
    tellNews(this.#known.live, live);
    this.#known.live = live;
    this.#aheadMs = Date.parse(live.at) - Date.now();
    setText(part('version'), live.version);
  }

  #show() {
    const { live, capacities, veeam } = this.#known;
    if (live === undefined) return;
    const nowMs = Date.now() + this.#aheadMs;
    showPage('content');
    this.#status.show(verdictOf({ live, capacities, veeam, nowMs }), live, nowMs);
    if (capacities !== undefined) this.#capacity.show(capacities, nowMs);
    this.#traffic.show(live);
    this.#latency.show(live);
    this.#endpoints.show(live, nowMs);
    this.#entities.show(live);
    this.#refusals.show(live, nowMs);
    if (veeam !== undefined) this.#veeam.show(veeam, nowMs);
  }
}

/** @param {'sign-in' | 'content'} name */
export function showPage(name) {
  part('content').hidden = name !== 'content';
  part('sections').hidden = name !== 'content';
  part('sign-in').hidden = name !== 'sign-in';
}

/**
 * A page of an earlier version goes on with what it knows, and offers to be loaded anew.
 * @param {Live | undefined} before
 * @param {Live} live
 */
function tellNews(before, live) {
  if (before === undefined || before.startedAt === live.startedAt) return;
  const isOther = before.version !== live.version;
  part('news').hidden = false;
  part('reload').hidden = !isOther;
  setText(
    part('news-text'),
    isOther
      ? `The gateway was restarted with version ${live.version}.`
      : 'The gateway was restarted: it counts from the start again.',
  );
}
