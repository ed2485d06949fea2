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
  isDrained = false;
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

  /** Whether it takes requests as things are. */
  get isFit(): boolean {
    return !this.isDrained && this.health.isFit;
  }

  /** Before one is chosen: what it can take now. */
  refresh(isExcluded: boolean): void {
    this.load = this.pool.load;
    this.weight = isExcluded || this.isDrained ? 0 : this.health.weight;
  }

  get state(): EndpointState {
    const { name, endpoint, health, pool, requests } = this;
    return {
      name,
      authority: endpoint.authority,
      state: this.isDrained ? 'drained' : health.state,
      inFlight: pool.load,
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
