// A Backend over scripted stores on loopback sockets.
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { Backend } from '../../../src/backend/backend.ts';
import { createS3Backend, type S3BackendOptions } from '../../../src/backend/s3-backend.ts';
import { readBuffersOf } from '../../../src/http1/read-buffer.ts';
import { Secret } from '../../../src/secret.ts';

export interface StoreBackend {
  readonly backend: Backend;
  /** `opened`, `failed`, `closed` and `retried`, as they happened. */
  readonly changes: string[];
}

export function backendOver(
  ports: readonly number[],
  overrides: Partial<S3BackendOptions> = {},
): StoreBackend {
  const changes: string[] = [];
  const backend = createS3Backend({
    name: 'store',
    endpoints: ports.map((port) => ({
      protocol: 'http',
      host: '127.0.0.1',
      port,
      authority: `127.0.0.1:${port}`,
    })),
    region: 'us-east-1',
    accessKeyId: 'STORE',
    secret: new Secret('store-secret'),
    addressing: 'path',
    ca: undefined,
    maxConnectionsPerEndpoint: 8,
    maxInFlightPerCredential: undefined,
    balancing: 'least-pending',
    probe: undefined,
    slowStartMs: 30_000,
    names: undefined,
    onEndpoint: () => {},
    limits: { maxHeadBytes: 16_384, maxHeaders: 100 },
    timeouts: { idleMs: 60_000, answerMs: 60_000, bodyIdleMs: 60_000, connectMs: 20_000 },
    readBufferSizes: readBuffersOf(65_536),
    sweepEveryMs: 3_600_000,
    wallClock: Date.now,
    now: () => performance.now(),
    awsChunked: 'decode',
    verifyPayload: 'store',
    onAwsChunkedLearnt: () => {},
    onConnection: (change) => changes.push(change),
    ...overrides,
  });
  return { backend, changes };
}

/** A port on which nothing listens, and nothing will until it is bound again. */
export async function refusingPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
