// One endpoint with all that belongs to it: connections, health, probe, and whether it is drained.
import type { EndpointState } from './backend.ts';
import type { Candidate } from './balancing/choose-endpoint.ts';
import { hashOf } from './balancing/stable-hash.ts';
import type { Endpoint } from './dialer.ts';
import type { EndpointHealth } from './endpoint-health.ts';
import type { EndpointPool } from './endpoint-pool.ts';
import type { EndpointProbe } from './endpoint-probe.ts';

export interface EndpointNodeParts {
  readonly endpoint: Endpoint;
  readonly pool: EndpointPool;
  readonly health: EndpointHealth;
}

export class EndpointNode implements Candidate {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly pool: EndpointPool;
  readonly health: EndpointHealth;
  readonly seed: number;
  readonly limit: number;
  probe: EndpointProbe | undefined;
  /** Monotonic, since when; undefined while it is not drained. */
  #drainedAtMs: number | undefined;
  /** What `refresh` found. */
  load = 0;
  weight = 1;
  /** Requests that were sent there. */
  requests = 0;

  constructor({ endpoint, pool, health }: EndpointNodeParts) {
    this.name = nameOf(endpoint);
    this.endpoint = endpoint;
    this.pool = pool;
    this.health = health;
    this.seed = hashOf(`${endpoint.protocol}://${this.name}`);
    this.limit = pool.limit;
  }

  get isDrained(): boolean {
    return this.#drainedAtMs !== undefined;
  }

  /** One that is no longer drained takes a growing share again, as one that came back does: its caches may be cold. */
  setDrained(isDrained: boolean, nowMs: number): void {
    this.#drainedAtMs = isDrained ? nowMs : undefined;
    if (!isDrained) this.health.restart();
  }

  /** Whether it takes requests as things are. */
  get isFit(): boolean {
    return !this.isDrained && this.health.isFit;
  }

  /** Before one is chosen: what it can take now. */
  refresh(isExcluded: boolean): void {
    this.load = this.pool.load;
    this.weight = isExcluded || this.isDrained ? 0 : this.health.weight;
  }

  stateAt(nowMs: number): EndpointState {
    const { name, endpoint, health, pool, requests } = this;
    const drainedAtMs = this.#drainedAtMs;
    return {
      name,
      authority: endpoint.authority,
      state: drainedAtMs === undefined ? health.state : 'drained',
      inFlight: pool.load,
      waiting: pool.waiting,
      forMs: Math.max(0, nowMs - (drainedAtMs ?? health.sinceMs)),
      trialInMs: drainedAtMs === undefined ? health.trialInMs : undefined,
      requests,
      ejections: health.ejections,
      lastReason: health.lastReason,
    };
  }

  /** Takes the place of one of the same name: what counts up never goes down. */
  countOn({ requests, health }: EndpointNode): void {
    this.requests += requests;
    this.health.ejections += health.ejections;
  }

  /** What is under way goes on. */
  retire(): void {
    this.probe?.close();
    this.pool.retire();
  }

  close(): void {
    this.probe?.close();
    this.pool.close();
  }
}

/** Its authority; where its host's name has several addresses, with the one that it is. */
export function nameOf({ authority, name = authority }: Endpoint): string {
  return name;
}
