// All workers of the primary: as many as config says serve, one that ends is replaced, and what one knows the others hear.
import { setTimeout as wait } from 'node:timers/promises';
import type { Listener } from '../config/gateway-config.ts';
import type { Document } from '../gateway/answer-sosapi.ts';
import type { UsageChangeEvent } from '../gateway/events.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';
import type { AuditEntry } from '../telemetry/audit-entry.ts';
import type { Logger } from '../telemetry/logger.ts';
import { addUp, type MetricsSnapshot } from '../telemetry/summed-metrics.ts';
import type { WorkerMetrics } from '../telemetry/worker-metrics.ts';
import { sentError } from './capacity-questions.ts';
import type { DrainedEndpoint, SeenByWorkers } from './endpoint-control.ts';
import type { LiveQuestion } from './live-question.ts';
import { LiveWorkers } from './live-workers.ts';
import { createRestartPace } from './restart-pace.ts';
import { revealSecrets } from './revealed-secrets.ts';
import type { S3Service, ServiceLive } from './s3-service.ts';
import { checkFree, HAS_REUSE_PORT } from './shared-ports.ts';
import { UsageOrder } from './usage-order.ts';
import { WorkerChild, WorkerRefusedError, type WorkerRequest } from './worker-child.ts';
import type { News, WorkerOrder } from './worker-messages.ts';

/** Made ready in all workers. */
export interface PreparedOrder {
  /** Resolves when all of them serve it. Never rejects. */
  commit(): Promise<void>;
  abandon(): void;
}

export interface WorkerGroupOptions {
  readonly count: number;
  readonly listeners: readonly Listener[];
  readonly order: WorkerOrder;
  readonly drainMs: number;
  /** What passed through the workers, in order of time. */
  onUsage(changes: readonly UsageChangeEvent[]): void;
  /** The guards that are closed. */
  full(): readonly string[];
  /** For the audit log, in the order of one worker; `lost`: how many more it could not tell. */
  onAudit(entries: readonly AuditEntry[], lost: number): void;
  /** The endpoints that are out of service. */
  drained(): readonly DrainedEndpoint[];
  /** All processes are on their way: time for what takes some. */
  onLaunched(): void;
  /** The primary's own capacity documents. */
  capacity(bucket: string): Promise<Document>;
  readonly metrics: WorkerMetrics;
  readonly logger: Logger;
  readonly now: MonotonicClock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** What a worker counted since the last snapshot is lost where it is killed. */
const SNAPSHOT_EVERY_MS = 2_000;
/** What Ctrl-C, a closed terminal or an operator sends to all processes at once. */
const GROUP_SIGNAL = /^signal SIG(?:INT|HUP|TERM)$/;
/** Whoever asks for the metrics page waits no longer for a worker that is busy. */
const SNAPSHOT_PATIENCE_MS = 1_000;
/** One that does not answer in so long is stuck. */
const PREPARE_PATIENCE_MS = 15_000;

export class WorkerGroup implements Omit<S3Service, 'prepare'> {
  readonly #options: WorkerGroupOptions;
  /** What the next worker to start serves with. */
  #order: WorkerOrder;
  #drainMs: number;
  readonly #logger: Logger;
  /** From its fork to its end. */
  readonly #children = new Set<WorkerChild>();
  readonly #stopping = new AbortController();
  /** By backend: what a store said once holds for workers to come. */
  readonly #learnt = new Map<string, News>();
  readonly #usage: UsageOrder<UsageChangeEvent>;
  readonly #live: LiveWorkers;
  #ports: readonly number[];
  #kept: Promise<unknown> = Promise.resolve();
  /** Of workers that are gone. */
  #gone: readonly MetricsSnapshot[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: WorkerGroupOptions) {
    this.#options = options;
    this.#order = options.order;
    this.#drainMs = options.drainMs;
    this.#logger = options.logger.child({ component: 'worker' });
    this.#live = new LiveWorkers(options.wallClock);
    this.#ports = options.listeners.map(({ port }) => port);
    this.#usage = new UsageOrder({ hand: options.onUsage, now: options.now });
  }

