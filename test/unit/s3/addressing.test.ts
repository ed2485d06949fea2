import { describe, expect, test } from 'vitest';
import { codeOf, understood } from './s3-fixture.ts';

const HOST_NAMES = ['s3.example.com', 's3.lan'];

function addressed(target: string, host = 'gateway', hostNames: readonly string[] = HOST_NAMES) {
  const { addressing, bucket, rawKey, key } = understood({ target, host, hostNames });
  return { addressing, bucket, rawKey, key };
}

describe('path style', () => {
  test.each([
    ['/', '', '', ''],
    ['/bucket', 'bucket', '', ''],
    ['/bucket/', 'bucket', '', ''],
    ['/bucket/key', 'bucket', 'key', 'key'],
    ['/bucket/a/b/c', 'bucket', 'a/b/c', 'a/b/c'],
    ['/bucket//', 'bucket', '/', '/'],
    ['/bucket//key', 'bucket', '/key', '/key'],
    ['/bucket/key//', 'bucket', 'key//', 'key//'],
    ['/bucket/a%2fb', 'bucket', 'a%2fb', 'a/b'],
    ['/bucket/%c3%a9', 'bucket', '%c3%a9', 'é'],
    ['/bucket/%ff', 'bucket', '%ff', '\ufffd'],
    ['/bucket/a+b', 'bucket', 'a+b', 'a+b'],
    ['/bucket/a%20b', 'bucket', 'a%20b', 'a b'],
    ['/bucket/a%252fb', 'bucket', 'a%252fb', 'a%2fb'],
    ['/bucket/...', 'bucket', '...', '...'],
    ['/bucket/a..b/.c', 'bucket', 'a..b/.c', 'a..b/.c'],
    ['/my.bucket-1/k', 'my.bucket-1', 'k', 'k'],
  ])('%s', (target, bucket, rawKey, key) => {
    expect(addressed(target)).toEqual({ addressing: 'path', bucket, rawKey, key });
  });
});

describe('the host', () => {
  test.each([
    ['the name itself', 's3.example.com', '/bucket/k', 'path', 'bucket', 'k'],
    ['the name with a port', 's3.example.com:9000', '/bucket/k', 'path', 'bucket', 'k'],
    ['another name', 'bucket.elsewhere.net', '/other/k', 'path', 'other', 'k'],
    ['a name that only ends alike', 'bucketxs3.lan', '/other/k', 'path', 'other', 'k'],
    ['an address', '10.0.0.1:80', '/bucket/k', 'path', 'bucket', 'k'],
    ['an IPv6 address', '[::1]', '/bucket/k', 'path', 'bucket', 'k'],
    ['an IPv6 address with a port', '[fe80::1]:9000', '/bucket/k', 'path', 'bucket', 'k'],
    ['a bucket before the name', 'bucket.s3.example.com', '/k', 'virtual-hosted', 'bucket', 'k'],
    ['with a port', 'bucket.s3.example.com:443', '/k', 'virtual-hosted', 'bucket', 'k'],
    ['in capitals', 'BUCKET.S3.Example.COM', '/k', 'virtual-hosted', 'bucket', 'k'],
    ['a bucket with dots', 'my.bucket.s3.lan', '/k', 'virtual-hosted', 'my.bucket', 'k'],
    ['the bucket itself', 'bucket.s3.lan', '/', 'virtual-hosted', 'bucket', ''],
    ['a key that looks like a bucket', 'bucket.s3.lan', '/other/k', 'virtual-hosted', 'bucket', 'other/k'],
    ['a key that starts with a slash', 'bucket.s3.lan', '//k', 'virtual-hosted', 'bucket', '/k'],
  ])('%s', (_name, host, target, addressing, bucket, key) => {
    expect(addressed(target, host)).toMatchObject({ addressing, bucket, key });
  });

  test('without public names every host is path style', () => {
    expect(addressed('/bucket/k', 'bucket.s3.lan', [])).toMatchObject({
      addressing: 'path',
      bucket: 'bucket',
    });
  });

  test('of two names that fit, the longer one counts, whatever their order', () => {
    for (const names of [
      ['example.com', 's3.example.com'],
      ['s3.example.com', 'example.com'],
    ]) {
      expect(addressed('/k', 'bucket.s3.example.com', names).bucket).toBe('bucket');
      expect(addressed('/bucket/k', 's3.example.com', names)).toMatchObject({
        addressing: 'path',
        bucket: 'bucket',
      });
    }
  });

  test.each([
    ['a path in it', 'gateway/x'],
    ['a user in it', 'user@gateway'],
    ['a space in it', 'a b'],
    ['two ports', 'gateway:80:81'],
    ['a port of letters', 'gateway:http'],
    ['a broken IPv6 address', '[::1'],
    ['bytes beyond ASCII', 'b\xfccket.s3.lan'],
    ['a list', 'a, b'],
  ])('%s is refused', (_name, host) => {
    expect(codeOf(() => addressed('/bucket/k', host))).toBe('BadRequest');
  });

  test.each([
    ['nothing before the dot', '.s3.lan'],
    ['two letters', 'ab.s3.lan'],
    ['two dots', 'a..b.s3.lan'],
    ['an underscore', 'my_bucket.s3.lan'],
    ['a reserved name', 'minio.s3.lan'],
    ['an address', '10.0.0.1.s3.lan'],
  ])('a bucket of %s is refused', (_name, host) => {
    expect(codeOf(() => addressed('/k', host))).toBe('InvalidBucketName');
  });
});

