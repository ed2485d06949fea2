// The store that works, behind all broken ones: a gateway with a store of its own, and a bucket for each fault.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOT_ASKED } from '../embedded-store-fixture.ts';
import { GatewayProcess } from '../gateway-process.ts';
import type { BrokenStoreOptions } from './broken-store.ts';

export class StoreForFaults implements AsyncDisposable {
  readonly #gateway: GatewayProcess;
  readonly #directory: string;

  private constructor(gateway: GatewayProcess, directory: string) {
    this.#gateway = gateway;
    this.#directory = directory;
  }

  static async start(buckets: readonly string[]): Promise<StoreForFaults> {
    const directory = await mkdtemp(join(tmpdir(), 'store-for-faults-'));
    const gateway = await GatewayProcess.start({
      store: NOT_ASKED,
      hostNames: ['localhost'],
      config: {
        backends: [
          {
            name: 'embedded',
            kind: 'embedded',
            dataDirectory: join(directory, 'data'),
            reserve: '0B',
            createBuckets: buckets,
          },
        ],
        // With a quota each bucket has numbers of its own, which the runs beside it do not move.
        buckets: [{ match: '*', backend: 'embedded', quota: '10GiB' }],
      },
    });
    return new StoreForFaults(gateway, directory);
  }

  get store(): BrokenStoreOptions['store'] {
    const { host, port } = this.#gateway.s3;
    return { host, port, credentials: this.#gateway.credentials };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
