// The store's process: what it does when the gateway's process speaks to it, and how it ends.
import { randomBytes } from 'node:crypto';
import { Secret } from '../secret.ts';
import type { StoreStart, ToStore } from './messages.ts';
import { type OpenStore, openStore } from './open-store.ts';
import type { ParentChannel } from './parent-channel.ts';
import { createHandlers } from './server/handlers.ts';
import { createStoreServer, type StoreServer } from './server/store-server.ts';

export const EXIT = { done: 0, failed: 1, refused: 2 } as const;

/** For what is under way when the parent is gone, and with it all clients. */
const ORPHANED_DEADLINE_MS = 1_000;

/** For the store of a gateway that was killed to close, where the next gateway is started at once. */
const LOCK_WAIT_MS = 3_000;

interface Running {
  readonly store: OpenStore;
  readonly server: StoreServer;
}

export interface StoreProcessOptions {
  readonly channel: ParentChannel;
  readonly wallClock: () => number;
  readonly now: () => number;
  /** It listens. */
  onServing(): void;
  /** Ends the process at once. */
  exit(code: number): void;
}

export class StoreProcess {
  readonly #options: StoreProcessOptions;
  readonly #channel: ParentChannel;
  #running: Promise<Running | undefined> | undefined;
  #quotas: StoreStart['quotas'] = [];
  #stopping = false;

  constructor(options: StoreProcessOptions) {
    this.#options = options;
    this.#channel = options.channel;
  }

  take(message: ToStore): void {
    switch (message.kind) {
      case 'start':
        this.#quotas = message.quotas;
        this.#running ??= this.#start(message);
        return;
      case 'capacity':
        void this.#tellCapacity(message.id, message.bucket);
        return;
      case 'quotas':
        this.#quotas = message.quotas;
        return;
      case 'stop':
        void this.stop(message.deadlineMs);
        return;
    }
  }

  /** The parent is gone. */
  orphaned(): void {
    void this.stop(ORPHANED_DEADLINE_MS);
  }

  /** A fault after which nothing can be relied on. */
  fail(message: string, error: unknown): void {
    this.#channel.log('error', message, { error });
    this.#options.exit(EXIT.failed);
  }

  /** Lets calls under way finish within the deadline, closes the store, ends the process. Never rejects. */
  async stop(deadlineMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    try {
      const running = await this.#running;
      // One that could not start has said so and ends by itself.
      if (this.#running !== undefined && running === undefined) return;
      await running?.server.close(deadlineMs);
      await running?.store.close();
      await this.#end(EXIT.done);
    } catch (error) {
      this.fail('the store did not close in good order', error);
    }
  }

  /** Resolves with nothing where the store cannot start. */
  async #start(start: StoreStart): Promise<Running | undefined> {
    try {
      const running = await this.#open(start);
      const port = await this.#listen(running, start);
      this.#channel.send({ kind: 'ready', port });
      this.#options.onServing();
      return running;
    } catch (error) {
      this.#channel.send({ kind: 'refused', message: messageOf(error) });
      await this.#end(EXIT.refused);
      return undefined;
    }
  }

  async #open(start: StoreStart): Promise<Running> {
    const { wallClock, now } = this.#options;
    const { accessKeyId, secretAccessKey, maxConnections } = start;
    const quotas = () => this.#quotas;
    const store = await openStore({
      ...start,
      get quotas() {
        return quotas();
      },
      lockWaitMs: LOCK_WAIT_MS,
      randomBytes,
      wallClock,
      now,
      onLog: (level, message, fields) => this.#channel.log(level, message, fields),
      onFatal: (error) => this.fail('the store ends because its disk failed', error),
    });
    const server = createStoreServer({
      parts: store.parts,
      handlers: createHandlers(() => randomBytes(16).toString('hex')),
      accessKeyId,
      secret: new Secret(secretAccessKey),
      maxConnections,
      now,
      newRequestId: () => randomBytes(8).toString('hex').toUpperCase(),
      onInternalError: (error, fields) => this.#channel.log('error', 'a call failed', { ...fields, error }),
      onAcceptError: (error) => this.#channel.log('error', 'a connection was not accepted', { error }),
    });
    return { store, server };
  }

  async #listen({ store, server }: Running, { listen }: StoreStart): Promise<number | undefined> {
    try {
      return await server.listen(listen);
    } catch (cause) {
      await server.close(0);
      await store.close();
      const at = 'path' in listen ? listen.path : `${listen.host}:${listen.port}`;
      throw new Error(`The store cannot listen on ${at}: ${messageOf(cause)}.`, { cause });
    }
  }

  async #tellCapacity(id: number, bucket: string): Promise<void> {
    try {
      const running = this.#stopping ? undefined : await this.#running;
      if (running === undefined) throw new Error('the store does not serve');
      const capacity = await running.store.capacity(bucket);
      this.#channel.send({ kind: 'capacity', id, capacity });
    } catch (error) {
      this.#channel.send({ kind: 'capacity-unknown', id, message: messageOf(error) });
    }
  }

  async #end(code: number): Promise<void> {
    await this.#channel.sent();
    this.#options.exit(code);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
