// Gateways on one store that know of each other, behind HAProxy with the config that is shipped.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { type Numbers, numbersOf } from '../../support/capacity-document.ts';
import { freePort } from '../../support/free-port.ts';
import { fullCount } from '../../support/full-count.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import {
  type GatewayAddress,
  HaproxyProcess,
  type PlacedConfig,
  placeConfig,
} from '../../support/packaging/haproxy-process.ts';
import { packagingTool } from '../../support/packaging/packaging-tool.ts';
import type { RawTarget } from '../../support/raw-target.ts';
import type { RunningStore } from '../../support/running-store.ts';
import { sdk } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';
import { LinkRelay } from './link-relay.ts';

export const HAPROXY = packagingTool('haproxy') ?? '';
export const MIB = 1024 * 1024;
const CLIENT = { accessKeyId: 'VEEAMKEY', secretAccessKey: randomBytes(20).toString('hex') };
/** Below what any of the stores has: Available does not follow the disk under it then, which others fill as well. */
const QUOTA_BYTES = 4 * 1024 * MIB;

/** A bucket of 40 MiB whose guard closes when less than 20 are available. */
export const GUARDED = 'several-guarded';

export interface PlaceOptions {
  readonly workers: number;
}

export interface SeveralOptions {
  readonly store: RunningStore;
  readonly capacity: Readonly<Record<string, unknown>>;
  readonly places: readonly PlaceOptions[];
  /** Of each gateway's config. */
  readonly config?: Readonly<Record<string, unknown>>;
}

interface Place extends GatewayAddress {
  readonly options: PlaceOptions;
  readonly peerPort: number;
  readonly stateDirectory: string;
  /** What the others call in its place. */
  readonly relay: LinkRelay;
}

export class SeveralGateways implements AsyncDisposable {
  readonly #options: SeveralOptions;
  readonly #directory: string;
  readonly #secret = randomBytes(24).toString('base64');
  readonly #running = new Map<number, GatewayProcess>();
  readonly #clients = new Map<number, S3Client>();
  #places: readonly Place[] = [];
  #proxy:
    | { readonly config: PlacedConfig; readonly process: HaproxyProcess; readonly client: S3Client }
    | undefined;
  readonly direct: S3Client;

  private constructor(options: SeveralOptions, directory: string) {
    this.#options = options;
    this.#directory = directory;
    this.direct = sdk(options.store);
  }

