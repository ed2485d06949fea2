// Where a request goes: the bucket and key that we authorize are those that the store is sent to, however they are spelt.
import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import fc from 'fast-check';
import { type Addressing, outgoingHead, renderRequestHead } from '../../../src/backend/request-head.ts';
import { parseRequestHead } from '../../../src/http1/head-parser.ts';
import { HttpError } from '../../../src/http1/http-error.ts';
import { addressOf } from '../../../src/s3/addressing.ts';
import { S3Error } from '../../../src/s3/error.ts';
import type { QueryParameter, S3Request } from '../../../src/s3/request.ts';
import { splitTarget } from '../../../src/s3/target.ts';
import { isSignatureParameter } from '../../../src/s3/understand.ts';
import { Secret } from '../../../src/secret.ts';
import { canonicalPath } from '../../../src/sigv4/canonical-request.ts';
import { createSigner } from '../../../src/sigv4/sign.ts';
import { authorizedRequest } from '../../unit/backend/authorized-fixture.ts';
import { type ByteChange, byteChange, changedBy } from '../byte-changes.ts';
import { fuzzTarget, type Tally } from '../fuzz-target.ts';
import { BUCKETS, rawKey, USUAL_BUCKETS } from './path-pieces.ts';
import { decodedBytes, hasDotSegment, utf8Of } from './percent-bytes.ts';

interface AddressCase {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly storeAddressing: Addressing;
}

const HOST_NAMES = ['example.com', 's3.example.com', '[::1]'];
const STORE_NAME = 'store.internal';
const HOSTS = [
  'gateway:8080',
  's3.example.com',
  'example.com:443',
  '[::1]:8080',
  '[::1]',
  'S3.Example.COM',
  'bucket.s3.example.com',
  'my.bucket.example.com:8080',
  'BUCKET.s3.example.com',
  'minio.s3.example.com',
  '..s3.example.com',
  '.s3.example.com',
  'a/../b.s3.example.com',
  'bucket.s3.example.com.',
  'bucket.s3.example.com@x',
  's3.s3.example.com',
  'bu%63ket.s3.example.com',
  '',
];
const PARAMETERS = [
  'versionId=',
  'versionId=a+b',
  'versionId=%2B',
  'partNumber=1',
  'prefix=a%26b',
  'prefix=..',
  'delimiter=/',
  'list-type=2',
  'response-expires=a%20b',
  'x-id=GetObject',
  'versions',
  'uploads=',
  '&',
  '',
  '%76ersionId=x',
  'a=b?c',
  'X-Amz-Expires=1',
  'prefix=%',
  'prefix=%e9+',
];

const bucketPath = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...USUAL_BUCKETS) },
  { weight: 1, arbitrary: fc.constantFrom(...BUCKETS) },
);
const query = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...PARAMETERS), { maxLength: 3 }).map((all) => `?${all.join('&')}`),
  },
);
const changes = fc.oneof(
  { weight: 3, arbitrary: fc.constant<readonly ByteChange[]>([]) },
  { weight: 1, arbitrary: fc.array(byteChange('/.%25eEfF\\;?#&+\0 \x80'), { maxLength: 2 }) },
);

const addressCase: fc.Arbitrary<AddressCase> = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'HEAD', 'PUT', 'DELETE'),
    bucket: bucketPath,
    key: rawKey,
    slash: fc.constantFrom('/', '/', '/', '', '//', '%2f', '/./'),
    query,
    changes,
    host: fc.constantFrom(...HOSTS),
    storeAddressing: fc.constantFrom('path' as const, 'virtual-hosted' as const),
  })
  .map(({ bucket, slash, key, query: parameters, changes: all, ...rest }) => ({
    ...rest,
    target: changedBy(`/${bucket}${slash}${key}${parameters}`, all),
  }));

const signer = createSigner({
  accessKeyId: 'STORE',
  secret: new Secret('store secret'),
  region: 'us-east-1',
});

