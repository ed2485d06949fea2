// What passed through this process, on its way to the ledger: many changes at a time, a moment after they happened.
import type { UsageChangeEvent } from '../gateway/events.ts';

/** A message for each would cost more than the change itself. */
const EVERY_MS = 100;
const MAX_CHANGES = 512;

export interface UsageBatches {
  add(event: UsageChangeEvent): void;
  /** Hands on at once what waits, and gives whether there was any. */
  flush(): boolean;
}

/** `hand` is called with what was gathered, in order, never with nothing. The timer does not keep the process alive. */
export function createUsageBatches(hand: (batch: readonly UsageChangeEvent[]) => void): UsageBatches {
  let waiting: UsageChangeEvent[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): boolean {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return false;
    const batch = waiting;
    waiting = [];
    hand(batch);
    return true;
  }

  return {
    add(event) {
      waiting.push(event);
      if (waiting.length >= MAX_CHANGES) flush();
      else timer ??= setTimeout(flush, EVERY_MS).unref();
    },
    flush,
  };
}
