// The connections to one endpoint: at most so many, kept while they are used, owned until they are closed.
import { ClientConnection, type ClientConnectionOptions } from '../http1/client-connection.ts';
import type { Deadlines } from '../http1/deadlines.ts';
import type { Lease } from './backend.ts';
import { Dialer, type DialerOptions, type Endpoint } from './dialer.ts';

export interface EndpointPoolOptions extends Omit<ClientConnectionOptions, 'onClosed'>, DialerOptions {
  readonly maxConnections: number;
  readonly deadlines: Deadlines;
  /** Size of the buffer that a connection is read into, where that many are open already. */
  readBufferBytes(open: number): number;
  onConnection(change: 'opened' | 'failed' | 'closed', detail?: string): void;
}

/** Every connection is taken and none came free in time. */
export class PoolExhaustedError extends Error {
  override readonly name = 'PoolExhaustedError';
}

interface Waiter {
  readonly give: (lease: Promise<Lease> | Lease) => void;
}

export class EndpointPool {
  readonly endpoint: Endpoint;
  readonly #options: EndpointPoolOptions;
  readonly #idle: ClientConnection[] = [];
  readonly #open = new Set<ClientConnection>();
  readonly #waiters = new Set<Waiter>();
  readonly #dialer: Dialer;
  #connecting = 0;
  #closed = false;
  /** Monotonic time of the latest failed connect; undefined once one succeeded. */
  failedAtMs: number | undefined;

  constructor(options: EndpointPoolOptions) {
    this.#options = options;
    this.endpoint = options.endpoint;
    this.#dialer = new Dialer(options);
  }

  /** Requests under way and waiting; whoever waits for a connection that is being made counts once. */
  get load(): number {
    return this.#open.size - this.#idle.length + Math.max(this.#connecting, this.#waiters.size);
  }

  /**
   * A pooled connection where there is one, else whichever comes first: a fresh one, or one that another request gives
   * back. Rejects with the connect error or PoolExhaustedError.
   */
  acquire(): Promise<Lease> | Lease {
    this.#checkOpen();
    for (let pooled = this.#idle.pop(); pooled !== undefined; pooled = this.#idle.pop()) {
      if (pooled.usable) return this.#lease(pooled, false);
    }
    const waiting = this.#wait();
    if (!this.#full) this.#grow();
    return waiting;
  }

  /** One that has carried no request yet. Rejects likewise. */
  acquireFresh(): Promise<Lease> {
    this.#checkOpen();
    if (!this.#full) return this.#connect();
    const idle = this.#idle.shift();
    if (idle === undefined) return this.#wait();
    idle.destroy();
    return this.#connect();
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#open) connection.destroy();
    // Each failed connect tells whoever waits for it; whoever waits for a connection to come free is told here.
    this.#dialer.close(shuttingDown());
    while (this.#serveWaiter(() => Promise.reject(shuttingDown())));
  }

  get #full(): boolean {
    return this.#open.size + this.#connecting >= this.#options.maxConnections;
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

  #wait(): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        give(lease) {
          clearTimeout(timer);
          resolve(lease);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        const { maxConnections, connectMs, endpoint } = this.#options;
        reject(
          this.#open.size >= maxConnections
            ? new PoolExhaustedError(`all ${maxConnections} connections are in use`)
            : new Error(`no connection to ${endpoint.authority} within ${connectMs} ms`),
        );
      }, this.#options.connectMs);
      this.#waiters.add(waiter);
    });
  }

  #serveWaiter(lease: () => Promise<Lease> | Lease): boolean {
    const [waiter] = this.#waiters;
    if (waiter === undefined) return false;
    this.#waiters.delete(waiter);
    waiter.give(lease());
    return true;
  }

  #lease(connection: ClientConnection, fresh: boolean): Lease {
    return {
      authority: this.endpoint.authority,
      connection,
      fresh,
      release: () => {
        if (!connection.usable || this.#closed) {
          connection.destroy();
          return;
        }
        if (!this.#serveWaiter(() => this.#lease(connection, false))) this.#idle.push(connection);
      },
    };
  }

  async #connect(): Promise<Lease> {
    this.#connecting++;
    try {
      const wire = await this.#dialer.dial(this.#options.readBufferBytes(this.#open.size));
      const connection = new ClientConnection(wire, {
        ...this.#options,
        isAlone: () => this.load <= 1,
        onClosed: (closed) => this.#forget(closed),
      });
      this.failedAtMs = undefined;
      this.#open.add(connection);
      this.#options.deadlines.add(connection);
      this.#options.onConnection('opened');
      return this.#lease(connection, true);
    } catch (error) {
      this.failedAtMs = this.#options.now();
      this.#options.onConnection('failed', error instanceof Error ? error.message : String(error));
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
