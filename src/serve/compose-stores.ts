// Stores out of config: the routes to them, and what is known of the capacity of each. Part of the composition root.
import { compileBucketPattern } from '../access/bucket-pattern.ts';
import type { CachedCapacity } from '../capacity/cached.ts';
import { type Capacity, CapacityUnknownError } from '../capacity/capacity.ts';
import type { CapacitySample } from '../capacity/provider.ts';
import type { GatewayConfig } from '../config/gateway-config.ts';
import { composeCapacity } from './compose-capacity.ts';
import { composeRoutes, type Routes, type RoutesOptions } from './compose-routes.ts';
import type { EmbeddedAccess } from './embedded-store.ts';

/** Whoever composed them closes them. */
export interface Stores {
  readonly routes: Routes;
  /** What is known of the capacity of each backend, by its name. */
  readonly capacities: ReadonlyMap<string, CachedCapacity>;
  /** The capacity of a bucket, its rule's quota included. */
  capacityOf(bucket: string): Promise<Capacity>;
  close(): void;
}

export interface StoresOptions extends RoutesOptions {
  readonly embedded: ReadonlyMap<string, EmbeddedAccess>;
  onMeasured(bucket: string, backend: string, result: CapacitySample | CapacityUnknownError): void;
}

export function composeStores(config: GatewayConfig, options: StoresOptions): Stores {
  const routes = composeRoutes(config, options);
  const patterns = config.buckets.map((rule) => ({ rule, ...compileBucketPattern(rule.match) }));
  const ruleFor = (bucket: string) => patterns.find(({ matches }) => matches(bucket))?.rule;

  const capacities = new Map(
    config.backends.map((backend) => [
      backend.name,
      composeCapacity(backend, {
        ask: options.embedded.get(backend.name)?.ask,
        wallClock: options.clocks.wallClock,
        quotaOf: (bucket) => ruleFor(bucket)?.quotaBytes,
        onMeasured: (bucket, result) => options.onMeasured(bucket, backend.name, result),
      }),
    ]),
  );

  return {
    capacities,
    routes,
    async capacityOf(bucket) {
      const rule = ruleFor(bucket);
      const capacity = rule && capacities.get(rule.backend);
      if (capacity === undefined) throw new CapacityUnknownError(`no rule leads to bucket ${bucket}`);
      return capacity.of(bucket);
    },
    close() {
      for (const capacity of capacities.values()) capacity.close();
      routes.close();
    },
  };
}
