// The gateway as users run it: its command, a config file, a process of its own.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { OwnedProcess } from './owned-process.ts';
import type { RawCredentials } from './raw-sigv4.ts';
import type { RunningStore } from './running-store.ts';
import { waitFor } from './wait.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

export interface ClientGrant {
  readonly accessKeyId?: string;
  readonly buckets?: readonly string[];
  readonly access?: 'read-only' | 'read-write';
  readonly bypassGovernance?: boolean;
}

export interface GatewayOptions {
  readonly store: RunningStore;
  /** Where the gateway finds the store, if not at its own address: a tap. */
  readonly storeUrl?: string;
  readonly capacity?: Readonly<Record<string, unknown>>;
  readonly buckets?: readonly Readonly<Record<string, unknown>>[];
  readonly hostNames?: readonly string[];
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** One client each; the first is `gateway.credentials`. */
  readonly clients?: readonly ClientGrant[];
  /** Replaces or adds keys of the backend. */
  readonly backend?: Readonly<Record<string, unknown>>;
  /** Replaces or adds top-level keys of the config. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The environment of its process instead of this one's. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface LogLine {
  readonly msg?: string;
  readonly [name: string]: unknown;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

export class GatewayProcess implements AsyncDisposable {
  readonly #process: OwnedProcess;
  readonly #directory: string;
  readonly #logs: LogLine[] = [];
  readonly #other: string[] = [];
  readonly clients: readonly RawCredentials[];

  private constructor(process: OwnedProcess, directory: string, clients: readonly RawCredentials[]) {
    this.#process = process;
    this.#directory = directory;
    this.clients = clients;
    for (const stream of [process.child.stdout, process.child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#take(line));
    }
  }

  static async start(options: GatewayOptions): Promise<GatewayProcess> {
    const grants = options.clients ?? [{ bypassGovernance: true }];
    const clients = grants.map(({ accessKeyId }, index) => ({
      accessKeyId: accessKeyId ?? `GATEWAYCLIENT${index}`,
      secretAccessKey: randomBytes(20).toString('hex'),
    }));
    const directory = await mkdtemp(join(tmpdir(), 'gateway-'));
    const file = join(directory, 'gateway.yaml');
    // JSON is YAML.
    await writeFile(file, JSON.stringify(configOf(options, grants, clients), undefined, 2));
    const node = join(ROOT, 'node_modules/.bin/node');
    const process = new OwnedProcess('gateway', node, ['src/cli/main.ts', 'serve', '--config', file], {
      cwd: ROOT,
      ...(options.env && { env: options.env }),
    });
    const gateway = new GatewayProcess(process, directory, clients);
    const listeners = options.tls === undefined ? 2 : 3;
    try {
      await waitFor(() => !process.running || gateway.#listeners().length >= listeners, {
        what: 'the gateway to listen',
        timeoutMs: 15_000,
        everyMs: 20,
      });
      if (!process.running) throw new Error('it ended');
      return gateway;
    } catch (cause) {
      await gateway[Symbol.asyncDispose]();
      throw new Error(`the gateway did not start:\n${gateway.output()}`, { cause });
    }
  }

  /** The client of most tests: all buckets, read and write. */
  get credentials(): RawCredentials {
    const [first] = this.clients;
    if (first === undefined) throw new Error('a gateway without clients');
    return first;
  }

  get s3(): Listener {
    return this.#listener('s3', false);
  }

  get s3Tls(): Listener {
    return this.#listener('s3', true);
  }

  /** `host:port` of the plain S3 listener. */
  get host(): string {
    return `${this.s3.host}:${this.s3.port}`;
  }

  get endpoint(): string {
    return `http://${this.host}`;
  }

  get adminUrl(): string {
    const { host, port } = this.#listener('admin', false);
    return `http://${host}:${port}`;
  }

  /** Beside it stands what the config names by a relative path. */
  get configFile(): string {
    return join(this.#directory, 'gateway.yaml');
  }

  get pid(): number {
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.running;
  }

  logs(): readonly LogLine[] {
    return this.#logs;
  }

  /** Everything it printed, for the message of a failed test. */
  output(): string {
    return [...this.#logs.map((line) => JSON.stringify(line)), ...this.#other].join('\n');
  }

  /** Resident memory now and at its highest, as the kernel counts it. */
  async rssBytes(): Promise<{ now: number; peak: number }> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
    return { now: read('VmRSS'), peak: read('VmHWM') };
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.signal(signal);
  }

  /** SIGTERM, and an error where it does not end with code 0. */
  async stop(): Promise<void> {
    const { code, signal } = await this.#process.stop(15_000);
    await rm(this.#directory, { recursive: true, force: true });
    if (code !== 0)
      throw new Error(`the gateway ended with ${code ?? signal}:\n${this.output().slice(-4000)}`);
  }

  get exited() {
    return this.#process.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.running) await this.#process.stop(15_000);
    await rm(this.#directory, { recursive: true, force: true });
  }

  #take(line: string): void {
    try {
      this.#logs.push(JSON.parse(line) as LogLine);
    } catch {
      this.#other.push(line);
    }
  }

  #listeners(): readonly LogLine[] {
    return this.#logs.filter((line) => line.msg === 'listening');
  }

  #listener(name: 's3' | 'admin', tls: boolean): Listener {
    const found = this.#listeners().find(
      (line) => line['listener'] === name && (line['tls'] ?? false) === tls,
    );
    if (found === undefined) throw new Error(`no listener ${name}, tls ${tls}`);
    return { host: String(found['host']), port: Number(found['port']), tls };
  }
}

function configOf(
  options: GatewayOptions,
  grants: readonly ClientGrant[],
  clients: readonly RawCredentials[],
): Record<string, unknown> {
  const { store, tls } = options;
  return {
    region: 'us-east-1',
    ...(options.hostNames && { hostNames: options.hostNames }),
    listeners: {
      s3: [
        { host: '127.0.0.1', port: 0 },
        ...(tls ? [{ host: '127.0.0.1', port: 0, tls: { cert: tls.certFile, key: tls.keyFile } }] : []),
      ],
      admin: { host: '127.0.0.1', port: 0 },
    },
    backends: [
      {
        name: store.name,
        kind: store.kind,
        endpoints: [options.storeUrl ?? store.endpoint],
        region: store.region,
        accessKeyId: store.accessKeyId,
        secretAccessKey: store.secretAccessKey,
        capacity: options.capacity ?? { source: 'static', capacity: '10TiB', used: '1TiB' },
        ...options.backend,
      },
    ],
    buckets: options.buckets ?? [{ match: '*', backend: store.name }],
    credentials: clients.map(({ accessKeyId, secretAccessKey }, index) => ({
      accessKeyId,
      secretAccessKey,
      buckets: grants[index]?.buckets ?? ['*'],
      access: grants[index]?.access ?? 'read-write',
      ...(grants[index]?.bypassGovernance && { bypassGovernance: true }),
    })),
    ...options.config,
  };
}
