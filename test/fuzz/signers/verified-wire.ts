// A head on the wire, parsed and verified as the gateway does, and what it then means.
import { parseRequestHead } from '../../../src/http1/head-parser.ts';
import { HeadReader } from '../../../src/http1/head-reader.ts';
import { HttpError } from '../../../src/http1/http-error.ts';
import { S3Error } from '../../../src/s3/error.ts';
import { splitTarget } from '../../../src/s3/target.ts';
import { Secret } from '../../../src/secret.ts';
import type { AuthenticatedRequest } from '../../../src/sigv4/authenticated-request.ts';
import { createVerifier } from '../../../src/sigv4/verify.ts';
import { decodedBytes } from '../addressing/percent-bytes.ts';
import { ACCESS_KEY, NOW_MS, REGION, SECRET_TEXT, type WireRequest } from './signing-job.ts';

const LIMITS = { maxHeadBytes: 65_536, maxHeaders: 100 };
const SECRET = new Secret(SECRET_TEXT);
const verifier = createVerifier({
  secretOf: (id) => (id === ACCESS_KEY ? SECRET : undefined),
  regions: new Set([REGION]),
  maxSkewMs: 900_000,
});

/** One character a byte (latin1). */
export function wireOf({ method, target, headers }: WireRequest): string {
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${fields}\r\n`, 'utf8').toString('latin1');
}

/** What was proven, or the refusal. */
export function verifiedWire(wire: string): AuthenticatedRequest | Error {
  try {
    const found = new HeadReader(LIMITS.maxHeadBytes).push(Buffer.from(wire, 'latin1'));
    if (found === undefined) return new HttpError('malformed', 'the head has no end');
    const head = parseRequestHead(found.head, LIMITS);
    const request = {
      head,
      ...splitTarget(head.target),
      operation: { name: 'GetObject', level: 'object', access: 'read' },
      addressing: 'path',
      bucket: 'bucket',
      rawKey: '',
      key: '',
      copySource: undefined,
      awsChunked: undefined,
    } as const;
    return verifier.verify(request, NOW_MS);
  } catch (error) {
    if (error instanceof HttpError || error instanceof S3Error) return error;
    throw error;
  }
}

/**
 * Everything that a signature covers, read by rules of its own: the decoded path, the decoded parameters in any order, the
 * signed headers with their blanks folded, and what is said of the body.
 */
export function meaningOf({ request, signedHeaders, payloadHash, mechanism }: AuthenticatedRequest): unknown {
  const { head } = request;
  const [path = '', ...queries] = head.target.split('?');
  const parameters = queries
    .join('?')
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const [name = '', ...values] = piece.split('=');
      return [decodedBytes(name), decodedBytes(values.join('='))] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => JSON.stringify(pair))
    .sort();
  const headers = [...signedHeaders].map((name) => [
    name,
    head.headers
      .all(name)
      .map((value) => value.split(/[ \t]+/).join(' '))
      .join(','),
  ]);
  return { method: head.method, path: decodedBytes(path), parameters, headers, payloadHash, mechanism };
}
