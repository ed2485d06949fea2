// The audit log: takes entries as they come and writes them one after the other, behind everything else. Nobody ever waits for it.

import { CHAIN_START, type ChainEnd, chainedLine } from './audit-chain.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { AuditMetrics } from './audit-metrics.ts';
import type { AuditPlace } from './audit-place.ts';

export interface AuditLogOptions {
  readonly place: AuditPlace;
  readonly metrics: AuditMetrics;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told once when lines cannot be written, with the system's reason, and once when they can be again. */
  onTrouble(reason: string): void;
  onMended(): void;
}

/** So many may wait while nothing can be written; further ones are lost, and their number is told. */
const MAX_WAITING = 10_000;
const RETRY_MS = 1_000;
/** How long the last lines may take at the end. */
const CLOSE_WITHIN_MS = 2_000;
/** Before so many lines it is looked whether the file is still the one that has this name. */
const LINES_A_LOOK = 64;

export class AuditLog {
  readonly #options: AuditLogOptions;
  #waiting: AuditEntry[] = [];
  #end: ChainEnd = CHAIN_START;
  #isOpen = false;
  #isWriting = false;
  #isTroubled = false;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #whenEmpty: (() => void) | undefined;

  constructor(options: AuditLogOptions) {
    this.#options = options;
  }

  /** Opens the place and goes on with its chain. Rejects with the system's error; then it may be called again, or `record`. */
  async open(): Promise<void> {
    this.#end = await this.#options.place.open();
    this.#isOpen = true;
  }

  record(entry: AuditEntry): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#lost++;
      this.#options.metrics.lost(1);
      return;
    }
    this.#waiting.push(entry);
    void this.#write();
  }

  /** Entries that another process could not tell. */
  lost(count: number): void {
    if (count === 0) return;
    this.#lost += count;
    this.#options.metrics.lost(count);
  }

  /** Tries at once what waits, and first whether another file has the name. */
  reopen(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#write();
  }

  /** Writes what waits within a bound of time. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenEmpty = resolve;
    const timer = setTimeout(resolve, CLOSE_WITHIN_MS);
    this.reopen();
    await promise;
    clearTimeout(timer);
    clearTimeout(this.#timer);
    this.#waiting = [];
    await this.#options.place.close().catch(() => {});
  }

  async #write(): Promise<void> {
    if (this.#isWriting || this.#timer !== undefined) return;
    this.#isWriting = true;
    try {
      for (let count = 0; this.#waiting.length > 0; count++) {
        await this.#writeNext(count % LINES_A_LOOK === 0);
      }
      this.#isWriting = false;
      this.#whenEmpty?.();
    } catch (error) {
      this.#isWriting = false;
      this.#failed(error);
    }
  }

  async #writeNext(looks: boolean): Promise<void> {
    const { place, metrics, now } = this.#options;
    if (!this.#isOpen) await this.open();
    if (looks) await place.follow();
    const lost = this.#lost;
    if (lost > 0) {
      await this.#append({ atMs: now(), event: 'lost', fields: { entries: lost } });
      this.#lost -= lost;
    }
    const [next] = this.#waiting;
    if (next === undefined) return;
    await this.#append(next);
    this.#waiting.shift();
    metrics.written();
    this.#mended();
  }

  async #append(entry: AuditEntry): Promise<void> {
    const { text, end } = chainedLine(this.#end, entry);
    await this.#options.place.write(text);
    this.#end = end;
  }

  #failed(error: unknown): void {
    const { metrics, onTrouble } = this.#options;
    this.#timer = setTimeout(() => this.reopen(), RETRY_MS).unref();
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    metrics.failing(true);
    onTrouble((error as Error).message);
  }

  #mended(): void {
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.#options.metrics.failing(false);
    this.#options.onMended();
  }
}
