import { describe, expect, test } from 'vitest';
import { OPERATIONS, type OperationRow, uploadsData } from '../../../src/s3/operation.ts';
import { refusalOf, understood } from './s3-fixture.ts';

const TARGETS = { service: '/', bucket: '/bucket', object: '/bucket/key' } as const;

/** A request that should be exactly this row's. */
function asked({ level, method, requires, copies }: OperationRow, also: readonly string[] = []) {
  const query = [...requires, ...also].map((name) => `${name}=x`).join('&');
  const lines = [
    ...(copies ? ['x-amz-copy-source: source/key'] : []),
    ...(method === 'PUT' ? ['Content-Length: 0'] : []),
  ];
  return understood({ method, target: `${TARGETS[level]}${query === '' ? '' : `?${query}`}`, lines });
}

const label = ({ level, method, name, requires, copies }: OperationRow): string =>
  `${method} ${level}?${requires.join('&')}${copies ? ' (copy)' : ''} is ${name}`;

describe('the operation table', () => {
  test('no two rows take the same request, and no two have one name', () => {
    const keys = OPERATIONS.map(({ level, method, requires, copies }) =>
      [level, method, [...requires].sort(), copies].join(),
    );
    expect(new Set(keys).size).toBe(OPERATIONS.length);
    expect(new Set(OPERATIONS.map(({ name }) => name)).size).toBe(OPERATIONS.length);
  });

  test('which there are: another one is a visible act', () => {
    expect(OPERATIONS.map(({ name }) => name).sort()).toEqual([
      'AbortMultipartUpload',
      'CompleteMultipartUpload',
      'CopyObject',
      'CreateBucket',
      'CreateMultipartUpload',
      'DeleteBucket',
      'DeleteBucketAnalyticsConfiguration',
      'DeleteBucketCors',
      'DeleteBucketEncryption',
      'DeleteBucketIntelligentTieringConfiguration',
      'DeleteBucketInventoryConfiguration',
      'DeleteBucketLifecycle',
      'DeleteBucketMetricsConfiguration',
      'DeleteBucketOwnershipControls',
      'DeleteBucketPolicy',
      'DeleteBucketReplication',
      'DeleteBucketTagging',
      'DeleteBucketWebsite',
      'DeleteObject',
      'DeleteObjectTagging',
      'DeleteObjects',
      'DeletePublicAccessBlock',
      'GetBucketAccelerateConfiguration',
      'GetBucketAcl',
      'GetBucketAnalyticsConfiguration',
      'GetBucketCors',
      'GetBucketEncryption',
      'GetBucketIntelligentTieringConfiguration',
      'GetBucketInventoryConfiguration',
      'GetBucketLifecycleConfiguration',
      'GetBucketLocation',
      'GetBucketLogging',
      'GetBucketMetricsConfiguration',
      'GetBucketNotificationConfiguration',
      'GetBucketOwnershipControls',
      'GetBucketPolicy',
      'GetBucketPolicyStatus',
      'GetBucketReplication',
      'GetBucketRequestPayment',
      'GetBucketTagging',
      'GetBucketVersioning',
      'GetBucketWebsite',
      'GetObject',
      'GetObjectAcl',
      'GetObjectAttributes',
      'GetObjectLegalHold',
      'GetObjectLockConfiguration',
      'GetObjectRetention',
      'GetObjectTagging',
      'GetPublicAccessBlock',
      'HeadBucket',
      'HeadObject',
      'HeadService',
      'ListBuckets',
      'ListMultipartUploads',
      'ListObjectVersions',
      'ListObjects',
      'ListObjectsV2',
      'ListParts',
      'PutBucketAccelerateConfiguration',
      'PutBucketAcl',
      'PutBucketAnalyticsConfiguration',
      'PutBucketCors',
      'PutBucketEncryption',
      'PutBucketIntelligentTieringConfiguration',
      'PutBucketInventoryConfiguration',
      'PutBucketLifecycleConfiguration',
      'PutBucketLogging',
      'PutBucketMetricsConfiguration',
      'PutBucketNotificationConfiguration',
      'PutBucketOwnershipControls',
      'PutBucketPolicy',
      'PutBucketReplication',
      'PutBucketRequestPayment',
      'PutBucketTagging',
      'PutBucketVersioning',
      'PutBucketWebsite',
      'PutObject',
      'PutObjectAcl',
      'PutObjectLegalHold',
      'PutObjectLockConfiguration',
      'PutObjectRetention',
      'PutObjectTagging',
      'PutPublicAccessBlock',
      'RestoreObject',
      'SelectObjectContent',
      'UploadPart',
      'UploadPartCopy',
    ]);
  });

  test.each(OPERATIONS.map((row) => [label(row), row] as const))('%s', (_label, row) => {
    expect(asked(row).operation).toMatchObject({ name: row.name, level: row.level, access: row.access });
  });

  test.each(OPERATIONS.filter(({ takes }) => takes.length > 0).map((row) => [row.name, row] as const))(
    '%s takes what it may take, together',
    (_name, row) => {
      expect(asked(row, row.takes).operation.name).toBe(row.name);
    },
  );

  test.each(OPERATIONS.map((row) => [row.name, row] as const))(
    '%s refuses any other parameter by name',
    (_name, row) => {
      const refusal = refusalOf(() => asked(row, ['no-such-thing']));
      expect(refusal.code).toBe('NotImplemented');
      expect(refusal.message).toContain('"no-such-thing"');
    },
  );

  test('everything that is no GET and no HEAD writes', () => {
    for (const { method, access } of OPERATIONS) {
      expect(access).toBe(method === 'GET' || method === 'HEAD' ? 'read' : 'write');
    }
  });

  test("what carries an object's data", () => {
    expect(OPERATIONS.filter(uploadsData).map(({ name }) => name)).toEqual(['UploadPart', 'PutObject']);
  });
});

