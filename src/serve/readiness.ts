// Readiness: whether somebody serves, whether every store answers its own credentials, and whether we are not about to leave.
// Stores are asked at most every few seconds, whoever asks.
import type { Readiness } from '../admin/ports.ts';
import type { Backend } from '../backend/backend.ts';

const REMEMBER_MS = 2_000;
const PATIENCE_MS = 5_000;

export interface ReadinessCheck {
  /** Callers at the same time share one round of questions. Never rejects. */
  check(): Promise<Readiness>;
  /** From now on not ready: a load balancer should send new requests elsewhere. */
  drain(): void;
}

/** `backends`: those of now. `isListening`: whether requests are accepted at this moment. */
export function createReadiness(
  backends: () => readonly Backend[],
  isListening: () => boolean,
  now: () => number,
): ReadinessCheck {
  let latest: { readonly atMs: number; readonly readiness: Promise<Readiness> } | undefined;
  let draining = false;
  return {
    async check() {
      if (latest === undefined || now() - latest.atMs > REMEMBER_MS) {
        latest = { atMs: now(), readiness: askAll(backends()) };
      }
      const readiness = await latest.readiness;
      return draining || !isListening() ? { ...readiness, ready: false } : readiness;
    },
    drain() {
      draining = true;
    },
  };
}

async function askAll(backends: readonly Backend[]): Promise<Readiness> {
  const states = await Promise.all(backends.map(stateOf));
  return { ready: states.every((state) => state.reachable), backends: states };
}

async function stateOf(backend: Backend): Promise<Readiness['backends'][number]> {
  const { name } = backend;
  const { promise: late, resolve } = Promise.withResolvers<Readiness['backends'][number]>();
  const timer = setTimeout(
    () => resolve({ name, reachable: false, detail: 'no answer in time' }),
    PATIENCE_MS,
  );
  const asked = backend.call({ method: 'GET', bucket: '', rawQuery: '' }).then(
    ({ head }) =>
      head.status === 200
        ? { name, reachable: true }
        : { name, reachable: false, detail: `the store answered with status ${head.status}` },
    () => ({ name, reachable: false, detail: 'the store cannot be reached' }),
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
