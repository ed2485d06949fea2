// What every proxy of the bench is started with, and what it is then.
import { access, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import type { OwnedProcess } from '../../support/owned-process.ts';
import type { RawCredentials } from '../../support/raw-sigv4.ts';
import { startPinned, untilListening } from './pinned-process.ts';

export interface KeyPairFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface ProxyOptions {
  readonly cores: string;
  /** Of its own; made when it starts. */
  readonly directory: string;
  readonly storePort: number;
  /** The store speaks HTTPS, with this certificate. */
  readonly storeCertFile?: string;
  /** The proxy's listener speaks HTTPS, TLS 1.3 alone. */
  readonly tls?: KeyPairFiles;
  /** One line a request into /dev/null. */
  readonly accessLog?: boolean;
  /** Answered by the proxy itself. */
  readonly document?: { readonly target: string; readonly body: string };
}

export interface RunningProxy extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
}

/** The gateway takes no other; the rest take everything. */
export const CREDENTIALS: RawCredentials = {
  accessKeyId: 'BENCHCLIENTKEY',
  secretAccessKey: 'bench-client-secret-0123456789',
};

export interface Program {
  readonly name: string;
  readonly command: string;
  /** Writes what it needs into the directory and gives the arguments. */
  prepare(directory: string, port: number): Promise<readonly string[]>;
  readonly logFile?: string;
}

export async function startProxy(
  program: Program,
  { cores, directory }: ProxyOptions,
): Promise<RunningProxy> {
  const { name, command } = program;
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const args = await program.prepare(directory, port);
  const logFile = program.logFile ?? join(directory, 'output.log');
  const process: OwnedProcess = startPinned({ name, cores, command, args, logFile });
  await untilListening(process, { name, port, logFile });
  return {
    name,
    port,
    pid: process.pid,
    [Symbol.asyncDispose]: async () => {
      // Long enough to write a profile that was asked for.
      await process.stop(10_000);
    },
  };
}

/** Its path, or undefined where it is not installed; Debian has servers in directories that only root searches. */
export async function findProgram(name: string): Promise<string | undefined> {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const directory of directories) {
    const file = join(directory, name);
    try {
      await access(file);
      return file;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}
