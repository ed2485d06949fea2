// The endpoints of one backend: which one a request goes to, which ones there are, and how they fare.
import type { EndpointState, Lease } from './backend.ts';
import { homeOf, leastBusy } from './balancing/choose-endpoint.ts';
import type { Address, Endpoint } from './dialer.ts';
import { EndpointHealth } from './endpoint-health.ts';
import { EndpointNode, nameOf } from './endpoint-node.ts';
import { EndpointPool, type EndpointPoolOptions, PoolExhaustedError } from './endpoint-pool.ts';
import { EndpointProbe, type ProbeSettings } from './endpoint-probe.ts';
import { endpointsOf, type LookUp, NameWatch } from './name-watch.ts';
import { PooledLease } from './pooled-lease.ts';

/** What happened to an endpoint, once each. `again`: of an ejection whose trial failed. */
export type EndpointChange =
  | { readonly change: 'ejected'; readonly reason: string; readonly forMs: number; readonly again: boolean }
  | { readonly change: 'recovered' | 'drained' | 'undrained' | 'added' | 'removed' }
  | { readonly change: 'lookup-failed'; readonly reason: string };

export interface EndpointSetOptions
  extends Omit<EndpointPoolOptions, 'endpoint' | 'health' | 'hasAlternative'> {
  readonly endpoints: readonly Endpoint[];
  /** Absent: none are probed. One that is alone is never probed, since there is no other choice. */
  readonly probe: ProbeSettings | undefined;
  readonly slowStartMs: number;
  /** How often names are looked up, in milliseconds, and with what; absent: each connect looks up anew. */
  readonly names: { readonly everyMs: number; readonly lookUp: LookUp } | undefined;
  isIpAddress(host: string): boolean;
  onEndpoint(name: string, change: EndpointChange): void;
}

/** What decides where a request goes. */
export interface Wish {
  /** Whose turn it is where requests must wait. */
  readonly owner: string;
  /** Hash of its entity; undefined: the least busy one. */
  readonly entity: number | undefined;
  readonly fresh: boolean;
  /** A lease on the endpoint that it should not go to again. */
  readonly insteadOf: Lease | undefined;
}

export class EndpointSet {
  readonly #options: EndpointSetOptions;
  readonly #watches: readonly NameWatch[];
  #drained: ReadonlySet<string> = new Set();
  #nodes: readonly EndpointNode[];
  /** Those that are no longer endpoints and may have something under way. */
  readonly #retired = new Set<EndpointNode>();
  #turn = 0;
  #closed = false;

  constructor(options: EndpointSetOptions) {
    this.#options = options;
    this.#nodes = options.endpoints.map((endpoint) => this.#nodeOf(endpoint));
    this.#matchProbes();
    const { names } = options;
    const named = options.endpoints.filter((endpoint) => this.#isByName(endpoint));
    this.#watches = names === undefined ? [] : named.map((endpoint) => this.#watch(endpoint, names));
  }

  /** Tries one after the other until one has a connection. Rejects with the reason of the last. */
  acquire(wish: Wish): Promise<PooledLease> | PooledLease {
    const [only, another] = this.#nodes;
    if (only === undefined || another !== undefined || !only.isFit) return this.#acquireOneOf(wish);
    only.requests++;
    return wish.fresh ? only.pool.acquireFresh(wish.owner) : only.pool.acquire(wish.owner);
  }

  async #acquireOneOf(wish: Wish): Promise<PooledLease> {
    let failure: unknown;
    let tried: Set<EndpointNode> | undefined;
    for (let node = this.#choose(wish, tried); node !== undefined; node = this.#choose(wish, tried)) {
      const isTrial = node.health.begin();
      try {
        const { pool } = node;
        const lease = await (wish.fresh ? pool.acquireFresh(wish.owner) : pool.acquire(wish.owner));
        lease.isTrial = isTrial;
        node.requests++;
        return lease;
      } catch (error) {
        if (isTrial) node.health.abandoned();
        // It was the one with most room.
        if (error instanceof PoolExhaustedError) throw error;
        failure = error;
        tried ??= new Set();
        tried.add(node);
      }
    }
    throw failure;
  }

  get states(): readonly EndpointState[] {
    const nowMs = this.#options.now();
    return this.#nodes.map((node) => node.stateAt(nowMs));
  }

