// One instant query to a Prometheus server: an expression, worked out to one number of bytes.
// https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
import type { Secret } from '../../secret.ts';
import { member, parseExactJson } from './exact-json.ts';
import { type HttpAnswer, httpGet, refused, type StoreTls } from './http-get.ts';
import { atOurTime } from './store-clock.ts';

export interface PrometheusServer {
  /** With the path under which the API is, if any. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** What is in the headers and in no error, even where the server says it. */
  readonly secrets: readonly Secret[];
  readonly tls: StoreTls | undefined;
  readonly now: () => number;
}

export interface InstantQuery {
  readonly expression: string;
  /** For the error: `the usage of bucket b`. */
  readonly what: string;
  readonly signal: AbortSignal;
}

export interface InstantValue {
  readonly bytes: bigint;
  /** The moment that the server worked it out for, by our clock. */
  readonly atMs: number;
  readonly answer: HttpAnswer;
}

/** Beyond a yobibyte it is a mistake in the expression. */
const MOST_BYTES = 2 ** 80;
const LONGEST_REASON = 200;

/** `$bucket` becomes the bucket's name as it may stand within the quotes of a PromQL string. */
export function forBucket(expression: string, bucket: string): string {
  return expression.replaceAll('$bucket', () => stringBody(bucket));
}

/** Bytes that mean something in a string or its quotes are written as `\xHH`, which every quoted string knows. */
function stringBody(text: string): string {
  return [...text]
    .map((char) => (/[\w.:/ -]/.test(char) ? char : hexEscape(Buffer.from(char, 'utf8'))))
    .join('');
}

function hexEscape(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Rejects with a `CapacityUnknownError` unless the expression gives one number, zero or more. */
export async function instantQuery(server: PrometheusServer, query: InstantQuery): Promise<InstantValue> {
  const { headers, secrets, tls, now } = server;
  const { expression, what, signal } = query;
  const url = new URL(server.url);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query`;
  url.searchParams.set('query', expression);
  const answer = await httpGet({ url, headers, tls, signal, what });
  const json = parseExactJson(answer.body);
  if (answer.status !== 200 || member(json, 'status') !== 'success') {
    throw refusedQuery(answer, json, secrets);
  }
  const [seconds, value] = onlyValue(answer, member(json, 'data'));
  const theirMs = Number(seconds) * 1000;
  if (typeof value !== 'string' || !Number.isFinite(theirMs))
    throw answer.unknown('the answer is not a value');
  return { bytes: bytesOf(answer, value), atMs: atOurTime(answer, theirMs, now), answer };
}

/** The pair of a time and a value. */
function onlyValue(answer: HttpAnswer, data: unknown): readonly unknown[] {
  const type = member(data, 'resultType');
  const result = member(data, 'result');
  if (!Array.isArray(result)) throw answer.unknown('the answer is not the result of a query');
  if (type === 'scalar') return result;
  if (type !== 'vector') throw answer.unknown(`the expression gives a ${String(type)}, not one number`);
  if (result.length === 0) throw answer.unknown('the expression finds nothing');
  if (result.length > 1) throw answer.unknown(`the expression gives ${result.length} samples, not one`);
  const value = member(result[0], 'value');
  if (!Array.isArray(value)) throw answer.unknown('the answer is not the result of a query');
  return value;
}

/** A 64-bit float in decimal, such as `1.2345e+13`: the whole bytes of that very float. */
function bytesOf(answer: HttpAnswer, value: string): bigint {
  const number = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw answer.unknown('the value is not a finite number');
  if (number < 0) throw answer.unknown(`the value is ${value}, below zero`);
  if (number > MOST_BYTES) throw answer.unknown('the value is more bytes than there are');
  return BigInt(Math.trunc(number));
}

/** Why the server refused, in its own words, as where the expression does not parse. */
function refusedQuery(answer: HttpAnswer, json: unknown, secrets: readonly Secret[]) {
  const word = member(json, 'errorType');
  const reason = member(json, 'error');
  if (typeof word !== 'string' || typeof reason !== 'string') return refused(answer);
  const said = `${word}: ${reason}`;
  const isTelling = secrets.some((secret) => said.includes(secret.reveal()));
  const shown = isTelling ? '' : ` ${said.slice(0, LONGEST_REASON).replace(/[^\x20-\x7e]+/g, ' ')}`;
  return answer.unknown(`answered ${answer.status}${shown}`);
}
