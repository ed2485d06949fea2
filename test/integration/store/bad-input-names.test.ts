// Names, keys and parameters that are wrong: the S3 error for each, from the store itself, and nothing stored.
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useEmbeddedStore } from '../../support/embedded-store-fixture.ts';
import { elementOf } from '../../support/raw-http.ts';
import { ask } from '../../support/raw-target.ts';
import { stateOf } from './store-state.ts';

const at = useEmbeddedStore();
let before: object;

beforeAll(async () => {
  await at.direct.send(new CreateBucketCommand({ Bucket: 'input', ObjectLockEnabledForBucket: true }));
  await at.direct.send(new PutObjectCommand({ Bucket: 'input', Key: 'there', Body: 'there' }));
});
beforeEach(async () => {
  before = await stateOf(at);
});
afterEach(async () => {
  expect(await stateOf(at)).toEqual(before);
});

async function refusal(
  method: string,
  target: string,
  more: { body?: string; headers?: Record<string, string> } = {},
) {
  const answer = await ask(at.store.target, { method, target, ...more });
  return [answer.status, elementOf(answer, 'Code')];
}

describe('bucket names', () => {
  test.each([
    ['two letters', 'ab'],
    ['64 letters', 'a'.repeat(64)],
    ['capitals', 'Upper'],
    ['an underscore', 'under_score'],
    ['a hyphen first', '-first'],
    ['a hyphen last', 'last-'],
    ['a dot first', '.first'],
    ['two dots', 'two..dots'],
    ['an IPv4 address', '192.168.0.1'],
    ['an escaped letter', '%62ucket'],
    ['a space', 'a%20b'],
    ['a line break', 'abc%0a'],
    ['a NUL', 'abc%00'],
    ['no ASCII', 'b%C3%BCcket'],
    ['a path that climbs', '%2e%2e'],
  ])('%s', async (_, name) => {
    for (const [method, target] of [
      ['PUT', `/${name}`],
      ['PUT', `/${name}/key`],
      ['GET', `/${name}`],
    ] as const) {
      expect(await refusal(method, target, method === 'GET' ? {} : { body: '' })).toEqual([
        400,
        'InvalidBucketName',
      ]);
    }
  });

  test('a bucket that is not there', async () => {
    for (const [method, target, body] of [
      ['PUT', '/no-such-bucket/key', 'x'],
      ['GET', '/no-such-bucket/key'],
      ['DELETE', '/no-such-bucket/key'],
      ['GET', '/no-such-bucket?list-type=2'],
      ['GET', '/no-such-bucket?versions'],
      ['GET', '/no-such-bucket?uploads'],
      ['GET', '/no-such-bucket?object-lock'],
      ['POST', '/no-such-bucket/key?uploads', ''],
      ['POST', '/no-such-bucket?delete', '<Delete><Object><Key>k</Key></Object></Delete>'],
      ['DELETE', '/no-such-bucket'],
    ] as const) {
      const told = await refusal(method, target, body === undefined ? {} : { body });
      expect([method, target, ...told]).toEqual([method, target, 404, 'NoSuchBucket']);
    }
  });

  test('a bucket that is there already, one that is not empty', async () => {
    expect(await refusal('PUT', '/input', { body: '' })).toEqual([409, 'BucketAlreadyOwnedByYou']);
    expect(await refusal('DELETE', '/input')).toEqual([409, 'BucketNotEmpty']);
  });
});

