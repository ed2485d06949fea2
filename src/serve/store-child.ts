// One process of the embedded store, from its fork to its end: what is said to it, and what it says.
import { type ChildProcess, fork } from 'node:child_process';
import type { FromStore, StoreCapacity, StoreStart, ToStore } from '../store/messages.ts';
import { storeEnvironment } from './store-environment.ts';

export type StoreLogMessage = Extract<FromStore, { readonly kind: 'log' }>;

export interface StoreChildOptions {
  /** The path of the program. */
  readonly program: string;
  readonly start: StoreStart;
  onLog(message: StoreLogMessage): void;
}

/** How a process ended, as the end of a sentence: `code 1`, `signal SIGKILL`. */
export interface StoreEnd {
  readonly how: string;
  /** The last that it wrote to its standard error, where it wrote anything. */
  readonly lastWords: string | undefined;
}

/** It cannot start; the message is one sentence of what was wrong and what to do. */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError';
}

/** Its process is over; the message says how it ended. */
export class StoreEndedError extends Error {
  override readonly name = 'StoreEndedError';
}

const LAST_WORDS_CHARACTERS = 4_096;
/** Beyond the deadline that it was given. */
const KILL_GRACE_MS = 2_000;

export class StoreChild {
  /** Resolves when it listens. Rejects with StoreRefusedError, or with StoreEndedError where it ended before. */
  readonly ready: Promise<void>;
  readonly ended: Promise<StoreEnd>;
  readonly #child: ChildProcess;
  readonly #asked = new Map<number, PromiseWithResolvers<StoreCapacity>>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<StoreEnd>();
  readonly #onLog: StoreChildOptions['onLog'];
  #lastWords = '';
  #gone: StoreEndedError | undefined;
  #nextId = 1;

  constructor({ program, start, onLog }: StoreChildOptions) {
    this.#onLog = onLog;
    this.ready = this.#ready.promise;
    this.ended = this.#ended.promise;
    // Whoever does not wait for it hears of the end.
    this.ready.catch(() => {});
    this.#child = fork(program, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: storeEnvironment(process.env),
      // A session of its own: Ctrl-C in a terminal is for the gateway, which then lets the store finish.
      detached: true,
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_CHARACTERS);
    });
    this.#child.on('message', (message) => this.#take(message as FromStore));
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined) this.#end(`no start: ${error.message}`);
    });
    this.#child.once('close', (code, signal) =>
      this.#end(signal === null ? `code ${code}` : `signal ${signal}`),
    );
    this.#send(start);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Rejects when the signal is aborted, when the store does not know, and when the process ends. */
  ask(bucket: string, signal: AbortSignal): Promise<StoreCapacity> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    if (signal.aborted) return Promise.reject(signal.reason);
    const id = this.#nextId++;
    const answer = Promise.withResolvers<StoreCapacity>();
    const giveUp = (): void => answer.reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    this.#asked.set(id, answer);
    this.#send({ kind: 'capacity', id, bucket });
    return answer.promise.finally(() => {
      signal.removeEventListener('abort', giveUp);
      this.#asked.delete(id);
    });
  }

  /** In place of those that it was started with. */
  replaceQuotas(quotas: StoreStart['quotas']): void {
    this.#send({ kind: 'quotas', quotas });
  }

  /** Lets it finish within the deadline, kills it a little later, and resolves when it has ended. */
  async stop(deadlineMs: number): Promise<void> {
    this.#send({ kind: 'stop', deadlineMs });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), deadlineMs + KILL_GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  #take(message: FromStore): void {
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve();
        return;
      case 'refused':
        this.#ready.reject(new StoreRefusedError(message.message));
        return;
      case 'capacity':
        this.#asked.get(message.id)?.resolve(message.capacity);
        return;
      case 'capacity-unknown':
        this.#asked.get(message.id)?.reject(new Error(message.message));
        return;
      case 'log':
        this.#onLog(message);
        return;
    }
  }

  /** To a process that is just ending nothing can be said, and its end says so. */
  #send(message: ToStore): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #end(how: string): void {
    if (this.#gone !== undefined) return;
    const lastWords = this.#lastWords.trim();
    const gone = new StoreEndedError(
      `the embedded store ended with ${how}${lastWords === '' ? '' : `: ${lastWords}`}`,
    );
    this.#gone = gone;
    this.#ready.reject(gone);
    for (const { reject } of this.#asked.values()) reject(gone);
    this.#ended.resolve({ how, lastWords: lastWords === '' ? undefined : lastWords });
  }
}
