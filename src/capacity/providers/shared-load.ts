// One call for many: a cluster-wide answer is loaded once at a time and kept for a moment, so that a hundred buckets do
// not ask the store the same question a hundred times.
import { untilAborted } from '../until-aborted.ts';

export interface SharedLoadOptions<T> {
  readonly load: (key: string, signal: AbortSignal) => Promise<T>;
  /** How long an answer serves others. */
  readonly shareMs: number;
  readonly now: () => number;
}

interface Kept<T> {
  readonly answer: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  /** From when to when the answer serves others; unset while it is under way. */
  served?: { readonly fromMs: number; readonly untilMs: number };
}

// A failure serves others too, but briefly: enough that a crowd does not repeat it, too little to outlast its cause.
const FAILURE_SHARE_MS = 1_000;

/** A caller that gives up leaves the load to the others; the load itself is given up when nobody waits for it. */
export function sharedLoad<T>(
  options: SharedLoadOptions<T>,
): (key: string, signal: AbortSignal) => Promise<T> {
  const { load, shareMs, now } = options;
  const kept = new Map<string, Kept<T>>();

  /** Not one from the future either: the clock was set back, and it would outstay its time. */
  function isUsable({ served }: Kept<T>): boolean {
    return !served || (served.fromMs <= now() && now() < served.untilMs);
  }

  function start(key: string): Kept<T> {
    for (const [old, one] of kept) if (!isUsable(one)) kept.delete(old);
    const controller = new AbortController();
    const one: Kept<T> = { answer: load(key, controller.signal), controller, waiting: 0 };
    const keepFor = (ms: number) => {
      one.served = { fromMs: now(), untilMs: now() + ms };
    };
    one.answer.then(
      () => keepFor(shareMs),
      () => keepFor(Math.min(shareMs, FAILURE_SHARE_MS)),
    );
    kept.set(key, one);
    return one;
  }

  return async (key, signal) => {
    const found = kept.get(key);
    const one = found && isUsable(found) ? found : start(key);
    one.waiting += 1;
    try {
      return await untilAborted(one.answer, signal, `asked for ${key}`);
    } finally {
      one.waiting -= 1;
      if (one.waiting === 0 && !one.served) {
        one.controller.abort();
        if (kept.get(key) === one) kept.delete(key);
      }
    }
  };
}
