// A gateway whose config file changes while it runs, over embedded stores that it does not own, so that it can change between them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { GatewayProcess, type LogLine } from '../../support/gateway-process.ts';
import type { RawCredentials } from '../../support/raw-sigv4.ts';
import { sdk } from '../../support/s3-clients.ts';
import { establishedTcp } from '../../support/tcp-table.ts';
import { waitFor } from '../../support/wait.ts';

export const BUCKET = 'veeam-reload';

/** As written, in the shape of the file. */
export interface WrittenConfig {
  [key: string]: unknown;
  credentials: WrittenCredential[];
  buckets: Record<string, unknown>[];
  backends: Record<string, unknown>[];
  listeners: { s3: Record<string, unknown>[]; admin: Record<string, unknown> };
  log?: Record<string, unknown>;
}

export interface WrittenCredential {
  accessKeyId: string;
  secretAccessKey: string;
  buckets: readonly string[];
  access: string;
}

/** Connections that stand at that port of this machine. */
export async function connectionsTo(port: number): Promise<number> {
  return (await establishedTcp()).filter(({ localPort }) => localPort === port).length;
}

export class ReloadGateway implements AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly stores: readonly EmbeddedStore[];
  readonly #directory: string;
  readonly #clients: S3Client[] = [];
  /** Log lines that a reload of before has said. */
  #heard = 0;

  private constructor(gateway: GatewayProcess, stores: readonly EmbeddedStore[], directory: string) {
    this.gateway = gateway;
    this.stores = stores;
    this.#directory = directory;
  }

  /** Both stores have the bucket; the gateway knows the first, as `embedded`. */
  static async start(config: Readonly<Record<string, unknown>> = {}): Promise<ReloadGateway> {
    const directory = await mkdtemp(join(tmpdir(), 'reload-'));
    const stores = await Promise.all(
      ['one', 'other'].map((name) =>
        EmbeddedStore.start({ dataDirectory: join(directory, name), createBuckets: [BUCKET] }),
      ),
    );
    const [first] = stores;
    if (first === undefined) throw new Error('no store');
    try {
      const gateway = await GatewayProcess.start({
        store: {
          name: 'embedded',
          kind: 's3',
          host: first.host,
          port: first.port,
          endpoint: first.endpoint,
          region: 'us-east-1',
          ...first.credentials,
          requestLog: '',
          metricsUrl: undefined,
        },
        config: { stateDirectory: join(directory, 'state'), ...config },
      });
      return new ReloadGateway(gateway, stores, directory);
    } catch (error) {
      for (const store of stores) await store.kill();
      throw error;
    }
  }

  client(credentials: RawCredentials = this.gateway.credentials): S3Client {
    const client = sdk({ endpoint: this.gateway.endpoint, credentials });
    this.#clients.push(client);
    return client;
  }

  async written(): Promise<WrittenConfig> {
    return JSON.parse(await readFile(this.gateway.configFile, 'utf8')) as WrittenConfig;
  }

  /** Writes what `change` makes of the config, and nothing else. */
  async write(change: (config: WrittenConfig) => void): Promise<void> {
    const config = await this.written();
    change(config);
    await writeFile(this.gateway.configFile, JSON.stringify(config));
  }

  /** Writes it, sends SIGHUP and waits for the outcome, which is the line of the log. */
  async change(change: (config: WrittenConfig) => void): Promise<LogLine> {
    await this.write(change);
    return this.hangUp();
  }

  async hangUp(): Promise<LogLine> {
    this.#heard = this.gateway.logs().length;
    this.gateway.signal('SIGHUP');
    return this.said((line) => line['component'] === 'config' && line['cause'] === 'signal', 'the reload');
  }

  /** The first line since the last signal that is meant. */
  said(isMeant: (line: LogLine) => boolean, what: string): Promise<LogLine> {
    return waitFor(() => this.gateway.logs().slice(this.#heard).find(isMeant), { what, everyMs: 10 });
  }

  /** The children of the first process that serve S3. */
  async workers(): Promise<readonly number[]> {
    const { pid } = this.gateway;
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    const children = text.trim().split(' ').filter(Boolean).map(Number);
    const commands = await Promise.all(children.map((child) => readFile(`/proc/${child}/cmdline`, 'utf8')));
    return children.filter((_, index) => commands[index]?.includes('worker-main'));
  }

  /** The sum over all lines of that metric whose labels match. */
  async metric(name: string, labels = ''): Promise<number> {
    const page = await (await fetch(`${this.gateway.adminUrl}/metrics`)).text();
    const lines = page.matchAll(new RegExp(`^${name}(?:\\{([^}]*)\\})? (\\S+)$`, 'gm'));
    return [...lines]
      .filter(([, found = '']) => found.includes(labels))
      .reduce((sum, [, , value]) => sum + Number(value), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.gateway[Symbol.asyncDispose]();
    for (const store of this.stores) await store.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
