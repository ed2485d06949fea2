// The header form (AWS, "Authenticating Requests: Using the Authorization Header").
import type { HeaderList } from '../http1/header-list.ts';
import { S3Error } from '../s3/error.ts';
import { AMZ_CONTENT_SHA256, AMZ_DATE } from '../s3/headers.ts';
import { type AmzDate, parseAmzDate, parseDateHeader } from './amz-date.ts';
import { checkScope, parseCredential } from './credential-scope.ts';
import type { Malformed } from './malformed.ts';
import { unsupportedVersion2, unsupportedVersion4A } from './mechanism.ts';
import { isSha256Hex, parsePayloadHash } from './payload-hash.ts';
import { ALGORITHM, ASYMMETRIC_ALGORITHM, type HeaderClaim } from './signature-claim.ts';
import { parseSignedHeaders } from './signed-headers.ts';

const malformed: Malformed = (text, details = {}) =>
  new S3Error('AuthorizationHeaderMalformed', {
    message: `The authorization header is malformed; ${text}`,
    details,
  });

/** What stands before the signature: a client sends the same for a whole day. */
type Front = Pick<HeaderClaim, 'credential' | 'signedHeaders'>;
type KnownFront = Front & { readonly text: string };

const SIGNATURE_DIGITS = 64;
const MAX_REMEMBERED = 256;

/** Reads the header form, and remembers what it read of requests that were proven; of others nothing is kept. */
export class HeaderClaimReader {
  readonly #regions: ReadonlySet<string>;
  readonly #proven = new Map<string, KnownFront>();
  /** The one that was asked for last: clients send several requests in a row. */
  #last: KnownFront | undefined;
  #date: AmzDate | undefined;

  constructor(regions: ReadonlySet<string>) {
    this.#regions = regions;
  }

  /** Throws S3Error. */
  read(headers: HeaderList): HeaderClaim {
    const authorization = headers.get('authorization') ?? '';
    const known = this.#remembered(authorization.slice(0, -SIGNATURE_DIGITS));
    const end = authorization.slice(-SIGNATURE_DIGITS);
    const { credential, signedHeaders, signature } =
      known !== undefined && isSha256Hex(end)
        ? { credential: known.credential, signedHeaders: known.signedHeaders, signature: end }
        : parsed(authorization);
    const date = this.#readDate(headers);
    checkScope(credential, date, this.#regions, malformed);
    const payloadHash = readPayloadHash(headers);
    return { mechanism: 'header', credential, signedHeaders, signature, date, payloadHash };
  }

  /** The claim of these headers was proven. */
  proven(headers: HeaderList, { credential, signedHeaders }: HeaderClaim): void {
    if (this.#last?.credential === credential) return;
    const text = headers.get('authorization')?.slice(0, -SIGNATURE_DIGITS) ?? '';
    if (this.#proven.has(text)) return;
    this.#proven.set(text, { text, credential, signedHeaders });
    const [oldest = ''] = this.#proven.keys();
    if (this.#proven.size > MAX_REMEMBERED) this.#proven.delete(oldest);
  }

  #remembered(text: string): KnownFront | undefined {
    if (this.#last?.text !== text) this.#last = this.#proven.get(text);
    return this.#last;
  }

  /** The requests of one second share their date. */
  #readDate(headers: HeaderList): AmzDate {
    const repeated = headers.all(AMZ_DATE);
    if (this.#date !== undefined && repeated.length === 1 && repeated[0] === this.#date.text)
      return this.#date;
    this.#date = readDate(headers);
    return this.#date;
  }
}

function parsed(authorization: string): Front & { readonly signature: string } {
  const parts = parseAuthorization(authorization);
  const credential = parseCredential(parts.Credential, malformed);
  const signedHeaders = parseSignedHeaders(parts.SignedHeaders, malformed);
  return { credential, signedHeaders, signature: parts.Signature };
}

interface AuthorizationParts {
  readonly Credential: string;
  readonly SignedHeaders: string;
  readonly Signature: string;
}

function parseAuthorization(value: string): AuthorizationParts {
  const space = value.indexOf(' ');
  const scheme = space === -1 ? value : value.slice(0, space);
  if (scheme === 'AWS') throw unsupportedVersion2();
  if (scheme === ASYMMETRIC_ALGORITHM) throw unsupportedVersion4A();
  // The value is not echoed: behind Basic and Bearer stands a secret.
  if (scheme !== ALGORITHM) {
    throw new S3Error('InvalidArgument', {
      message: 'Unsupported Authorization Type',
      details: { ArgumentName: 'Authorization' },
    });
  }

  const parts = new Map<string, string>();
  for (const piece of value.slice(scheme.length).split(',')) {
    const match = /^ *(Credential|SignedHeaders|Signature)=([\x21-\x2b\x2d-\x7e]+) *$/.exec(piece);
    const [, name = '', text = ''] = match ?? [];
    if (match === null || parts.has(name)) {
      throw malformed('it must hold Credential, SignedHeaders and Signature once each, and nothing else.');
    }
    parts.set(name, text);
  }
  const demand = (name: keyof AuthorizationParts): string => {
    const text = parts.get(name);
    if (text === undefined) throw malformed(`the authorization component "${name}" is missing.`);
    return text;
  };
  return {
    Credential: demand('Credential'),
    SignedHeaders: demand('SignedHeaders'),
    Signature: demand('Signature'),
  };
}

function readDate(headers: HeaderList): AmzDate {
  const name = headers.has(AMZ_DATE) ? AMZ_DATE : 'date';
  const [text, repeated] = headers.all(name);
  const date = name === 'date' ? parseDateHeader(text ?? '') : parseAmzDate(text ?? '');
  if (date === undefined || repeated !== undefined) {
    throw new S3Error('AccessDenied', {
      message: 'AWS authentication requires a valid Date or x-amz-date header',
      reason: text === undefined ? 'there is none' : `${name} is repeated or not a time`,
    });
  }
  return date;
}

function readPayloadHash(headers: HeaderList): string {
  const text = headers.get(AMZ_CONTENT_SHA256);
  if (text === undefined) {
    throw new S3Error('InvalidRequest', {
      message: `Missing required header for this request: ${AMZ_CONTENT_SHA256}`,
    });
  }
  return parsePayloadHash(text);
}
