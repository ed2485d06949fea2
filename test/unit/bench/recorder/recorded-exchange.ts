// Bytes of a connection as the recorder sees them, and the line that it makes of them.
import { ExchangeRecord } from '../../../../src/bench/recorder/exchange-record.ts';
import { createNameWriter } from '../../../../src/bench/recorder/hashed-names.ts';
import type { RecordedRequest } from '../../../../src/bench/recorder/recording-format.ts';

export const NOW_MS = Date.parse('2026-11-21T12:00:00Z');

export interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  readonly hashNames?: boolean;
  readonly answer?: { readonly status: number; readonly headers?: Sent['headers']; readonly body?: string };
}

export function recorded({
  method,
  target,
  headers = [],
  body,
  hashNames = false,
  answer,
}: Sent): RecordedRequest {
  const exchange = new ExchangeRecord(
    {
      names: createNameWriter(Buffer.alloc(32, 1), hashNames),
      ownNames: ['store.example'],
      now: () => NOW_MS,
      elapsed: () => 1,
    },
    1,
  );
  exchange.requestHead({ first: `${method} ${target} HTTP/1.1`, headers });
  if (body !== undefined) exchange.requestBody(Buffer.from(body));
  exchange.requestEnd();
  if (answer !== undefined) {
    exchange.answerHead(answer.status, {
      first: `HTTP/1.1 ${answer.status} X`,
      headers: answer.headers ?? [],
    });
    if (answer.body !== undefined) exchange.answerBody(Buffer.from(answer.body));
    exchange.answerEnd();
  }
  return exchange.line();
}
