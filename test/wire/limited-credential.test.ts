// A key for the buckets `mine-*` reaches for `other` by each operation there is, each address form and each copy. Beside
// other-buckets.test.ts, which has the ways one by one.
import { LIMITED } from './composed-gateway.ts';
import { askFor, EACH } from './every-operation.ts';
import { type Ask, type Refusal, refused, served } from './refusal-table.ts';

const DENIED = '403 AccessDenied';
const onBuckets = EACH.filter(([, { level }]) => level !== 'service');

refused(
  'each operation on another bucket, by path',
  onBuckets.map(([name, row]): Refusal => [name, DENIED, askFor(row, 'other')]),
  LIMITED,
);
refused(
  'each operation on another bucket, presigned',
  onBuckets.map(([name, row]): Refusal => [name, DENIED, { ...askFor(row, 'other'), presigned: true }]),
  LIMITED,
);
const byHost = (ask: Ask): Ask => ({
  ...ask,
  target: ask.target.replace(/^\/other\/?/, '/'),
  host: 'other.s3.wire',
});
refused(
  'each operation on another bucket, by host name',
  onBuckets.map(([name, row]): Refusal => [name, DENIED, byHost(askFor(row, 'other'))]),
  LIMITED,
);

const copy = (source: string, target = '/mine-1/k', presigned = false): Ask => ({
  method: 'PUT',
  target,
  presigned,
  headers: { 'x-amz-copy-source': source },
});
const PART = '/mine-1/k?partNumber=1&uploadId=u';

const SOURCES: readonly (readonly [name: string, source: string])[] = [
  ['plain', 'other/k'],
  ['with a slash first', '/other/k'],
  ['encoded whole', '%2Fother%2Fk'],
  ['encoded letters', '%6fther/k'],
  ['of a version', '/other/k?versionId=v'],
  ['under a name of its own', '/other/mine-1/k'],
  ['with blanks around', '  /other/k '],
];

refused(
  'a copy out of another bucket',
  SOURCES.flatMap(([name, source]): Refusal[] => [
    [`of an object, ${name}`, DENIED, copy(source)],
    [`of an object, ${name}, presigned`, DENIED, copy(source, '/mine-1/k', true)],
    [`of a part, ${name}`, DENIED, copy(source, PART)],
    [`by host name, ${name}`, DENIED, { ...copy(source, '/k'), host: 'mine-1.s3.wire' }],
  ]),
  LIMITED,
);

refused(
  'a copy into another bucket',
  [
    ['of an object', DENIED, copy('/mine-1/k', '/other/k')],
    ['of a part', DENIED, copy('/mine-1/k', '/other/k?partNumber=1&uploadId=u')],
    ['by host name', DENIED, { ...copy('/mine-1/k', '/k'), host: 'other.s3.wire' }],
    [
      'by host name, its own in the path',
      DENIED,
      { ...copy('/mine-1/k', '/mine-1/k'), host: 'other.s3.wire' },
    ],
  ],
  LIMITED,
);

/** Which names `mine-*` does not cover, however alike they look. */
const ALIKE: readonly (readonly [
  name: string,
  answer: '403 AccessDenied' | '400 InvalidBucketName',
  target: string,
])[] = [
  ['without the dash', DENIED, '/mine/k'],
  ['longer before', DENIED, '/xmine-1/k'],
  ['in capitals', '400 InvalidBucketName', '/MINE-1/k'],
  ['with an encoded letter', '400 InvalidBucketName', '/%6dine-1/k'],
  ['with an encoded slash', '400 InvalidBucketName', '/mine-1%2Fk'],
  ['with an encoded NUL', '400 InvalidBucketName', '/mine-1%00/k'],
  ['with a tenant', '400 InvalidBucketName', '/other:mine-1/k'],
  ['with a user', '400 InvalidBucketName', '/mine-1@other/k'],
  ['with a semicolon', '400 InvalidBucketName', '/mine-1;other/k'],
  ['with a star', '400 InvalidBucketName', '/mine-*/k'],
  ['with a dot segment', '400 InvalidBucketName', '/./other/k'],
  ['with an encoded dot segment', '400 InvalidBucketName', '/%2e/other/k'],
];
refused(
  'names that are alike',
  ALIKE.map(([name, answer, target]): Refusal => [name, answer, { target }]),
  LIMITED,
);

const bypass = (value: string): Ask => ({
  method: 'DELETE',
  target: '/mine-1/k?versionId=v',
  headers: { 'x-amz-bypass-governance-retention': value },
});
refused(
  'rights that a key does not have',
  [
    ['a governance bypass', DENIED, bypass('true')],
    ['a governance bypass in capitals', DENIED, bypass('TRUE')],
    ['a governance bypass spelt otherwise', DENIED, bypass('1')],
    ['a governance bypass, empty', DENIED, bypass('')],
    [
      'a governance bypass in the query',
      '501 NotImplemented',
      { method: 'DELETE', target: '/mine-1/k?versionId=v&x-amz-bypass-governance-retention=true' },
    ],
    [
      'a governance bypass with an underscore',
      '400 InvalidRequest',
      {
        method: 'DELETE',
        target: '/mine-1/k?versionId=v',
        headers: { 'x-amz-bypass-governance_retention': 'true' },
      },
    ],
    [
      "a replica's delete, which MinIO lets past compliance retention",
      '501 NotImplemented',
      {
        method: 'DELETE',
        target: '/mine-1/k?versionId=v',
        headers: { 'x-amz-replication-status': 'REPLICA' },
      },
    ],
    [
      "a replica's write, which MinIO lets past the default retention",
      '501 NotImplemented',
      { method: 'PUT', target: '/mine-1/k', body: 'x', headers: { 'x-amz-replication-status': 'REPLICA' } },
    ],
    [
      'unpacking an archive into keys that nobody checked',
      '501 NotImplemented',
      {
        method: 'PUT',
        target: '/mine-1/k',
        body: 'x',
        headers: { 'x-amz-meta-snowball-auto-extract': 'true' },
      },
    ],
    ["MinIO's admin API", '400 InvalidBucketName', { target: '/minio/admin/v3/info' }],
    ["MinIO's metrics", '400 InvalidBucketName', { target: '/minio/v2/metrics/cluster' }],
    [
      "MinIO's bootstrap endpoint (CVE-2023-28432)",
      '400 InvalidBucketName',
      { method: 'POST', target: '/minio/bootstrap/v1/verify', body: '' },
    ],
    [
      "MinIO's own bucket (CVE-2023-28434)",
      '400 InvalidBucketName',
      { target: '/.minio.sys/config/config.json' },
    ],
    ["RGW's admin API", '400 InvalidBucketName', { target: '/admin/user?quota' }],
    ["RGW's Swift", '400 InvalidBucketName', { target: '/swift/v1/other' }],
    ["RGW's request on behalf of another", '501 NotImplemented', { target: '/mine-1/k?rgwx-uid=other' }],
    ['an STS call', '405 MethodNotAllowed', { method: 'POST', target: '/?Action=AssumeRole', body: '' }],
    ['an IAM call', '405 MethodNotAllowed', { method: 'POST', target: '/', body: 'Action=CreateUser' }],
  ],
  LIMITED,
);

served(
  'what is its own',
  [
    ['an object', { target: '/mine-1/k' }],
    ['a copy', copy('/mine-2/k')],
    ['a bypass that asks for none', bypass('false')],
    ['a key that looks like another bucket', { target: '/mine-1/other/k' }, 'GET /mine-1/other/k '],
  ],
  LIMITED,
);
