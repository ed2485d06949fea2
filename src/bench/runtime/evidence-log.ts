// The last calls of a case and their answers, with secrets removed and bodies cut: what a report shows of a failure.
import type { Evidence } from '../bench-case.ts';
import type { HttpAnswer } from './http-client.ts';
import type { Redactor } from './redact.ts';

const MAX_CALLS = 16;
const MAX_BODY_BYTES = 4096;
/** Looked at beyond the cut, so that no secret stands cut in two at its end, where it would not be known. */
const BEYOND_BYTES = 4096;

export interface Exchange {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | undefined;
  readonly answer?: HttpAnswer;
  readonly error?: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly tookMs: number;
}

export class EvidenceLog {
  readonly #redactor: Redactor;
  #calls: readonly Evidence[] = [];

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  add({ method, target, headers, body, answer, error, atMs, tookMs }: Exchange): void {
    const evidence: Evidence = {
      request: {
        method,
        target: this.#redactor.text(target),
        headers: this.#headers(headers),
        ...this.#body(body),
      },
      ...(answer === undefined
        ? {}
        : {
            answer: {
              status: answer.status,
              headers: this.#headers(answer.headers),
              ...this.#body(answer.body),
            },
          }),
      ...(error === undefined ? {} : { error: this.#redactor.text(error) }),
      atMs,
      tookMs: Math.round(tookMs * 10) / 10,
    };
    this.#calls = [...this.#calls, evidence].slice(-MAX_CALLS);
  }

  /** The latest last. */
  calls(): readonly Evidence[] {
    return this.#calls;
  }

  #headers(headers: Exchange['headers']): Evidence['request']['headers'] {
    return headers.map(([name, value]) => [name, this.#redactor.header(name, value)] as const);
  }

  #body(body: Buffer | undefined): { readonly body?: string; readonly bodyBytes: number } {
    const bodyBytes = body?.length ?? 0;
    if (body === undefined || bodyBytes === 0) return { bodyBytes };
    const text = textOf(body.subarray(0, MAX_BODY_BYTES + BEYOND_BYTES));
    if (text === undefined) return { bodyBytes };
    const kept = cut(this.#redactor.text(text));
    return { body: kept, bodyBytes };
  }
}

/** Undefined where it is not text. A character that the cut broke is no reason. */
function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  const [broken = ''] = /\ufffd{1,3}$/.exec(text) ?? [];
  const whole = text.slice(0, text.length - broken.length);
  return /[\0-\x08\x0b\x0c\x0e-\x1f\ufffd]/.test(whole) ? undefined : whole;
}

function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_BODY_BYTES) return text;
  return `${bytes
    .subarray(0, MAX_BODY_BYTES)
    .toString('utf8')
    .replace(/\ufffd+$/, '')}…`;
}
