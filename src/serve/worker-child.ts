// One worker as the primary sees it, from its fork to its end: what is said to it, and what it says.
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { lastingMetrics, type MetricsSnapshot } from '../telemetry/summed-metrics.ts';
import type { SeenByProcess } from './endpoint-seen.ts';
import { WORKER_HEAP } from './heap-habits.ts';
import { LiveQuestion } from './live-question.ts';
import { workerEnvironment } from './worker-environment.ts';
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts';

/** What a worker says that its primary has to do something about. */
export type WorkerRequest = Exclude<
  FromWorker,
  {
    readonly kind:
      | 'ready'
      | 'listening'
      | 'refused'
      | 'metrics'
      | 'live'
      | 'endpoints'
      | 'prepared'
      | 'switched';
  }
>;

export interface WorkerChildOptions {
  readonly start: WorkerStart;
  onRequest(message: WorkerRequest, from: WorkerChild): void;
}

type Answer = { readonly kind: 'answered'; readonly refusal: string | undefined } | { readonly kind: 'late' };

/** It cannot start; the message is one sentence of what was wrong and what to do. */
export class WorkerRefusedError extends Error {
  override readonly name = 'WorkerRefusedError';
}

/** Beside this file in the same form: TypeScript in a checkout, JavaScript where it was built. */
const PROGRAM = fileURLToPath(
  new URL(`./worker-main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);
/** Beyond the time that it was given to drain. */
const KILL_GRACE_MS = 5_000;

export class WorkerChild {
  /** Resolves when it could listen, and rejects as `listening` does. */
  readonly ready: Promise<void>;
  /** Resolves with its ports when it serves. Rejects with WorkerRefusedError, or where it ended before with how it ended. */
  readonly listening: Promise<readonly number[]>;
  /** How it ended, as the end of a sentence: `code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** What it does right now. */
  readonly live = new LiveQuestion((id, sinceMs) => this.send({ kind: 'live', id, sinceMs }));
  readonly #worker: Worker;
  readonly #options: WorkerChildOptions;
  readonly #ready = Promise.withResolvers<void>();
  readonly #listening = Promise.withResolvers<readonly number[]>();
  readonly #ended = Promise.withResolvers<string>();
  #isListening = false;
  #isGone = false;
  #snapshot: MetricsSnapshot = [];
  readonly #asked = new Map<number, (refusal?: string) => void>();
  readonly #askedEndpoints = new Map<number, (seen: SeenByProcess | undefined) => void>();
  #nextId = 1;

  constructor(options: WorkerChildOptions) {
    this.#options = options;
    this.ready = this.#ready.promise;
    this.listening = this.#listening.promise;
    this.ended = this.#ended.promise;
    // Whoever does not wait for them hears of the end.
    this.ready.catch(() => {});
    this.listening.catch(() => {});
    cluster.setupPrimary({
      exec: PROGRAM,
      args: [],
      execArgv: [...process.execArgv, ...WORKER_HEAP, '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#worker = cluster.fork(workerEnvironment(process.env));
    this.#worker.on('message', (message) => this.#take(message as FromWorker));
    this.#worker.on('error', (error) => {
      if (this.pid === undefined) this.#end(`no start: ${error.message}`);
    });
    this.#watchEnd();
    this.send(options.start);
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  /** Once it is ready. */
  listen(): void {
    this.send({ kind: 'listen' });
  }

  /** Whether it asks the stores what is not known of them. */
  get learns(): boolean {
    return this.#options.start.learns;
  }

  /** The latest that it told of its metrics. */
  get snapshot(): MetricsSnapshot {
    return this.#snapshot;
  }

  /** To a process that is just ending nothing can be said, and its end says so. */
  send(message: ToWorker): void {
    if (this.#worker.isConnected()) this.#worker.process.send(message, () => {});
  }

  /** It tells at once what passed through it. */
  askUsage(): void {
    this.send({ kind: 'usage' });
  }

  /** Asks for new metrics; resolves when they are there, or after that time, or with its end. */
  async refreshSnapshot(patienceMs: number): Promise<void> {
    if (!this.#isListening) return;
    await this.#ask((id) => ({ kind: 'metrics', id }), patienceMs);
  }

  /**
   * Has another order made ready. Resolves with the id of what is ready now, undefined where the process has ended; rejects with
   * a sentence where it cannot be made ready or the worker does not answer in time.
   */
  async prepare(order: unknown, patienceMs: number): Promise<number | undefined> {
    let prepared = 0;
    const answer = await this.#ask((id) => {
      prepared = id;
      return { kind: 'prepare', id, order };
    }, patienceMs);
    if (answer.kind === 'late') {
      this.abandon(prepared);
      throw new Error('a worker did not answer in time');
    }
    if (answer.refusal !== undefined) throw new Error(answer.refusal);
    return this.#isGone ? undefined : prepared;
  }

  /** Resolves with whether it serves by now what was made ready under that id; true also where it has ended. */
  async switchTo(id: number, learns: boolean, patienceMs: number): Promise<boolean> {
    const answer = await this.#await(id, { kind: 'switch', id, learns }, patienceMs);
    return answer.kind === 'answered';
  }

  /** What was made ready under that id is not wanted. */
  abandon(id: number): void {
    this.send({ kind: 'abandon', id });
  }

  /** Without a chance to finish anything: it does not do what it is told. */
  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  #ask(message: (id: number) => ToWorker, patienceMs: number): Promise<Answer> {
    const id = this.#nextId++;
    return this.#await(id, message(id), patienceMs);
  }

  /** Its end is an answer, too. */
  async #await(id: number, message: ToWorker, patienceMs: number): Promise<Answer> {
    if (this.#isGone) return { kind: 'answered', refusal: undefined };
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => resolve({ kind: 'late' }), patienceMs);
    this.#asked.set(id, (refusal) => resolve({ kind: 'answered', refusal }));
    this.send(message);
    const answer = await promise;
    clearTimeout(timer);
    this.#asked.delete(id);
    return answer;
  }

  /** How it sees the endpoints; undefined where it does not tell within that time, or serves no more. */
  async askEndpoints(patienceMs: number): Promise<SeenByProcess | undefined> {
    if (!this.#isListening) return undefined;
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<SeenByProcess | undefined>();
    const timer = setTimeout(() => resolve(undefined), patienceMs);
    this.#askedEndpoints.set(id, resolve);
    this.send({ kind: 'endpoints', id });
    const seen = await promise;
    clearTimeout(timer);
    this.#askedEndpoints.delete(id);
    return seen;
  }

  /** Lets it drain within the time, kills it a little later, and resolves when it has ended. */
  async stop(drainMs: number): Promise<void> {
    this.send({ kind: 'stop' });
    const timer = setTimeout(() => this.#worker.process.kill('SIGKILL'), drainMs + KILL_GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve();
        return;
      case 'listening':
        this.#isListening = true;
        this.#listening.resolve(message.ports);
        return;
      case 'refused':
        this.#notServing(new WorkerRefusedError(message.message));
        return;
      case 'metrics':
        this.#snapshot = message.snapshot;
        if (message.id !== undefined) this.#asked.get(message.id)?.();
        return;
      case 'live':
        this.live.told(message.id, message.counts);
        return;
      case 'endpoints':
        this.#askedEndpoints.get(message.id)?.(message.seen);
        return;
      case 'prepared':
        this.#asked.get(message.id)?.(message.refusal);
        return;
      case 'switched':
        this.#asked.get(message.id)?.();
        return;
      default:
        this.#options.onRequest(message, this);
    }
  }

  /** Its last words may still be on the way when it is gone: only with the end of the channel everything was heard. */
  #watchEnd(): void {
    const exited = new Promise<string>((resolve) => {
      this.#worker.once('exit', (code, signal) =>
        resolve(signal === null ? `code ${code}` : `signal ${signal}`),
      );
    });
    const unplugged = new Promise<void>((resolve) => this.#worker.once('disconnect', resolve));
    void Promise.all([exited, unplugged]).then(([how]) => this.#end(how));
  }

  #end(how: string): void {
    this.#isListening = false;
    this.#isGone = true;
    this.#snapshot = lastingMetrics(this.#snapshot);
    this.live.ended();
    for (const resolve of this.#asked.values()) resolve();
    for (const resolve of this.#askedEndpoints.values()) resolve(undefined);
    this.#notServing(new Error(`a worker ended with ${how} before it served`));
    this.#ended.resolve(how);
  }

  #notServing(reason: Error): void {
    this.#ready.reject(reason);
    this.#listening.reject(reason);
  }
}
