// Threads that hash bodies: MD5 alone keeps one core busy at some 700 MB/s, and the main thread has sockets to serve.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { DigestPlan, DigestsOfBody } from './body-digests.ts';
import type { FromHashThread, ToHashThread } from './hash-messages.ts';
import type { RunningDigests } from './running-digests.ts';

/** Four keep up with more than one main thread can read. */
const MOST_THREADS = 4;

/** How many threads are worth it here: one core is the main thread's. */
export function hashThreadCount(): number {
  return Math.min(MOST_THREADS, availableParallelism() - 1);
}

interface Waiting {
  onUpdated: (() => void)[];
  onDigested: ((digests: DigestsOfBody) => void) | undefined;
}

export class HashThreads {
  readonly #threads: readonly HashThread[];

  /** `onFatal`: a thread ended by itself, and with it the uploads that it hashed: the process must end. */
  constructor(count: number, onFatal: (error: Error) => void) {
    this.#threads = Array.from({ length: count }, () => new HashThread(onFatal));
  }

  /** On the thread with the fewest bodies; undefined where there are no threads. */
  begin(plan: DigestPlan): RunningDigests | undefined {
    let idlest: HashThread | undefined;
    for (const thread of this.#threads) {
      if (idlest === undefined || thread.bodies < idlest.bodies) idlest = thread;
    }
    return idlest?.begin(plan);
  }

  /** Ends the threads; nothing may be under way any more. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

class HashThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #latest = 0;
  #closing = false;

  constructor(onFatal: (error: Error) => void) {
    // In a checkout the sources run as they are; in a built package the same file is JavaScript.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./hash-worker.${extension}`, import.meta.url), {
      execArgv: [],
      // It keeps next to nothing: without this V8 lets its garbage grow to tens of megabytes before it collects.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on('message', (message: FromHashThread) => this.#take(message));
    this.#worker.on('error', onFatal);
    this.#worker.on('exit', () => {
      if (!this.#closing) onFatal(new Error('a hashing thread ended'));
    });
  }

  get bodies(): number {
    return this.#waiting.size;
  }

  begin(plan: DigestPlan): RunningDigests {
    this.#latest++;
    const body = this.#latest;
    const waiting: Waiting = { onUpdated: [], onDigested: undefined };
    this.#waiting.set(body, waiting);
    this.#send({ kind: 'begin', body, plan });
    return {
      update: (slice, callback) => {
        waiting.onUpdated.push(callback);
        const bytes = shareable(slice);
        this.#send({ kind: 'update', body, bytes });
        return false;
      },
      digest: () =>
        new Promise((resolve) => {
          waiting.onDigested = resolve;
          this.#send({ kind: 'digest', body });
        }),
      abandon: () => {
        if (!this.#waiting.has(body) || waiting.onDigested !== undefined) return;
        this.#waiting.delete(body);
        this.#send({ kind: 'abandon', body });
      },
    };
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#worker.terminate();
  }

  #send(message: ToHashThread): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromHashThread): void {
    const waiting = this.#waiting.get(message.body);
    switch (message.kind) {
      case 'updated':
        waiting?.onUpdated.shift()?.();
        return;
      case 'digested':
        this.#waiting.delete(message.body);
        waiting?.onDigested?.(message.digests);
        return;
    }
  }
}

/** Memory that threads share crosses as it is. Of other memory a message would copy all that is around the slice. */
function shareable(slice: Uint8Array): Uint8Array {
  return slice.buffer instanceof SharedArrayBuffer ? slice : new Uint8Array(slice);
}
