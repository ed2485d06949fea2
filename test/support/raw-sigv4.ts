// AWS Signature Version 4 for S3, written for the tests alone so that they cannot share a mistake with the gateway.
// Every part can be made wrong on purpose. (AWS: "Signing and authenticating REST requests", read 2026-11.)
import { createHash, createHmac } from 'node:crypto';

export const EMPTY_SHA256 = createHash('sha256').update('').digest('hex');

export interface RawCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SigningInput {
  readonly method: string;
  /** The request target as it will stand on the request line. */
  readonly target: string;
  /** `host:port`, as in the Host header. */
  readonly host: string;
  readonly credentials: RawCredentials;
  /** Signed headers besides host, x-amz-date and x-amz-content-sha256; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent but not signed. */
  readonly unsignedHeaders?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** What stands in x-amz-content-sha256; by default the hash of the body. */
  readonly payload?: string;
  readonly date?: Date;
  readonly region?: string;
  readonly service?: string;
  readonly terminator?: string;
  readonly algorithm?: string;
  /** Presigned requests only. */
  readonly expiresSeconds?: number | string;
}

export interface SignedRequest {
  readonly method: string;
  readonly target: string;
  /** In order, Host first. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data, 'utf8').digest();

function timestamp(date: Date): string {
  return `${date.toISOString().replace(/[-:]|\.\d{3}/g, '')}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, percent);
}

/** Bytes, not text: what is not UTF-8 can be signed too. */
function recode(raw: string): string {
  return raw
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/[^A-Za-z0-9_.~-]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      const value = equals < 0 ? '' : pair.slice(equals + 1);
      return [recode(name), recode(value)] as const;
    })
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

interface Scope {
  readonly stamp: string;
  readonly scope: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  readonly algorithm: string;
}

function scopeOf(input: SigningInput): Scope {
  const {
    region = 'us-east-1',
    service = 's3',
    terminator = 'aws4_request',
    algorithm = 'AWS4-HMAC-SHA256',
  } = input;
  const stamp = timestamp(input.date ?? new Date());
  return {
    stamp,
    scope: `${stamp.slice(0, 8)}/${region}/${service}/${terminator}`,
    region,
    service,
    terminator,
    algorithm,
  };
}

function signature(
  input: SigningInput,
  { stamp, scope, region, service, terminator, algorithm }: Scope,
  target: string,
  signed: readonly (readonly [string, string])[],
  payload: string,
): string {
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? '' : target.slice(question + 1);
  const canonical = [
    input.method,
    path,
    canonicalQuery(query),
    ...signed.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    signed.map(([name]) => name).join(';'),
    payload,
  ].join('\n');
  const key = [stamp.slice(0, 8), region, service, terminator].reduce<string | Buffer>(
    (chain, part) => hmac(chain, part),
    `AWS4${input.credentials.secretAccessKey}`,
  );
  return hmac(key, [algorithm, stamp, scope, sha256(canonical)].join('\n')).toString('hex');
}

function sorted(headers: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
}

function bodyOf(input: SigningInput): Buffer {
  return Buffer.from(input.body ?? '');
}

function framing(input: SigningInput, body: Buffer): [string, string][] {
  const needed = body.length > 0 || input.method === 'PUT' || input.method === 'POST';
  const given = { ...input.headers, ...input.unsignedHeaders };
  const told = 'content-length' in given || 'transfer-encoding' in given;
  return needed && !told ? [['content-length', String(body.length)]] : [];
}

/** With an Authorization header. */
export function signed(input: SigningInput): SignedRequest {
  const scope = scopeOf(input);
  const body = bodyOf(input);
  const payload = input.payload ?? sha256(body);
  const headers = sorted({
    host: input.host,
    'x-amz-content-sha256': payload,
    'x-amz-date': scope.stamp,
    ...input.headers,
  });
  const names = headers.map(([name]) => name).join(';');
  const value = signature(input, scope, input.target, headers, payload);
  const authorization = `${scope.algorithm} Credential=${input.credentials.accessKeyId}/${scope.scope}, SignedHeaders=${names}, Signature=${value}`;
  return {
    method: input.method,
    target: input.target,
    headers: [
      ...headers,
      ['authorization', authorization],
      ...Object.entries(input.unsignedHeaders ?? {}),
      ...framing(input, body),
    ],
    body,
  };
}

/** With the signature in the query. */
export function presigned(input: SigningInput): SignedRequest {
  const scope = scopeOf(input);
  const body = bodyOf(input);
  const headers = sorted({ host: input.host, ...input.headers });
  const parameters: [string, string][] = [
    ['X-Amz-Algorithm', scope.algorithm],
    ['X-Amz-Credential', `${input.credentials.accessKeyId}/${scope.scope}`],
    ['X-Amz-Date', scope.stamp],
    ['X-Amz-Expires', String(input.expiresSeconds ?? 300)],
    ['X-Amz-SignedHeaders', headers.map(([name]) => name).join(';')],
  ];
  const query = parameters.map(([name, value]) => `${name}=${encode(value)}`).join('&');
  const target = `${input.target}${input.target.includes('?') ? '&' : '?'}${query}`;
  const value = signature(input, scope, target, headers, input.payload ?? 'UNSIGNED-PAYLOAD');
  return {
    method: input.method,
    target: `${target}&X-Amz-Signature=${value}`,
    headers: [...headers, ...Object.entries(input.unsignedHeaders ?? {}), ...framing(input, body)],
    body,
  };
}

/** The head alone, with the empty line. */
export function headBytes(request: SignedRequest): Buffer {
  const lines = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`${request.method} ${request.target} HTTP/1.1\r\n${lines}\r\n`, 'latin1');
}

export function requestBytes(request: SignedRequest): Buffer {
  return Buffer.concat([headBytes(request), request.body]);
}
