// What a name means, looked up again and again. Several addresses are several machines, unless they are one of each family.
import type { Address, Endpoint } from './dialer.ts';

/** All addresses of a name. Rejects where it cannot be looked up. */
export type LookUp = (host: string) => Promise<readonly Address[]>;

export interface NameWatchOptions {
  readonly host: string;
  readonly everyMs: number;
  readonly lookUp: LookUp;
  /** Told at first, and where the addresses are others than before; never with none. */
  onAddresses(addresses: readonly Address[]): void;
  /** Told once, until it succeeds again. The addresses of before stay. */
  onFailed(reason: string): void;
}

/** A name with more than these is cut off: each address is an endpoint, with connections, probes and metrics. */
const MAX_ADDRESSES = 64;

export class NameWatch {
  readonly #options: NameWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #known = '';
  #isFailing = false;
  #isAsking = false;
  #closed = false;

  constructor(options: NameWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.lookUp(), options.everyMs);
    this.#timer.unref();
    void this.lookUp();
  }

  /** Never rejects. */
  async lookUp(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const found = await this.#options.lookUp(this.#options.host);
      if (this.#closed) return;
      if (found.length === 0) throw new Error(`${this.#options.host} has no address`);
      this.#isFailing = false;
      this.#tell(found);
    } catch (error) {
      if (this.#closed || this.#isFailing) return;
      this.#isFailing = true;
      this.#options.onFailed(error instanceof Error ? error.message : String(error));
    } finally {
      this.#isAsking = false;
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  /** Name servers rotate them, so another order is no news. */
  #tell(found: readonly Address[]): void {
    const once = [...new Map(found.map((each) => [each.address, each])).values()];
    const known = once
      .map(({ address }) => address)
      .sort()
      .join(' ');
    if (known === this.#known) return;
    this.#known = known;
    this.#options.onAddresses(once);
  }
}

/**
 * The endpoints that a configured one is. One address of each family is one machine with two: both are tried for each connection, in
 * the order that the system prefers. Else the family with more addresses counts, and IPv4 where both have as many: the other may be the
 * same machines once more.
 */
export function endpointsOf(configured: Endpoint, addresses: readonly Address[]): readonly Endpoint[] {
  const v4 = addresses.filter(({ family }) => family === 4);
  const v6 = addresses.filter(({ family }) => family === 6);
  if (v4.length <= 1 && v6.length <= 1) return [{ ...configured, addresses }];
  const { authority } = configured;
  const used = inOrder(v4.length >= v6.length ? v4 : v6).slice(0, MAX_ADDRESSES);
  return used.map((each) => ({
    ...configured,
    addresses: [each],
    name: `${authority}/${each.address}`,
  }));
}

/** The same each time, so that those that stay are the same where there are too many. */
function inOrder(addresses: readonly Address[]): readonly Address[] {
  return [...addresses].sort((a, b) => (a.address < b.address ? -1 : 1));
}
