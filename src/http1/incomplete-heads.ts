// How many connections of one client address have a request head that is not complete yet: no single address may take
// up all connections by never finishing what it begins. One count for all listeners.
import type { AddressGroups } from './address-groups.ts';

export interface IncompleteHeadsOptions {
  /** How many an address may have; 0: any number. */
  readonly perAddress: number;
  readonly groupOf: AddressGroups;
  /** A connection was refused; `first` since the address last had no incomplete head at all. */
  onRefused(group: string, first: boolean): void;
}

/** The heads of one connection, one after another; saying the same twice does nothing. */
export interface CountedHead {
  /** Part of a head has arrived. */
  begun(): void;
  /** The head is complete, or there will be none. */
  over(): void;
}

interface Count {
  heads: number;
  refused: boolean;
}

const UNCOUNTED: CountedHead = { begun() {}, over() {} };

export class IncompleteHeads {
  readonly #options: IncompleteHeadsOptions;
  /** An address is in here only while it has an incomplete head, so there are never more than connections. */
  readonly #counts = new Map<string, Count>();

  constructor(options: IncompleteHeadsOptions) {
    this.#options = options;
  }

  /** For a new connection, whose first head counts from now on; undefined where it must be closed instead. */
  admit(address: string): CountedHead | undefined {
    const { perAddress, groupOf, onRefused } = this.#options;
    const group = perAddress === 0 ? undefined : groupOf(address);
    if (group === undefined) return UNCOUNTED;
    const count = this.#counts.get(group);
    if (count !== undefined && count.heads >= perAddress) {
      const first = !count.refused;
      count.refused = true;
      onRefused(group, first);
      return undefined;
    }
    return this.#counted(group);
  }

  /** How many addresses have an incomplete head. */
  get size(): number {
    return this.#counts.size;
  }

  #counted(group: string): CountedHead {
    let pending = false;
    const counted: CountedHead = {
      // A later head of the same connection counts too, but does not close it: it is there already.
      begun: () => {
        if (pending) return;
        pending = true;
        const count = this.#counts.get(group);
        if (count === undefined) this.#counts.set(group, { heads: 1, refused: false });
        else count.heads++;
      },
      over: () => {
        if (!pending) return;
        pending = false;
        const count = this.#counts.get(group);
        if (count === undefined) return;
        count.heads--;
        if (count.heads === 0) this.#counts.delete(group);
      },
    };
    counted.begun();
    return counted;
  }
}
