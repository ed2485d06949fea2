// Readiness: whether every store answers its own credentials. Asked at most every few seconds, whoever asks.
import type { Readiness } from '../admin/ports.ts';
import type { Backend } from '../backend/backend.ts';

const REMEMBER_MS = 2_000;
const PATIENCE_MS = 5_000;

/** The check as a function; callers at the same time share one. Never rejects. */
export function createReadiness(backends: readonly Backend[], now: () => number): () => Promise<Readiness> {
  let latest: { readonly atMs: number; readonly readiness: Promise<Readiness> } | undefined;
  return () => {
    if (latest === undefined || now() - latest.atMs > REMEMBER_MS) {
      latest = { atMs: now(), readiness: check(backends) };
    }
    return latest.readiness;
  };
}

async function check(backends: readonly Backend[]): Promise<Readiness> {
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