  static async start(options: SeveralOptions): Promise<SeveralGateways> {
    const several = new SeveralGateways(options, await mkdtemp(join(tmpdir(), 'several-')));
    try {
      await several.#start();
      return several;
    } catch (error) {
      await several[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A client of HAProxy. */
  get client(): S3Client {
    if (this.#proxy === undefined) throw new Error('HAProxy is not running');
    return this.#proxy.client;
  }

  /** HAProxy, for requests that are signed by hand. */
  get rawTarget(): RawTarget {
    if (this.#proxy === undefined) throw new Error('HAProxy is not running');
    return { hostName: '127.0.0.1', port: this.#proxy.config.port, credentials: CLIENT };
  }

  gateway(index: number): GatewayProcess {
    const gateway = this.#running.get(index);
    if (gateway === undefined) throw new Error(`gateway ${index} is not running`);
    return gateway;
  }

  /** A client of that gateway alone. */
  clientOf(index: number): S3Client {
    const client = this.#clients.get(index);
    if (client === undefined) throw new Error(`gateway ${index} is not running`);
    return client;
  }

  relayTo(index: number): LinkRelay {
    return this.#place(index).relay;
  }

  /** `secret`: another one than the rest have. */
  async startGateway(index: number, secret = this.#secret): Promise<void> {
    const { store, capacity, config } = this.#options;
    const { s3Port, adminPort, peerPort, stateDirectory, options } = this.#place(index);
    const gateway = await GatewayProcess.start({
      store,
      capacity,
      buckets: [
        { match: GUARDED, backend: store.name, quota: '40MiB', guard: { floor: '20MiB', reopen: '30MiB' } },
        { match: '*', backend: store.name, quota: `${QUOTA_BYTES}B` },
      ],
      config: {
        workers: options.workers,
        stateDirectory,
        listeners: {
          s3: [{ host: '127.0.0.1', port: s3Port }],
          admin: { host: '127.0.0.1', port: adminPort },
        },
        credentials: [{ ...CLIENT, buckets: ['*'], access: 'read-write' }],
        peers: {
          listen: { host: '127.0.0.1', port: peerPort },
          gateways: this.#places.map((place) => `127.0.0.1:${place.relay.port}`),
          secret,
        },
        ...config,
      },
    });
    this.#running.set(index, gateway);
    this.#clients.set(index, sdk({ endpoint: gateway.endpoint, credentials: CLIENT }));
  }

  /** As an operator ends it: with the end code 0, so that nothing that was under way had to be cut. */
  async stopGateway(index: number): Promise<void> {
    await this.gateway(index).stop();
    this.#forget(index);
  }

  async killGateway(index: number): Promise<void> {
    const gateway = this.gateway(index);
    gateway.signal('SIGKILL');
    await gateway.exited;
    await gateway[Symbol.asyncDispose]();
    this.#forget(index);
  }

  /** Until HAProxy sends requests to all that run. */
  async bothServe(): Promise<void> {
    await waitFor(
      async () => Object.values((await this.#proxy?.process.states('gateways')) ?? {}).join() === 'UP,UP',
      { what: 'both gateways to be up' },
    );
  }

  /** How many others that gateway hears. */
  async heardBy(index: number): Promise<number> {
    const text = await (await fetch(`${this.gateway(index).adminUrl}/metrics`)).text();
    return Number(/^sosapi_gateway_peers_heard (\d+)$/m.exec(text)?.[1]);
  }

  async allHear(): Promise<void> {
    await waitFor(
      async () => {
        const heard = await Promise.all([...this.#running.keys()].map((index) => this.heardBy(index)));
        return heard.every((count) => count === this.#running.size - 1);
      },
      { what: 'all gateways to hear each other' },
    );
  }

  numbersAt(index: number, bucket: string): Promise<Numbers> {
    return numbersOf(this.clientOf(index), bucket);
  }

  proxyLog(): Promise<string> {
    return this.#proxy?.process.log() ?? Promise.resolve('');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.direct.destroy();
    this.#proxy?.client.destroy();
    for (const client of this.#clients.values()) client.destroy();
    for (const gateway of this.#running.values()) await gateway[Symbol.asyncDispose]();
    await this.#proxy?.process[Symbol.asyncDispose]();
    await this.#proxy?.config[Symbol.asyncDispose]();
    for (const { relay } of this.#places) await relay[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const places: Place[] = [];
    for (const [index, options] of this.#options.places.entries()) {
      const peerPort = await freePort();
      places.push({
        options,
        s3Port: await freePort(),
        adminPort: await freePort(),
        peerPort,
        stateDirectory: join(this.#directory, `state-${index}`),
        relay: await LinkRelay.start(peerPort),
      });
    }
    this.#places = places;
    await Promise.all(places.map((_, index) => this.startGateway(index)));
    if (HAPROXY === '') return;
    const config = await placeConfig(places.slice(0, 2));
    const process = await HaproxyProcess.start(HAPROXY, config);
    const client = sdk({ endpoint: `http://127.0.0.1:${config.port}`, credentials: CLIENT });
    this.#proxy = { config, process, client };
    await this.bothServe();
  }

  #forget(index: number): void {
    this.#running.delete(index);
    this.#clients.get(index)?.destroy();
    this.#clients.delete(index);
  }

  #place(index: number): Place {
    const place = this.#places[index];
    if (place === undefined) throw new Error(`there is no place ${index}`);
    return place;
  }
}

/** What the bucket holds, counted at the store; parts of unfinished uploads only where the store counts them too. */
export async function held(
  several: SeveralGateways,
  bucket: string,
  countsUploads: boolean,
): Promise<number> {
  const { versionBytes, partBytes } = await fullCount(several.direct, bucket);
  return versionBytes + (countsUploads ? partBytes : 0);
}

/** Waits until each of these gateways says what the bucket holds, give or take 1 MiB, and all the same to the byte. */
export async function agreesWithStore(
  several: SeveralGateways,
  indexes: readonly number[],
  {
    bucket,
    countsUploads,
    timeoutMs = 10_000,
  }: { bucket: string; countsUploads: boolean; timeoutMs?: number },
): Promise<void> {
  const bytes = await held(several, bucket, countsUploads);
  let last: readonly Numbers[] = [];
  await waitFor(
    async () => {
      last = await Promise.all(indexes.map((index) => several.numbersAt(index, bucket)));
      const [first] = last;
      return last.every(
        ({ used, available }) =>
          Math.abs(used - bytes) <= MIB && used === first?.used && available === first.available,
      );
    },
    { what: 'the gateways to agree', timeoutMs, everyMs: 50 },
  ).catch((cause: unknown) => {
    const said = last.map(({ used, available }) => `Used ${used}, Available ${available}`).join('; ');
    throw new Error(`${bucket} holds ${bytes}; the gateways say ${said}`, { cause });
  });
}
