// Watching something that must be in order all the while: polls as `waitFor` does, but an error ends it at once.
import { setTimeout as sleep } from 'node:timers/promises';
import type { WaitOptions } from './wait.ts';

/** The first value that is neither undefined nor false. */
export async function watchUntil<T>(
  look: () => Promise<T | undefined | false>,
  { what, timeoutMs = 30_000, everyMs = 50 }: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    await sleep(everyMs);
  }
  throw new Error(`watched ${timeoutMs} ms for ${what}`);
}
