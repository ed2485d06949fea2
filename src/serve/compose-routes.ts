// Routes out of config: which bucket goes to which store, by connections that outlive a change of the config where it is not
// about them. Part of the composition root.
import { compileBucketPattern } from '../access/bucket-pattern.ts';
import type { Backend } from '../backend/backend.ts';
import type { BackendConfig, GatewayConfig } from '../config/gateway-config.ts';
import { sameConfig } from '../config/same-config.ts';
import { type BucketRule, ruleFor } from '../gateway/bucket-rules.ts';
import type { EventSink } from '../gateway/events.ts';
import { BackendHolders } from './backend-holders.ts';
import { type Clocks, composeBackend, type ReachableBackend } from './compose-backends.ts';
import type { EmbeddedReach } from './embedded-store.ts';

type ByName = ReadonlyMap<string, Backend>;

export interface Routes {
  /** The backends by name, in the order of the config. A change of the config replaces it: read it anew each time. */
  readonly byName: ByName;
  /** Likewise. */
  readonly rules: readonly BucketRule[];
  /** Lets each backend, or each of these, find out, behind everything else, what its store can do. */
  learn(names?: ReadonlySet<string>): void;
  /** What another config makes of it; nothing changes yet. The caller commits or abandons it. */
  prepare(config: GatewayConfig): PreparedRoutes;
  close(): void;
}

export interface PreparedRoutes extends Pick<Routes, 'byName' | 'rules'> {
  /** The names of those that are not the backends of before. */
  readonly fresh: ReadonlySet<string>;
  /**
   * From now on these are the routes. Gives what closes the backends that are no longer used: to be called when no request
   * that was routed before is under way.
   */
  commit(): () => void;
  abandon(): void;
}

export interface RoutesOptions {
  /** How each embedded backend is reached. */
  readonly embedded: ReadonlyMap<string, EmbeddedReach>;
  readonly clocks: Clocks;
  readonly emit: EventSink;
}

interface Composed {
  readonly byName: ByName;
  readonly rules: readonly BucketRule[];
  /** By name: all that the backend was made of. */
  readonly madeOf: ReadonlyMap<string, unknown>;
}

/** Its owner closes it. */
export function composeRoutes(config: GatewayConfig, options: RoutesOptions): Routes {
  const holders = new BackendHolders();
  const make = (backend: BackendConfig, of: GatewayConfig): Backend =>
    holders.watched(composeOne(backend, of, options));
  let current = compose(config, make, undefined);
  holders.hold(current.byName.values());

  return {
    get byName() {
      return current.byName;
    },
    get rules() {
      return current.rules;
    },
    learn(names) {
      const { byName, rules } = current;
      for (const [name, backend] of byName) {
        if (names !== undefined && !names.has(name)) continue;
        void backend.learn((bucket) => ruleFor(rules, bucket)?.backend === backend);
      }
    },
    prepare(changed) {
      const next = compose(changed, make, current);
      holders.hold(next.byName.values());
      return {
        ...next,
        fresh: freshNames(next.byName, current.byName),
        commit() {
          const before = current;
          current = next;
          for (const [name, backend] of next.byName) keepDrained(before.byName.get(name), backend);
          return () => holders.letGo(before.byName.values());
        },
        abandon: () => holders.letGo(next.byName.values()),
      };
    },
    close: () => holders.close(),
  };
}

function compose(
  config: GatewayConfig,
  make: (backend: BackendConfig, of: GatewayConfig) => Backend,
  before: Composed | undefined,
): Composed {
  const madeOf = new Map(config.backends.map((backend) => [backend.name, partsOf(backend, config)]));
  const byName = new Map(
    config.backends.map((backend) => {
      const { name } = backend;
      const known = before?.byName.get(name);
      const isSame = known !== undefined && sameConfig(before?.madeOf.get(name), madeOf.get(name));
      return [name, isSame ? known : make(backend, config)];
    }),
  );
  return { byName, rules: rulesOf(config, byName), madeOf };
}

function composeOne(
  backend: BackendConfig,
  config: GatewayConfig,
  { embedded, clocks, emit }: RoutesOptions,
): Backend {
  return composeBackend(reachableBackend(backend, embedded), config, clocks, emit);
}

/** All of the config that a backend depends on. What is known of its capacity is another matter. */
function partsOf(backend: BackendConfig, { region, limits, timeouts }: GatewayConfig): unknown {
  const { reserveBytes: _reserve, ...rest } = backend;
  const { headBytes, headers } = limits;
  const { backendIdleMs, storeAnswerMs, bodyIdleMs, connectMs } = timeouts;
  return {
    ...rest,
    capacity: undefined,
    capacityPace: undefined,
    ...(backend.kind === 'embedded' && { region }),
    of: { headBytes, headers, backendIdleMs, storeAnswerMs, bodyIdleMs, connectMs },
  };
}

function rulesOf(config: GatewayConfig, byName: ByName): readonly BucketRule[] {
  return config.buckets.map(({ match, backend: name, sosapi, pool, guard }): BucketRule => {
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
}

function freshNames(next: ByName, before: ByName): ReadonlySet<string> {
  return new Set([...next].flatMap(([name, backend]) => (before.get(name) === backend ? [] : [name])));
}

/** What an operator took out of service stays so, where the changed backend still has it. */
function keepDrained(before: Backend | undefined, after: Backend): void {
  if (before === undefined || before === after) return;
  const drained = before.endpoints().filter(({ state }) => state === 'drained');
  if (drained.length > 0) after.setDrained(drained.map(({ name }) => name));
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
