// Bytes of a raw exchange as a report shows them: as far as they can be read as HTTP.
import type { HttpAnswer } from './http-client.ts';

type Headers = readonly (readonly [name: string, value: string])[];

export interface ReadRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Whatever does not look like HTTP stays where it is: the first word is the method, the rest of the line the target. */
export function readRequest(bytes: Buffer): ReadRequest {
  const { first, headers, body } = split(bytes);
  const [method = '', ...rest] = first.split(' ');
  return { method, target: rest.join(' ').replace(/ HTTP\/1\.\d$/, ''), headers, body };
}

/** Undefined where no status line came. */
export function readAnswer(bytes: Buffer): HttpAnswer | undefined {
  const { first, headers, body } = split(bytes);
  const [, status] = /^HTTP\/1\.\d (\d{3})/.exec(first) ?? [];
  return status === undefined ? undefined : { status: Number(status), headers, body };
}

function split(bytes: Buffer): { readonly first: string; readonly headers: Headers; readonly body: Buffer } {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, end < 0 ? bytes.length : end).toString('latin1');
  const [first = '', ...lines] = head.split(/\r?\n/);
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
  });
  return { first, headers, body: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4) };
}