describe('operations by what a client sends', () => {
  test.each([
    ['GET', '/', 'ListBuckets'],
    ['GET', '/?x-id=ListBuckets', 'ListBuckets'],
    ['HEAD', '/', 'HeadService'],
    ['GET', '/bucket', 'ListObjects'],
    ['GET', '/bucket/', 'ListObjects'],
    ['GET', '/bucket?list-type=2&prefix=a%2Fb&delimiter=/', 'ListObjectsV2'],
    ['GET', '/bucket?versions', 'ListObjectVersions'],
    ['GET', '/bucket?uploads', 'ListMultipartUploads'],
    ['GET', '/bucket?location=', 'GetBucketLocation'],
    ['GET', '/bucket?%6cocation', 'GetBucketLocation'],
    ['GET', '/bucket?object-lock', 'GetObjectLockConfiguration'],
    ['HEAD', '/bucket', 'HeadBucket'],
    ['PUT', '/bucket', 'CreateBucket'],
    ['PUT', '/bucket?versioning', 'PutBucketVersioning'],
    ['DELETE', '/bucket', 'DeleteBucket'],
    ['DELETE', '/bucket?lifecycle', 'DeleteBucketLifecycle'],
    ['POST', '/bucket?delete', 'DeleteObjects'],
    ['POST', '/bucket?delete=', 'DeleteObjects'],
    ['GET', '/bucket/key', 'GetObject'],
    ['GET', '/bucket/key?x-id=GetObject&versionId=v', 'GetObject'],
    ['GET', '/bucket/key?&&versionId=v&', 'GetObject'],
    ['GET', '/bucket/key?response-content-type=a/b', 'GetObject'],
    ['GET', '/bucket/key?uploadId=u', 'ListParts'],
    ['GET', '/bucket//', 'GetObject'],
    ['HEAD', '/bucket/key', 'HeadObject'],
    ['PUT', '/bucket/key', 'PutObject'],
    ['PUT', '/bucket/key?partNumber=1&uploadId=u', 'UploadPart'],
    ['PUT', '/bucket/key?retention', 'PutObjectRetention'],
    ['PUT', '/bucket/key?x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32', 'PutObject'],
    ['POST', '/bucket/key?uploads', 'CreateMultipartUpload'],
    ['POST', '/bucket/key?uploadId=u', 'CompleteMultipartUpload'],
    ['POST', '/bucket/key?select&select-type=2', 'SelectObjectContent'],
    ['DELETE', '/bucket/key', 'DeleteObject'],
    ['DELETE', '/bucket/key?versionId=v', 'DeleteObject'],
    ['DELETE', '/bucket/key?uploadId=u', 'AbortMultipartUpload'],
  ])('%s %s is %s', (method, target, name) => {
    const lines = method === 'PUT' ? ['Content-Length: 0'] : [];
    expect(understood({ method, target, lines }).operation.name).toBe(name);
  });

  test("a presigned URL's own parameters belong to no operation", () => {
    const target =
      '/bucket/key?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Date=c&X-Amz-Expires=d&X-Amz-SignedHeaders=e&X-Amz-Signature=f&X-Amz-Content-Sha256=g&X-Amz-Security-Token=h';
    expect(understood({ target }).operation.name).toBe('GetObject');
  });

  test.each([
    ['a form POST', 'POST', '/bucket', 'NotImplemented', 'PostObject'],
    ['a form POST to the bucket with a slash', 'POST', '/bucket/', 'NotImplemented', 'PostObject'],
    ['POST on an object', 'POST', '/bucket/key', 'NotImplemented', 'POST'],
    ['a torrent', 'GET', '/bucket/key?torrent', 'NotImplemented', '"torrent"'],
    [
      'an upload of a part without its number',
      'PUT',
      '/bucket/key?uploadId=u',
      'NotImplemented',
      '"uploadId"',
    ],
    ['a part number alone', 'PUT', '/bucket/key?partNumber=1', 'NotImplemented', '"partNumber"'],
    ['two sub-resources', 'GET', '/bucket/key?acl&tagging', 'NotImplemented', '"tagging"'],
    ['another case', 'GET', '/bucket?Location', 'NotImplemented', '"Location"'],
    [
      'a header moved into the query',
      'PUT',
      '/bucket/key?x-amz-acl=public-read',
      'NotImplemented',
      '"x-amz-acl"',
    ],
    [
      'a copy source in the query',
      'PUT',
      '/bucket/key?x-amz-copy-source=a/b',
      'NotImplemented',
      '"x-amz-copy-source"',
    ],
    ['an unprintable name', 'GET', '/bucket?%00%0d', 'NotImplemented', '"??"'],
    ['repeated', 'GET', '/bucket?prefix=a&prefix=b', 'InvalidArgument', '"prefix" is repeated'],
    [
      'repeated, encoded once',
      'GET',
      '/bucket/key?versionId=a&version%49d=b',
      'InvalidArgument',
      '"versionId" is repeated',
    ],
    [
      'repeated x-id is passive',
      'GET',
      '/?x-id=a&max-buckets=1&max-buckets=2',
      'InvalidArgument',
      '"max-buckets"',
    ],
    ['a broken escape in the query', 'GET', '/bucket?prefix=%zz', 'InvalidURI', '%'],
    ['PATCH', 'PATCH', '/bucket/key', 'MethodNotAllowed', 'not allowed'],
    ['OPTIONS', 'OPTIONS', '/bucket/key', 'MethodNotAllowed', 'not allowed'],
    ['CONNECT', 'CONNECT', '/bucket', 'MethodNotAllowed', 'not allowed'],
    ['DELETE on the service', 'DELETE', '/', 'MethodNotAllowed', 'not allowed'],
    ['POST on the service', 'POST', '/?Action=ListUsers', 'MethodNotAllowed', 'not allowed'],
    ['lower-case get', 'get', '/bucket', 'MethodNotAllowed', 'not allowed'],
  ])('%s: %s %s is refused with %s', (_name, method, target, code, text) => {
    const lines = method === 'PUT' ? ['Content-Length: 0'] : [];
    const refusal = refusalOf(() => understood({ method, target, lines }));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(text);
  });
});

