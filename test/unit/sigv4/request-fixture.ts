// S3Request objects and signatures for tests. The reference signer here shares no code with src/sigv4.
import { createHash, createHmac } from 'node:crypto';
import type { BodyFraming } from '../../../src/http1/head.ts';
import { HeaderList } from '../../../src/http1/header-list.ts';
import { S3Error } from '../../../src/s3/error.ts';
import type { S3Request } from '../../../src/s3/request.ts';
import { splitTarget } from '../../../src/s3/target.ts';
import { Secret } from '../../../src/secret.ts';
import { createVerifier, type VerifierOptions } from '../../../src/sigv4/verify.ts';

export const ACCESS_KEY = 'AKIAIOSFODNN7EXAMPLE';
export const SECRET_TEXT = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
export const SECRET = new Secret(SECRET_TEXT);
export const REGION = 'us-east-1';
export const HOST = 's3.example.com';
export const TIME = '20260304T050607Z';
export const NOW = Date.UTC(2026, 2, 4, 5, 6, 7);
export const MINUTE = 60_000;
export const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export type Pair = readonly [name: string, value: string];

export interface RequestInput {
  readonly method?: string;
  readonly target: string;
  readonly headers: readonly Pair[];
  readonly framing?: BodyFraming;
  readonly awsChunked?: S3Request['awsChunked'] | undefined;
}

export function requestOf(input: RequestInput): S3Request {
  const { method = 'GET', target, headers, framing = { kind: 'none' } } = input;
  return {
    head: {
      method,
      target,
      version: '1.1',
      headers: HeaderList.of(...headers),
      framing,
      expectsContinue: false,
      keepAlive: true,
    },
    ...splitTarget(target),
    operation: { name: 'GetObject', level: 'object', access: 'read' },
    addressing: 'path',
    bucket: 'bucket',
    rawKey: '',
    key: '',
    copySource: undefined,
    awsChunked: input.awsChunked,
  };
}

export function verifierOf(options: Partial<VerifierOptions> = {}) {
  return createVerifier({
    secretOf: (id) => (id === ACCESS_KEY ? SECRET : undefined),
    regions: new Set([REGION]),
    maxSkewMs: 15 * MINUTE,
    ...options,
  });
}

/** The S3Error that an action throws; fails where it throws none, or something else. */
export function refusalOf(action: () => unknown): S3Error {
  try {
    action();
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
  throw new Error('not refused');
}

export interface ReferenceInput {
  readonly method: string;
  readonly canonicalPath: string;
  readonly canonicalQuery: string;
  readonly headers: readonly Pair[];
  readonly signed: string;
  readonly payloadHash: string;
  readonly time: string;
  readonly scope: string;
  readonly secret: string;
}

export function referenceSignature(input: ReferenceInput): string {
  const lines = input.signed.split(';').map((name) => {
    const values = input.headers
      .filter(([header]) => header.toLowerCase() === name)
      .map(([, value]) => value);
    return `${name}:${values.map((value) => value.replace(/[ \t]+/g, ' ')).join(',')}\n`;
  });
  const canonical = [
    input.method,
    input.canonicalPath,
    input.canonicalQuery,
    lines.join(''),
    input.signed,
    input.payloadHash,
  ].join('\n');
  const digest = createHash('sha256').update(canonical, 'latin1').digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = input.scope.split('/').reduce<string | Buffer>(hmac, `AWS4${input.secret}`);
  return hmac(key, `AWS4-HMAC-SHA256\n${input.time}\n${input.scope}\n${digest}`).toString('hex');
}

export interface HeaderFormOptions {
  readonly method?: string;
  readonly path?: string;
  readonly canonicalPath?: string;
  readonly query?: string;
  readonly canonicalQuery?: string;
  /** Besides Host, x-amz-date and x-amz-content-sha256. */
  readonly headers?: readonly Pair[];
  /** Sent but not signed, and not known to the signer. */
  readonly unsigned?: readonly Pair[];
  readonly signed?: string;
  readonly time?: string;
  readonly dateHeaders?: readonly Pair[];
  readonly payload?: readonly Pair[];
  readonly payloadHash?: string;
  readonly accessKeyId?: string;
  readonly secret?: string;
  readonly scope?: string;
  readonly framing?: BodyFraming;
  /** Changes the finished Authorization value. */
  readonly edit?: (authorization: string) => string;
}

/** A request in header form that is right in everything that the options leave alone. */
export function headerForm(options: HeaderFormOptions = {}): S3Request {
  const { method = 'GET', path = '/bucket/key', query = '', time = TIME, payloadHash = EMPTY } = options;
  const headers: Pair[] = [
    ['Host', HOST],
    ...(options.dateHeaders ?? [['X-Amz-Date', time] as const]),
    ...(options.payload ?? [['X-Amz-Content-SHA256', payloadHash] as const]),
    ...(options.headers ?? []),
  ];
  const signed = options.signed ?? [...new Set(headers.map(([name]) => name.toLowerCase()))].sort().join(';');
  const scope = options.scope ?? `${time.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const signature = referenceSignature({
    method,
    canonicalPath: options.canonicalPath ?? path,
    canonicalQuery: options.canonicalQuery ?? query,
    headers,
    signed,
    payloadHash,
    time,
    scope,
    secret: options.secret ?? SECRET_TEXT,
  });
  const { accessKeyId = ACCESS_KEY, edit = (text: string) => text } = options;
  const authorization = edit(
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  );
  return requestOf({
    method,
    target: query === '' ? path : `${path}?${query}`,
    headers: [...headers, ...(options.unsigned ?? []), ['Authorization', authorization]],
    framing: options.framing ?? { kind: 'none' },
  });
}

export interface PresignedOptions {
  readonly method?: string;
  readonly path?: string;
  /** Changes or, with undefined, drops parameters before they are signed. */
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  readonly headers?: readonly Pair[];
  readonly unsigned?: readonly Pair[];
  readonly payloadHash?: string;
  readonly framing?: BodyFraming;
  readonly signature?: string | undefined;
  /** Changes the finished query. */
  readonly edit?: (query: string) => string;
}

/** A presigned request that is right in everything that the options leave alone. */
export function presigned(options: PresignedOptions = {}): S3Request {
  const { method = 'GET', path = '/bucket/key', payloadHash = 'UNSIGNED-PAYLOAD' } = options;
  const headers: Pair[] = [['Host', HOST], ...(options.headers ?? [])];
  const scope = `${TIME.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const signed = headers
    .map(([name]) => name.toLowerCase())
    .sort()
    .join(';');
  const parameters = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${ACCESS_KEY}/${scope}`,
    'X-Amz-Date': TIME,
    'X-Amz-Expires': '900',
    'X-Amz-SignedHeaders': signed,
    ...options.parameters,
  };
  const query = Object.entries(parameters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .sort()
    .join('&');
  const signature = referenceSignature({
    method,
    canonicalPath: path,
    canonicalQuery: query,
    headers,
    signed,
    payloadHash,
    time: TIME,
    scope,
    secret: SECRET_TEXT,
  });
  const { edit = (text: string) => text } = options;
  return requestOf({
    method,
    target: `${path}?${edit(`${query}&X-Amz-Signature=${options.signature ?? signature}`)}`,
    headers: [...headers, ...(options.unsigned ?? [])],
    framing: options.framing ?? { kind: 'none' },
  });
}
