// A MinIO whose scanner comes round when a test says so: the usage that it tells is old in between, as on a large cluster.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { findMinio, startMinio } from './minio-store.ts';
import { ask, rawTargetOf } from './raw-target.ts';
import type { RunningStore, StartedStore } from './running-store.ts';
import { waitFor } from './wait.ts';

type Program = NonNullable<Awaited<ReturnType<typeof findMinio>>>;

/** What the scanner wrote down in its last round. */
export interface Scan {
  /** As MinIO says it; the year 1 before the first round. */
  readonly lastUpdate: string;
  /** By bucket; one that is absent was not there. */
  readonly bytes: ReadonlyMap<string, number>;
}

export class HeldScannerMinio implements AsyncDisposable {
  readonly #program: Program;
  readonly #directory: string;
  readonly #port: number;
  #started: StartedStore | undefined;

  private constructor(program: Program, directory: string, port: number) {
    this.#program = program;
    this.#directory = directory;
    this.#port = port;
  }

  /** The scanner does its rounds at first. `parent` is where the data stands: among temporary files unless given. */
  static async start(parent = tmpdir()): Promise<HeldScannerMinio> {
    const program = await findMinio();
    if (program === undefined) throw new Error('there is no MinIO here');
    const directory = await mkdtemp(join(parent, 'held-minio-'));
    const minio = new HeldScannerMinio(program, directory, await freePort());
    await minio.#start('fastest');
    return minio;
  }

  get store(): RunningStore {
    if (this.#started === undefined) throw new Error('MinIO is not running');
    return this.#started.store;
  }

  /** From here on the numbers stay as they are. Starts the server again at the same address. */
  async holdScanner(): Promise<Scan> {
    await this.#stop();
    await this.#start('slowest');
    return await this.scan();
  }

  /** Resolves when the scanner has seen all that was there at the time of the call. Starts the server again. */
  async letScannerCatchUp(isCaughtUp: (scan: Scan) => boolean | Promise<boolean>): Promise<Scan> {
    await this.#stop();
    await this.#start('fastest');
    return await waitFor(
      async () => {
        const scan = await this.scan();
        return (await isCaughtUp(scan)) && scan;
      },
      { what: "MinIO's scanner to catch up", timeoutMs: 180_000, everyMs: 500 },
    );
  }

  async scan(): Promise<Scan> {
    const target = rawTargetOf({ endpoint: this.store.endpoint, credentials: this.store });
    const answer = await ask(target, { method: 'GET', target: '/minio/admin/v3/datausageinfo' });
    if (answer.status !== 200) throw new Error(`datausageinfo: ${answer.status} ${answer.body}`);
    const { lastUpdate, bucketsUsageInfo } = JSON.parse(answer.body.toString()) as {
      readonly lastUpdate: string;
      readonly bucketsUsageInfo: Readonly<Record<string, { readonly size: number }>> | null;
    };
    const entries = Object.entries(bucketsUsageInfo ?? {});
    return { lastUpdate, bytes: new Map(entries.map(([bucket, { size }]) => [bucket, size])) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #start(scannerSpeed: 'fastest' | 'slowest'): Promise<void> {
    const options = { scannerSpeed, dataDirectory: join(this.#directory, 'data'), port: this.#port };
    this.#started = await startMinio(this.#program, options);
  }

  async #stop(): Promise<void> {
    await this.#started?.stop();
    this.#started = undefined;
  }
}
