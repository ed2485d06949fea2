// Where one client of the matrix meets the gateway: scheme, addressing, credentials, and files to send.
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bodyOf } from './bodies.ts';
import type { Certificate } from './certificate.ts';
import { namedCommand } from './client-names.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { OwnedProcess } from './owned-process.ts';
import type { RawCredentials } from './raw-sigv4.ts';
import { bucketName } from './s3-clients.ts';

export const TRANSPORTS = ['http', 'https'] as const;
export const ADDRESSINGS = ['path', 'virtual-hosted'] as const;
export type Transport = (typeof TRANSPORTS)[number];
export type Addressing = (typeof ADDRESSINGS)[number];

/** The gateway's public name in the virtual-hosted settings; nothing but the settings' own commands can resolve it. */
export const GATEWAY_NAME = 's3.gateway.test';

/** What each client sends: a name that every signer must encode, and more than one part. */
export const SMALL = 'a small {file} +.txt';
export const BIG = 'folder/20 MiB.bin';
const BODIES: Readonly<Record<string, Buffer>> = {
  [SMALL]: bodyOf('small', 1000),
  [BIG]: bodyOf('big', 20 * 1024 * 1024 + 3),
};

/** Keys below it were uploaded with the client's second setting. */
export const SECOND = 'second/';

/** No command of a client takes longer, unless it hangs. */
const COMMAND_TIMEOUT_MS = 120_000;

export function bodyOfFile(name: string): Buffer {
  const body = BODIES[name];
  if (body === undefined) throw new Error(`no file ${name}`);
  return body;
}

export class ClientSetting implements AsyncDisposable {
  readonly transport: Transport;
  readonly addressing: Addressing;
  readonly hostName: string;
  readonly port: number;
  readonly credentials: RawCredentials;
  readonly certificate: Certificate;
  /** A bucket that nobody has made yet. */
  readonly bucket: string;
  /** Empty but for `source`, which holds the files SMALL and BIG. */
  readonly directory: string;

  private constructor(
    of: Omit<ClientSetting, typeof Symbol.asyncDispose | 'endpoint' | 'tls' | 'source' | 'run'>,
  ) {
    this.transport = of.transport;
    this.addressing = of.addressing;
    this.hostName = of.hostName;
    this.port = of.port;
    this.credentials = of.credentials;
    this.certificate = of.certificate;
    this.bucket = of.bucket;
    this.directory = of.directory;
  }

  static async make(
    gateway: GatewayProcess,
    certificate: Certificate,
    transport: Transport,
    addressing: Addressing,
  ): Promise<ClientSetting> {
    const directory = await mkdtemp(join(tmpdir(), 'client-'));
    for (const [name, body] of Object.entries(BODIES)) {
      const file = join(directory, 'source', name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, body);
    }
    return new ClientSetting({
      transport,
      addressing,
      hostName: addressing === 'path' ? '127.0.0.1' : GATEWAY_NAME,
      port: (transport === 'http' ? gateway.s3 : gateway.s3Tls).port,
      credentials: gateway.credentials,
      certificate,
      bucket: bucketName('client'),
      directory,
    });
  }

  get tls(): boolean {
    return this.transport === 'https';
  }

  get endpoint(): string {
    return `${this.transport}://${this.hostName}:${this.port}`;
  }

  get source(): string {
    return join(this.directory, 'source');
  }

  /** Runs a command where the gateway's name and the bucket's resolve; its stdout, or an error with all that it printed. */
  async run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const [program, programArgs] =
      this.addressing === 'path'
        ? [command, args]
        : await namedCommand(
            ['localhost', GATEWAY_NAME, `${this.bucket}.${GATEWAY_NAME}`],
            this.directory,
            command,
            args,
          );
    return runWithin(COMMAND_TIMEOUT_MS, program, programArgs, { ...cleanEnvironment(), ...env });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}

/** Nothing of the user's own settings, proxies included. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, LANG } = process.env;
  return { PATH, LANG: LANG ?? 'C.UTF-8', HOME: '/nonexistent' };
}

/** Kills the command's whole group at the end of its time: what a client leaves in the background goes with it. */
async function runWithin(
  timeoutMs: number,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const child = new OwnedProcess(command, command, args, { env });
  let out = '';
  let all = '';
  child.child.stdout?.on('data', (chunk) => {
    out += chunk;
    all += chunk;
  });
  child.child.stderr?.on('data', (chunk) => {
    all += chunk;
  });
  const timer = setTimeout(() => child.signal('SIGKILL'), timeoutMs);
  const closed = once(child.child, 'close');
  const { code, signal } = await child.exited;
  // What it printed last may still be on its way.
  await closed;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${code ?? signal}\n${all.slice(-6000)}`);
  return out;
}
