// The connections to one endpoint: at most so many, kept while they are used, owned until they are closed.
import net from 'node:net';
import tls from 'node:tls';
import { ClientConnection, type ClientConnectionOptions } from '../http1/client-connection.ts';
import type { Deadlines } from '../http1/deadlines.ts';
import { Wire } from '../http1/wire.ts';
import type { Lease } from './backend.ts';

/** Where a store listens. */
export interface Endpoint {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** For the Host header: brackets round IPv6, no default port. */
  readonly authority: string;
}

export interface EndpointPoolOptions extends Omit<ClientConnectionOptions, 'onClosed'> {
  readonly endpoint: Endpoint;
  readonly maxConnections: number;
  readonly connectMs: number;
  readonly readBufferBytes: number;
  /** Certificates trusted besides the built-in ones, PEM. */
  readonly ca: string | undefined;
  readonly deadlines: Deadlines;
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
  #connecting = 0;
  #closed = false;
  /** Monotonic time of the latest failed connect; undefined once one succeeded. */
  failedAtMs: number | undefined;

  constructor(options: EndpointPoolOptions) {
    this.#options = options;
    this.endpoint = options.endpoint;
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
  }

  get #full(): boolean {
    return this.#open.size + this.#connecting >= this.#options.maxConnections;
  }

  #checkOpen(): void {
    if (this.#closed) throw new Error('the gateway is shutting down');
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
      const wire = await this.#dial();
      const connection = new ClientConnection(wire, {
        ...this.#options,
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

  #dial(): Promise<Wire> {
    const { endpoint, connectMs, ca, readBufferBytes } = this.#options;
    const { host, port } = endpoint;
    return new Promise((resolve, reject) => {
      const wire = Wire.connecting((onread) => {
        const socket =
          endpoint.protocol === 'https'
            ? tls.connect({
                host,
                port,
                onread,
                ...(net.isIP(host) === 0 ? { servername: host } : {}),
                ...(ca === undefined ? {} : { ca: [...tls.rootCertificates, ca] }),
              } as tls.ConnectionOptions)
            : net.connect({ host, port, onread, allowHalfOpen: true });
        socket.setNoDelay(true);
        const timer = setTimeout(
          () => socket.destroy(new Error(`no connection to ${endpoint.authority} within ${connectMs} ms`)),
          connectMs,
        );
        socket.once('error', (error) => {
          clearTimeout(timer);
          reject(error);
        });
        socket.once(endpoint.protocol === 'https' ? 'secureConnect' : 'connect', () => {
          clearTimeout(timer);
          resolve(wire);
        });
        return socket;
      }, readBufferBytes);
    });
  }
}
