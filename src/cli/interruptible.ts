// Ctrl-C of something that has to clean up: the first asks it to end, the second ends it at once.
import { exit } from 'node:process';

export interface Interruptible {
  readonly signal: AbortSignal;
  /** Leaves signals to the system again. */
  release(): void;
}

/** What a shell makes of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export function interruptible(onFirst: () => void): Interruptible {
  const controller = new AbortController();
  const take = (): void => {
    if (controller.signal.aborted) exit(INTERRUPTED);
    controller.abort();
    onFirst();
  };
  for (const name of SIGNALS) process.on(name, take);
  return {
    signal: controller.signal,
    release() {
      for (const name of SIGNALS) process.off(name, take);
    },
  };
}
