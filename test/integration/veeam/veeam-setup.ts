// A gateway with two stores of its own, as a process, and a rehearsal of a Veeam server that uses it.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Rehearsal, RehearsalOptions } from '../../../src/rehearse/rehearsal-options.ts';
import { startRehearsal } from '../../../src/rehearse/rehearsal-server.ts';
import { Secret } from '../../../src/secret.ts';
import { createVbrClient } from '../../../src/veeam/vbr/create-vbr-client.ts';
import type { VbrClient } from '../../../src/veeam/vbr/vbr-client.ts';
import { freePort } from '../../support/free-port.ts';
import { sdk } from '../../support/s3-clients.ts';
import { Command } from '../../unit/cli/cli-fixture.ts';

/** What a store of the gateway may hold at the most, so that numbers do not move with the disk of this machine. */
export const QUOTA = { 'veeam-1': 512n * 2n ** 20n, 'veeam-2': 1024n * 2n ** 20n } as const;

const USER = 'CORP\\backup';

export interface SetupOptions {
  readonly rehearsal?: Partial<RehearsalOptions>;
  /** Further keys of the section `veeam:`. */
  readonly section?: Readonly<Record<string, unknown>>;
  /** Further keys of the config. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What a bucket may hold, in place of QUOTA. */
  readonly quota?: Partial<Record<keyof typeof QUOTA, bigint>>;
  /** Without it the section is not in the config of the process that serves, so that nothing compares by itself. */
  readonly isWatching?: boolean;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export class VeeamSetup implements AsyncDisposable {
  readonly directory: string;
  readonly gateway: Command;
  readonly rehearsal: Rehearsal;
  readonly endpoint: string;
  readonly admin: string;
  readonly client: S3Client;
  readonly configFile: string;
  /** Speaks to the rehearsal without a process for each question. */
  readonly vbr: VbrClient;

  private constructor(parts: {
    readonly directory: string;
    readonly gateway: Command;
    readonly rehearsal: Rehearsal;
    readonly ports: { readonly s3: number; readonly admin: number };
    readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly configFile: string;
    readonly password: Secret;
  }) {
    this.directory = parts.directory;
    this.gateway = parts.gateway;
    this.rehearsal = parts.rehearsal;
    this.endpoint = `http://127.0.0.1:${parts.ports.s3}`;
    this.admin = `http://127.0.0.1:${parts.ports.admin}`;
    this.client = sdk({ endpoint: this.endpoint, credentials: parts.keys });
    this.configFile = parts.configFile;
    this.vbr = createVbrClient({
      url: parts.rehearsal.vbrUrl,
      trust: { kind: 'fingerprint', sha256: parts.rehearsal.fingerprint },
      userName: USER,
      password: parts.password,
    });
  }

  static async start(options: SetupOptions = {}): Promise<VeeamSetup> {
    const directory = await mkdtemp(join(tmpdir(), 'veeam-'));
    const password = randomBytes(12).toString('hex');
    const rehearsal = await startRehearsal({
      port: 0,
      onePort: 0,
      host: '127.0.0.1',
      dataDirectory: join(directory, 'rehearsal'),
      userName: USER,
      password: new Secret(password),
      sessionPaceMs: 20,
      ...options.rehearsal,
    });
    const keys = { accessKeyId: 'VEEAMKEY', secretAccessKey: randomBytes(20).toString('hex') };
    const ports = { s3: await freePort(), admin: await freePort() };
    const server = { user: USER, password, fingerprint: rehearsal.fingerprint };
    const section = {
      url: rehearsal.vbrUrl,
      ...server,
      one: { url: rehearsal.oneUrl, ...server },
      endpoint: `http://127.0.0.1:${ports.s3}`,
      ...options.section,
    };
    const quota = { ...QUOTA, ...options.quota };
    const config = {
      listeners: {
        s3: [{ host: '127.0.0.1', port: ports.s3 }],
        admin: { host: '127.0.0.1', port: ports.admin },
      },
      backends: [
        { name: 'local', kind: 'embedded', dataDirectory: 'first', createBuckets: ['veeam-1'] },
        { name: 'second', kind: 'embedded', dataDirectory: 'second', createBuckets: ['veeam-2'] },
      ],
      buckets: [
        { match: 'veeam-1', backend: 'local', quota: `${quota['veeam-1']}B` },
        { match: 'veeam-2', backend: 'second', quota: `${quota['veeam-2']}B` },
      ],
      credentials: [{ ...keys, access: 'read-write' }],
      workers: 1,
      log: { level: 'info', access: false },
      ...options.config,
    };
    // The state directory is the same for both: `state` beside them.
    const write = async (name: string, content: object): Promise<string> => {
      const file = join(directory, name);
      // JSON is YAML.
      await writeFile(file, JSON.stringify(content, undefined, 2), { mode: 0o600 });
      return file;
    };
    const configFile = await write('gateway.yaml', { ...config, veeam: section });
    const served = await write('served.yaml', config);
    const gateway = new Command(['serve', '--config', options.isWatching === true ? configFile : served], {
      cwd: directory,
    });
    const setup = new VeeamSetup({
      ...{ directory, gateway, rehearsal, ports, keys, configFile },
      password: new Secret(password),
    });
    try {
      await gateway.until(
        () => gateway.lines.filter(({ msg }) => msg === 'listening').length === 2,
        'the gateway to listen',
      );
      return setup;
    } catch (error) {
      await setup[Symbol.asyncDispose]();
      throw error;
    }
  }

  #isClosed = false;

  /** The Veeam server is gone. May be called again. */
  async closeRehearsal(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.vbr.close();
    await this.rehearsal.close();
  }

  /** `veeam …` to its end, with the config of this setup. */
  async veeam(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const named = args.includes('--config') || args.includes('--vbr') ? [] : ['--config', this.configFile];
    const command = new Command(['veeam', ...args, ...named], { cwd: this.directory, env });
    return { code: await command.code(), out: command.out, err: command.err };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    await this.gateway[Symbol.asyncDispose]();
    await this.closeRehearsal();
    await rm(this.directory, { recursive: true, force: true });
  }
}
