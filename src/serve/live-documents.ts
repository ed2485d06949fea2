// The two SOSAPI documents as the gateway that runs answers them: system.xml changes with the config, and only then its date.
import type { GatewayConfig } from '../config/gateway-config.ts';
import { sameConfig } from '../config/same-config.ts';
import type { Document, SosapiDocuments } from '../gateway/answer-sosapi.ts';
import { renderSystem } from '../sosapi/documents.ts';

export class LiveDocuments implements SosapiDocuments {
  readonly capacity: SosapiDocuments['capacity'];
  readonly #wallClock: () => number;
  #of: GatewayConfig['sosapi'];
  #system: Document;

  /** `wallClock`: milliseconds since 1970. */
  constructor({ sosapi }: GatewayConfig, capacity: SosapiDocuments['capacity'], wallClock: () => number) {
    this.capacity = capacity;
    this.#wallClock = wallClock;
    this.#of = sosapi;
    this.#system = { body: renderSystem(sosapi), lastModifiedMs: wallClock() };
  }

  get system(): Document {
    return this.#system;
  }

  /** What system.xml is by that config: the one of now where nothing about it differs. */
  systemOf({ sosapi }: GatewayConfig): Document {
    if (sameConfig(sosapi, this.#of)) return this.#system;
    return { body: renderSystem(sosapi), lastModifiedMs: this.#wallClock() };
  }

  replace(config: GatewayConfig): void {
    this.#system = this.systemOf(config);
    this.#of = config.sosapi;
  }
}
