// What crosses in an answer's head: all of it as the store wrote it, less what belongs to one connection.
import type { ResponseHead } from '../http1/head.ts';
import { AMZ_REQUEST_ID } from '../s3/headers.ts';

/** RFC 9110 §7.6.1, and the framing, which is written anew. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The header lines for the client. Where the store gave no request id, ours stands in. */
export function answerFields(head: ResponseHead, requestId: string): string {
  // Where a body follows its Content-Length is part of the framing; an answer to HEAD keeps the store's.
  const framed = head.framing.kind !== 'none';
  const named = connectionOptions(head);
  let fields = '';
  for (const { name, rawName, value } of head.headers) {
    if (HOP_BY_HOP.has(name) || named.has(name) || (framed && name === 'content-length')) continue;
    fields += `${rawName}: ${value}\r\n`;
  }
  return head.headers.has(AMZ_REQUEST_ID) ? fields : `${fields}${AMZ_REQUEST_ID}: ${requestId}\r\n`;
}

const NO_OPTIONS: ReadonlySet<string> = new Set();
/** What nearly every store says; a field of that name stays behind anyway. */
const NAMES_NO_FIELD: ReadonlySet<string> = new Set(['close', 'keep-alive']);

function connectionOptions(head: ResponseHead): ReadonlySet<string> {
  const values = head.headers.all('connection');
  if (values.every((value) => NAMES_NO_FIELD.has(value))) return NO_OPTIONS;
  return new Set(values.flatMap((value) => value.toLowerCase().split(/[ \t]*,[ \t]*/)));
}
