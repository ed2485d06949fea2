// A gateway before a store, with clients on both sides of it, that can be stopped and started again.
import type { S3Client } from '@aws-sdk/client-s3';
import { type GatewayOptions, GatewayProcess } from '../../support/gateway-process.ts';
import type { RunningStore } from '../../support/running-store.ts';
import { sdk } from '../../support/s3-clients.ts';
import type { Reach } from './scene.ts';
import type { Truth } from './truth.ts';

/** Often enough that a test does not wait long for the store's word. */
export const PACE = { refresh: '300ms', maxAge: '15m', timeout: '5s' } as const;

export class Setting implements Reach, Truth, AsyncDisposable {
  readonly countsUploads: boolean;
  readonly keepsReplacedParts: boolean;
  readonly #options: GatewayOptions;
  readonly #direct: S3Client | undefined;
  #reach: Reach | undefined;

  private constructor(options: GatewayOptions, direct: S3Client | undefined) {
    const { name } = options.store;
    this.#options = options;
    this.countsUploads = name !== 'minio';
    this.keepsReplacedParts = name === 'ceph';
    this.#direct = direct;
  }

  static async before(store: RunningStore, options: Omit<GatewayOptions, 'store'>): Promise<Setting> {
    const setting = new Setting({ ...options, store }, sdk(store));
    await setting.start();
    return setting;
  }

  /** The store is a process of the gateway's own, which nobody else can reach: it is counted through the gateway. */
  static async withOwnStore(options: GatewayOptions): Promise<Setting> {
    const setting = new Setting(options, undefined);
    await setting.start();
    return setting;
  }

  get gateway(): GatewayProcess {
    return this.#there.gateway;
  }

  get client(): S3Client {
    return this.#there.client;
  }

  get direct(): S3Client {
    return this.#direct ?? this.client;
  }

  async start(): Promise<void> {
    const gateway = await GatewayProcess.start(this.#options);
    this.#reach = { gateway, client: sdk(gateway) };
  }

  /** As an operator ends it. */
  async stop(): Promise<void> {
    this.client.destroy();
    await this.gateway.stop();
    this.#reach = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#direct?.destroy();
    if (this.#reach === undefined) return;
    if (this.gateway.running) await this.stop();
  }

  get #there(): Reach {
    if (this.#reach === undefined) throw new Error('the gateway is not running');
    return this.#reach;
  }
}
