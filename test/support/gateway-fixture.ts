// A gateway in front of a real store for one suite, with a tap on the line between them.
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import { type GatewayOptions, GatewayProcess } from './gateway-process.ts';
import type { RunningStore } from './running-store.ts';
import { sdk } from './s3-clients.ts';
import { Tap } from './tapped-store.ts';

export interface GatewayFixture {
  readonly gateway: GatewayProcess;
  readonly tap: Tap;
  /** The SDK through the gateway, as its first client. */
  readonly client: S3Client;
  /** The SDK at the store itself, with the store's credentials. */
  readonly direct: S3Client;
}

type Options = Omit<GatewayOptions, 'store' | 'storeUrl'>;

/** Call inside a `describe`; the parts are there from its first test on. */
export function useGateway(
  store: RunningStore,
  options: Options | (() => Options | Promise<Options>) = {},
): GatewayFixture {
  let parts: GatewayFixture | undefined;
  const part = <K extends keyof GatewayFixture>(name: K): GatewayFixture[K] => {
    if (parts === undefined) throw new Error('the gateway is not there yet');
    return parts[name];
  };

  beforeAll(async () => {
    const given = typeof options === 'function' ? await options() : options;
    const tap = await Tap.before(store);
    const gateway = await GatewayProcess.start({ ...given, store, storeUrl: tap.url });
    parts = { gateway, tap, client: sdk(gateway), direct: sdk(store) };
  });

  afterAll(async () => {
    if (parts === undefined) return;
    parts.client.destroy();
    parts.direct.destroy();
    // Ends it as an operator would: every suite also shows that SIGTERM gives exit code 0.
    if (parts.gateway.running) await parts.gateway.stop();
    await parts.tap.close();
  });

  return {
    get gateway() {
      return part('gateway');
    },
    get tap() {
      return part('tap');
    },
    get client() {
      return part('client');
    },
    get direct() {
      return part('direct');
    },
  };
}
