// The embedded stores of a config: all of them serve, or none is left.
import { bucketPatternRegExp } from '../access/bucket-pattern.ts';
import type { EmbeddedBackendConfig, GatewayConfig } from '../config/gateway-config.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';
import type { StoreStart } from '../store/messages.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type EmbeddedStore, startEmbeddedStore } from './embedded-store.ts';

export interface EmbeddedStores {
  /** The quotas of another config, with the same embedded backends. */
  replaceQuotas(config: GatewayConfig): void;
  readonly byName: ReadonlyMap<string, EmbeddedStore>;
  stop(): Promise<void>;
}

/** Rejects with the first reason, when every store that did start has been stopped. */
export async function startEmbeddedStores(
  config: GatewayConfig,
  logger: Logger,
  now: MonotonicClock,
): Promise<EmbeddedStores> {
  const starts = await tryEmbeddedStores(config, logger, now);
  const stores = new Map([...starts].flatMap(([name, { store }]) => (store ? [[name, store] as const] : [])));
  const stop = async (): Promise<void> => {
    await Promise.all([...stores.values()].map((store) => store.stop()));
  };
  for (const { refusal } of starts.values()) {
    if (refusal === undefined) continue;
    await stop();
    throw refusal;
  }
  return {
    byName: stores,
    stop,
    replaceQuotas(changed) {
      for (const backend of changed.backends) {
        if (backend.kind === 'embedded') stores.get(backend.name)?.replaceQuotas(quotasOf(changed, backend));
      }
    },
  };
}

/** Either a store that serves or why it does not. */
export type EmbeddedStart =
  | { readonly store: EmbeddedStore; readonly refusal?: undefined }
  | { readonly store?: undefined; readonly refusal: Error };

/** Starts each and never rejects; the caller stops those that serve. */
export async function tryEmbeddedStores(
  config: GatewayConfig,
  logger: Logger,
  now: MonotonicClock,
): Promise<ReadonlyMap<string, EmbeddedStart>> {
  const embedded = config.backends.filter((backend) => backend.kind === 'embedded');
  const starts = embedded.map(async (backend): Promise<readonly [string, EmbeddedStart]> => {
    const quotas = quotasOf(config, backend);
    try {
      const store = await startEmbeddedStore({ config: backend, region: config.region, quotas, logger, now });
      return [backend.name, { store }];
    } catch (error) {
      return [backend.name, { refusal: error instanceof Error ? error : new Error(String(error)) }];
    }
  });
  return new Map(await Promise.all(starts));
}

/** The rules that lead to this store, in order, so that it enforces what the gateway only reports. */
export function quotasOf({ buckets }: GatewayConfig, { name }: EmbeddedBackendConfig): StoreStart['quotas'] {
  return buckets
    .filter(({ backend }) => backend === name)
    .map(({ match, quotaBytes }) => ({ pattern: bucketPatternRegExp(match), bytes: quotaBytes }));
}
