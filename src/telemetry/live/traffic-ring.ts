// Requests and bytes in steps of five seconds, of the last ten minutes and a little more.
import type { RequestEvent } from '../../gateway/events.ts';

export const STEP_MS = 5_000;
/** Ten minutes. */
export const STEPS_SHOWN = 120;
/** One that is not over yet is shown too, and what is asked for may be a moment late. */
const STEPS_KEPT = STEPS_SHOWN + 8;

/** What ended in one step. */
export interface TrafficStep {
  /** Steps since 1970. */
  readonly step: number;
  readonly requests: number;
  readonly errors: number;
  readonly refused: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** What an operator calls an error: the store or the gateway failed, not the client. */
export function isError({ status, aborted }: RequestEvent): boolean {
  return status >= 500 || aborted === 'store';
}

type Counts = { -readonly [Name in keyof TrafficStep]: TrafficStep[Name] };

export class TrafficRing {
  readonly #kept: readonly Counts[] = Array.from({ length: STEPS_KEPT }, () => emptyStep(-1));

  /** `nowMs`: milliseconds since 1970. */
  count(event: RequestEvent, nowMs: number): void {
    const counts = this.#at(Math.floor(nowMs / STEP_MS));
    if (counts === undefined) return;
    counts.requests++;
    if (isError(event)) counts.errors++;
    if (event.outcome === 'refused') counts.refused++;
    counts.requestBytes += event.requestBytes;
    counts.responseBytes += event.responseBytes;
  }

  /** Those that have something and were not over at `sinceMs`, in no order. */
  snapshot(nowMs: number, sinceMs: number): readonly TrafficStep[] {
    const last = Math.floor(nowMs / STEP_MS);
    const first = Math.max(last - STEPS_KEPT + 1, Math.floor(sinceMs / STEP_MS));
    return this.#kept
      .filter(({ step, requests }) => requests > 0 && step >= first && step <= last)
      .map((counts) => ({ ...counts }));
  }

  /** Emptied where it was last used for another step. */
  #at(step: number): Counts | undefined {
    const counts = this.#kept[step % STEPS_KEPT];
    if (counts !== undefined && counts.step !== step) Object.assign(counts, emptyStep(step));
    return counts;
  }
}

export function emptyStep(step: number): TrafficStep {
  return { step, requests: 0, errors: 0, refused: 0, requestBytes: 0, responseBytes: 0 };
}