  /** Sends nothing new to these. Each is the name of an endpoint, or an authority with all its addresses, also of those to come. */
  setDrained(names: readonly string[]): void {
    this.#drained = new Set(names);
    for (const node of this.#nodes) {
      const isDrained = this.#isDrained(node);
      if (node.isDrained === isDrained) continue;
      node.setDrained(isDrained, this.#options.now());
      this.#options.onEndpoint(node.name, { change: isDrained ? 'drained' : 'undrained' });
    }
  }

  close(): void {
    this.#closed = true;
    for (const watch of this.#watches) watch.close();
    for (const node of [...this.#nodes, ...this.#retired]) node.close();
  }

  #choose(wish: Wish, tried: ReadonlySet<EndpointNode> | undefined): EndpointNode | undefined {
    const nodes = this.#nodes;
    const { insteadOf, entity } = wish;
    const shunned = insteadOf instanceof PooledLease ? insteadOf.owner : undefined;
    for (const node of nodes) node.refresh(tried?.has(node) === true || node.pool === shunned);
    const turn = this.#turn;
    this.#turn = (turn + 1) % nodes.length;
    const home = entity === undefined ? this.#onTrial() : homeOf(nodes, entity);
    const chosen = nodes[home === -1 ? leastBusy(nodes, turn) : home];
    return chosen ?? lastResort(nodes, tried);
  }

  /** One that waits for a trial gets the next request that could go anywhere. */
  #onTrial(): number {
    return this.#nodes.findIndex(({ weight, health }) => weight > 0 && health.wantsTrial);
  }

  #nodeOf(endpoint: Endpoint): EndpointNode {
    const { onEndpoint, now, slowStartMs } = this.#options;
    const name = nameOf(endpoint);
    const health: EndpointHealth = new EndpointHealth({
      now,
      slowStartMs,
      mayEject: () => this.#nodes.some((other) => other.health !== health && other.isFit),
      onEjected: (reason, forMs, again) => {
        pool.dropIdle();
        onEndpoint(name, { change: 'ejected', reason, forMs, again });
      },
      onRecovered: () => onEndpoint(name, { change: 'recovered' }),
    });
    const pool = new EndpointPool({
      ...this.#options,
      endpoint,
      health,
      hasAlternative: () => this.#nodes.some((other) => other.pool !== pool && other.isFit),
    });
    return new EndpointNode({ endpoint, pool, health });
  }

  /** Probes are for a choice: there are none of an endpoint that is alone. */
  #matchProbes(): void {
    const { probe: settings, ca, limits, now } = this.#options;
    if (settings === undefined) return;
    for (const node of this.#nodes) {
      if (this.#nodes.length === 1) {
        node.probe?.close();
        node.probe = undefined;
        continue;
      }
      const onProbed = (failure: string | undefined): void => node.health.probed(failure);
      node.probe ??= new EndpointProbe({ settings, endpoint: node.endpoint, ca, limits, now, onProbed });
    }
  }

  #isByName({ host, socketPath }: Endpoint): boolean {
    return socketPath === undefined && !this.#options.isIpAddress(host);
  }

  #watch(endpoint: Endpoint, { everyMs, lookUp }: NonNullable<EndpointSetOptions['names']>): NameWatch {
    return new NameWatch({
      host: endpoint.host,
      everyMs,
      lookUp,
      onAddresses: (addresses) => this.#follow(endpoint, addresses),
      onFailed: (reason) => this.#options.onEndpoint(endpoint.authority, { change: 'lookup-failed', reason }),
    });
  }

  /** Those whose addresses are the same stay, with their connections. */
  #follow(configured: Endpoint, addresses: readonly Address[]): void {
    if (this.#closed) return;
    const isOf = (node: EndpointNode): boolean =>
      node.endpoint.authority === configured.authority && node.endpoint.protocol === configured.protocol;
    const before = this.#nodes.filter(isOf);
    const isFirst = before.every(({ endpoint }) => endpoint.addresses === undefined);
    const now = endpointsOf(configured, addresses).map(
      (endpoint) => before.find((node) => isSamePlace(node.endpoint, endpoint)) ?? this.#nodeOf(endpoint),
    );
    const at = this.#nodes.findIndex(isOf);
    const others = this.#nodes.filter((node) => !isOf(node));
    this.#nodes = [...others.slice(0, at), ...now, ...others.slice(at)];
    for (const node of now) {
      if (before.includes(node)) continue;
      const namesake = before.find(({ name }) => name === node.name);
      if (namesake !== undefined) node.countOn(namesake);
      this.#welcome(node, !isFirst);
    }
    for (const node of before) if (!now.includes(node)) this.#dismiss(node, !isFirst);
    this.#matchProbes();
  }

  #welcome(node: EndpointNode, isNews: boolean): void {
    if (this.#isDrained(node)) node.setDrained(true, this.#options.now());
    if (isNews) this.#options.onEndpoint(node.name, { change: 'added' });
  }

  #dismiss(node: EndpointNode, isNews: boolean): void {
    node.retire();
    for (const gone of this.#retired) if (gone.pool.load === 0) this.#retired.delete(gone);
    this.#retired.add(node);
    if (isNews) this.#options.onEndpoint(node.name, { change: 'removed' });
  }

  #isDrained({ name, endpoint }: EndpointNode): boolean {
    return this.#drained.has(name) || this.#drained.has(endpoint.authority);
  }
}

/** Where none is fit all are tried, those that are drained last: an attempt costs less than a refusal. */
function lastResort(
  nodes: readonly EndpointNode[],
  tried: ReadonlySet<EndpointNode> | undefined,
): EndpointNode | undefined {
  const left = nodes.filter((node) => tried?.has(node) !== true);
  const reserve = ({ isDrained, isFit, pool }: EndpointNode): number =>
    (isDrained ? 2e6 : 0) + (isFit ? 0 : 1e6) + pool.load;
  return left.sort((a, b) => reserve(a) - reserve(b))[0];
}

function isSamePlace(one: Endpoint, other: Endpoint): boolean {
  return nameOf(one) === nameOf(other) && addressesOf(one) === addressesOf(other);
}

function addressesOf({ addresses = [] }: Endpoint): string {
  return addresses.map(({ address }) => address).join(' ');
}
