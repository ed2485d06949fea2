// Runs long actions as sessions: each works, tells how far it is, and ends with a result that says what came of it.
import type { RehearsalClock } from '../rehearsal-clock.ts';
import type { RehearsalFaults, SessionFault } from '../rehearsal-faults.ts';
import type { LogStatus, SessionRecord, SessionType } from './session-record.ts';
import type { SessionChange, SessionTable } from './session-table.ts';

export interface SessionOutcome {
  readonly result: 'Success' | 'Warning';
  /** One sentence; may be empty. */
  readonly message: string;
}

/** What the work of a session does to it. */
export interface ActiveSession {
  readonly id: string;
  /** Aborts when the session is stopped or the server ends. */
  readonly signal: AbortSignal;
  log(status: LogStatus, title: string, description?: string): void;
  progress(percent: number): void;
  /** What the session is about, once it is there. */
  concerns(resourceId: string, resourceReference: string): void;
}

/** The session fails with this message, a sentence for whoever started it. */
export class SessionFailure extends Error {
  override readonly name = 'SessionFailure';
}

export interface NewSession {
  readonly sessionType: SessionType;
  readonly name: string;
  readonly resourceId?: string;
  readonly resourceReference?: string;
  readonly initiatedBy: string;
  /** Rejects with SessionFailure where it cannot be done. Any other error fails the session too. */
  work(session: ActiveSession): Promise<SessionOutcome>;
}

export interface SessionRunnerOptions {
  readonly table: SessionTable;
  readonly clock: RehearsalClock;
  readonly faults: RehearsalFaults;
  /** Milliseconds that each session waits before its work, so that a client sees it work. */
  readonly paceMs: number;
}

export type StopResult = 'stopping' | 'not-running' | 'unknown';

interface Running {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

export class SessionRunner {
  readonly #options: SessionRunnerOptions;
  readonly #running = new Map<string, Running>();
  #isClosed = false;

  /** Fails the sessions that were running when the server stopped the last time. */
  constructor(options: SessionRunnerOptions) {
    this.#options = options;
    const interrupted = options.table.all().filter(({ state }) => state !== 'Stopped');
    for (const { id } of interrupted) {
      this.#fail(id, 'The rehearsal server was stopped while this session was running.');
    }
  }

  /** Answers at once with the session as it starts. Throws after `close`. */
  start(session: NewSession): SessionRecord {
    if (this.#isClosed) throw new Error('The rehearsal server is closing.');
    const { table, clock, faults } = this.#options;
    const id = clock.newId();
    const record = table.insert({
      id,
      name: session.name,
      jobId: id,
      sessionType: session.sessionType,
      createdAt: clock.now(),
      endedAt: undefined,
      state: 'Working',
      progressPercent: 0,
      result: 'None',
      message: '',
      isCanceled: false,
      resourceId: session.resourceId,
      resourceReference: session.resourceReference,
      initiatedBy: session.initiatedBy,
    });
    const abort = new AbortController();
    const fault = faults.sessionFault?.({ sessionType: session.sessionType, name: session.name });
    const done = this.#run(id, session, abort.signal, fault).finally(() => this.#running.delete(id));
    this.#running.set(id, { abort, done });
    return record;
  }

  stop(id: string): StopResult {
    const running = this.#running.get(id);
    if (running === undefined) return this.#options.table.get(id) === undefined ? 'unknown' : 'not-running';
    this.#options.table.change(id, { state: 'Stopping' });
    running.abort.abort();
    return 'stopping';
  }

  /** Resolves when no work runs any more. What did not end by itself is failed at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort();
    await Promise.all(running.map(({ done }) => done));
  }

  async #run(
    id: string,
    session: NewSession,
    signal: AbortSignal,
    fault: SessionFault | undefined,
  ): Promise<void> {
    try {
      await pause(this.#options.paceMs, signal);
      const { result, message } = await this.#work(id, session, signal, fault);
      signal.throwIfAborted();
      this.#end(id, { result, message, progressPercent: 100 });
    } catch (error) {
      if (this.#isClosed) return;
      if (signal.aborted) {
        this.#log(id, 'Warning', 'The session was stopped by a user');
        this.#end(id, { result: 'Failed', message: 'The session was stopped by a user.', isCanceled: true });
      } else {
        this.#fail(id, error instanceof Error ? error.message : String(error));
      }
    }
  }

  async #work(
    id: string,
    session: NewSession,
    signal: AbortSignal,
    fault: SessionFault | undefined,
  ): Promise<SessionOutcome> {
    if (fault?.kind === 'fails') throw new SessionFailure(fault.message);
    if (fault?.kind === 'never-ends') await aborted(signal);
    const { table } = this.#options;
    return await session.work({
      id,
      signal,
      log: (status, title, description = '') => this.#log(id, status, title, description),
      progress: (progressPercent) => table.change(id, { progressPercent }),
      concerns: (resourceId, resourceReference) => table.change(id, { resourceId, resourceReference }),
    });
  }

  #fail(id: string, message: string): void {
    this.#log(id, 'Failed', message);
    this.#end(id, { result: 'Failed', message });
  }

  #log(id: string, status: LogStatus, title: string, description = ''): void {
    const now = this.#options.clock.now();
    this.#options.table.addLog(id, { status, startedAt: now, updatedAt: now, title, description });
  }

  #end(id: string, change: SessionChange): void {
    this.#options.table.change(id, { ...change, state: 'Stopped', endedAt: this.#options.clock.now() });
  }
}

/** Rejects when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

async function aborted(signal: AbortSignal): Promise<never> {
  return await new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