describe('keys', () => {
  const everywhere = (key: string) =>
    [
      ['PUT', `/input/${key}`, 'x'],
      ['GET', `/input/${key}`],
      ['HEAD', `/input/${key}`],
      ['DELETE', `/input/${key}`],
      ['POST', `/input/${key}?uploads`, ''],
    ] as const;

  test.each([
    ['1025 bytes of ASCII', 'k'.repeat(1025), 'KeyTooLongError'],
    ['1026 bytes of UTF-8', '%C3%BC'.repeat(513), 'KeyTooLongError'],
    ['a NUL', 'a%00b', 'InvalidArgument'],
    ['a dot segment', 'a/./b', 'InvalidArgument'],
    ['one that climbs', 'a/../b', 'InvalidArgument'],
    ['one that climbs, escaped', 'a/%2e%2e/b', 'InvalidArgument'],
    ['half an escape', 'a%2', 'InvalidURI'],
    ['an escape that is none', 'a%zz', 'InvalidURI'],
  ])('%s', async (_, key, code) => {
    for (const [method, target, body] of everywhere(key)) {
      const told = await refusal(method, target, body === undefined ? {} : { body });
      expect([method, ...told]).toEqual([method, 400, method === 'HEAD' ? undefined : code]);
    }
  });

  // They would all be one key, U+FFFD, and one would overwrite another.
  test.each([
    ['a lone continuation byte', '%80'],
    ['a byte that UTF-8 does not have', 'a%FF'],
    ['an overlong slash', 'a%C0%AFb'],
    ['half a character', 'a%E2%82'],
    ['a surrogate', 'a%ED%A0%80'],
    ['latin1', 'caf%E9'],
  ])('not UTF-8: %s', async (_, key) => {
    for (const [method, target, body] of everywhere(key)) {
      const answer = await ask(at.store.target, { method, target, ...(body === undefined ? {} : { body }) });
      expect([method, answer.status]).toEqual([method, 400]);
    }
  });

  test('not UTF-8, in a copy source', async () => {
    for (const source of ['/input/caf%E9', '/input/%80']) {
      const answer = await ask(at.store.target, {
        method: 'PUT',
        target: '/input/copy',
        headers: { 'x-amz-copy-source': source },
        body: '',
      });
      expect(answer.status).toBe(400);
    }
  });

  test('1024 bytes are a key', async () => {
    const key = '%C3%BC'.repeat(512);
    const put = await ask(at.store.target, { method: 'PUT', target: `/input/${key}`, body: 'x' });
    expect(put.status).toBe(200);
    const id = put.headers.find(([name]) => name.toLowerCase() === 'x-amz-version-id')?.[1];
    expect((await ask(at.store.target, { method: 'GET', target: `/input/${key}` })).body.toString()).toBe(
      'x',
    );
    expect(await refusal('DELETE', `/input/${key}?versionId=${id}`)).toEqual([204, undefined]);
  });
});

describe('parameters', () => {
  test.each([
    ['/input?list-type=2&max-keys=-1', 400, 'InvalidArgument'],
    ['/input?list-type=2&max-keys=many', 400, 'InvalidArgument'],
    ['/input?list-type=2&max-keys=1e3', 400, 'InvalidArgument'],
    ['/input?list-type=2&max-keys=99999999999', 400, 'InvalidArgument'],
    ['/input?list-type=2&encoding-type=base64', 400, 'InvalidArgument'],
    ['/input?list-type=2&continuation-token=forged', 400, 'InvalidArgument'],
    ['/input?list-type=2&continuation-token=%F0%9F%97%84', 400, 'InvalidArgument'],
    ['/input?list-type=2&prefix=%FF', 400, 'InvalidArgument'],
    ['/input?list-type=2&prefix=a&prefix=b', 400, 'InvalidArgument'],
    ['/input?versions&version-id-marker=x', 400, 'InvalidArgument'],
    ['/input?versions&key-marker=there&version-id-marker=not-an-id', 400, 'InvalidArgument'],
    ['/input?uploads&max-uploads=none', 400, 'InvalidArgument'],
    ['/input?list-type=2&unheard-of', 501, 'NotImplemented'],
    ['/input?list-type=3', 400, 'InvalidArgument'],
    ['/input/there?versionId=not-an-id', 400, 'InvalidArgument'],
    ['/input/there?versionId=', 400, 'InvalidArgument'],
    ['/input/there?partNumber=0', 400, 'InvalidArgument'],
    ['/input/there?partNumber=10001', 400, 'InvalidArgument'],
    ['/input/there?partNumber=2', 416, 'InvalidPartNumber'],
    ['/input/there?uploadId=unknown', 404, 'NoSuchUpload'],
    ['/input/there?attributes', 400, 'InvalidArgument'],
  ])('GET %s', async (target, status, code) => {
    expect(await refusal('GET', target)).toEqual([status, code]);
  });

  test('a version id that is well formed but of nobody', async () => {
    const put = await ask(at.store.target, { method: 'PUT', target: '/input/there', body: 'there' });
    const id = put.headers.find(([name]) => name.toLowerCase() === 'x-amz-version-id')?.[1];
    expect(await refusal('GET', `/input/elsewhere?versionId=${id}`)).toEqual([404, 'NoSuchVersion']);
    expect(await refusal('DELETE', `/input/there?versionId=${id}`)).toEqual([204, undefined]);
    expect(await refusal('GET', `/input/there?versionId=${id}`)).toEqual([404, 'NoSuchVersion']);
  });

  test.each([
    ['bytes=10-', 416],
    ['bytes=5-', 416],
    ['bytes=-0', 416],
  ])('the range %s of five bytes', async (range, status) => {
    const answer = await ask(at.store.target, { method: 'GET', target: '/input/there', headers: { range } });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([status, 'InvalidRange']);
  });
});

