// Waiting that ends with the signal, whether or not the work itself listens to it.
import { CapacityUnknownError } from './capacity.ts';

/** Settles as `work` does, or rejects as soon as `signal` is aborted; `what` begins the sentence of the error. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () =>
      reject(new CapacityUnknownError(`${what}: ${whyAborted(signal)}`, { cause: signal.reason }));
    const done = () => signal.removeEventListener('abort', giveUp);
    work.then(resolve, reject).finally(done);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}

/** The end of a sentence: why no answer came. */
export function whyAborted(signal: AbortSignal): string {
  const timedOut = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
  return timedOut ? 'no answer before the deadline' : 'given up before an answer came';
}
