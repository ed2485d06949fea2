// Bucket rules out of config, and the backends that they lead to: part of the composition root.
import { compileBucketPattern } from '../access/bucket-pattern.ts';
import type { Backend } from '../backend/backend.ts';
import type { BackendConfig, GatewayConfig } from '../config/gateway-config.ts';
import { type BucketRule, ruleFor } from '../gateway/bucket-rules.ts';
import type { EventSink } from '../gateway/events.ts';
import { type Clocks, composeBackend, type ReachableBackend } from './compose-backends.ts';
import type { EmbeddedReach } from './embedded-store.ts';

export interface Routes {
  /** The backends by name, in the order of the config. */
  readonly byName: ReadonlyMap<string, Backend>;
  readonly rules: readonly BucketRule[];
  /** Lets each backend find out, behind everything else, what its store can do. */
  learn(): void;
  close(): void;
}

export interface RoutesOptions {
  /** How each embedded backend is reached. */
  readonly embedded: ReadonlyMap<string, EmbeddedReach>;
  readonly clocks: Clocks;
  readonly emit: EventSink;
}

/** Its owner closes it. */
export function composeRoutes(config: GatewayConfig, { embedded, clocks, emit }: RoutesOptions): Routes {
  const byName = new Map(
    config.backends.map((backend) => [
      backend.name,
      composeBackend(reachableBackend(backend, embedded), config, clocks, emit),
    ]),
  );
  const rules = config.buckets.map(({ match, backend: name, sosapi, pool, guard }): BucketRule => {
    const backend = byName.get(name);
    if (backend === undefined) throw new Error(`bucket rule ${match} names no backend`);
    return {
      matches: compileBucketPattern(match).matches,
      sosapi,
      backend,
      ...(guard && {
        guard: { smallObjectBytes: guard.smallObjectBytes, ...(pool && { pool: match }) },
      }),
    };
  });
  return {
    byName,
    rules,
    learn() {
      for (const backend of byName.values()) {
        void backend.learn((bucket) => ruleFor(rules, bucket)?.backend === backend);
      }
    },
    close() {
      for (const backend of byName.values()) backend.close();
    },
  };
}

function reachableBackend(
  config: BackendConfig,
  embedded: ReadonlyMap<string, EmbeddedReach>,
): ReachableBackend {
  if (config.kind !== 'embedded') return { config };
  const access = embedded.get(config.name);
  if (access === undefined) throw new Error(`the embedded store of backend ${config.name} was not started`);
  return { config, access };
}
