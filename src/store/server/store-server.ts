// The HTTP server of a store: not listening yet; its owner closes it.
import type { MonotonicClock } from '../../http1/deadlines.ts';
import { readBuffersOf } from '../../http1/read-buffer.ts';
import { type ListenAddress, Server } from '../../http1/server.ts';
import type { Secret } from '../../secret.ts';
import { createVerifier } from '../../sigv4/verify.ts';
import type { Handlers, StoreParts } from './call.ts';
import { createPipeline, type PipelineOptions } from './store-pipeline.ts';

export interface StoreServerOptions {
  readonly parts: StoreParts;
  readonly handlers: Handlers;
  /** The one key that is accepted. */
  readonly accessKeyId: string;
  readonly secret: Secret;
  readonly maxConnections: number;
  readonly now: MonotonicClock;
  readonly newRequestId: () => string;
  readonly onInternalError: PipelineOptions['onInternalError'];
  onAcceptError(error: Error): void;
}

export interface StoreServer {
  /** Resolves with the port that was bound; undefined for a path. */
  listen(address: ListenAddress): Promise<number | undefined>;
  /** Lets calls under way finish within the deadline, then cuts them and waits a moment for what they still clear up. */
  close(deadlineMs: number): Promise<void>;
}

const READ_BUFFER_BYTES = 64 * 1024;
const MAX_SKEW_MS = 15 * 60_000;
const SWEEP_EVERY_MS = 1_000;

/** More than the gateway can be configured to take from its clients: what it refuses is refused there. */
const LIMITS = { maxHeadBytes: 1_280 * 1024, maxHeaders: 2_100 };

/** For handlers whose client was cut off. */
const SETTLE_MS = 1_000;

/** Longer than the gateway waits by default, so that it is the gateway who ends what stands still. */
const TIMEOUTS = { headMs: 60_000, idleMs: 600_000, bodyIdleMs: 600_000, lingerMs: 5_000 };

export function createStoreServer(options: StoreServerOptions): StoreServer {
  const { parts, handlers, accessKeyId, secret, newRequestId, onInternalError, onAcceptError } = options;
  const verifier = createVerifier({
    secretOf: (id) => (id === accessKeyId ? secret : undefined),
    regions: new Set([parts.region]),
    maxSkewMs: MAX_SKEW_MS,
  });
  const pipeline = createPipeline({ parts, handlers, verifier, newRequestId, onInternalError });
  const server = new Server({
    onExchange: pipeline.onExchange,
    onBadHead: pipeline.onBadHead,
    limits: LIMITS,
    timeouts: TIMEOUTS,
    now: options.now,
    maxConnections: options.maxConnections,
    readBufferSizes: readBuffersOf(READ_BUFFER_BYTES),
    sweepEveryMs: SWEEP_EVERY_MS,
    onConnection: () => {},
    onAcceptError,
  });
  return {
    listen: (address) => server.listen(address),
    async close(deadlineMs) {
      await server.close(deadlineMs);
      await within(SETTLE_MS, pipeline.settled());
    },
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  await Promise.race([work, over.promise]);
  clearTimeout(timer);
}
