// A worker's entries for the audit log on their way to the first process, which alone writes it: in order, many at a time.
import type { AuditEntry } from '../telemetry/audit-entry.ts';
import type { FromWorker } from './worker-messages.ts';

/** So many may wait to be taken by the system; further ones are lost, and their number is told. */
const MAX_UNSENT = 5_000;
const BATCH = 200;
/** What a worker that dies had not told is lost: so it tells soon. */
const EVERY_MS = 20;

export type Deliver = (message: FromWorker, onHanded: () => void) => void;

export class AuditTelling {
  readonly #deliver: Deliver;
  #waiting: AuditEntry[] = [];
  #unsent = 0;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `deliver` calls back when the system has taken the message, or there is nobody to take it. */
  constructor(deliver: Deliver) {
    this.#deliver = deliver;
  }

  record(entry: AuditEntry): void {
    if (this.#unsent + this.#waiting.length >= MAX_UNSENT) {
      this.#lost++;
      return;
    }
    this.#waiting.push(entry);
    if (this.#waiting.length >= BATCH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), EVERY_MS).unref();
  }

  /** What waits, at once. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#waiting;
    const lost = this.#lost;
    if (entries.length === 0 && lost === 0) return;
    this.#waiting = [];
    this.#lost = 0;
    this.#unsent += entries.length;
    this.#deliver({ kind: 'audit', entries, lost }, () => {
      this.#unsent -= entries.length;
    });
  }
}
