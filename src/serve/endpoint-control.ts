// Endpoints that an operator takes out of service and back: kept here, in the first process, and told to all others. Not kept
// over a restart: what shall never be used is for the config to leave out.
import { type EndpointPorts, EndpointRefusal } from '../admin/endpoint-ports.ts';
import type { EndpointRow } from '../admin/endpoint-schemas.ts';
import type { Backend } from '../backend/backend.ts';
import { endpointRows, endpointsSeen, type SeenByProcess } from './endpoint-seen.ts';

/** By its name, or by an authority that has several. */
export interface DrainedEndpoint {
  readonly backend: string;
  readonly endpoint: string;
}

/** What the workers see. */
export interface SeenByWorkers {
  readonly processes: readonly SeenByProcess[];
  /** Those that did not tell in time. */
  readonly unheard: number;
}

export interface EndpointControlOptions {
  /** Of this process, as they are now. */
  backends(): Iterable<Backend>;
  /** Where other processes serve: what they see. */
  workers(): Promise<SeenByWorkers>;
  /** Tells all workers what `drained` gives. */
  tellWorkers(): void;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

export class EndpointControl implements EndpointPorts {
  readonly #options: EndpointControlOptions;
  #drained: readonly DrainedEndpoint[] = [];
  /** One order after the other: two at a time could take the last two out. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: EndpointControlOptions) {
    this.#options = options;
  }

  get drained(): readonly DrainedEndpoint[] {
    return this.#drained;
  }

  async list(): Promise<{ unheard: number; endpoints: EndpointRow[] }> {
    const { backends, workers, wallClock } = this.#options;
    const { processes, unheard } = await workers();
    return { unheard, endpoints: [...endpointRows([endpointsSeen(backends()), ...processes], wallClock())] };
  }

  drain(order: DrainedEndpoint & { readonly force?: boolean }): Promise<boolean> {
    return this.#inTurn(() => this.#drain(order));
  }

  undrain(order: DrainedEndpoint): Promise<boolean> {
    return this.#inTurn(() => this.#undrain(order));
  }

  #inTurn(change: () => Promise<boolean>): Promise<boolean> {
    const changed = this.#last.then(change);
    this.#last = changed.catch(() => {});
    return changed;
  }

  async #drain({ backend, endpoint, force = false }: DrainedEndpoint & { readonly force?: boolean }) {
    const { own, meant } = await this.#find(backend, endpoint);
    if (meant.every(({ state }) => state === 'drained')) return false;
    const isLeft = (row: EndpointRow): boolean =>
      !meant.includes(row) && (row.state === 'working' || row.state === 'warming');
    if (!force && !own.some(isLeft)) {
      throw new EndpointRefusal(
        409,
        `${endpoint} is the last endpoint of ${backend} that works: take another one back first, or force it`,
      );
    }
    await this.#set([...this.#drained, { backend, endpoint }]);
    return true;
  }

  async #undrain({ backend, endpoint }: DrainedEndpoint) {
    const { own, meant } = await this.#find(backend, endpoint);
    if (meant.every(({ state }) => state !== 'drained')) return false;
    const back = new Set(meant.map((row) => row.endpoint));
    // Of an authority that was drained as a whole, the other addresses stay so.
    const left = this.#drained.flatMap((each) => {
      if (each.backend !== backend) return [each];
      return own
        .filter((row) => row.endpoint === each.endpoint || row.authority === each.endpoint)
        .filter((row) => !back.has(row.endpoint))
        .map((row) => ({ backend, endpoint: row.endpoint }));
    });
    await this.#set(left);
    return true;
  }

  async #set(drained: readonly DrainedEndpoint[]): Promise<void> {
    this.#drained = drained;
    applyDrained(drained, this.#options.backends());
    this.#options.tellWorkers();
    // Who has answered this has heard that.
    await this.#options.workers();
  }

  /** Throws EndpointRefusal where there is none. */
  async #find(backend: string, endpoint: string) {
    const { endpoints } = await this.list();
    const own = endpoints.filter((row) => row.backend === backend);
    const meant = own.filter((row) => row.endpoint === endpoint || row.authority === endpoint);
    if (meant.length > 0) return { own, meant };
    const names = [...new Set(endpoints.map((row) => row.backend))];
    throw new EndpointRefusal(
      404,
      own.length === 0
        ? `there is no backend ${backend}; there are ${names.join(', ')}`
        : `${backend} has no endpoint ${endpoint}; it has ${own.map((row) => row.endpoint).join(', ')}`,
    );
  }
}

/** Also to be called where backends were made anew. */
export function applyDrained(drained: readonly DrainedEndpoint[], backends: Iterable<Backend>): void {
  for (const backend of backends) {
    const own = drained.filter((each) => each.backend === backend.name);
    backend.setDrained(own.map(({ endpoint }) => endpoint));
  }
}
