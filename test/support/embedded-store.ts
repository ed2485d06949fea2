// The embedded store as the gateway runs it, a process of its own with a channel for messages, here on a loopback port.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storeEnvironment } from '../../src/serve/store-environment.ts';
import type { FromStore, StoreCapacity, StoreStart, ToStore } from '../../src/store/messages.ts';
import { type Exit, OwnedProcess } from './owned-process.ts';
import type { RawTarget } from './raw-target.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const HOST = '127.0.0.1';

export const STORE_CREDENTIALS = {
  accessKeyId: 'EMBEDDEDSTOREKEY',
  secretAccessKey: 'embedded-store-secret-0123456789',
} as const;

export type EmbeddedStoreOptions = Partial<Omit<StoreStart, 'kind' | 'dataDirectory'>> & {
  readonly dataDirectory: string;
};

type LogMessage = Extract<FromStore, { kind: 'log' }>;

/** It answered the start with a refusal. */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError';
}

export class EmbeddedStore implements AsyncDisposable {
  readonly dataDirectory: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly #process: OwnedProcess;
  readonly #logs: LogMessage[] = [];
  readonly #asked = new Map<number, PromiseWithResolvers<StoreCapacity>>();
  readonly #ready = Promise.withResolvers<number>();
  #printed = '';
  #port = 0;
  #nextId = 1;

  private constructor({ dataDirectory, ...given }: EmbeddedStoreOptions) {
    this.dataDirectory = dataDirectory;
    const node = join(ROOT, 'node_modules/.bin/node');
    this.#process = new OwnedProcess('the embedded store', node, ['src/store/main.ts'], {
      cwd: ROOT,
      channel: true,
      env: storeEnvironment(process.env),
    });
    const { child } = this.#process;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#printed += chunk.toString();
      });
    }
    child.on('message', (message) => this.#take(message as FromStore));
    // A send to a process that is just being killed fails, and its exit says so.
    child.on('error', () => {});
    const start: StoreStart = {
      kind: 'start',
      dataDirectory,
      mayBeNew: true,
      listen: { host: HOST, port: 0 },
      region: 'us-east-1',
      ...STORE_CREDENTIALS,
      reserveBytes: 0n,
      createBuckets: [],
      quotas: [],
      maxConnections: 1024,
      ...given,
    };
    this.credentials = { accessKeyId: start.accessKeyId, secretAccessKey: start.secretAccessKey };
    this.#ready.promise.catch(() => {});
    this.#send(start);
    void this.#process.exited.then(({ code, signal }) => {
      const gone = new Error(`the embedded store ended with ${code ?? signal}\n${this.output()}`);
      this.#ready.reject(gone);
      for (const { reject } of this.#asked.values()) reject(gone);
    });
  }

  /** Resolves when it listens. Rejects with StoreRefusedError where it says that it cannot start. */
  static async start(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
    const store = new EmbeddedStore(options);
    try {
      await store.ready();
      return store;
    } catch (error) {
      await store.kill();
      throw error;
    }
  }

  /** Spawned and told to start, but not waited for: for tests that kill it on the way. */
  static begin(options: EmbeddedStoreOptions): EmbeddedStore {
    return new EmbeddedStore(options);
  }

  async ready(): Promise<void> {
    this.#port = await this.#ready.promise;
  }

  get port(): number {
    return this.#port;
  }

  get host(): string {
    return HOST;
  }

  get endpoint(): string {
    return `http://${HOST}:${this.#port}`;
  }

  get target(): RawTarget {
    return { hostName: HOST, port: this.#port, credentials: this.credentials };
  }

  get pid(): number {
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.running;
  }

  get exited(): Promise<Exit> {
    return this.#process.exited;
  }

  /** What it logged over the channel. */
  logs(): readonly LogMessage[] {
    return this.#logs;
  }

  /** All that it logged and printed, for the message of a failed test. */
  output(): string {
    const lines = this.#logs.map(
      ({ level, message, fields }) =>
        `${level} ${message} ${JSON.stringify(fields, (_, value) => (typeof value === 'bigint' ? String(value) : value))}`,
    );
    return [...lines, this.#printed].join('\n');
  }

  capacity(bucket: string): Promise<StoreCapacity> {
    const id = this.#nextId++;
    const asked = Promise.withResolvers<StoreCapacity>();
    this.#asked.set(id, asked);
    this.#send({ kind: 'capacity', id, bucket });
    return asked.promise;
  }

  /** Resident memory now and at its highest, as the kernel counts it. */
  async rssBytes(): Promise<{ now: number; peak: number }> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
    return { now: read('VmRSS'), peak: read('VmHWM') };
  }

  /** As the gateway ends it; an error where it does not end with code 0. */
  async stop(deadlineMs = 10_000): Promise<void> {
    this.#send({ kind: 'stop', deadlineMs });
    const kill = setTimeout(() => this.#process.signal('SIGKILL'), deadlineMs + 10_000);
    const { code, signal } = await this.#process.exited;
    clearTimeout(kill);
    if (code !== 0) throw new Error(`the embedded store ended with ${code ?? signal}\n${this.output()}`);
  }

  /** SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#process.signal('SIGKILL');
    await this.#process.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #send(message: ToStore): void {
    const { child } = this.#process;
    if (child.connected) child.send(message, () => {});
  }

  #take(message: FromStore): void {
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve(message.port ?? 0);
        return;
      case 'refused':
        this.#ready.reject(new StoreRefusedError(message.message));
        return;
      case 'log':
        this.#logs.push(message);
        return;
      case 'capacity':
        this.#answer(message.id)?.resolve(message.capacity);
        return;
      case 'capacity-unknown':
        this.#answer(message.id)?.reject(new Error(message.message));
        return;
    }
  }

  #answer(id: number): PromiseWithResolvers<StoreCapacity> | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    return asked;
  }
}
