// An embedded store of a suite's own, alone or with a gateway in front of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import { EmbeddedStore, type EmbeddedStoreOptions } from './embedded-store.ts';
import { type GatewayOptions, GatewayProcess } from './gateway-process.ts';
import { type RawTarget, rawTargetOf } from './raw-target.ts';
import type { RunningStore } from './running-store.ts';
import { sdk } from './s3-clients.ts';

/** The store as `GatewayProcess` and `sdk` take it: an S3 store at an address. */
export function asRunningStore(store: EmbeddedStore): RunningStore {
  return {
    name: 'embedded',
    kind: 's3',
    host: store.host,
    port: store.port,
    endpoint: store.endpoint,
    region: 'us-east-1',
    ...store.credentials,
    requestLog: '/dev/null',
    metricsUrl: undefined,
  };
}

export interface StoreFixture {
  readonly store: EmbeddedStore;
  /** The SDK at the store itself. */
  readonly direct: S3Client;
}

export interface GatewayedStoreFixture extends StoreFixture {
  readonly gateway: GatewayProcess;
  /** The SDK through the gateway. */
  readonly client: S3Client;
  /** For raw requests through the gateway. */
  readonly target: RawTarget;
}

type StoreOptions = Omit<EmbeddedStoreOptions, 'dataDirectory'>;

/** Call inside a `describe` or at the top of a file; the parts are there from its first test on. */
export function useEmbeddedStore(options: StoreOptions = {}): StoreFixture {
  let store: EmbeddedStore | undefined;
  let direct: S3Client | undefined;
  let directory: string | undefined;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'store-'));
    store = await EmbeddedStore.start({ ...options, dataDirectory: join(directory, 'data') });
    direct = sdk(asRunningStore(store));
  });
  afterAll(async () => {
    direct?.destroy();
    if (store?.running) await store.stop();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });

  return {
    get store() {
      return there(store);
    },
    get direct() {
      return there(direct);
    },
  };
}

export function useGatewayedStore(
  options: { readonly store?: StoreOptions; readonly gateway?: Omit<GatewayOptions, 'store'> } = {},
): GatewayedStoreFixture {
  const at = useEmbeddedStore(options.store);
  let gateway: GatewayProcess | undefined;
  let client: S3Client | undefined;

  beforeAll(async () => {
    gateway = await GatewayProcess.start({ ...options.gateway, store: asRunningStore(at.store) });
    client = sdk(gateway);
  });
  afterAll(async () => {
    client?.destroy();
    if (gateway?.running) await gateway.stop();
  });

  return {
    get store() {
      return at.store;
    },
    get direct() {
      return at.direct;
    },
    get gateway() {
      return there(gateway);
    },
    get client() {
      return there(client);
    },
    get target() {
      return rawTargetOf(there(gateway));
    },
  };
}

/** A gateway that runs the store itself, as `kind: embedded` with a data directory of this suite's own. */
export function useGatewayWithOwnStore(
  options: {
    readonly reserve?: string;
    readonly createBuckets?: readonly string[];
    readonly buckets?: readonly Readonly<Record<string, unknown>>[];
  } = {},
): { readonly gateway: GatewayProcess; readonly client: S3Client; readonly dataDirectory: string } {
  let gateway: GatewayProcess | undefined;
  let client: S3Client | undefined;
  let directory: string | undefined;
  const dataDirectory = () => join(there(directory), 'data');

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'own-store-'));
    const { reserve = '0B', createBuckets = [], buckets = [{ match: '*', backend: 'embedded' }] } = options;
    gateway = await GatewayProcess.start({
      store: NOT_ASKED,
      config: {
        backends: [
          { name: 'embedded', kind: 'embedded', dataDirectory: dataDirectory(), reserve, createBuckets },
        ],
        buckets,
      },
    });
    client = sdk(gateway);
  });
  afterAll(async () => {
    client?.destroy();
    if (gateway?.running) await gateway.stop();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });

  return {
    get gateway() {
      return there(gateway);
    },
    get client() {
      return there(client);
    },
    get dataDirectory() {
      return dataDirectory();
    },
  };
}

/** For a gateway whose store is its own: what stands in a config is the backend given instead. */
export const NOT_ASKED: RunningStore = {
  name: 'embedded',
  kind: 's3',
  host: '127.0.0.1',
  port: 1,
  endpoint: 'http://127.0.0.1:1',
  region: 'us-east-1',
  accessKeyId: 'none',
  secretAccessKey: 'none',
  requestLog: '/dev/null',
  metricsUrl: undefined,
};

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the store is not there yet');
  return part;
}
