import { describe, expect, test } from 'vitest';
import { parseCopySource } from '../../../src/s3/copy-source.ts';
import { codeOf, refusalOf, understood } from './s3-fixture.ts';

describe('parseCopySource', () => {
  test.each([
    ['bucket/key', 'bucket', 'key', undefined],
    ['/bucket/key', 'bucket', 'key', undefined],
    ['bucket/a/b//c', 'bucket', 'a/b//c', undefined],
    ['bucket//key', 'bucket', '/key', undefined],
    ['bucket/a%2Fb%20c', 'bucket', 'a/b c', undefined],
    ['bucket%2Fkey', 'bucket', 'key', undefined],
    ['%2Fbucket%2Fa%2Fb?versionId=v', 'bucket', 'a/b', 'v'],
    ['buck%65t/key', 'bucket', 'key', undefined],
    ['bucket/a+b', 'bucket', 'a+b', undefined],
    ['bucket/%c3%a9', 'bucket', 'é', undefined],
    ['bucket/\xc3\xa9', 'bucket', 'é', undefined],
    ['bucket/key?versionId=a.B-c_d', 'bucket', 'key', 'a.B-c_d'],
    ['bucket/key?versionId=null', 'bucket', 'key', 'null'],
    ['bucket/a%3FversionId=b', 'bucket', 'a?versionId=b', undefined],
  ])('%s', (value, bucket, key, versionId) => {
    expect(parseCopySource(value)).toEqual({ bucket, key, versionId });
  });

  test.each([
    ['', 'InvalidArgument'],
    ['bucket', 'InvalidArgument'],
    ['bucket/', 'InvalidArgument'],
    ['/bucket', 'InvalidArgument'],
    ['//bucket/key', 'InvalidArgument'],
    ['bucket/key#fragment', 'InvalidArgument'],
    ['bucket\\key', 'InvalidArgument'],
    ['bucket/a\\b', 'InvalidArgument'],
    ['bucket/../other/key', 'InvalidArgument'],
    ['bucket/%2e%2e/other/key', 'InvalidArgument'],
    ['bucket/./key', 'InvalidArgument'],
    ['bucket/a%00', 'InvalidArgument'],
    ['bucket/%zz', 'InvalidURI'],
    ['bucket/key?', 'InvalidArgument'],
    ['bucket/key?versionId=', 'InvalidArgument'],
    ['bucket/key?versionId=a&b=c', 'InvalidArgument'],
    ['bucket/key?versionId=a?b', 'InvalidArgument'],
    ['bucket/key?versionid=a', 'InvalidArgument'],
    ['bucket/key?x=y', 'InvalidArgument'],
    ['Bucket/key', 'InvalidBucketName'],
    ['bucket%2F..%2Fother%2Fkey', 'InvalidArgument'],
    ['%2F%2Fbucket/key', 'InvalidArgument'],
    ['%2e%2e%2Fkey', 'InvalidBucketName'],
    ['bucket%252Fkey', 'InvalidArgument'],
    ['../key', 'InvalidBucketName'],
    ['minio/key', 'InvalidBucketName'],
    ['arn:aws:s3:us-east-1:1:accesspoint/a/object/k', 'InvalidBucketName'],
    [`bucket/${'k'.repeat(1025)}`, 'KeyTooLongError'],
  ])('%s is refused with %s', (value, code) => {
    expect(codeOf(() => parseCopySource(value))).toBe(code);
  });
});

describe('x-amz-copy-source on a request', () => {
  const copy = (method: string, target: string, ...lines: string[]) =>
    understood({ method, target, lines: ['Content-Length: 0', ...lines] });
  const SOURCE = 'x-amz-copy-source: /source/k%20ey?versionId=v';

  test('makes PUT a copy', () => {
    expect(copy('PUT', '/bucket/key', SOURCE)).toMatchObject({
      operation: { name: 'CopyObject', access: 'write' },
      copySource: { bucket: 'source', key: 'k ey', versionId: 'v' },
    });
    expect(copy('PUT', '/bucket/key?uploadId=u&partNumber=1', SOURCE).operation.name).toBe('UploadPartCopy');
  });

  test('is absent from everything else', () => {
    expect(copy('PUT', '/bucket/key').copySource).toBeUndefined();
  });

  test.each([
    ['on GET', 'GET', '/bucket/key'],
    ['on DELETE', 'DELETE', '/bucket/key'],
    ['on a bucket', 'PUT', '/bucket'],
    ['on DeleteObjects', 'POST', '/bucket?delete'],
    ['on CreateMultipartUpload', 'POST', '/bucket/key?uploads'],
  ])('%s is refused', (_name, method, target) => {
    expect(refusalOf(() => copy(method, target, SOURCE)).code).toBe('InvalidArgument');
  });

  test('on a sub-resource, repeated, or empty is refused', () => {
    expect(refusalOf(() => copy('PUT', '/bucket/key?acl', SOURCE)).code).toBe('NotImplemented');
    expect(refusalOf(() => copy('PUT', '/bucket/key', SOURCE, SOURCE)).code).toBe('InvalidArgument');
    expect(refusalOf(() => copy('PUT', '/bucket/key', 'x-amz-copy-source:')).code).toBe('InvalidArgument');
  });
});
