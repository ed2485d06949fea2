// The embedded store of one backend: a process of its own that is started, watched, started again when it crashes, and
// stopped. Its clients find it at the same socket with the same key pair, whichever process serves there.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Endpoint } from '../backend/dialer.ts';
import type { EmbeddedRoom } from '../capacity/providers/embedded.ts';
import type { EmbeddedBackendConfig } from '../config/gateway-config.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';
import type { StoreStart } from '../store/messages.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type KeyPair, makeKeyPair } from './key-pair.ts';
import { createRestartPace, type RestartPace } from './restart-pace.ts';
import { StoreChild, StoreEndedError } from './store-child.ts';
import { makeStoreSocket, type StoreSocket } from './store-socket.ts';

/** How S3 calls reach an embedded store. */
export interface EmbeddedReach extends KeyPair {
  readonly endpoint: Endpoint;
}

/** How the gateway reaches an embedded store, and what it holds. */
export interface EmbeddedAccess extends EmbeddedReach {
  /** The room of a bucket now; rejects where the store's process does not answer. */
  ask(bucket: string, signal: AbortSignal): Promise<EmbeddedRoom>;
}

export interface EmbeddedStore extends EmbeddedAccess {
  /** From now on it enforces these. */
  replaceQuotas(quotas: StoreStart['quotas']): void;
  /** Lets what is under way finish, for a bounded time. When it resolves there is no process any more. */
  stop(): Promise<void>;
}

export interface EmbeddedStoreOptions {
  readonly config: EmbeddedBackendConfig;
  readonly region: string;
  readonly quotas: StoreStart['quotas'];
  readonly logger: Logger;
  readonly now: MonotonicClock;
  /** How long `stop` lets it finish: 10 s unless given. */
  readonly stopDeadlineMs?: number;
}

/** Beside this file in the same form: TypeScript in a checkout, JavaScript where it was built. */
const PROGRAM = fileURLToPath(
  new URL(`../store/main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);
/** For what is still under way when every client is gone: a commit and its sync. */
const STOP_DEADLINE_MS = 10_000;
/** Connections that the gateway has closed and the store has not seen close yet. */
const CLOSING_CONNECTIONS = 64;

/**
 * Resolves when the store serves. Rejects with the store's own sentence where it refuses to start, and with how it ended
 * where it ended; then nothing is left of it.
 */
export async function startEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const socket = await makeStoreSocket(options.config.dataDirectory);
  try {
    const keyPair = makeKeyPair(randomBytes);
    const supervisor = new Supervisor(options, socket, keyPair);
    await supervisor.start();
    return {
      ...keyPair,
      endpoint: endpointAt(socket.path),
      ask: (bucket, signal) => supervisor.ask(bucket, signal),
      replaceQuotas: (quotas) => supervisor.replaceQuotas(quotas),
      stop: () => supervisor.stop(),
    };
  } catch (error) {
    // The socket in the data directory may be that of another gateway, which is why this one was refused.
    if (socket.isPrivate) await socket.remove();
    throw error;
  }
}

/** The host and port serve for the Host header alone. */
export function endpointAt(socketPath: string): Endpoint {
  return { protocol: 'http', host: 'localhost', port: 80, authority: 'localhost', socketPath };
}

class Supervisor {
  readonly #options: EmbeddedStoreOptions;
  readonly #socket: StoreSocket;
  #start: Omit<StoreStart, 'mayBeNew'>;
  readonly #logger: Logger;
  readonly #pace: RestartPace = createRestartPace();
  readonly #stopping = new AbortController();
  #child: StoreChild;
  #startedAtMs: number;
  #servedOnce = false;
  #watched: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  constructor(options: EmbeddedStoreOptions, socket: StoreSocket, keyPair: KeyPair) {
    const { config, region, quotas } = options;
    this.#options = options;
    this.#socket = socket;
    this.#logger = options.logger.child({ component: 'store', backend: config.name });
    this.#start = {
      kind: 'start',
      dataDirectory: config.dataDirectory,
      listen: { path: socket.path },
      region,
      accessKeyId: keyPair.accessKeyId,
      secretAccessKey: keyPair.secretAccessKey.reveal(),
      reserveBytes: config.reserveBytes,
      createBuckets: config.createBuckets,
      quotas,
      maxConnections: config.maxConnections + CLOSING_CONNECTIONS,
    };
    this.#startedAtMs = options.now();
    this.#child = this.#launch();
  }

  async start(): Promise<void> {
    try {
      await this.#child.ready;
    } catch (error) {
      await this.#child.stop(0);
      throw error;
    }
    this.#sayReady();
    this.#watched = this.#watch();
  }

  ask(bucket: string, signal: AbortSignal): Promise<EmbeddedRoom> {
    return this.#child.ask(bucket, signal);
  }

  replaceQuotas(quotas: StoreStart['quotas']): void {
    this.#start = { ...this.#start, quotas };
    this.#child.replaceQuotas(quotas);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopNow();
    return this.#stopped;
  }

  async #stopNow(): Promise<void> {
    this.#stopping.abort();
    await this.#child.stop(this.#options.stopDeadlineMs ?? STOP_DEADLINE_MS);
    await this.#watched;
    await this.#socket.remove();
  }

  #launch(): StoreChild {
    this.#startedAtMs = this.#options.now();
    return new StoreChild({
      program: PROGRAM,
      start: { ...this.#start, mayBeNew: !this.#servedOnce },
      onLog: ({ level, message, fields }) => this.#logger[level](fields, message),
    });
  }

  #sayReady(): void {
    this.#servedOnce = true;
    this.#logger.info({ pid: this.#child.pid, dataDirectory: this.#start.dataDirectory }, 'the store serves');
  }

  /** Until it is stopped: waits for the end of each process and starts the next. Never rejects. */
  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      const { how, lastWords } = await this.#child.ended;
      if (signal.aborted) return;
      const againInMs = this.#pace.afterRunOf(this.#options.now() - this.#startedAtMs);
      this.#logger.error({ reason: lastWords, againInMs }, `the store ended with ${how}`);
      await wait(againInMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await this.#startAgain();
    }
  }

  async #startAgain(): Promise<void> {
    try {
      this.#child = this.#launch();
      await this.#child.ready;
      this.#sayReady();
    } catch (error) {
      // The end of one that did start is told when it is waited for.
      if (error instanceof StoreEndedError) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.error({ reason }, 'the store cannot start');
    }
  }
}
