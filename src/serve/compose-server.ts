// One S3 listener out of config: part of the composition root.
import type { GatewayConfig, S3Listener } from '../config/gateway-config.ts';
import type { EventSink } from '../gateway/events.ts';
import type { Gateway } from '../gateway/pipeline.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';
import type { IncompleteHeads } from '../http1/incomplete-heads.ts';
import { Server, type ServerSettings } from '../http1/server.ts';
import type { Secret } from '../secret.ts';
import { certificateOptions } from './certificate-options.ts';
import { sharedReadBuffers } from './read-buffers.ts';
import { workerCount } from './worker-count.ts';

const SWEEP_EVERY_MS = 250;
const LINGER_MS = 2_000;

/** What a listener serves and whom it tells. */
export interface ServerParts {
  readonly gateway: Gateway;
  readonly emit: EventSink;
  /** Shared by all listeners. */
  readonly incompleteHeads: IncompleteHeads;
  /** Of TLS sessions, see certificate-options.ts. */
  readonly ticketKeys: Secret;
  readonly now: MonotonicClock;
  onAcceptError(error: Error): void;
}

/** Not listening yet; its owner closes it. */
export function composeServer(
  { tls }: S3Listener,
  config: GatewayConfig,
  { gateway, emit, incompleteHeads, ticketKeys, now, onAcceptError }: ServerParts,
): Server {
  return new Server({
    ...gateway,
    ...serverSettings(config, incompleteHeads),
    now,
    readBufferSizes: sharedReadBuffers(workerCount(config)),
    sweepEveryMs: SWEEP_EVERY_MS,
    onConnection: (change) => emit({ kind: 'connection', change }),
    onAcceptError,
    ...(tls === undefined ? {} : { tls: certificateOptions(tls, ticketKeys) }),
  });
}

/** What may change while it listens. */
export function serverSettings(
  { limits, timeouts }: GatewayConfig,
  incompleteHeads: IncompleteHeads,
): ServerSettings {
  return {
    limits: { maxHeadBytes: limits.headBytes, maxHeaders: limits.headers },
    timeouts: {
      headMs: timeouts.headMs,
      idleMs: timeouts.idleMs,
      bodyIdleMs: timeouts.bodyIdleMs,
      lingerMs: LINGER_MS,
    },
    maxConnections: limits.connections,
    incompleteHeads,
  };
}
