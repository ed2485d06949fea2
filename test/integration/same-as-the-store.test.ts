// Raw requests to the gateway and to the store side by side: status, headers and body, less what differs by nature.
// And what each store answers: the same, but for what store-differences.ts lists.
import { createHash } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { useGateway } from '../support/gateway-fixture.ts';
import { elementOf, type RawAnswer } from '../support/raw-http.ts';
import { ask, rawTargetOf } from '../support/raw-target.ts';
import { bucketName, targetOf } from '../support/s3-clients.ts';
import { DIFFERENT_ANSWERS, ownAnswerOf, type Told } from '../support/store-differences.ts';
import { describeOnEachStore } from '../support/stores.ts';

// Hop by hop (RFC 9110, 7.6.1), new for each answer, or MinIO's count of requests it has room for (2026-11-22): other tests ask it
// at the same time.
const NOT_COMPARED = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'date',
  'x-amz-request-id',
  'x-amz-id-2',
  'x-ratelimit-remaining',
];
// New for each answer; RGW also names the host it was asked by.
const ELEMENTS_NOT_COMPARED = /<(RequestId|HostId|Resource)>.*?<\/\1>/g;
// Of writes that succeed, which make something new each time.
const NEW_EACH_TIME = ['x-amz-version-id', 'x-amz-copy-source-version-id'];
const TIMES = /<LastModified>.*?<\/LastModified>/g;

function comparable({ status, reason, headers, body }: RawAnswer, isWrite: boolean) {
  const left = isWrite ? [...NOT_COMPARED, ...NEW_EACH_TIME] : NOT_COMPARED;
  const told = headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !left.includes(name))
    // Ids of errors differ in length between two answers of one store.
    .filter(([name]) => status < 400 || name !== 'content-length')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = body.toString('latin1').replace(ELEMENTS_NOT_COMPARED, '');
  return { status, reason, headers: told, body: isWrite ? text.replace(TIMES, '') : text };
}

const KEY = 'a/%7Bk%7D%20%2B';
const ETAG_OF_NOTHING = '"00000000000000000000000000000000"';

