// Backends out of config: part of the composition root.
import type { Backend } from '../backend/backend.ts';
import { createS3Backend } from '../backend/s3-backend.ts';
import type { BackendConfig, GatewayConfig } from '../config/gateway-config.ts';
import type { EventSink } from '../gateway/events.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';

// Measured on loopback (GET 1 MiB): plain text is alike from 64 KiB up, behind TLS 256 KiB is clearly best.
const STORE_READ_BUFFER_BYTES = 256 * 1024;
const SWEEP_EVERY_MS = 250;

export interface Clocks {
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly now: MonotonicClock;
}

/** One backend; its owner closes it. */
export function composeBackend(
  backend: BackendConfig,
  { limits, timeouts }: GatewayConfig,
  { wallClock, now }: Clocks,
  emit: EventSink,
): Backend {
  const { name, endpoints, region, accessKeyId, addressing, maxConnectionsPerEndpoint } = backend;
  return createS3Backend({
    name,
    endpoints,
    region,
    accessKeyId,
    secret: backend.secretAccessKey,
    addressing,
    ca: backend.tls?.ca,
    maxConnectionsPerEndpoint,
    limits: { maxHeadBytes: limits.headBytes, maxHeaders: limits.headers },
    timeouts: {
      idleMs: timeouts.backendIdleMs,
      answerMs: timeouts.storeAnswerMs,
      bodyIdleMs: timeouts.bodyIdleMs,
      connectMs: timeouts.connectMs,
    },
    readBufferBytes: STORE_READ_BUFFER_BYTES,
    sweepEveryMs: SWEEP_EVERY_MS,
    wallClock,
    now,
    onConnection: (change, detail) => emit({ kind: 'backend-connection', backend: name, change, detail }),
  });
}
