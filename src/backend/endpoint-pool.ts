// The connections to one endpoint: at most so many, kept while they are used, owned until they are closed.
import { ClientConnection, type ClientConnectionOptions } from '../http1/client-connection.ts';
import type { Deadlines } from '../http1/deadlines.ts';
import { Dialer, type DialerOptions, type Endpoint } from './dialer.ts';
import type { EndpointHealth } from './endpoint-health.ts';
import { FairQueue } from './fair-queue.ts';
import { type LeaseOwner, PooledLease } from './pooled-lease.ts';

export interface EndpointPoolOptions extends Omit<ClientConnectionOptions, 'onClosed'>, DialerOptions {
  readonly maxConnections: number;
  readonly deadlines: Deadlines;
  readonly health: EndpointHealth;
  /** Whether another endpoint could take a request instead. */
  hasAlternative(): boolean;
  onConnection(change: 'opened' | 'failed' | 'closed', detail?: string): void;
}

/** Every connection is taken and none came free in time, or too many wait for one already. */
export class PoolExhaustedError extends Error {
  override readonly name = 'PoolExhaustedError';
}

interface Waiter {
  readonly give: (lease: Promise<PooledLease> | PooledLease) => void;
}

/** So many may wait for a connection to come free, or as many as there may be; the next is told to slow down at once. */
const LEAST_WAITING = 64;

export class EndpointPool implements LeaseOwner {
  readonly endpoint: Endpoint;
  readonly #options: EndpointPoolOptions;
  readonly #idle: ClientConnection[] = [];
  readonly #open = new Set<ClientConnection>();
  /** In turn between credentials, so that one with many connections does not hold up the others. */
  readonly #waiters = new FairQueue<Waiter>();
  readonly #dialer: Dialer;
  readonly health: EndpointHealth;
  #connecting = 0;
  #closed = false;
  #retired = false;

  constructor(options: EndpointPoolOptions) {
    this.#options = options;
    this.endpoint = options.endpoint;
    this.health = options.health;
    this.#dialer = new Dialer(options);
  }

  get authority(): string {
    return this.endpoint.authority;
  }

  get hasAlternative(): boolean {
    return this.#options.hasAlternative();
  }

  get limit(): number {
    return this.#options.maxConnections;
  }

  /** Requests under way and waiting; whoever waits for a connection that is being made counts once. */
  get load(): number {
    return this.#open.size - this.#idle.length + this.waiting;
  }

  /** Those of them that have no connection yet. */
  get waiting(): number {
    return Math.max(this.#connecting, this.#waiters.size);
  }

  /**
   * A pooled connection where there is one, else whichever comes first: a fresh one, or one that another request gives
   * back. `owner` is whose turn it is to wait. Rejects with the connect error or PoolExhaustedError.
   */
  acquire(owner: string): Promise<PooledLease> | PooledLease {
    this.#checkOpen();
    for (let pooled = this.#idle.pop(); pooled !== undefined; pooled = this.#idle.pop()) {
      if (pooled.usable) return this.#lease(pooled, false);
    }
    const waiting = this.#wait(owner);
    if (!this.#full) this.#grow();
    return waiting;
  }

  /** One that has carried no request yet. Rejects likewise. */
  acquireFresh(owner: string): Promise<PooledLease> {
    this.#checkOpen();
    if (!this.#full) return this.#connect();
    const idle = this.#idle.shift();
    if (idle === undefined) return this.#wait(owner);
    idle.destroy();
    return this.#connect();
  }

  /** Closes the connections that are not in use: whatever happened to the endpoint may have happened to them. */
  dropIdle(): void {
    for (const connection of [...this.#idle]) connection.destroy();
  }

  /** The endpoint is no longer one: what is under way goes on, and nothing is kept for later. */
  retire(): void {
    this.#retired = true;
    this.dropIdle();
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#open) connection.destroy();
    // Each failed connect tells whoever waits for it; whoever waits for a connection to come free is told here.
    this.#dialer.close(shuttingDown());
    while (this.#serveWaiter(() => Promise.reject(shuttingDown())));
  }

  /** Connections, and those that are being made. */
  get #size(): number {
    return this.#open.size + this.#connecting;
  }

  get #full(): boolean {
    return this.#size >= this.#options.maxConnections;
  }

  #checkOpen(): void {
    if (this.#closed) throw shuttingDown();
  }

  /** One connection more, for whoever waits longest by then. */
  #grow(): void {
    this.#connect().then(
      (lease) => {
        if (!this.#serveWaiter(() => lease)) lease.release();
      },
      (error: unknown) => this.#serveWaiter(() => Promise.reject(error)),
    );
  }

  #wait(owner: string): Promise<PooledLease> {
    const { maxConnections } = this.#options;
    if (this.#waiters.size - this.#connecting >= Math.max(LEAST_WAITING, maxConnections)) {
      throw new PoolExhaustedError(`all ${maxConnections} connections are in use, and as many wait for one`);
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        give(lease) {
          clearTimeout(timer);
          resolve(lease);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(owner, waiter);
        const { connectMs, endpoint } = this.#options;
        reject(
          this.#open.size >= maxConnections
            ? new PoolExhaustedError(`all ${maxConnections} connections are in use`)
            : new Error(`no connection to ${endpoint.authority} within ${connectMs} ms`),
        );
      }, this.#options.connectMs);
      this.#waiters.push(owner, waiter);
    });
  }

  #serveWaiter(lease: () => Promise<PooledLease> | PooledLease): boolean {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) return false;
    waiter.give(lease());
    return true;
  }

  giveBack(connection: ClientConnection): void {
    if (!connection.usable || this.#closed) {
      connection.destroy();
      return;
    }
    if (this.#serveWaiter(() => this.#lease(connection, false))) return;
    if (this.#retired) connection.destroy();
    else this.#idle.push(connection);
  }

  #lease(connection: ClientConnection, fresh: boolean): PooledLease {
    return new PooledLease(this, connection, fresh);
  }

  async #connect(): Promise<PooledLease> {
    this.#connecting++;
    try {
      const wire = await this.#dialer.dial();
      const connection = new ClientConnection(wire, {
        ...this.#options,
        isAlone: () => this.load <= 1,
        onClosed: (closed) => this.#forget(closed),
      });
      this.#open.add(connection);
      this.#options.deadlines.add(connection);
      this.#options.onConnection('opened');
      return this.#lease(connection, true);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.onConnection('failed', reason);
      if (!this.#closed) this.health.connectFailed(reason);
      // With this one no connection is left that could come free: who waits for that is told now.
      const isLast = this.#open.size === 0 && this.#connecting === 1;
      while (isLast && this.#serveWaiter(() => Promise.reject(error)));
      throw error;
    } finally {
      this.#connecting--;
    }
  }

  #forget(connection: ClientConnection): void {
    if (!this.#open.delete(connection)) return;
    this.#options.deadlines.remove(connection);
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
    this.#options.onConnection('closed');
    if (this.#waiters.size > 0 && !this.#closed) this.#grow();
  }
}

function shuttingDown(): Error {
  return new Error('the gateway is shutting down');
}
