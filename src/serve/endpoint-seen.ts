// The endpoints of all stores as one process sees them, and what all processes see together.
import type { EndpointRow } from '../admin/endpoint-schemas.ts';
import type { Backend, EndpointState } from '../backend/backend.ts';

/** One backend as one process sees it. */
export interface SeenBackend {
  readonly backend: string;
  readonly endpoints: readonly EndpointState[];
}

/** One process: all its backends, in the order of the config. */
export type SeenByProcess = readonly SeenBackend[];

export function endpointsSeen(backends: Iterable<Pick<Backend, 'name' | 'endpoints'>>): SeenByProcess {
  return [...backends].map((backend) => ({ backend: backend.name, endpoints: backend.endpoints() }));
}

const WORDS = {
  healthy: 'working',
  'slow-start': 'warming',
  'half-open': 'trial',
  ejected: 'ejected',
  drained: 'drained',
} as const satisfies Record<EndpointState['state'], EndpointRow['state']>;

/** From the best to the worst: where processes do not agree the worst is told. */
const STATES = ['healthy', 'slow-start', 'half-open', 'ejected', 'drained'] as const;

/** `nowMs`: milliseconds since 1970. */
export function endpointRows(seen: readonly SeenByProcess[], nowMs: number): readonly EndpointRow[] {
  return [...byBackend(seen)].flatMap(([backend, endpoints]) =>
    [...endpoints.values()].map((states) => rowOf(backend, states, nowMs)),
  );
}

type ByName = Map<string, readonly [EndpointState, ...EndpointState[]]>;

function byBackend(seen: readonly SeenByProcess[]): ReadonlyMap<string, ByName> {
  const found = new Map<string, ByName>();
  for (const { backend, endpoints } of seen.flat()) {
    const known = found.get(backend) ?? new Map();
    found.set(backend, known);
    for (const state of endpoints) known.set(state.name, [...(known.get(state.name) ?? []), state]);
  }
  return found;
}

function rowOf(
  backend: string,
  states: readonly [EndpointState, ...EndpointState[]],
  nowMs: number,
): EndpointRow {
  const severity = ({ state }: EndpointState): number => STATES.indexOf(state);
  const worst = states.reduce((found, each) => (severity(each) > severity(found) ? each : found));
  const alike = states.filter(({ state }) => state === worst.state);
  const sum = (read: (state: EndpointState) => number): number =>
    states.reduce((total, state) => total + read(state), 0);
  const isOut = worst.state === 'ejected' || worst.state === 'half-open';
  const trials = alike.flatMap(({ trialInMs }) => trialInMs ?? []);
  return {
    backend,
    endpoint: worst.name,
    authority: worst.authority,
    state: WORDS[worst.state],
    processes: { all: states.length, inState: alike.length },
    inFlight: sum(({ inFlight, waiting }) => inFlight - waiting),
    waiting: sum(({ waiting }) => waiting),
    since: iso(nowMs - Math.max(...alike.map(({ forMs }) => forMs))),
    ...(isOut && worst.lastReason !== undefined && { reason: worst.lastReason }),
    ...(trials.length > 0 && { until: iso(nowMs + Math.min(...trials)) }),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
