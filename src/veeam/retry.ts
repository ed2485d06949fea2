// Sends again what may be sent again, after a while that grows.
import type { VeeamClock } from './clock.ts';
import { VeeamConnectionError } from './transport/veeam-error.ts';
import type { TransportAnswer, TransportRequest, VeeamTransport } from './transport/veeam-transport.ts';

/** The first try and three more. */
const TRIES = 4;
const FIRST_PAUSE_MS = 500;
/** A server that wants more patience than this gets none: its answer is the caller's. */
const LONGEST_PAUSE_MS = 60_000;
const PASSING = new Set([429, 500, 502, 503, 504]);

/**
 * Sends a GET up to four times while the server says that it cannot just now, or the connection breaks. Anything else
 * is sent again only when not a byte of it had left. Gives the last answer, or rejects with the last error.
 */
export async function sendPatiently(
  transport: VeeamTransport,
  clock: VeeamClock,
  request: TransportRequest,
): Promise<TransportAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await transport.send(request).catch((error: unknown) => ({ error }));
    const pause = attempt < TRIES ? pauseAfter(outcome, request, attempt, clock) : undefined;
    if (pause !== undefined) {
      // Where it is aborted, the next try says so.
      await clock.sleep(pause, eitherOf(transport.ended, request.signal)).catch(() => undefined);
      continue;
    }
    if ('error' in outcome) throw outcome.error;
    return outcome;
  }
}

function eitherOf(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}

/** Undefined when it is not to be sent again. */
function pauseAfter(
  outcome: TransportAnswer | { readonly error: unknown },
  { method }: TransportRequest,
  attempt: number,
  clock: VeeamClock,
): number | undefined {
  // Between half of it and all of it, so that several clients do not come back together.
  const usual = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + clock.random() / 2);
  if ('error' in outcome) {
    const { error } = outcome;
    if (!(error instanceof VeeamConnectionError) || FINAL.has(error.code ?? '')) return undefined;
    return method === 'GET' || !error.sent ? usual : undefined;
  }
  if (method !== 'GET' || !PASSING.has(outcome.status)) return undefined;
  const asked = retryAfter(outcome.headers['retry-after'], clock);
  if (asked === undefined) return usual;
  return asked > LONGEST_PAUSE_MS ? undefined : Math.max(asked, usual);
}

/** What comes out the same the next time, or is not wanted any longer. */
const FINAL: ReadonlySet<string> = new Set(['ABORTED', 'TIMEOUT', 'ANSWER_TOO_LONG', 'ENOTFOUND']);

/** Milliseconds. The header has seconds or a date. */
function retryAfter(value: string | undefined, clock: VeeamClock): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.wallTime());
}
