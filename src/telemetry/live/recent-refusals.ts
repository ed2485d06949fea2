// The latest requests that were refused. Only references are kept while requests pass; what is shown is made when somebody asks.
import type { RequestEvent } from '../../gateway/events.ts';
import { shownText } from './shown-text.ts';

export const REFUSALS_KEPT = 50;

/** What a backup administrator needs of one. Texts are fit to be shown. */
export interface RefusalRecord {
  /** When it came, milliseconds since 1970. */
  readonly atMs: number;
  readonly remote: string;
  readonly accessKeyId: string | undefined;
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly status: number;
  readonly code: string;
  readonly reason: string;
  readonly requestId: string;
}

/** What the log's words are too short for. */
const WORDS: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'wrong secret key, or the request was changed on its way',
};

export class RecentRefusals {
  readonly #kept: RequestEvent[] = [];
  /** Where the next one goes. */
  #next = 0;

  count(event: RequestEvent): void {
    if (event.outcome !== 'refused') return;
    const before = this.#kept[(this.#next + REFUSALS_KEPT - 1) % REFUSALS_KEPT];
    // Else one address that is held off leaves no room for anybody else.
    const isSame = event.heldOff && before?.heldOff === true && before.remoteAddress === event.remoteAddress;
    if (isSame) this.#next = (this.#next + REFUSALS_KEPT - 1) % REFUSALS_KEPT;
    this.#kept[this.#next] = event;
    this.#next = (this.#next + 1) % REFUSALS_KEPT;
  }

  /** In no order. */
  snapshot(): readonly RefusalRecord[] {
    return this.#kept.map((event) => ({
      atMs: event.startedAtMs,
      remote: event.remoteAddress,
      accessKeyId: event.accessKeyId === undefined ? undefined : shownText(event.accessKeyId),
      operation: event.operation,
      bucket: shownText(event.bucket),
      key: shownText(event.key),
      status: event.status,
      code: event.errorCode ?? '',
      reason: reasonOf(event),
      requestId: event.requestId,
    }));
  }
}

function reasonOf({ errorCode = '', reason, status }: RequestEvent): string {
  const parts = [WORDS[errorCode], reason].filter((part) => part !== undefined);
  if (parts.length === 0 && status === 0) return 'the client went away';
  return shownText(parts.join('; '));
}
