// Stores out of config: the routes to them, and what is known of their capacity. Part of the composition root.
import type { GatewayConfig } from '../config/gateway-config.ts';
import { type Capacities, type CapacityParts, composeCapacity } from './compose-capacity.ts';
import { composeRoutes, type Routes, type RoutesOptions } from './compose-routes.ts';
import type { EmbeddedAccess } from './embedded-store.ts';

/** Whoever composed them closes them. */
export interface Stores {
  readonly routes: Routes;
  readonly capacities: Capacities;
  close(): void;
}

export interface StoresOptions extends RoutesOptions, Omit<CapacityParts, 'routes'> {
  readonly embedded: ReadonlyMap<string, EmbeddedAccess>;
}

export function composeStores(config: GatewayConfig, options: StoresOptions): Stores {
  const routes = composeRoutes(config, options);
  const capacities = composeCapacity(config, { ...options, routes });
  return {
    routes,
    capacities,
    close() {
      capacities.close();
      routes.close();
    },
  };
}
