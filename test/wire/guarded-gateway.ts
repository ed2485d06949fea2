// The gateway as `serve` composes it, with limits and credentials of the test's own, and clients that come from several addresses.
import { parseConfig } from '../../src/config/load.ts';
import { serve } from '../../src/serve/serve.ts';
import { createLogger, type LogLevel } from '../../src/telemetry/logger.ts';
import { exchange, type RawAnswer, RawConnection } from '../support/raw-http.ts';
import { recordingStore } from './composed-gateway.ts';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [name: string]: unknown;
}

export interface GuardedGateway extends AsyncDisposable {
  readonly port: number;
  readonly host: string;
  /** What reached the store behind the gateway's own questions at the start: every byte from the first `/bucket` on. */
  asked(): string;
  /** Everything that was logged, as it was written. */
  readonly written: readonly string[];
  /** The lines with that message. */
  lines(message: string): readonly LogLine[];
  /** Sends the bytes on a connection of their own. */
  ask(bytes: Buffer, method?: string, from?: string): Promise<RawAnswer>;
  connect(from?: string): Promise<RawConnection>;
  /** The metrics page. */
  metrics(): Promise<string>;
  /** Ends the store for good. */
  unreachable(): Promise<void>;
}

export interface GuardedOptions {
  /** Entries of `credentials`, one YAML flow map a line. */
  readonly credentials: readonly string[];
  /** The inside of `limits.perAddress`. */
  readonly perAddress?: string;
  readonly level?: LogLevel;
}

export async function guardedGateway(options: GuardedOptions): Promise<GuardedGateway> {
  const { credentials, perAddress = '', level = 'info' } = options;
  const store = await recordingStore();
  const written: string[] = [];
  const logger = createLogger({ level, stream: { write: (line: string) => void written.push(line) } });
  const text = `
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
    endpoints: [http://127.0.0.1:${store.port}]
    accessKeyId: STOREKEY
    secretAccessKey: the-store-secret
    capacity: { source: static, capacity: 10TiB, used: 1TiB }
limits: { perAddress: { ${perAddress} } }
credentials:
${credentials.map((each) => `  - ${each}`).join('\n')}
`;
  const running = await serve(parseConfig(text, { file: '/wire.yaml', env: {} }).config, logger);
  const port = running.s3[0]?.port ?? 0;
  const to = (from: string | undefined) => ({
    host: '127.0.0.1',
    port,
    ...(from === undefined ? {} : { from }),
  });
  return {
    port,
    host: `127.0.0.1:${port}`,
    asked: () => /^\S+ \/bucket.*/ms.exec(store.bytes())?.[0] ?? '',
    written,
    lines: (message) =>
      written.map((line) => JSON.parse(line) as LogLine).filter(({ msg }) => msg === message),
    ask: (bytes, method = 'GET', from = undefined) => exchange(to(from), bytes, method),
    connect: (from) => RawConnection.open(to(from)),
    metrics: async () => (await fetch(`http://127.0.0.1:${running.admin.port}/metrics`)).text(),
    unreachable: async () => store[Symbol.asyncDispose](),
    async [Symbol.asyncDispose]() {
      await running.stop();
      await store[Symbol.asyncDispose]();
    },
  };
}
