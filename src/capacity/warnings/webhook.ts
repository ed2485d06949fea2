// Posts capacity events to a URL: one at a time in their order, some times again where that fails, in the way of nothing.
import type { Secret } from '../../secret.ts';
import { type CapacityEvent, takenBasisPoints } from './capacity-event.ts';
import { type PostTls, postJson } from './post-json.ts';

export interface WebhookOptions {
  /** http or https. Shown nowhere but for its host: for many services the path is the password. */
  readonly url: URL;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: Secret;
  readonly tls?: PostTls;
  /** How long one attempt may take. */
  readonly timeoutMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long to wait before each further attempt; 1, 5, 30 and 120 seconds unless given. */
  readonly retryMs?: readonly number[];
  /** Events that wait; 100 unless given. One more pushes the oldest out. */
  readonly maxWaiting?: number;
  /** Told in one sentence of an event that was given up. Must not throw. */
  onFailed(message: string): void;
}

export interface Webhook {
  /** Returns at once. */
  post(event: CapacityEvent): void;
  /** Ends what is under way and drops what waits. */
  close(): void;
}

interface Waiting {
  readonly event: CapacityEvent['event'];
  readonly bucket: string;
  readonly body: string;
}

const RETRY_MS: readonly number[] = [1_000, 5_000, 30_000, 120_000];

export function createWebhook(options: WebhookOptions): Webhook {
  const { url, token, timeoutMs, now, onFailed, retryMs = RETRY_MS, maxWaiting = 100 } = options;
  const waiting: Waiting[] = [];
  const end = new AbortController();
  let isSending = false;

  const givenUp = ({ event, bucket }: Waiting, why: string): void =>
    onFailed(`the webhook at ${url.host} was not told of ${event} of bucket ${bucket}: ${why}`);

  async function send(): Promise<void> {
    isSending = true;
    for (let next = waiting.shift(); next !== undefined && !end.signal.aborted; next = waiting.shift()) {
      const failure = await deliver(next.body);
      if (failure !== undefined && !end.signal.aborted) givenUp(next, failure);
    }
    isSending = false;
  }

  /** Why it could not be delivered, or undefined where it was. */
  async function deliver(body: string): Promise<string | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      const signal = AbortSignal.any([end.signal, AbortSignal.timeout(timeoutMs)]);
      const headers = token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
      const outcome = await postJson({ url, headers, body, signal, tls: options.tls });
      if (outcome.kind === 'delivered') return undefined;
      const pause = retryMs[attempt];
      if (!outcome.mayPass || pause === undefined || end.signal.aborted) {
        return attempt === 0 ? outcome.why : `${outcome.why} (after ${attempt + 1} attempts)`;
      }
      await paused(pause, end.signal);
    }
  }

  return {
    post(event) {
      if (end.signal.aborted) return;
      const { event: kind, bucket } = event;
      waiting.push({ event: kind, bucket, body: bodyOf(event, now()) });
      if (waiting.length > maxWaiting) {
        const oldest = waiting.shift();
        if (oldest !== undefined) givenUp(oldest, `more than ${maxWaiting} events wait`);
      }
      if (!isSending) void send();
    },
    close() {
      waiting.length = 0;
      end.abort();
    },
  };
}

/** Bytes are decimal digits in a text, as in the admin API: JSON numbers end at 2^53. */
function bodyOf(event: CapacityEvent, atMs: number): string {
  const asText = (_name: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  const percent = takenBasisPoints(event) / 100;
  return JSON.stringify({ ...event, percent, at: new Date(atMs).toISOString() }, asText);
}

function paused(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms).unref();
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}
