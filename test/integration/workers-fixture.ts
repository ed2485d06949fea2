// A gateway with two workers over an embedded store of its own, and the sight of which worker has which connection.
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { type GatewayOptions, GatewayProcess } from '../support/gateway-process.ts';
import { type RawAnswer, RawConnection } from '../support/raw-http.ts';
import { requestBytes, type SigningInput, signed } from '../support/raw-sigv4.ts';
import { inputFor, rawTargetOf } from '../support/raw-target.ts';
import { sdk } from '../support/s3-clients.ts';
import { establishedTcp } from '../support/tcp-table.ts';
import { waitFor } from '../support/wait.ts';

export const BUCKET = 'veeam-workers';
export const CAPACITY = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml';

type Config = NonNullable<GatewayOptions['config']>;

export class WorkersGateway implements AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly client: S3Client;
  readonly #directory: string;

  private constructor(gateway: GatewayProcess, directory: string) {
    this.gateway = gateway;
    this.client = sdk(gateway);
    this.#directory = directory;
  }

  static async start(config: Config = {}, env?: NodeJS.ProcessEnv): Promise<WorkersGateway> {
    const directory = await mkdtemp(join(tmpdir(), 'workers-'));
    try {
      return new WorkersGateway(await startGateway(join(directory, 'data'), config, env), directory);
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** The children of the first process. */
  async children(): Promise<readonly number[]> {
    const { pid } = this.gateway;
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  }

  async workers(): Promise<readonly number[]> {
    const children = await this.children();
    const commands = await Promise.all(children.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')));
    return children.filter((_, index) => commands[index]?.includes('worker-main'));
  }

  /** The worker that has the other end of this connection. */
  ownerOf({ socket }: RawConnection): Promise<number> {
    return waitFor(async () => ownerOf(socket, await this.workers()), {
      what: `a worker to accept the connection from port ${socket.localPort}`,
      everyMs: 10,
    });
  }

  open(): Promise<RawConnection> {
    const { host, port } = this.gateway.s3;
    return RawConnection.open({ host, port });
  }

  /** One connection to each worker, in the order of `workers()`. */
  async oneToEach(): Promise<readonly RawConnection[]> {
    const workers = await this.workers();
    const found = new Map<number, RawConnection>();
    while (found.size < workers.length) {
      const connection = await this.open();
      const owner = await this.ownerOf(connection);
      if (found.has(owner)) await connection[Symbol.asyncDispose]();
      else found.set(owner, connection);
    }
    return workers.flatMap((pid) => found.get(pid) ?? []);
  }

  bytes(input: Partial<SigningInput> & { readonly target: string }): Buffer {
    return requestBytes(signed(inputFor(rawTargetOf(this.gateway), { method: 'GET', ...input })));
  }

  async ask(
    connection: RawConnection,
    input: Partial<SigningInput> & { readonly target: string },
  ): Promise<RawAnswer> {
    await connection.send(this.bytes(input));
    return connection.answer(input.method);
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.gateway.adminUrl}/metrics`)).text();
  }

  /** The sum over all lines of that metric. */
  async metric(name: string): Promise<number> {
    const lines = (await this.metrics()).matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    await this.gateway[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Rejects where it does not start, with what it printed. */
export function startGateway(
  dataDirectory: string,
  config: Config,
  env?: NodeJS.ProcessEnv,
): Promise<GatewayProcess> {
  return GatewayProcess.start({
    // Only its name counts: the backend is in the config below.
    store: {
      name: 'embedded',
      kind: 's3',
      host: '',
      port: 0,
      endpoint: '',
      region: 'us-east-1',
      accessKeyId: '',
      secretAccessKey: '',
      requestLog: '',
      metricsUrl: undefined,
    },
    config: {
      backends: [
        { name: 'embedded', kind: 'embedded', dataDirectory, createBuckets: [BUCKET], reserve: '0B' },
      ],
      workers: 2,
      ...config,
    },
    ...(env && { env }),
  });
}

/**
 * By both ports of it: connections to other places may come from the same port at the same time (of 3,000 to each of two listeners
 * 616 shared theirs, Linux 6.18, 2026-11-23).
 */
async function ownerOf(
  { localPort, remotePort }: Pick<Socket, 'localPort' | 'remotePort'>,
  pids: readonly number[],
): Promise<number | undefined> {
  const there = (await establishedTcp()).find(
    (end) => end.localPort === remotePort && end.remotePort === localPort,
  );
  if (there === undefined) return undefined;
  for (const pid of pids) {
    const folder = `/proc/${pid}/fd`;
    for (const fd of await readdir(folder)) {
      const target = await readlink(join(folder, fd)).catch(() => '');
      if (target === `socket:[${there.inode}]`) return pid;
    }
  }
  return undefined;
}
