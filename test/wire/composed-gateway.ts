// The gateway as `serve` composes it, in this process, over a store that records every byte and answers 200.
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { parseConfig } from '../../src/config/load.ts';
import { serve } from '../../src/serve/serve.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { RawConnection } from '../support/raw-http.ts';
import { type RawCredentials, requestBytes, type SigningInput, signed } from '../support/raw-sigv4.ts';

export const CREDENTIALS = { accessKeyId: 'WIREKEY', secretAccessKey: 'wire-secret' };
/** Bound to buckets whose names begin with `mine-`. */
export const LIMITED = { accessKeyId: 'LIMITEDKEY', secretAccessKey: 'limited-secret' };
/** Reads every bucket and writes none. */
export const READER = { accessKeyId: 'READERKEY', secretAccessKey: 'reader-secret' };

export interface RecordingStore extends AsyncDisposable {
  readonly port: number;
  /** Every byte that came, over all connections. */
  bytes(): string;
  readonly connections: readonly Socket[];
}

/** Answers 200 to whatever looks like the end of a head. */
export async function recordingStore(): Promise<RecordingStore> {
  const connections: Socket[] = [];
  let all = '';
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    connections.push(socket);
    let answered = 0;
    let own = '';
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (bytes: Buffer) => {
      all += bytes.toString('latin1');
      own += bytes.toString('latin1');
      for (const heads = own.split('\r\n\r\n').length - 1; answered < heads; answered++) {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => all,
    connections,
    async [Symbol.asyncDispose]() {
      for (const socket of connections) socket.destroy();
      server.close();
    },
  };
}

export interface GatewayInProcess extends AsyncDisposable {
  readonly port: number;
  /** The log's lines so far. */
  readonly log: readonly string[];
  connect(): Promise<RawConnection>;
  /** A request that is right in everything that the input leaves alone. */
  signed(input: Partial<SigningInput> & { readonly target: string }): Buffer;
}

export interface ComposedGateway extends GatewayInProcess {
  readonly store: RecordingStore;
}

/** How the gateway treats the store's uploads. */
export interface StoreHandling {
  /** `auto` would ask the store at the start, and these stores must hear nothing but what a test sends. */
  readonly awsChunked?: 'relay' | 'decode';
  readonly verifyPayload?: 'store' | 'gateway';
  /** The gateway's own, at the store. */
  readonly credentials?: RawCredentials;
}

const STORE_CREDENTIALS = { accessKeyId: 'STOREKEY', secretAccessKey: 'store-secret' };

const configFor = (
  storePort: number,
  { awsChunked = 'decode', verifyPayload = 'store', credentials = STORE_CREDENTIALS }: StoreHandling,
): string => `
# This process alone: what is logged is read here, and workers write to standard output themselves.
workers: 1
region: us-east-1
hostNames: [s3.wire]
listeners:
  s3: [{ host: 127.0.0.1, port: 0 }]
  admin: { host: 127.0.0.1, port: 0 }
backends:
  - name: sink
    kind: s3
    endpoints: [http://127.0.0.1:${storePort}]
    accessKeyId: ${credentials.accessKeyId}
    secretAccessKey: ${credentials.secretAccessKey}
    awsChunked: ${awsChunked}
    verifyPayload: ${verifyPayload}
    capacity: { source: static, capacity: 10TiB, used: 1TiB }
credentials:
  - { accessKeyId: ${CREDENTIALS.accessKeyId}, secretAccessKey: ${CREDENTIALS.secretAccessKey}, buckets: ["*"], access: read-write }
  - { accessKeyId: ${LIMITED.accessKeyId}, secretAccessKey: ${LIMITED.secretAccessKey}, buckets: ["mine-*"], access: read-write }
  - { accessKeyId: ${READER.accessKeyId}, secretAccessKey: ${READER.secretAccessKey}, buckets: ["*"], access: read-only }
`;

export async function composedGateway(): Promise<ComposedGateway> {
  const store = await recordingStore();
  const gateway = await gatewayOver(store.port);
  return {
    ...gateway,
    store,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Over a store of the caller's own. */
export async function gatewayOver(
  storePort: number,
  handling: StoreHandling = {},
): Promise<GatewayInProcess> {
  const log: string[] = [];
  const logger = createLogger({ level: 'info', stream: { write: (line: string) => void log.push(line) } });
  const { config } = parseConfig(configFor(storePort, handling), { file: '/wire.yaml', env: {} });
  const running = await serve(config, logger);
  const listening = log.map((line) => JSON.parse(line) as { listener?: string; port: number });
  const port = listening.find(({ listener }) => listener === 's3')?.port ?? 0;
  return {
    port,
    log,
    connect: () => RawConnection.open({ host: '127.0.0.1', port }),
    signed: (input) =>
      requestBytes(signed({ method: 'GET', host: `127.0.0.1:${port}`, credentials: CREDENTIALS, ...input })),
    [Symbol.asyncDispose]: () => running.stop(),
  };
}
