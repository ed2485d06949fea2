// A call as the bytes of a request: head in order, signed, with its body.
import type { SignatureV4 } from '@smithy/signature-v4';
import type { ClientVariant, S3Call } from '../bench-context.ts';
import { encodeChunks, encodedLength } from './aws-chunked.ts';
import type { BenchTarget } from './bench-target.ts';
import { payloadProof } from './payload-proof.ts';
import { requestTarget } from './request-target.ts';

export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  /** Host first. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | undefined;
  /** The name for TLS; absent where it is an address. */
  readonly serverName?: string;
}

/** What MinIO matched in 2020 (`cmd/generic-handlers.go`); no newer one is public. */
const VEEAM_USER_AGENT = 'APN/1.0 Veeam/1.0 Backup/10.0';
const OWN_USER_AGENT = 'sosapi-gateway-bench';

export interface RequestSetting {
  readonly target: BenchTarget;
  readonly signer: SignatureV4;
  readonly variant: ClientVariant;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export async function signedRequest(call: S3Call, setting: RequestSetting): Promise<HttpRequest> {
  const { target, signer, nowMs } = setting;
  const variant = { ...setting.variant, ...call.variant };
  const where = requestTarget(call, { ...target, addressing: variant.addressing });
  const body = bodyOf(call);
  const given = lowerCased(call.headers ?? {});
  const proof = payloadProof(variant.payload, call, body, given);
  // An anonymous call proves nothing, so nothing can be signed in chunks either.
  const chunked = proof.isChunked && call.anonymous !== true && body !== undefined;
  const headers = withoutEmptyMd5({
    host: where.host,
    'user-agent': variant.veeamUserAgent ? VEEAM_USER_AGENT : OWN_USER_AGENT,
    ...proof.headers,
    ...(chunked ? chunkedHeaders(body, given) : {}),
    ...(body === undefined
      ? {}
      : { 'content-length': String(chunked ? encodedLength(body.length) : body.length) }),
    ...given,
    ...(chunked ? { 'content-encoding': chunkedEncoding(given) } : {}),
  });
  const signingDate = dateOf(given['x-amz-date']) ?? new Date(nowMs);
  const head = { method: call.method, target: where.target };
  const name = where.serverName === undefined ? {} : { serverName: where.serverName };
  if (call.anonymous === true) return { ...head, headers: Object.entries(headers), body, ...name };

  const { headers: signed } = await signer.sign(
    {
      method: call.method,
      protocol: target.endpoint.protocol,
      hostname: target.endpoint.hostname,
      path: where.path,
      query: queryBag(call.query),
      headers: { 'x-amz-content-sha256': proof.contentSha256, ...headers },
    },
    { signingDate },
  );
  const { host = '', ...others } = signed;
  const sent = chunked ? await chunkedBody(body, signed, signer, signingDate) : body;
  return { ...head, headers: [['host', host], ...Object.entries(others)], body: sent, ...name };
}

/** PUT and POST always have one, if an empty one: their length must be said. */
function bodyOf({ method, body }: S3Call): Buffer | undefined {
  if (body !== undefined) return typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  return method === 'PUT' || method === 'POST' ? Buffer.alloc(0) : undefined;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function withoutEmptyMd5(headers: Record<string, string>): Record<string, string> {
  const { 'content-md5': md5, ...others } = headers;
  return md5 === '' || md5 === undefined ? others : headers;
}

function chunkedHeaders(body: Buffer, given: Readonly<Record<string, string>>): Record<string, string> {
  return {
    'content-encoding': chunkedEncoding(given),
    'x-amz-decoded-content-length': String(body.length),
  };
}

function chunkedEncoding({ 'content-encoding': encoding }: Readonly<Record<string, string>>): string {
  return encoding === undefined ? 'aws-chunked' : `aws-chunked,${encoding}`;
}

async function chunkedBody(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  signer: SignatureV4,
  signingDate: Date,
): Promise<Buffer> {
  const authorization = headers['authorization'] ?? '';
  const part = (pattern: RegExp): string => {
    const [, found] = pattern.exec(authorization) ?? [];
    if (found === undefined) throw new Error('the signer gave an Authorization header of an unknown form');
    return found;
  };
  return encodeChunks(body, {
    sign: (text) => signer.sign(text, { signingDate }),
    longDate: headers['x-amz-date'] ?? '',
    scope: part(/Credential=[^/,]*\/([^,]+),/),
    seedSignature: part(/Signature=([0-9a-f]{64})/),
  });
}

/** A call that says `x-amz-date` is signed at that moment: `20261121T120000Z`. */
function dateOf(text: string | undefined): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '') ?? [];
  return year === undefined ? undefined : new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** For the signer: it encodes and sorts. A name without a value counts as one with an empty value. */
function queryBag(query: S3Call['query'] = []): Record<string, string | string[]> {
  const bag: Record<string, string | string[]> = {};
  for (const [name, value = ''] of query) {
    const before = bag[name];
    bag[name] = before === undefined ? value : [before, value].flat();
  }
  return bag;
}
