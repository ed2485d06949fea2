// A gateway with an embedded store as `serve` composes it, in this process; the store is the real one, in its own.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { EmbeddedBackendConfig } from '../../../src/config/gateway-config.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { type RunningGateway, serve } from '../../../src/serve/serve.ts';
import { createLogger, type Logger } from '../../../src/telemetry/logger.ts';
import { sdk } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';

export interface Line {
  readonly msg: string;
  readonly [name: string]: unknown;
}

/** A logger and what it wrote. */
export class TestLog {
  readonly lines: Line[] = [];
  readonly logger: Logger = createLogger({
    level: 'info',
    stream: { write: (line: string) => void this.lines.push(JSON.parse(line) as Line) },
  });

  /** The first line of that kind, when it has come. */
  line(wanted: RegExp, after = 0): Promise<Line> {
    return waitFor(() => this.lines.slice(after).find(({ msg }) => wanted.test(msg)), {
      what: `a log line ${wanted}`,
      everyMs: 5,
    });
  }

  /** The process ids of the stores, in the order of their starts. */
  get pids(): readonly number[] {
    return this.lines.filter(({ msg }) => msg === 'the store serves').map(({ pid }) => Number(pid));
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const gone = (pid: number) =>
  waitFor(() => !isAlive(pid), { what: `process ${pid} to end`, everyMs: 5 });

export function embeddedConfig(dataDirectory: string): EmbeddedBackendConfig {
  return {
    name: 'local',
    kind: 'embedded',
    dataDirectory,
    reserveBytes: 0n,
    createBuckets: ['veeam-1'],
    maxConnections: 64,
  };
}

export interface EmbeddedGateway extends AsyncDisposable {
  readonly log: TestLog;
  readonly client: S3Client;
  readonly gateway: RunningGateway;
}

const SECRET = randomBytes(20).toString('hex');

export async function embeddedGateway(dataDirectory: string, more = ''): Promise<EmbeddedGateway> {
  const log = new TestLog();
  const { config } = parseConfig(
    `
# This process alone: what is logged is read here, and workers write to standard output themselves.
workers: 1
listeners:
  s3: [{ host: 127.0.0.1, port: 0 }]
  admin: { host: 127.0.0.1, port: 0 }
backends:
  - { name: local, kind: embedded, dataDirectory: ${JSON.stringify(dataDirectory)}, createBuckets: [veeam-1], reserve: 0B }
credentials:
  - { accessKeyId: CLIENT, secretAccessKey: ${SECRET}, access: read-write }
${more}`,
    { file: '/gateway.yaml', env: {} },
  );
  const gateway = await serve(config, log.logger);
  const [s3] = gateway.s3;
  const client = sdk({
    endpoint: `http://127.0.0.1:${s3?.port}`,
    credentials: { accessKeyId: 'CLIENT', secretAccessKey: SECRET },
  });
  return {
    log,
    client,
    gateway,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await gateway.stop();
    },
  };
}

/** A directory that is gone with the test, with everything in it. */
export async function scratch(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'embedded-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