describe('bucket names that some store would read otherwise are refused', () => {
  test.each([
    ['ab'],
    ['a'.repeat(64)],
    ['Bucket'],
    ['my_bucket'],
    ['-bucket'],
    ['bucket-'],
    ['.bucket'],
    ['bucket.'],
    ['a..b'],
    ['..'],
    ['.'],
    ['127.0.0.1'],
    ['999.999.999.999'],
    ['buck%65t'],
    ['b%2fucket'],
    ['bucket%00'],
    ['bucket:tenant'],
    ['tenant:bucket'],
    ['bucket;v=1'],
    ['bucket%20'],
    ['.minio.sys'],
    ['minio'],
    ['admin'],
    ['swift'],
    ['auth'],
  ])('%s', (bucket) => {
    expect(codeOf(() => addressed(`/${bucket}/key`))).toBe('InvalidBucketName');
    expect(codeOf(() => addressed(`/${bucket}`))).toBe('InvalidBucketName');
  });

  test('an empty one before a key', () => {
    expect(codeOf(() => addressed('//key'))).toBe('InvalidBucketName');
    expect(codeOf(() => addressed('//'))).toBe('InvalidBucketName');
  });

  test('names of 3 and 63 characters are fine', () => {
    expect(addressed('/abc/k').bucket).toBe('abc');
    expect(addressed(`/${'a'.repeat(63)}/k`).bucket).toHaveLength(63);
  });
});

describe('keys that some store would read otherwise are refused', () => {
  test.each([
    ['a dot segment', '/bucket/./k', 'InvalidArgument'],
    ['two dots', '/bucket/../evil/k', 'InvalidArgument'],
    ['two dots at the end', '/bucket/a/..', 'InvalidArgument'],
    ['two dots alone', '/bucket/..', 'InvalidArgument'],
    ['encoded dots', '/bucket/%2e%2e/evil/k', 'InvalidArgument'],
    ['half encoded dots', '/bucket/.%2E/evil/k', 'InvalidArgument'],
    ['an encoded slash behind dots', '/bucket/..%2fevil/k', 'InvalidArgument'],
    ['an encoded slash before dots', '/bucket/a%2f..%2fk', 'InvalidArgument'],
    ['NUL', '/bucket/a%00b', 'InvalidArgument'],
    ['a broken escape', '/bucket/%', 'InvalidURI'],
    ['half an escape', '/bucket/%4', 'InvalidURI'],
    ['an escape without hex', '/bucket/%g0', 'InvalidURI'],
    ['an escape of %u', '/bucket/%u0041', 'InvalidURI'],
    ['1025 bytes', `/bucket/${'k'.repeat(1025)}`, 'KeyTooLongError'],
    ['1026 bytes in 513 letters', `/bucket/${'%c3%a9'.repeat(513)}`, 'KeyTooLongError'],
  ])('%s', (_name, target, code) => {
    expect(codeOf(() => addressed(target))).toBe(code);
  });

  test('1024 bytes are fine, also as 512 letters', () => {
    expect(addressed(`/bucket/${'k'.repeat(1024)}`).key).toHaveLength(1024);
    expect(addressed(`/bucket/${'%c3%a9'.repeat(512)}`).key).toHaveLength(512);
  });
});