  async listen(): Promise<readonly Listener[]> {
    const { count, listeners } = this.#options;
    for (const listener of HAS_REUSE_PORT ? listeners : []) await checkFree(listener);
    let bound: readonly number[];
    try {
      const first = this.#launchUntilReady();
      if (HAS_REUSE_PORT && this.#ports.includes(0)) this.#ports = await this.#portsOf(await first);
      const others = Array.from({ length: count - 1 }, () => this.#launchUntilReady());
      this.#options.onLaunched();
      const children = await Promise.all([first, ...others]);
      bound = await this.#listenTogether(children);
      this.#kept = Promise.all(children.map((child) => this.#keep(child)));
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#timer = setInterval(() => {
      void this.#refresh();
      void this.#live.ask(this.#questions);
    }, SNAPSHOT_EVERY_MS);
    return listeners.map(({ host, port }, index) => ({ host, port: bound[index] ?? port }));
  }

  isListening(): boolean {
    return this.#serving > 0;
  }

  async snapshots(): Promise<readonly MetricsSnapshot[]> {
    await this.#refresh();
    return [...[...this.#children].map(({ snapshot }) => snapshot), ...this.#gone];
  }

  async endpoints(): Promise<SeenByWorkers> {
    // One that starts sends nothing anywhere yet.
    const asked = [...this.#children].filter(({ isListening }) => isListening);
    const answers = await Promise.all(asked.map((child) => child.askEndpoints(SNAPSHOT_PATIENCE_MS)));
    const processes = answers.filter((seen) => seen !== undefined);
    return { processes, unheard: answers.length - processes.length };
  }

  async live(): Promise<ServiceLive> {
    const counts = await this.#live.ask(this.#questions);
    return { workers: this.#serving, counts };
  }

  usageTold(): Promise<void> {
    return this.#usage.caughtUp(this.#options.wallClock());
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopNow();
    return this.#stopped;
  }

  async #stopNow(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    await Promise.all([...this.#children].map((child) => child.stop(this.#drainMs)));
    await this.#kept;
  }

  get #serving(): number {
    return [...this.#children].filter(({ isListening }) => isListening).length;
  }

  /** Where the system chooses a port the others need to know which; a shared listener is found by what was asked for. */
  async #portsOf(first: WorkerChild): Promise<readonly number[]> {
    first.listen();
    return await first.listening;
  }

  /**
   * All at the same moment: the clients of a gateway that was started again come back at once, and where one listened before the
   * others it got all of them, for as long as their connections last (2026-11-22). Gives the ports.
   */
  async #listenTogether(children: readonly WorkerChild[]): Promise<readonly number[]> {
    for (const child of children) if (!child.isListening) child.listen();
    const [ports = []] = await Promise.all(children.map(({ listening }) => listening));
    return ports;
  }

  /** Rejects with the reason where it cannot serve. */
  async #launchUntilReady(): Promise<WorkerChild> {
    for (;;) {
      const child = this.#launch();
      try {
        await child.ready;
        return child;
      } catch (error) {
        // A signal to the whole group reached it before it could ignore it; when the start is over the primary obeys that.
        const isSignalled = GROUP_SIGNAL.test(await child.ended);
        if (!isSignalled || this.#stopping.signal.aborted) throw error;
      }
    }
  }

  #launch(): WorkerChild {
    const { metrics, wallClock } = this.#options;
    const child = new WorkerChild({
      start: {
        kind: 'start',
        order: revealSecrets(this.#order),
        ports: this.#ports,
        known: [...this.#learnt.values()],
        full: this.#options.full(),
        drained: this.#options.drained(),
        learns: ![...this.#children].some(({ learns }) => learns),
      },
      onRequest: (message, from) => this.#take(message, from),
    });
    this.#children.add(child);
    const { pid } = child;
    child.listening.then(
      () => {
        this.#usage.joined(child, wallClock());
        metrics.serving(this.#serving);
        this.#logger.info({ pid }, 'a worker serves');
      },
      (error: unknown) => {
        // What else ends it is told with its end.
        if (error instanceof WorkerRefusedError) {
          this.#logger.error({ pid, reason: error.message }, 'a worker cannot start');
        }
      },
    );
    void child.ended.then(() => this.#retire(child));
    return child;
  }

  /** At once, so that at every moment it is either among the children or among what is gone. */
  #retire(child: WorkerChild): void {
    this.#children.delete(child);
    this.#usage.left(child);
    this.#options.metrics.serving(this.#serving);
    this.#gone = [...this.#gone, child.snapshot];
    this.#live.retire(child.live);
    const before = this.#gone;
    void addUp(before).then((sum) => {
      // Another one may have gone meanwhile; then its own sum replaces all of them.
      if (this.#gone === before) this.#gone = [sum];
    });
  }

  /** Until it is stopped: waits for the end of each process and starts the next. Never rejects. */
  async #keep(first: WorkerChild): Promise<void> {
    const { now, metrics } = this.#options;
    const { signal } = this.#stopping;
    const pace = createRestartPace();
    let child = first;
    let startedAtMs = now();
    for (;;) {
      const how = await child.ended;
      if (signal.aborted) return;
      const againInMs = pace.afterRunOf(now() - startedAtMs);
      this.#logger.error({ pid: child.pid, againInMs }, `a worker ended with ${how}`);
      await wait(againInMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      startedAtMs = now();
      try {
        child = this.#launch();
        child.ready.then(
          () => child.listen(),
          () => {},
        );
        metrics.replaced();
      } catch (error) {
        // The system has no room for another process; the next turn tries again.
        this.#logger.error({ reason: String(error) }, 'a worker cannot start');
      }
    }
  }

  async #refresh(): Promise<void> {
    await Promise.all([...this.#children].map((child) => child.refreshSnapshot(SNAPSHOT_PATIENCE_MS)));
  }

  /** For those that are not started yet nobody waits. */
  get #questions(): readonly LiveQuestion[] {
    return [...this.#children].filter(({ isListening }) => isListening).map(({ live }) => live);
  }

  #take(message: WorkerRequest, from: WorkerChild): void {
    switch (message.kind) {
      case 'usage':
        this.#usage.told(from, message.changes, message.untilMs);
        return;
      case 'capacity':
        void this.#tellCapacity(message.id, message.bucket, from);
        return;
      case 'aws-chunked':
        this.#learnt.set(message.backend, message);
        this.#tellOthers(message, from);
        return;
      case 'audit':
        this.#options.onAudit(message.entries, message.lost);
        return;
      case 'signature':
      case 'bucket-deleted':
        this.#tellOthers(message, from);
        return;
    }
  }

  /** To all workers: which guards are closed now. */
  tellFull(): void {
    const names = this.#options.full();
    for (const child of this.#children) child.send({ kind: 'full', names });
  }

  /** To all workers: which endpoints are out of service now. */
  tellDrained(): void {
    const endpoints = this.#options.drained();
    for (const child of this.#children) child.send({ kind: 'drained', endpoints });
  }

  /**
   * Has all workers make another order ready. Rejects with a sentence where one cannot: then none serves it. `fresh`: the
   * names of backends of which nothing is known yet.
   */
  async prepareOrder(
    order: WorkerOrder,
    drainMs: number,
    fresh: ReadonlySet<string>,
  ): Promise<PreparedOrder> {
    const revealed = revealSecrets(order);
    const prepared = new Map<WorkerChild, number>();
    const abandon = (): void => {
      for (const [child, id] of prepared) child.abandon(id);
    };
    const tries = await Promise.allSettled(
      [...this.#children].map(async (child) => {
        const id = await child.prepare(revealed, PREPARE_PATIENCE_MS);
        if (id !== undefined) prepared.set(child, id);
      }),
    );
    const failed = tries.find((each) => each.status === 'rejected');
    if (failed !== undefined) {
      abandon();
      throw failed.reason;
    }
    return {
      abandon,
      commit: async () => {
        // From here on: one that replaces another begins with it.
        this.#order = order;
        this.#drainMs = drainMs;
        for (const name of fresh) this.#learnt.delete(name);
        const [first] = this.#children;
        await Promise.all(
          [...this.#children].map((child) =>
            this.#switch(child, prepared.get(child), revealed, child === first),
          ),
        );
      },
    };
  }

  /** `id`: of what is ready in it; it may have been started meanwhile, on the order before. */
  async #switch(child: WorkerChild, id: number | undefined, order: unknown, learns: boolean): Promise<void> {
    try {
      const ready = id ?? (await child.prepare(order, PREPARE_PATIENCE_MS));
      if (ready === undefined || (await child.switchTo(ready, learns, PREPARE_PATIENCE_MS))) return;
      throw new Error('a worker did not answer in time');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // It would serve a config that is no longer; the one that replaces it serves the new one.
      this.#logger.error({ pid: child.pid, reason }, 'a worker did not take the new config and is replaced');
      child.kill();
    }
  }

  #tellOthers(news: News, from: WorkerChild): void {
    for (const child of this.#children) if (child !== from) child.send(news);
  }

  async #tellCapacity(id: number, bucket: string, to: WorkerChild): Promise<void> {
    try {
      // So that the answer counts what was done just before it was asked for.
      await this.#usage.settle();
      to.send({ kind: 'capacity', id, document: await this.#options.capacity(bucket) });
    } catch (error) {
      const sent = sentError(error);
      if (sent.code === 'InternalError') this.#logger.error({ err: error }, 'internal error');
      to.send({ kind: 'capacity-refused', id, error: sent });
    }
  }
}