function check(asked: AddressCase, tally: Tally): void {
  const request = understoodRequest(asked);
  if (request === undefined) {
    tally.add('refused');
    return;
  }
  tally.add(request.addressing);
  if (request.key !== '') tally.add('with a key');
  checkAddress(asked, request);
  checkSentOn(asked, request);
}

function understoodRequest(asked: AddressCase): S3Request | undefined {
  return acceptedOf(() => authorizedRequest(askedWith(asked)).request.request);
}

function askedWith({ method, target, host }: AddressCase): Parameters<typeof authorizedRequest>[0] {
  const lines = method === 'PUT' ? ['Content-Length: 0'] : [];
  return { method, target, host, lines, hostNames: HOST_NAMES };
}

function acceptedOf<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof S3Error || error instanceof HttpError) return undefined;
    throw error;
  }
}

function checkAddress({ target, host }: AddressCase, request: S3Request): void {
  const { addressing, bucket, rawKey: key, rawPath } = request;
  const [path = ''] = target.split('?', 1);
  strictEqual(rawPath, path);
  if (addressing === 'virtual-hosted') {
    const name = host.toLowerCase().replace(/:\d+$/, '');
    ok(
      HOST_NAMES.some((each) => name === `${bucket}.${each}`),
      `${bucket} is not in ${host}`,
    );
    strictEqual(path, `/${key}`);
  } else {
    ok(
      path === `/${bucket}/${key}` || (key === '' && path === `/${bucket}`),
      `${bucket} and ${key} are not ${path}`,
    );
  }
  if (bucket === '') return;
  ok(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && !bucket.includes('..'), `the bucket ${bucket}`);
  const bytes = decodedBytes(key);
  ok(bytes !== undefined, 'a broken escape was accepted');
  ok(!hasDotSegment(path) && !hasDotSegment(bytes), 'a dot segment was accepted');
  ok(!bytes.includes('\0'), 'NUL was accepted');
  strictEqual(request.key, utf8Of(bytes) ?? Buffer.from(bytes, 'latin1').toString('utf8'));
  // Whoever spells the path canonically reaches the same key.
  const canonical = canonicalPath(path);
  strictEqual(canonicalPath(canonical), canonical);
  strictEqual(decodedBytes(canonical), decodedBytes(path));
  const again = acceptedOf(() => addressOf(request.head, canonical, HOST_NAMES));
  deepStrictEqual(
    [again?.bucket, again?.key],
    [bucket, request.key],
    'its canonical spelling means something else',
  );
}

/** What goes to the store is taken apart as a store does, and must be the same bucket, key and parameters. */
function checkSentOn(asked: AddressCase, request: S3Request): void {
  const outgoing = outgoingHead(authorizedRequest(askedWith(asked)), 'as-sent');
  const authority = `${STORE_NAME}:9000`;
  const text = renderRequestHead(outgoing, authority, asked.storeAddressing, signer, Date.UTC(2026, 2, 4));
  const head = parseRequestHead(Buffer.from(text, 'latin1'), { maxHeadBytes: 65_536, maxHeaders: 100 });
  const { rawPath, query: parameters } = splitTarget(head.target);
  const address = addressOf(head, rawPath, [STORE_NAME]);
  deepStrictEqual(
    [address.bucket, address.rawKey],
    [request.bucket, request.rawKey],
    'the store is sent elsewhere',
  );
  deepStrictEqual(
    namedValues(parameters),
    namedValues(request.query).filter(([name]) => !isSignatureParameter(name)),
    'the store is sent other parameters',
  );
}

function namedValues(parameters: readonly QueryParameter[]): readonly (readonly [string, string])[] {
  return parameters.map(({ name, value }) => [name, value] as const);
}

export const addressingTarget = fuzzTarget<AddressCase>({
  name: 'addressing',
  arbitrary: addressCase,
  suiteRuns: 6000,
  atLeast: { path: 600, 'virtual-hosted': 100, 'with a key': 500, refused: 1000 },
  open: () => ({ check }),
});
