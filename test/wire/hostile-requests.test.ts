// The corpus: every malformed and hostile request by name, against the composed gateway. The store must not get a byte.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elementOf, headerOf } from '../support/raw-http.ts';
import { type ComposedGateway, composedGateway } from './composed-gateway.ts';

let gateway: ComposedGateway;

beforeAll(async () => {
  gateway = await composedGateway();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** A good, signed request with its bytes changed. */
type Make = (good: { get: string; put: string }) => string;

const SMUGGLED = 'GET /smuggled/key HTTP/1.1\r\nHost: h\r\n\r\n';

function good(): { get: string; put: string } {
  const get = gateway.signed({ target: '/bucket/key' }).toString('latin1');
  const put = gateway.signed({ method: 'PUT', target: '/bucket/key', body: 'hello' }).toString('latin1');
  return { get, put };
}

const line = (request: string, added: string): string => request.replace('\r\n\r\n', `\r\n${added}\r\n\r\n`);
const start = (request: string, changed: string): string => request.replace(/^.*\r\n/, `${changed}\r\n`);
const length = (request: string, changed: string): string => request.replace(/content-length: 5/, changed);

async function refused(
  bytes: string,
  method = 'GET',
): Promise<{ status: number; code: string | undefined; closed: boolean }> {
  await using connection = await gateway.connect();
  await connection.send(bytes);
  const answer = await connection.answer(method);
  const closed = headerOf(answer, 'connection') === 'close' && (await connection.closes());
  // Whatever was pipelined behind must have made no second answer.
  if (closed) expect(connection.pending.toString()).toBe('');
  return { status: answer.status, code: elementOf(answer, 'Code'), closed };
}

describe('what is not HTTP as we accept it: an S3 error, the connection closed, no byte for the store', () => {
  test.each<[string, number, string, Make]>([
    [
      'Content-Length and Transfer-Encoding (CL.TE)',
      400,
      'BadRequest',
      ({ put }) => `${line(put, 'Transfer-Encoding: chunked').replace(/hello$/, '')}0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'Transfer-Encoding and Content-Length (TE.CL)',
      400,
      'BadRequest',
      ({ put }) => put.replace('content-length', 'Transfer-Encoding: chunked\r\ncontent-length'),
    ],
    [
      'Transfer-Encoding behind a tab',
      400,
      'BadRequest',
      ({ put }) => line(put, 'Transfer-Encoding:\tchunked'),
    ],
    [
      'Transfer-Encoding with a space before the colon',
      400,
      'BadRequest',
      ({ put }) => line(put, 'Transfer-Encoding : chunked'),
    ],
    [
      'Transfer-Encoding with a vertical tab',
      400,
      'BadRequest',
      ({ put }) => line(put, 'Transfer-Encoding: \x0bchunked'),
    ],
    ['Transfer-Encoding folded', 400, 'BadRequest', ({ put }) => line(put, 'Transfer-Encoding:\r\n chunked')],
    [
      'Transfer-Encoding xchunked',
      501,
      'NotImplemented',
      ({ put }) => length(put, 'Transfer-Encoding: xchunked'),
    ],
    [
      'Transfer-Encoding chunked, identity',
      501,
      'NotImplemented',
      ({ put }) => length(put, 'Transfer-Encoding: chunked, identity'),
    ],
    [
      'Transfer-Encoding identity, chunked',
      501,
      'NotImplemented',
      ({ put }) => length(put, 'Transfer-Encoding: identity, chunked'),
    ],
    [
      'Transfer-Encoding twice',
      501,
      'NotImplemented',
      ({ put }) => length(put, 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'),
    ],
    [
      'Transfer-Encoding in HTTP/1.0',
      400,
      'BadRequest',
      ({ put }) => length(put, 'Transfer-Encoding: chunked').replace('HTTP/1.1', 'HTTP/1.0'),
    ],
    ['Content-Length twice, alike', 400, 'BadRequest', ({ put }) => line(put, 'Content-Length: 5')],
    [
      'Content-Length twice, different',
      400,
      'BadRequest',
      ({ put }) => line(put, 'Content-Length: 0') + SMUGGLED,
    ],
    ['Content-Length with a plus', 400, 'BadRequest', ({ put }) => length(put, 'Content-Length: +5')],
    ['Content-Length negative', 400, 'BadRequest', ({ put }) => length(put, 'Content-Length: -5')],
    ['Content-Length in hexadecimal', 400, 'BadRequest', ({ put }) => length(put, 'Content-Length: 0x5')],
    ['Content-Length as a list', 400, 'BadRequest', ({ put }) => length(put, 'Content-Length: 5,5')],
    [
      'Content-Length beyond 2^53',
      400,
      'BadRequest',
      ({ put }) => length(put, 'Content-Length: 18446744073709551621'),
    ],
    ['Content-Length empty', 400, 'BadRequest', ({ put }) => length(put, 'Content-Length:')],
    ['a bare LF behind the request line', 400, 'BadRequest', ({ get }) => get.replace('\r\n', '\n')],
    ['bare LFs throughout', 400, 'BadRequest', ({ get }) => get.replaceAll('\r\n', '\n')],
    ['a bare CR in a value', 400, 'BadRequest', ({ get }) => line(get, 'X: a\rTransfer-Encoding: chunked')],
    [
      'CR LF CR X (CVE-2025-23167)',
      400,
      'BadRequest',
      ({ get }) => get.replace('\r\n\r\n', '\r\n\rX: y\r\n\r\n'),
    ],
    ['a NUL in a value', 400, 'BadRequest', ({ get }) => line(get, 'X: a\0b')],
    ['a NUL in a name', 400, 'BadRequest', ({ get }) => line(get, 'X\0: a')],
    ['obs-fold', 400, 'BadRequest', ({ get }) => line(get, 'X: a\r\n b')],
    ['a space before the colon', 400, 'BadRequest', ({ get }) => line(get, 'X : a')],
    ['an empty name', 400, 'BadRequest', ({ get }) => line(get, ': a')],
    ['a line without a colon', 400, 'BadRequest', ({ get }) => line(get, 'hello')],
    ['an empty line first', 400, 'BadRequest', ({ get }) => `\r\n${get}`],
    ['no Host', 400, 'BadRequest', ({ get }) => get.replace(/host: .*\r\n/, '')],
    ['Host twice', 400, 'BadRequest', ({ get }) => line(get, 'Host: other')],
    ['absolute-form', 400, 'BadRequest', ({ get }) => start(get, 'GET http://other/bucket/key HTTP/1.1')],
    ['authority-form', 400, 'BadRequest', ({ get }) => start(get, 'CONNECT other:443 HTTP/1.1')],
    ['asterisk-form', 400, 'BadRequest', ({ get }) => start(get, 'OPTIONS * HTTP/1.1')],
    [
      'a raw number sign in the target',
      400,
      'BadRequest',
      ({ get }) => start(get, 'GET /bucket/key#fragment HTTP/1.1'),
    ],
    ['a target without a slash', 400, 'BadRequest', ({ get }) => start(get, 'GET bucket/key HTTP/1.1')],
    [
      'a space in the target',
      400,
      'BadRequest',
      ({ get }) => start(get, 'GET /bucket/key HTTP/1.1 HTTP/1.1'),
    ],
    ['raw bytes in the target', 400, 'BadRequest', ({ get }) => start(get, 'GET /bucket/\xe9 HTTP/1.1')],
    [
      'two spaces in the request line',
      400,
      'BadRequest',
      ({ get }) => start(get, 'GET  /bucket/key HTTP/1.1'),
    ],
    ['HTTP/0.9', 400, 'BadRequest', () => 'GET /bucket/key\r\n\r\n'],
    ['HTTP/1.2', 501, 'NotImplemented', ({ get }) => get.replace('HTTP/1.1', 'HTTP/1.2')],
    ['HTTP/2.0', 501, 'NotImplemented', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['lower-case http', 400, 'BadRequest', ({ get }) => get.replace('HTTP/1.1', 'http/1.1')],
    ['a TLS handshake', 400, 'BadRequest', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['another expectation', 501, 'NotImplemented', ({ put }) => line(put, 'Expect: 200-maybe')],
    [
      'too many headers',
      400,
      'RequestHeaderSectionTooLarge',
      ({ get }) => line(get, 'X: y\r\n'.repeat(300).trimEnd()),
    ],
    [
      'too many headers, Content-Length last (CVE-2026-58044)',
      400,
      'RequestHeaderSectionTooLarge',
      ({ put }) => length(put, `${'X: y\r\n'.repeat(2000)}Content-Length: 5`),
    ],
    [
      'a head that is too large',
      400,
      'RequestHeaderSectionTooLarge',
      ({ get }) => line(get, `X: ${'y'.repeat(40_000)}`),
    ],
    ['a head without an end', 400, 'RequestHeaderSectionTooLarge', () => `GET /${'k'.repeat(40_000)}`],
  ])('%s', async (_name, status, code, make) => {
    expect(await refused(make(good()) + SMUGGLED)).toEqual({ status, code, closed: true });
    expect(gateway.store.bytes()).toBe('');
    expect(gateway.store.connections).toHaveLength(0);
  });
});

describe('what is HTTP and must not reach a store', () => {
  const unsigned = (method: string, target: string): string =>
    `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n\r\n`;

  test.each<[string, number, string, Make]>([
    ['not signed', 403, 'AccessDenied', () => unsigned('GET', '/bucket/key')],
    [
      'Basic',
      400,
      'InvalidArgument',
      ({ get }) => get.replace(/authorization: .*/, 'authorization: Basic YTpi'),
    ],
    [
      'a wrong signature',
      403,
      'SignatureDoesNotMatch',
      ({ get }) => get.replace(/Signature=\w{8}/, 'Signature=00000000'),
    ],
    [
      'a wrong signature before a body',
      403,
      'SignatureDoesNotMatch',
      ({ put }) => put.replace(/Signature=\w{8}/, 'Signature=00000000') + SMUGGLED,
    ],
    [
      'a wrong signature with snowball (CVE-2026-40344)',
      501,
      'NotImplemented',
      ({ put }) => line(put, 'x-amz-meta-snowball-auto-extract: true'),
    ],
    [
      'an unsigned trailer mode (CVE-2025-31489)',
      403,
      'SignatureDoesNotMatch',
      ({ put }) => put.replace(/x-amz-content-sha256: \w+/, 'x-amz-content-sha256: UNSIGNED-PAYLOAD'),
    ],
    [
      'a streaming payload mode without the length of its data',
      411,
      'MissingContentLength',
      ({ put }) =>
        put.replace(/x-amz-content-sha256: \w+/, 'x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER'),
    ],
    ['an unsigned x-amz-acl', 403, 'AccessDenied', ({ put }) => line(put, 'x-amz-acl: public-read')],
    ['an unsigned copy source', 403, 'AccessDenied', ({ put }) => line(put, 'x-amz-copy-source: /other/key')],
    ['two dates', 403, 'AccessDenied', ({ get }) => line(get, 'x-amz-date: 20260304T050607Z')],
    [
      'two Authorizations',
      400,
      'InvalidArgument',
      ({ get }) => line(get, 'Authorization: AWS4-HMAC-SHA256 x'),
    ],
    [
      'Authorization and a signature in the query',
      400,
      'InvalidArgument',
      ({ get }) => get.replace('/bucket/key', '/bucket/key?X-Amz-Signature=00'),
    ],
    [
      'a changed path',
      403,
      'SignatureDoesNotMatch',
      ({ get }) => get.replace('/bucket/key', '/bucket/other'),
    ],
    ['a changed Host', 403, 'SignatureDoesNotMatch', ({ get }) => get.replace(/host: .*/, 'host: other')],
    [
      'a bucket moved into the Host',
      403,
      'SignatureDoesNotMatch',
      ({ get }) => get.replace(/host: .*/, 'host: other.s3.wire'),
    ],
    ['a Host that is none', 400, 'BadRequest', ({ get }) => get.replace(/host: .*/, 'host: a/b')],
    ['dot segments', 400, 'InvalidArgument', ({ get }) => get.replace('/bucket/key', '/bucket/../other/key')],
    [
      'encoded dot segments',
      400,
      'InvalidArgument',
      ({ get }) => get.replace('/bucket/key', '/bucket/%2e%2e/other/key'),
    ],
    ['NUL in the key', 400, 'InvalidArgument', ({ get }) => get.replace('/bucket/key', '/bucket/key%00')],
    ['a broken escape', 400, 'InvalidURI', ({ get }) => get.replace('/bucket/key', '/bucket/%')],
    [
      'a key that is too long',
      400,
      'KeyTooLongError',
      ({ get }) => get.replace('/bucket/key', `/bucket/${'k'.repeat(1025)}`),
    ],
    [
      "MinIO's admin API",
      400,
      'InvalidBucketName',
      () => gateway.signed({ target: '/minio/admin/v3/info' }).toString('latin1'),
    ],
    [
      "RGW's admin API",
      400,
      'InvalidBucketName',
      () => gateway.signed({ target: '/admin/bucket' }).toString('latin1'),
    ],
    [
      "a tenant's bucket",
      400,
      'InvalidBucketName',
      () => gateway.signed({ target: '/tenant:bucket/key' }).toString('latin1'),
    ],
    [
      'an empty bucket',
      400,
      'InvalidBucketName',
      () => gateway.signed({ target: '//key' }).toString('latin1'),
    ],
    ['PATCH', 405, 'MethodNotAllowed', ({ get }) => get.replace('GET', 'PATCH')],
    ['TRACE', 405, 'MethodNotAllowed', ({ get }) => get.replace('GET', 'TRACE')],
    ['OPTIONS', 405, 'MethodNotAllowed', ({ get }) => get.replace('GET', 'OPTIONS')],
    [
      'an unknown parameter',
      501,
      'NotImplemented',
      ({ get }) => get.replace('/bucket/key', '/bucket/key?x-minio-x'),
    ],
    [
      'a repeated parameter',
      400,
      'InvalidArgument',
      ({ get }) => get.replace('/bucket/key', '/bucket/key?versionId=a&versionId=b'),
    ],
    [
      'a body on GET',
      400,
      'InvalidRequest',
      ({ get }) => line(get, `Content-Length: ${SMUGGLED.length}`) + SMUGGLED,
    ],
    [
      'a form',
      501,
      'NotImplemented',
      () => gateway.signed({ method: 'POST', target: '/bucket', body: 'x' }).toString('latin1'),
    ],
    [
      'no length',
      411,
      'MissingContentLength',
      ({ put }) => put.replace(/content-length: 5\r\n/, '').replace(/hello$/, ''),
    ],
  ])('%s', async (_name, status, code, make) => {
    expect(await refused(make(good()))).toMatchObject({ status, code });
    expect(gateway.store.bytes()).toBe('');
    expect(gateway.store.connections).toHaveLength(0);
  });
});

test('neither secret was ever logged', () => {
  expect(gateway.log.join('')).not.toMatch(/wire-secret|store-secret/);
});
