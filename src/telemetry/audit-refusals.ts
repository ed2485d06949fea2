// How many refusals become lines of the audit log: so many of each client address in a minute, of the others their number. Who is
// refused chooses how often, so that without it anyone could fill the disk.
import type { AuditEntry } from './audit-entry.ts';

export interface RefusalCapOptions {
  /** Of one address, in one window. */
  readonly perWindow: number;
  /** Under which name an address is counted. */
  readonly groupOf: (address: string) => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  record(entry: AuditEntry): void;
}

export const WINDOW_MS = 60_000;
/** Of all addresses together, times what one may have: who has many addresses is bounded too. */
const ALL_ADDRESSES = 20;
/** Further ones are counted together. */
const MAX_ADDRESSES = 1_000;
/** Addresses that have a line of their own for what was not told. */
const MAX_TOLD = 20;
const OTHERS = 'others';

interface Count {
  lines: number;
  suppressed: number;
}

export class RefusalCap {
  readonly #options: RefusalCapOptions;
  readonly #counts = new Map<string, Count>();
  #lines = 0;
  #beganMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RefusalCapOptions) {
    this.#options = options;
  }

  take(entry: AuditEntry, address: string): void {
    const count = this.#countOf(address);
    const { perWindow } = this.#options;
    if (count.lines >= perWindow || this.#lines >= perWindow * ALL_ADDRESSES) {
      count.suppressed++;
      return;
    }
    count.lines++;
    this.#lines++;
    this.#options.record(entry);
  }

  /** Ends the window: what was not told is told by its number. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const silent = [...this.#counts]
      .filter(([, { suppressed }]) => suppressed > 0)
      .sort(([, one], [, other]) => other.suppressed - one.suppressed);
    this.#counts.clear();
    this.#lines = 0;
    for (const [remote, { suppressed }] of silent.slice(0, MAX_TOLD)) this.#tell({ remote, suppressed });
    const rest = silent.slice(MAX_TOLD);
    if (rest.length === 0) return;
    const suppressed = rest.reduce((sum, [, count]) => sum + count.suppressed, 0);
    this.#tell({ addresses: rest.length, suppressed });
  }

  #tell(fields: Readonly<Record<string, unknown>>): void {
    const since = new Date(this.#beganMs).toISOString();
    this.#options.record({
      atMs: this.#options.now(),
      event: 'refusals-suppressed',
      fields: { ...fields, since },
    });
  }

  #countOf(address: string): Count {
    if (this.#timer === undefined) {
      this.#beganMs = this.#options.now();
      this.#timer = setTimeout(() => this.flush(), WINDOW_MS).unref();
    }
    const group = this.#options.groupOf(address) ?? address;
    const name = this.#counts.has(group) || this.#counts.size < MAX_ADDRESSES ? group : OTHERS;
    const count = this.#counts.get(name) ?? { lines: 0, suppressed: 0 };
    this.#counts.set(name, count);
    return count;
  }
}
