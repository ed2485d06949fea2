// What a worker does when its primary speaks to it, and how it ends.
import { deepFreeze } from '../config/freeze.ts';
import { createLogger } from '../telemetry/logger.ts';
import { type ComposedWorker, composeWorker, hearNews, type PreparedWorker } from './compose-worker.ts';
import { applyDrained } from './endpoint-control.ts';
import { endpointsSeen } from './endpoint-seen.ts';
import { concealSecrets } from './revealed-secrets.ts';
import type { FromWorker, ToWorker, WorkerOrder, WorkerStart } from './worker-messages.ts';

const EXIT = { done: 0, failed: 1, refused: 2 } as const;

export interface WorkerProcessOptions {
  /** It listens. */
  onServing(): void;
  /** Ends the process at once. */
  exit(code: number): void;
}

export class WorkerProcess {
  readonly #options: WorkerProcessOptions;
  #running: ComposedWorker | undefined;
  /** Another order that is ready, by the id under which it was told. */
  #prepared: { readonly id: number; readonly worker: PreparedWorker } | undefined;
  #learns = false;
  #stopping = false;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
  }

  take(message: ToWorker): void {
    const running = this.#running;
    switch (message.kind) {
      case 'start':
        void this.#start(message);
        return;
      case 'listen':
        void this.#listen();
        return;
      case 'capacity':
        running?.questions.answered(message.id, message.document);
        return;
      case 'capacity-refused':
        running?.questions.refused(message.id, message.error);
        return;
      case 'full':
        running?.full.replace(message.names);
        return;
      case 'drained':
        if (running !== undefined) applyDrained(message.endpoints, running.routes.byName.values());
        return;
      case 'endpoints':
        if (running !== undefined) {
          const seen = endpointsSeen(running.routes.byName.values());
          this.#send({ kind: 'endpoints', id: message.id, seen });
        }
        return;
      case 'usage':
        running?.tellUsage();
        return;
      case 'metrics':
        void this.#tellMetrics(message.id);
        return;
      case 'live':
        if (running !== undefined) {
          this.#send({ kind: 'live', id: message.id, counts: running.live.snapshot(message.sinceMs) });
        }
        return;
      case 'signature':
      case 'bucket-deleted':
      case 'aws-chunked':
        if (running !== undefined) hearNews(running, message);
        return;
      case 'prepare':
        this.#prepare(message.id, message.order);
        return;
      case 'switch':
        this.#switch(message.id, message.learns);
        return;
      case 'abandon':
        if (this.#prepared?.id === message.id) this.#abandon();
        return;
      case 'stop':
        void this.#stop();
        return;
    }
  }

  /** The primary is gone: what is under way finishes, and where it was just told to, there is nobody left who waits. */
  orphaned(): void {
    if (this.#stopping) this.#options.exit(EXIT.failed);
    this.#running?.logger.warn('the primary process is gone: draining');
    void this.#stop();
  }

  /** A fault after which nothing can be relied on. */
  fail(error: unknown): void {
    const logger = this.#running?.logger ?? createLogger({ level: 'error' });
    logger.error({ err: error }, 'a worker ends because of an error of its own');
    this.#options.exit(EXIT.failed);
  }

  async #start({ order, ports, known, full, drained, learns }: WorkerStart): Promise<void> {
    const own = deepFreeze(concealSecrets(order) as WorkerOrder);
    const running = composeWorker(
      own,
      ports,
      (message) => this.#send(message),
      (message, onHanded) => void this.#sent(message).then(onHanded),
    );
    this.#running = running;
    for (const news of known) hearNews(running, news);
    running.full.replace(full);
    applyDrained(drained, running.routes.byName.values());
    this.#learns = learns;
    try {
      await running.onlookers.ready;
      this.#send({ kind: 'ready' });
    } catch (error) {
      await this.#refuse(error);
    }
  }

  async #listen(): Promise<void> {
    const running = this.#running;
    if (running === undefined || this.#stopping) return;
    try {
      const ports = await running.dataPlane.listen();
      this.#options.onServing();
      if (this.#learns) running.routes.learn();
      this.#send({ kind: 'listening', ports });
    } catch (error) {
      await this.#refuse(error);
    }
  }

  async #refuse(error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    await this.#sent({ kind: 'refused', message });
    this.#options.exit(EXIT.refused);
  }

  #prepare(id: number, order: unknown): void {
    this.#abandon();
    try {
      if (this.#running === undefined) throw new Error('a worker was not started');
      const worker = this.#running.prepare(deepFreeze(concealSecrets(order) as WorkerOrder));
      this.#prepared = { id, worker };
      this.#send({ kind: 'prepared', id, refusal: undefined });
    } catch (error) {
      const refusal = error instanceof Error ? error.message : String(error);
      this.#send({ kind: 'prepared', id, refusal });
    }
  }

  #switch(id: number, learns: boolean): void {
    if (this.#prepared?.id !== id) return;
    this.#prepared.worker.commit(learns);
    this.#prepared = undefined;
    this.#send({ kind: 'switched', id });
  }

  #abandon(): void {
    this.#prepared?.worker.abandon();
    this.#prepared = undefined;
  }

  async #stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    const running = this.#running;
    if (running !== undefined) {
      await running.dataPlane.close(running.drainMs);
      running.routes.close();
      running.usage.flush();
      await running.onlookers.close();
      // What was counted while it drained.
      this.#send({ kind: 'live', counts: running.live.snapshot() });
      await this.#tellMetrics();
      await new Promise<void>((resolve) => running.logger.flush(() => resolve()));
    }
    this.#options.exit(EXIT.done);
  }

  async #tellMetrics(id?: number): Promise<void> {
    const snapshot = await this.#running?.metrics.snapshot();
    if (snapshot === undefined) return;
    await this.#sent({ kind: 'metrics', ...(id === undefined ? {} : { id }), snapshot });
  }

  /** Gives whether there still is a primary. */
  #send(message: FromWorker): boolean {
    if (!process.connected) return false;
    process.send?.(message, undefined, undefined, () => {});
    return true;
  }

  /** Resolves when it was handed to the system, or there is nobody to take it. */
  async #sent(message: FromWorker): Promise<void> {
    if (!process.connected) return;
    await new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
  }
}
