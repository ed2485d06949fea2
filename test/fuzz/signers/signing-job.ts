// What a client wants signed, before any signer has spelt it, and who signs it.
import fc from 'fast-check';

export const ACCESS_KEY = 'AKIAIOSFODNN7EXAMPLE';
export const SECRET_TEXT = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
export const REGION = 'us-east-1';
export const NOW_MS = Date.UTC(2026, 2, 4, 5, 6, 7);
export const AMZ_DATE = '20260304T050607Z';

export type Pair = readonly [name: string, value: string];

export interface SigningJob {
  readonly method: string;
  readonly host: string;
  /** Each byte but unreserved ones percent-encoded; slashes all as they are, or (but for the bucket's) all encoded too. */
  readonly path: string;
  /** Decoded. */
  readonly query: readonly Pair[];
  /** Besides Host and what signing adds. */
  readonly headers: readonly Pair[];
  readonly body: string;
  /** Whether the signature says what the body is. */
  readonly signsBody: boolean;
  readonly presigned: boolean;
}

/** As it goes out, in UTF-8. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Pair[];
}

export interface Signer {
  sign(job: SigningJob): Promise<WireRequest>;
  close?(): Promise<void>;
}

/** What a signer cannot do, or does otherwise than Amazon S3. */
export interface SignerLimits {
  readonly repeatedParameters: boolean;
  readonly repeatedHeaders: boolean;
  readonly headerCharacters: string;
}

/** RFC 3986: everything but unreserved characters. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const KEY_PIECES = [
  ...'abzAZ019-._~/ +%:@!*\'(),;=&$#?"<>[]\\^`{|}',
  '%2F',
  '%20',
  '//',
  '..',
  '/./',
  '\u00e9',
  '\u65e5',
  '\u{1f600}',
  '\u00a0',
  '\u0301',
  '\t',
  '\n',
  '\x01',
  '\x7f',
];
const NAME_PIECES = [...'abzAZ019-._~ +%:@!*\'()/,;=&$?"[]', '%26', 'prefix', '\u00e9', '\u{1f600}'];
const PARAMETERS = [
  'acl',
  'uploads',
  'list-type',
  'prefix',
  'versionId',
  'a',
  'a-b',
  'A',
  'x-id',
  'x-amz-checksum-crc32',
];
const HEADERS = [
  'x-amz-meta-a',
  'x-amz-meta-b',
  'x-amz-acl',
  'X-Amz-Meta-Mixed',
  'Content-Type',
  'content-md5',
  'range',
  'if-match',
  'user-agent',
  'cache-control',
  'x-amzn-trace-id',
];
// Those that belong to a signature have one value, which is the signer's; a JavaScript object has no own __proto__.
const TAKEN =
  /^(x-amz-(algorithm|credential|date|expires|signedheaders|signature|content-sha256|security-token)|__proto__|)$/i;

const textOf = (pieces: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...pieces), { maxLength }).map((all) => all.join(''));

function unique(pairs: readonly Pair[]): readonly Pair[] {
  return [...new Map(pairs.map((pair) => [pair[0].toLowerCase(), pair])).values()];
}

export function signingJob(limits: SignerLimits): fc.Arbitrary<SigningJob> {
  const { repeatedParameters, repeatedHeaders, headerCharacters } = limits;
  const name = fc
    .oneof(fc.constantFrom(...PARAMETERS), textOf(NAME_PIECES, 5))
    .filter((text) => !TAKEN.test(text));
  const query = fc.array(fc.tuple(name, textOf(NAME_PIECES, 6)), { maxLength: 4 });
  // Outer white space is no part of a value on the wire (RFC 9112 section 5.1).
  const value = textOf([...headerCharacters], 14).map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''));
  const headers = fc.array(fc.tuple(fc.constantFrom(...HEADERS), value), { maxLength: 4 });
  return fc
    .record({
      method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
      host: fc.constantFrom('s3.example.com', 's3.example.com:9000', '[::1]:8080', 'bucket.s3.example.com'),
      key: textOf(KEY_PIECES, 16),
      slash: fc.constantFrom('/', '/', '/', '%2F'),
      query,
      headers,
      body: fc.constantFrom('', 'hello', '\u00e9'),
      signsBody: fc.boolean(),
      presigned: fc.boolean(),
    })
    .map(({ key, slash, ...job }) => ({
      ...job,
      path: `/bucket/${key.split('/').map(encoded).join(slash)}`,
      query: repeatedParameters ? job.query : uniqueByCase(job.query),
      headers: repeatedHeaders ? job.headers : unique(job.headers),
    }));
}

/** Parameter names differ by case. */
function uniqueByCase(pairs: readonly Pair[]): readonly Pair[] {
  return [...new Map(pairs.map((pair) => [pair[0], pair])).values()];
}
