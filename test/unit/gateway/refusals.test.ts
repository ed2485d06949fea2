// Every refusal: its code in XML, its event, and nothing asked of the backend.
import { describe, expect, test } from 'vitest';
import { SOSAPI_PREFIX, SYSTEM_KEY } from '../../../src/sosapi/keys.ts';
import { elementOf, headerOf } from '../../support/raw-http.ts';
import { turns } from '../http1/wire-fixture.ts';
import { fakeBackend } from './fake-backend.ts';
import { type Ask, READER, replacing, startGateway, WRITER } from './gateway-fixture.ts';

const GET: Ask = { target: '/bucket/key' };
const PUT: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello' };

describe('a refused request reaches no backend', () => {
  test.each<[string, Ask, number, string]>([
    ['not signed', { ...GET, edit: replacing(/authorization: .*\r\n/, '') }, 403, 'AccessDenied'],
    [
      'a wrong signature',
      { ...GET, edit: replacing(/Signature=\w{8}/, 'Signature=00000000') },
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'a changed path',
      { ...GET, edit: replacing('/bucket/key', '/bucket/kex') },
      403,
      'SignatureDoesNotMatch',
    ],
    ['a changed method', { ...GET, edit: replacing('GET ', 'DELETE ') }, 403, 'SignatureDoesNotMatch'],
    [
      'a wrong signature before a body',
      { ...PUT, edit: replacing(/Signature=\w{8}/, 'Signature=00000000') },
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'an unknown access key',
      { ...GET, credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'x' } },
      403,
      'InvalidAccessKeyId',
    ],
    [
      'an unsigned x-amz header',
      { ...PUT, unsignedHeaders: { 'x-amz-acl': 'public-read' } },
      403,
      'AccessDenied',
    ],
    [
      'an unsigned copy source',
      { ...PUT, body: '', unsignedHeaders: { 'x-amz-copy-source': '/secret/key' } },
      403,
      'AccessDenied',
    ],
    ['too late', { ...GET, date: new Date(Date.UTC(2026, 2, 4, 5, 30)) }, 403, 'RequestTimeTooSkewed'],
    ['another region', { ...GET, region: 'eu-west-1' }, 400, 'AuthorizationHeaderMalformed'],
    ['a session token', { ...GET, headers: { 'x-amz-security-token': 't' } }, 400, 'InvalidToken'],
    [
      'chunks of unknown length',
      { ...PUT, payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      411,
      'MissingContentLength',
    ],
    [
      'chunks that are signed with Version 4A',
      { ...PUT, payload: 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' },
      501,
      'NotImplemented',
    ],
    ["a bucket that is not the caller's", { ...GET, credentials: READER }, 403, 'AccessDenied'],
    ['a write by a reader', { ...PUT, target: '/read-1/key', credentials: READER }, 403, 'AccessDenied'],
    [
      "a copy out of a bucket that is not the caller's",
      {
        ...PUT,
        body: '',
        target: '/read-1/key',
        credentials: READER,
        headers: { 'x-amz-copy-source': '/bucket/key' },
      },
      403,
      'AccessDenied',
    ],
    [
      'a bypass that is not allowed',
      { method: 'DELETE', target: '/bucket/key', headers: { 'x-amz-bypass-governance-retention': 'true' } },
      403,
      'AccessDenied',
    ],
    ['a bucket without a rule', { target: '/nowhere/key' }, 404, 'NoSuchBucket'],
    ['making a bucket without a rule', { method: 'PUT', target: '/nowhere' }, 403, 'AccessDenied'],
    ['writing a document', { ...PUT, target: `/bucket/${SYSTEM_KEY}` }, 403, 'AccessDenied'],
    ['deleting a document', { method: 'DELETE', target: `/bucket/${SYSTEM_KEY}` }, 403, 'AccessDenied'],
    [
      'copying a document',
      { ...PUT, body: '', headers: { 'x-amz-copy-source': `/bucket/${SYSTEM_KEY}` } },
      404,
      'NoSuchKey',
    ],
    [
      'deleting documents',
      {
        method: 'POST',
        target: '/bucket?delete',
        body: `<Delete><Object><Key>${SYSTEM_KEY}</Key></Object></Delete>`,
      },
      403,
      'AccessDenied',
    ],
    [
      'a list to delete that is no XML',
      { method: 'POST', target: '/bucket?delete', body: 'hello' },
      400,
      'MalformedXML',
    ],
    [
      'a list to delete that is too large',
      { method: 'POST', target: '/bucket?delete', body: 'x'.repeat(10_001) },
      400,
      'EntityTooLarge',
    ],
    [
      'a list to delete that is not what was signed',
      {
        method: 'POST',
        target: '/bucket?delete',
        body: '<Delete><Object><Key>a</Key></Object></Delete>',
        payload: 'a'.repeat(64),
      },
      400,
      'XAmzContentSHA256Mismatch',
    ],
    ['an unknown key under the prefix', { target: `/bucket/${SOSAPI_PREFIX}new.xml` }, 404, 'NoSuchKey'],
    ['an unknown parameter', { target: '/bucket/key?torrent' }, 501, 'NotImplemented'],
    ['a form', { method: 'POST', target: '/bucket', body: 'x' }, 501, 'NotImplemented'],
    ['an unknown method', { method: 'PATCH', target: '/bucket/key' }, 405, 'MethodNotAllowed'],
    ['a body on GET', { ...GET, body: 'x' }, 400, 'InvalidRequest'],
    [
      'no length',
      { ...PUT, body: '', edit: replacing('content-length: 0\r\n', '') },
      411,
      'MissingContentLength',
    ],
    ['dot segments', { target: '/bucket/../other/key' }, 400, 'InvalidArgument'],
    ['a reserved bucket name', { target: '/minio/admin/v3/info' }, 400, 'InvalidBucketName'],
    ['a broken escape', { ...GET, edit: replacing('/bucket/key', '/bucket/%zz') }, 400, 'InvalidURI'],
  ])('%s', async (_name, ask, status, code) => {
    const backend = fakeBackend();
    await using gateway = await startGateway({ backend });
    const { answer, code: told, event } = await gateway.ask(ask);
    expect(told).toBe(code);
    expect(answer.status).toBe(status);
    expect(headerOf(answer, 'content-type')).toBe('application/xml');
    expect(elementOf(answer, 'RequestId')).toBe('ID1');
    expect(headerOf(answer, 'x-amz-request-id')).toBe('ID1');
    expect(answer.truncated).toBe(false);
    expect(event).toMatchObject({
      outcome: 'refused',
      status,
      errorCode: code,
      requestId: 'ID1',
      backend: undefined,
      aborted: undefined,
    });
    expect(event.responseBytes).toBe(answer.body.length);
    await turns();
    expect(gateway.requests()).toHaveLength(1);
    expect(backend.asked).toEqual([]);
    expect(gateway.internalErrors).toEqual([]);
  });

  test('an answer to HEAD has no body', async () => {
    const backend = fakeBackend();
    await using gateway = await startGateway({ backend });
    await using connection = await gateway.connect();
    await connection.send(gateway.bytesOf({ method: 'HEAD', target: '/nowhere/key' }));
    await connection.send(gateway.bytesOf({ target: '/nowhere/key' }));
    expect(await connection.answer('HEAD')).toMatchObject({ status: 404 });
    expect(await connection.answer()).toMatchObject({ status: 404 });
    expect(backend.asked).toEqual([]);
  });

  test('neither the secret nor the right signature stands in an answer or an event', async () => {
    await using gateway = await startGateway({ backend: fakeBackend() });
    const right = /Signature=(\w{64})/.exec(gateway.bytesOf(GET).toString('latin1'))?.[1] ?? '';
    const { answer, event } = await gateway.ask({
      ...GET,
      edit: replacing(/Signature=\w{64}/, `Signature=${'0'.repeat(64)}`),
    });
    const all = answer.body.toString() + JSON.stringify(event);
    expect(right).toHaveLength(64);
    expect(all).not.toContain(right);
    expect(all).not.toContain(WRITER.secretAccessKey);
  });
});

describe('a head that is not HTTP', () => {
  test.each([
    ['malformed', 'GET /\nHost: h\r\n\r\n', 400, 'BadRequest'],
    [
      'both framings',
      'PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'BadRequest',
    ],
    ['another coding', 'PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n', 501, 'NotImplemented'],
    [
      'too many headers',
      `GET / HTTP/1.1\r\nHost: h\r\n${'X: y\r\n'.repeat(60)}\r\n`,
      400,
      'RequestHeaderSectionTooLarge',
    ],
    ['too large', `GET / HTTP/1.1\r\nX: ${'y'.repeat(20_000)}`, 400, 'RequestHeaderSectionTooLarge'],
  ])('%s', async (_name, head, status, code) => {
    const backend = fakeBackend();
    await using gateway = await startGateway({ backend });
    await using connection = await gateway.connect();
    await connection.send(head);
    const answer = await connection.answer();
    expect(answer.status).toBe(status);
    expect(elementOf(answer, 'Code')).toBe(code);
    expect(headerOf(answer, 'connection')).toBe('close');
    expect(await connection.closes()).toBe(true);
    expect(gateway.requests()).toHaveLength(1);
    expect(gateway.requests()[0]).toMatchObject({
      operation: 'Unknown',
      outcome: 'refused',
      status,
      errorCode: code,
    });
    expect(backend.asked).toEqual([]);
  });
});