interface Asked {
  readonly method: string;
  /** `@` is the bucket, `LOCKED` the id of a version under COMPLIANCE. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const get = (target: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Asked => ({
  method,
  target,
  headers,
});
const put = (target: string, body = 'x', headers: Readonly<Record<string, string>> = {}, method = 'PUT') => ({
  method,
  target,
  headers,
  body,
});
/** MinIO insists on Content-MD5 for these. */
const document = (target: string, body: string, method = 'PUT') =>
  put(target, body, { 'content-md5': createHash('md5').update(body).digest('base64') }, method);
const retention = (until: string) =>
  `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
const inDays = (days: number) =>
  new Date(Math.ceil(Date.now() / 1000) * 1000 + days * 86_400_000).toISOString();

const OK: Told = [200];
const DIFFERS = 'differs';

/** What all stores answer, or that they differ. */
const REQUESTS: readonly (readonly [request: string, told: Told | typeof DIFFERS, asked: Asked])[] = [
  ['GET key', OK, get(`/@/${KEY}`)],
  ['HEAD key', OK, get(`/@/${KEY}`, {}, 'HEAD')],
  ['GET key, a range', [206], get(`/@/${KEY}`, { range: 'bytes=2-5' })],
  ['GET key, a range behind its end', [416, 'InvalidRange'], get(`/@/${KEY}`, { range: 'bytes=20-' })],
  ['GET key, range bytes=a-b', DIFFERS, get(`/@/${KEY}`, { range: 'bytes=a-b' })],
  ['GET key, two ranges', DIFFERS, get(`/@/${KEY}`, { range: 'bytes=0-1,3-4' })],
  ['GET key, If-None-Match: *', DIFFERS, get(`/@/${KEY}`, { 'if-none-match': '*' })],
  [
    'GET key, headers of its own choice',
    OK,
    get(`/@/${KEY}?response-content-type=text%2Fplain&response-cache-control=no-store`),
  ],
  ['GET key, a version id that is none', DIFFERS, get(`/@/${KEY}?versionId=none`)],
  ['GET part 2 of an object that has one', DIFFERS, get(`/@/${KEY}?partNumber=2`)],
  ['GET key ?tagging', OK, get(`/@/${KEY}?tagging`)],
  ['GET retention of an unlocked key', DIFFERS, get(`/@/${KEY}?retention`)],
  ['GET legal hold of a key that never had one', DIFFERS, get(`/@/${KEY}?legal-hold`)],
  ['GET key ?acl', OK, get(`/@/${KEY}?acl`)],
  ['GET key ?attributes', OK, get(`/@/${KEY}?attributes`, { 'x-amz-object-attributes': 'ETag' })],
  ['GET parts of an upload that is none', DIFFERS, get(`/@/${KEY}?uploadId=none`)],
  ['GET absent key', [404, 'NoSuchKey'], get('/@/absent')],
  ['HEAD absent key', [404], get('/@/absent', {}, 'HEAD')],
  ['DELETE absent key', [204], get('/@/absent?versionId=null', {}, 'DELETE')],
  ['GET list by folders', OK, get('/@?list-type=2&prefix=a%2F&delimiter=%2F')],
  ['GET list with names encoded', OK, get('/@?list-type=2&prefix=a/&encoding-type=url')],
  ['GET list behind a slash', OK, get('/@/?list-type=2')],
  ['GET list of nothing', OK, get('/@?list-type=2&max-keys=0')],
  ['GET list, prefix and delimiter /', OK, get('/@?list-type=2&prefix=/&delimiter=/')],
  ['GET list of version 1', OK, get('/@')],
  ['GET list, max-keys abc', [400, 'InvalidArgument'], get('/@?list-type=2&max-keys=abc')],
  ['GET list, max-keys -1', DIFFERS, get('/@?list-type=2&max-keys=-1')],
  ['GET list, a continuation token that is none', DIFFERS, get('/@?list-type=2&continuation-token=x')],
  ['HEAD bucket', OK, get('/@', {}, 'HEAD')],
  ['GET ?versions', OK, get('/@?versions')],
  ['GET ?uploads', OK, get('/@?uploads')],
  ['GET ?versioning', OK, get('/@?versioning')],
  ['GET ?object-lock', OK, get('/@?object-lock')],
  ['GET ?acl', OK, get('/@?acl')],
  ['GET ?policy', [404, 'NoSuchBucketPolicy'], get('/@?policy')],
  ['GET ?lifecycle', [404, 'NoSuchLifecycleConfiguration'], get('/@?lifecycle')],
  ['GET ?tagging', [404, 'NoSuchTagSet'], get('/@?tagging')],
  ['GET ?cors', [404, 'NoSuchCORSConfiguration'], get('/@?cors')],
  ['GET ?encryption', DIFFERS, get('/@?encryption')],
  ['GET ?website', DIFFERS, get('/@?website')],
  ['GET ?publicAccessBlock', DIFFERS, get('/@?publicAccessBlock')],
  ['GET ?ownershipControls', DIFFERS, get('/@?ownershipControls')],
  ['GET ?replication', DIFFERS, get('/@?replication')],
  ['GET ?policyStatus', DIFFERS, get('/@?policyStatus')],
  ['GET key of no bucket', [404, 'NoSuchBucket'], get('/no-such-bucket-anywhere/key')],
  ['GET list of no bucket', [404, 'NoSuchBucket'], get('/no-such-bucket-anywhere?list-type=2')],
  ['PUT bucket that is there', DIFFERS, put('/@', '')],
  [
    'PUT versioning Suspended under object lock',
    DIFFERS,
    document(
      '/@?versioning',
      '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
    ),
  ],
  ['DELETE bucket that is not empty', [409, 'BucketNotEmpty'], get('/@', {}, 'DELETE')],
  ['DELETE locked version', DIFFERS, get('/@/locked?versionId=LOCKED', {}, 'DELETE')],
  [
    'POST delete of a locked version',
    DIFFERS,
    document(
      '/@?delete',
      '<Delete><Object><Key>locked</Key><VersionId>LOCKED</VersionId></Object></Delete>',
      'POST',
    ),
  ],
  [
    'PUT retention that is shortened',
    DIFFERS,
    document('/@/locked?retention&versionId=LOCKED', retention(inDays(1))),
  ],
  [
    'PUT retention in the past on an unlocked key',
    DIFFERS,
    document(`/@/${KEY}?retention`, retention('2020-01-01T00:00:00Z')),
  ],
  [
    'PUT key, another Content-MD5',
    [400, 'BadDigest'],
    put('/@/refused', 'x', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }),
  ],
  ['PUT key, another CRC32', DIFFERS, put('/@/refused', 'x', { 'x-amz-checksum-crc32': 'AAAAAA==' })],
  [
    'PUT key, x-amz-sdk-checksum-algorithm without a checksum',
    DIFFERS,
    put('/@/refused', 'x', { 'x-amz-sdk-checksum-algorithm': 'SHA256' }),
  ],
  [
    'PUT key, If-Match another ETag',
    [412, 'PreconditionFailed'],
    put('/@/locked', 'x', { 'if-match': ETAG_OF_NOTHING }),
  ],
  ['PUT absent key, If-Match', DIFFERS, put('/@/absent', 'x', { 'if-match': ETAG_OF_NOTHING })],
  ['PUT key, If-None-Match: * where there is one', DIFFERS, put('/@/locked', 'x', { 'if-none-match': '*' })],
  [
    'PUT key, If-None-Match with an ETag',
    DIFFERS,
    put('/@/conditional', 'x', { 'if-none-match': ETAG_OF_NOTHING }),
  ],
  ['PUT key, storage class GLACIER', DIFFERS, put('/@/refused', 'x', { 'x-amz-storage-class': 'GLACIER' })],
  ['PUT key, acl public-read', DIFFERS, put('/@/public', 'x', { 'x-amz-acl': 'public-read' })],
  ['PUT key with empty segments', DIFFERS, put('/@/double//slash')],
  [
    'PUT key, copied from an absent one',
    [404, 'NoSuchKey'],
    put('/@/copy', '', { 'x-amz-copy-source': '/@/absent' }),
  ],
  ['PUT key, copied onto itself', DIFFERS, put(`/@/${KEY}`, '', { 'x-amz-copy-source': `/@/${KEY}` })],
  ['PUT part of no upload', [404, 'NoSuchUpload'], put('/@/part?partNumber=1&uploadId=none')],
  ['PUT part 10001', DIFFERS, put('/@/part?partNumber=10001&uploadId=none')],
  ['DELETE upload that is none', DIFFERS, get('/@/part?uploadId=none', {}, 'DELETE')],
];

test('every difference that is listed has its request, and the other way round', () => {
  const differing = REQUESTS.filter(([, told]) => told === DIFFERS).map(([request]) => request);
  expect(differing.toSorted()).toEqual(Object.keys(DIFFERENT_ANSWERS).toSorted());
});

describeOnEachStore('an answer is the store’s own', (store) => {
  const at = useGateway(store);
  const bucket = bucketName('same');
  let locked: string;

  beforeAll(async () => {
    await at.client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
    const object = {
      Bucket: bucket,
      Key: 'a/{k} +',
      Body: '0123456789',
      Metadata: { Case: 'Kept?' },
      ContentType: 'x/y',
    };
    await at.client.send(new PutObjectCommand(object));
    const ObjectLockRetainUntilDate = new Date(inDays(2));
    const lock = { Bucket: bucket, Key: 'locked', Body: 'x', ObjectLockMode: 'COMPLIANCE' as const };
    const { VersionId } = await at.client.send(new PutObjectCommand({ ...lock, ObjectLockRetainUntilDate }));
    locked = VersionId ?? '';
  });

  const filled = (text: string) => text.replaceAll('@', bucket).replaceAll('LOCKED', locked);

  describe.each(REQUESTS)('%s', (request, told, { method, target, headers = {}, body }) => {
    test('through the gateway as from the store', async () => {
      const isDocument = 'content-md5' in headers && body?.startsWith('<') === true;
      const own = body === undefined ? {} : { body: filled(body) };
      const filledHeaders = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, filled(value)]),
      );
      const md5 = createHash('md5')
        .update(own.body ?? '')
        .digest('base64');
      const input = {
        method,
        target: filled(target),
        headers: isDocument ? { ...filledHeaders, 'content-md5': md5 } : filledHeaders,
        ...own,
      };
      const through = await ask(rawTargetOf(at.gateway), input);
      const direct = await ask(rawTargetOf(targetOf(store)), input);
      expect(comparable(through, method === 'PUT')).toEqual(comparable(direct, method === 'PUT'));
      expect(through.headers.filter(([name]) => name.toLowerCase() === 'x-amz-request-id')).toHaveLength(1);
      expect(through.truncated).toBe(false);
      const [status, code] = told === DIFFERS ? (ownAnswerOf(store, request) ?? []) : told;
      expect([direct.status, elementOf(direct, 'Code')]).toEqual([status, code]);
    });
  });
});