describe('headers of a write that would be a promise not kept', () => {
  test.each<[string, string, number, string]>([
    ['x-amz-server-side-encryption', 'AES256', 501, 'NotImplemented'],
    ['x-amz-server-side-encryption', 'aws:kms', 501, 'NotImplemented'],
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256', 501, 'NotImplemented'],
    ['x-amz-website-redirect-location', '/x', 501, 'NotImplemented'],
    ['x-amz-grant-read', 'id=1', 501, 'NotImplemented'],
    ['x-amz-acl', 'public-read', 400, 'AccessControlListNotSupported'],
    ['x-amz-storage-class', 'GLACIER', 400, 'InvalidStorageClass'],
    ['x-amz-unheard-of', '1', 501, 'NotImplemented'],
    ['x-amz-write-offset-bytes', '5', 501, 'NotImplemented'],
    ['x-amz-tagging', 'a=1&a=2', 400, 'InvalidTag'],
    ['x-amz-tagging', Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&'), 400, 'InvalidTag'],
    ['x-amz-tagging', `${'k'.repeat(129)}=v`, 400, 'InvalidTag'],
    ['x-amz-tagging', `k=${'v'.repeat(257)}`, 400, 'InvalidTag'],
    ['x-amz-meta-large', 'v'.repeat(2100), 400, 'MetadataTooLarge'],
  ])('%s: %s', async (name, value, status, code) => {
    for (const [method, target] of [
      ['PUT', '/input/there'],
      ['POST', '/input/there?uploads'],
    ] as const) {
      const told = await refusal(method, target, {
        headers: { [name]: value },
        body: method === 'PUT' ? 'x' : '',
      });
      expect([method, ...told]).toEqual([method, status, code]);
    }
  });
});

describe('who is not the gateway', () => {
  test('another key, a wrong secret, no signature', async () => {
    const { credentials } = at.store;
    const as = (other: object) =>
      ask(
        { ...at.store.target, credentials: { ...credentials, ...other } },
        { method: 'PUT', target: '/input/x', body: 'x' },
      );
    const told = async (answer: Awaited<ReturnType<typeof as>>) => [answer.status, elementOf(answer, 'Code')];
    expect(await told(await as({ accessKeyId: 'NOBODY' }))).toEqual([403, 'InvalidAccessKeyId']);
    expect(await told(await as({ secretAccessKey: 'wrong' }))).toEqual([403, 'SignatureDoesNotMatch']);
    const bare = await fetch(`${at.store.endpoint}/input/there`);
    expect([bare.status, /<Code>(\w+)</.exec(await bare.text())?.[1]]).toEqual([403, 'AccessDenied']);
  });
});
