// A connection of a pool for one request, and what its end says of the endpoint.
import type { ClientConnection } from '../http1/client-connection.ts';
import type { Lease } from './backend.ts';
import type { EndpointHealth } from './endpoint-health.ts';

/** The pool that it is of. */
export interface LeaseOwner {
  readonly authority: string;
  readonly health: EndpointHealth;
  readonly hasAlternative: boolean;
  giveBack(connection: ClientConnection): void;
}

/** A class, not a literal with closures: one is made for each request. */
export class PooledLease implements Lease {
  readonly owner: LeaseOwner;
  readonly connection: ClientConnection;
  readonly fresh: boolean;
  /** Whether the endpoint was ejected when it was chosen. */
  isTrial = false;
  /** Told once, when it is given back. */
  onReleased: (() => void) | undefined;
  #status = 0;

  constructor(owner: LeaseOwner, connection: ClientConnection, fresh: boolean) {
    this.owner = owner;
    this.connection = connection;
    this.fresh = fresh;
  }

  get authority(): string {
    return this.owner.authority;
  }

  get hasAlternative(): boolean {
    return this.owner.hasAlternative;
  }

  answered(status: number): void {
    this.#status = status;
  }

  release(broken?: Error): void {
    this.owner.giveBack(this.connection);
    this.owner.health.ended(this.#status, broken, this.isTrial, this.fresh);
    this.onReleased?.();
  }
}
