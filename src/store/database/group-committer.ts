// Many changes to one transaction, one sync of the disk for all of them. A caller hears of his change when it is durable.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { S3Error } from '../../s3/error.ts';
import type { OpenListings } from './lazy-rows.ts';
import { clientError, isBusy, isFull } from './sqlite-failure.ts';

/** One transaction takes no more changes than that, and none after that time, so that nobody else waits long. */
const MAX_CHANGES = 256;
const MAX_FILL_MS = 20;

export interface GroupCommitterOptions {
  readonly database: DatabaseSync;
  readonly listings: OpenListings;
  /** Brings everything that was committed to the disk. */
  readonly sync: () => Promise<void>;
  /** Milliseconds since any moment. */
  readonly monotonic: () => number;
  /** Asked before each group: a promise holds it back. Must not reject. */
  readonly holdBack: () => Promise<void> | undefined;
  /** Runs inside the transaction, behind the changes. */
  readonly beforeCommit: () => void;
  /** Told when a group is on the disk, before the callers are. */
  readonly onDurable: () => void;
  /** The disk had no room for a group, which was rejected. */
  readonly onFull: () => void;
  /**
   * It is not known what of a group will be there after a crash: a sync or a commit failed in the middle. From then on
   * every write is refused. Called before the callers are told, so that the process can end before they undo anything.
   */
  readonly onFatal: (error: Error) => void;
}

interface Waiting {
  readonly change: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How a change ended, to be told when its group is on the disk. */
type Outcome = { readonly waiting: Waiting } & ({ readonly value: unknown } | { readonly error: unknown });

export class GroupCommitter {
  readonly #options: GroupCommitterOptions;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;
  readonly #undo: StatementSync;
  readonly #waiting: Waiting[] = [];
  #busy = false;
  #closed = false;
  #failure: Error | undefined;
  readonly #onIdle: (() => void)[] = [];

  constructor(options: GroupCommitterOptions) {
    this.#options = options;
    const { database } = options;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#savepoint = database.prepare('SAVEPOINT change');
    this.#release = database.prepare('RELEASE change');
    this.#undo = database.prepare('ROLLBACK TO change');
  }

  write<T>(change: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#failure !== undefined) reject(refusal(this.#failure));
      else if (this.#closed) reject(new S3Error('ServiceUnavailable', { reason: 'the store is closing' }));
      else {
        this.#waiting.push({ change, resolve: resolve as Waiting['resolve'], reject });
        this.#schedule();
      }
    });
  }

  /** Refuses further writes and waits for those that are under way. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#busy) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Refuses every write from now on. */
  fail(cause: unknown): Error {
    if (this.#failure === undefined) {
      this.#failure = cause instanceof Error ? cause : new Error(String(cause));
      this.#options.onFatal(this.#failure);
    }
    return this.#failure;
  }

  /** A turn of the event loop for whoever else is ready to come along; answers of the last group go out first. */
  #schedule(): void {
    if (this.#busy) return;
    this.#busy = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    await this.#options.holdBack();
    const outcomes = this.#transact();
    if (outcomes.length > 0) await this.#makeDurable(outcomes);
    this.#busy = false;
    if (this.#failure !== undefined) {
      for (const { reject } of this.#waiting.splice(0)) reject(refusal(this.#failure));
    }
    if (this.#waiting.length > 0) this.#schedule();
    else for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Fills one transaction and commits it. What comes back is still to be synced; a group that failed is done with. */
  #transact(): readonly Outcome[] {
    const taken: Waiting[] = [];
    let committing = false;
    try {
      this.#options.listings.endAll();
      this.#begin.run();
      const outcomes = this.#fill(taken);
      this.#options.beforeCommit();
      committing = true;
      this.#commit.run();
      return outcomes;
    } catch (error) {
      this.#rollBack();
      // Without room nothing was committed. After another error part of it may be in the log, to be found after a crash.
      if (committing && !isFull(error) && !isBusy(error)) this.fail(error);
      if (isFull(error)) this.#options.onFull();
      if (taken.length === 0) taken.push(...this.#waiting.splice(0));
      for (const { reject } of taken) reject(clientError(error));
      return [];
    }
  }

  #fill(taken: Waiting[]): readonly Outcome[] {
    const { monotonic, database } = this.#options;
    const untilMs = monotonic() + MAX_FILL_MS;
    const outcomes: Outcome[] = [];
    const batch = this.#waiting.splice(0);
    try {
      for (const waiting of batch.slice(0, MAX_CHANGES)) {
        if (taken.length > 0 && monotonic() >= untilMs) break;
        taken.push(waiting);
        const outcome = this.#runChange(waiting);
        // SQLite gives up the whole transaction for some errors, such as a full disk.
        if (!database.isTransaction) throw whyGivenUp(outcome);
        outcomes.push(outcome);
      }
    } finally {
      this.#waiting.unshift(...batch.slice(taken.length));
    }
    return outcomes;
  }

  #runChange(waiting: Waiting): Outcome {
    const { database, listings } = this.#options;
    this.#savepoint.run();
    let outcome: Outcome;
    try {
      outcome = { waiting, value: refusePromise(waiting.change()) };
    } catch (error) {
      outcome = { waiting, error };
    }
    listings.endAll();
    if (!database.isTransaction) return outcome;
    if ('error' in outcome) this.#undo.run();
    this.#release.run();
    return outcome;
  }

  async #makeDurable(outcomes: readonly Outcome[]): Promise<void> {
    try {
      await this.#options.sync();
    } catch (error) {
      // Never again as if nothing had happened: the kernel may have dropped what it could not write (LWN, "PostgreSQL's
      // fsync() surprise"), and the next sync would succeed without it.
      const failure = this.fail(error);
      for (const { waiting } of outcomes) waiting.reject(refusal(failure));
      return;
    }
    this.#options.onDurable();
    for (const outcome of outcomes) {
      if ('error' in outcome) outcome.waiting.reject(clientError(outcome.error));
      else outcome.waiting.resolve(outcome.value);
    }
  }

  #rollBack(): void {
    try {
      if (this.#options.database.isTransaction) this.#options.database.exec('ROLLBACK');
    } catch (error) {
      this.fail(error);
    }
  }
}

function refusal(failure: Error): S3Error {
  const reason = `the catalog accepts no more writes since it failed: ${failure.message}`;
  return new S3Error('InternalError', { reason, cause: failure });
}

function refusePromise(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('then' in value)) return value;
  // It runs outside of the transaction from now on; what it does fails by itself.
  if (value instanceof Promise) value.catch(() => undefined);
  throw new Error('a change of the catalog must not be asynchronous');
}

function whyGivenUp(outcome: Outcome): unknown {
  return 'error' in outcome ? outcome.error : new Error('SQLite gave up the transaction of a change');
}
