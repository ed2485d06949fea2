// Stores out of config: each backend with its capacity, and the bucket rules that lead to them. Part of the composition root.
import { compileBucketPattern } from '../access/bucket-pattern.ts';
import type { Backend } from '../backend/backend.ts';
import type { CachedCapacity } from '../capacity/cached.ts';
import { type Capacity, CapacityUnknownError } from '../capacity/capacity.ts';
import type { CapacitySample } from '../capacity/provider.ts';
import type { BackendConfig, GatewayConfig } from '../config/gateway-config.ts';
import type { BucketRule } from '../gateway/bucket-rules.ts';
import type { EventSink } from '../gateway/events.ts';
import { type Clocks, composeBackend, type ReachableBackend } from './compose-backends.ts';
import { composeCapacity } from './compose-capacity.ts';
import type { EmbeddedAccess } from './embedded-store.ts';

/** A backend and what is known of its capacity; whoever composed them closes both. */
export interface Store {
  readonly backend: Backend;
  readonly capacity: CachedCapacity;
}

export interface Stores {
  readonly all: readonly Store[];
  readonly rules: readonly BucketRule[];
  /** The capacity of a bucket, its rule's quota included. */
  capacityOf(bucket: string): Promise<Capacity>;
  /** Lets each backend find out, behind everything else, what its store can do. */
  learn(): void;
  close(): void;
}

export interface StoresOptions {
  /** How each embedded backend is reached. */
  readonly embedded: ReadonlyMap<string, EmbeddedAccess>;
  readonly clocks: Clocks;
  readonly emit: EventSink;
  onMeasured(bucket: string, backend: string, result: CapacitySample | CapacityUnknownError): void;
}

interface ComposedRule extends BucketRule, Store {
  readonly quotaBytes: bigint | undefined;
}

export function composeStores(config: GatewayConfig, options: StoresOptions): Stores {
  const { embedded, clocks, emit, onMeasured } = options;
  const rules: ComposedRule[] = [];
  const ruleFor = (bucket: string): ComposedRule | undefined => rules.find((rule) => rule.matches(bucket));

  const byName = new Map<string, Store>();
  for (const backendConfig of config.backends) {
    const { name } = backendConfig;
    const reachable = reachableBackend(backendConfig, embedded);
    byName.set(name, {
      backend: composeBackend(reachable, config, clocks, emit),
      capacity: composeCapacity(reachable, {
        wallClock: clocks.wallClock,
        quotaOf: (bucket) => ruleFor(bucket)?.quotaBytes,
        onMeasured: (bucket, result) => onMeasured(bucket, name, result),
      }),
    });
  }
  for (const { match, backend, sosapi, quotaBytes } of config.buckets) {
    const store = byName.get(backend);
    if (store === undefined) throw new Error(`bucket rule ${match} names no backend`);
    rules.push({ matches: compileBucketPattern(match).matches, sosapi, quotaBytes, ...store });
  }

  const all = [...byName.values()];
  return {
    all,
    rules,
    async capacityOf(bucket) {
      const rule = ruleFor(bucket);
      if (rule === undefined) throw new CapacityUnknownError(`no rule leads to bucket ${bucket}`);
      return rule.capacity.of(bucket);
    },
    learn() {
      for (const { backend } of all) void backend.learn((bucket) => ruleFor(bucket)?.backend === backend);
    },
    close() {
      for (const { backend, capacity } of all) {
        capacity.close();
        backend.close();
      }
    },
  };
}

function reachableBackend(
  config: BackendConfig,
  embedded: ReadonlyMap<string, EmbeddedAccess>,
): ReachableBackend {
  if (config.kind !== 'embedded') return { config };
  const access = embedded.get(config.name);
  if (access === undefined) throw new Error(`the embedded store of backend ${config.name} was not started`);
  return { config, access };
}