describe('bodies', () => {
  test.each([
    ['GET', '/bucket/key', 'Content-Length: 1', 'InvalidRequest'],
    ['HEAD', '/bucket/key', 'Transfer-Encoding: chunked', 'InvalidRequest'],
    ['DELETE', '/bucket/key', 'Content-Length: 1', 'InvalidRequest'],
    ['PUT', '/bucket/key', 'X: y', 'MissingContentLength'],
    ['PUT', '/bucket/key?partNumber=1&uploadId=u', 'X: y', 'MissingContentLength'],
    ['PUT', '/bucket/key', 'Content-Length: 0\r\nx-amz-meta-snowball-auto-extract: true', 'NotImplemented'],
    ['PUT', '/bucket/key', 'Content-Length: 0\r\nX-Amz-Meta-Snowball-Auto-Extract: false', 'NotImplemented'],
  ])('%s %s with %s is refused with %s', (method, target, line, code) => {
    expect(refusalOf(() => understood({ method, target, lines: [line] })).code).toBe(code);
  });

  test.each([
    ['GET', '/bucket/key', 'Content-Length: 0'],
    ['PUT', '/bucket/key', 'Transfer-Encoding: chunked'],
    ['PUT', '/bucket', 'X: y'],
    ['POST', '/bucket/key?uploads', 'X: y'],
  ])('%s %s with %s is fine', (method, target, line) => {
    expect(understood({ method, target, lines: [line] }).bucket).toBe('bucket');
  });
});
