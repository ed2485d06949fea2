// A call as a patient client makes it: told to slow down it waits and asks again, and so where no answer comes.
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Answer, S3Call } from '../bench-context.ts';
import type { Ask } from '../runtime/delete-version.ts';
import { describeAnswer, describeCall } from '../runtime/expect-success.ts';
import type { PhaseFigures } from './phase-figures.ts';

export interface RetrySetting {
  readonly ask: Ask;
  readonly figures: PhaseFigures;
  /** Ends it: rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Whether its time counts among the phase's latencies. */
  readonly isMeasured: boolean;
}

/** How VBR does it is not public; the AWS SDKs wait up to 20 s with full jitter, and ask 3 times. */
const SLOW_DOWN_ATTEMPTS = 10;
const OTHER_ATTEMPTS = 6;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;
const TIMEOUT_MS = 60_000;

export type Outcome =
  | { readonly ok: true; readonly answer: S3Answer }
  /** `status` is 0 where no answer came. */
  | { readonly ok: false; readonly status: number; readonly what: string; readonly answer?: S3Answer };

/**
 * Success is 2xx without an error document. Rejects where the signal ends it, and with nothing else. The call is made anew
 * for each attempt: the end of a lock that it asks for must not be over by then.
 */
export async function retriedCall(makeCall: () => S3Call, setting: RetrySetting): Promise<Outcome> {
  const { figures, signal, isMeasured } = setting;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const outcome = await attemptOnce(makeCall(), setting);
    if (outcome.ok) {
      if (isMeasured) figures.answered(outcome.answer.tookMs);
      return outcome;
    }
    const slowDown = isSlowDown(outcome);
    figures.error(outcome.what, slowDown);
    const attempts = slowDown ? SLOW_DOWN_ATTEMPTS : isPassing(outcome) ? OTHER_ATTEMPTS : 1;
    if (attempt >= attempts) return outcome;
    figures.retried();
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
    await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

/** For listings and the like: gives the last answer, whatever it is, and rejects where there was none. */
export function patientAsk(setting: Omit<RetrySetting, 'isMeasured'>): Ask {
  return async (call) => {
    const outcome = await retriedCall(() => call, { ...setting, isMeasured: false });
    if (outcome.answer !== undefined) return outcome.answer;
    throw new Error(`${describeCall(call)}: ${outcome.ok ? '' : outcome.what}`);
  };
}

async function attemptOnce(call: S3Call, { ask, signal }: RetrySetting): Promise<Outcome> {
  try {
    const answer = await ask({ timeoutMs: TIMEOUT_MS, ...call });
    const { status, code } = answer;
    if (status >= 200 && status < 300 && code === undefined) return { ok: true, answer };
    return { ok: false, status, what: describeAnswer(answer), answer };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, status: 0, what: `no answer: ${causeOf(error)}` };
  }
}

/** Without the target, which would make each error one of its own. */
function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

function isSlowDown({ status, what }: { readonly status: number; readonly what: string }): boolean {
  return status === 503 || status === 429 || what.endsWith('SlowDown');
}

/** What may well be gone at the next attempt. */
function isPassing({ status }: { readonly status: number }): boolean {
  return status === 0 || status === 408 || (status >= 500 && status !== 501) || status === 200;
}
