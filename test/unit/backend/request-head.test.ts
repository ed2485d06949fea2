import { describe, expect, test } from 'vitest';
import { outgoingHead, renderRequestHead } from '../../../src/backend/request-head.ts';
import { Secret } from '../../../src/secret.ts';
import { createSigner } from '../../../src/sigv4/sign.ts';
import { TOLERABLE_UNSIGNED } from '../../../src/sigv4/signed-headers.ts';
import { type Asked, authorizedRequest } from './authorized-fixture.ts';

const NOW = Date.UTC(2026, 2, 4, 5, 6, 7);
const signer = createSigner({
  accessKeyId: 'STORE',
  secret: new Secret('store-secret'),
  region: 'us-east-1',
});

const crossing = (asked: Asked): readonly (readonly [string, string])[] =>
  outgoingHead(authorizedRequest(asked)).headers;

function rendered(asked: Asked, addressing: 'path' | 'virtual-hosted' = 'path'): string {
  return renderRequestHead(outgoingHead(authorizedRequest(asked)), 'store:9000', addressing, signer, NOW);
}

const withHeader = (line: string, signed: readonly string[] = []): Asked => ({
  method: 'PUT',
  target: '/bucket/key',
  lines: ['Content-Length: 1', line],
  signed,
});

describe('headers that cross, signed or not', () => {
  test.each([
    ['Cache-Control', 'no-cache'],
    ['Content-Disposition', 'attachment; filename="a b"'],
    ['Content-Encoding', 'gzip'],
    ['Content-Language', 'de'],
    ['Content-MD5', '1B2M2Y8AsgTpgAmY7PhCfg=='],
    ['Content-Type', 'application/xml'],
    ['Expires', 'Wed, 21 Oct 2026 07:28:00 GMT'],
    ['If-Match', '"a"'],
    ['If-Modified-Since', 'Wed, 21 Oct 2026 07:28:00 GMT'],
    ['If-None-Match', '*'],
    ['If-Unmodified-Since', 'Wed, 21 Oct 2026 07:28:00 GMT'],
    ['Range', 'bytes=0-1'],
    ['If-Range', '"a"'],
    ['User-Agent', 'APN/1.0 Veeam/1.0 Backup/10.0'],
  ])('%s', (name, value) => {
    const crossed = [[name.toLowerCase(), value]];
    expect(crossing(withHeader(`${name}: ${value}`))).toEqual(crossed);
    expect(crossing(withHeader(`${name}: ${value}`, [name.toLowerCase()]))).toEqual(crossed);
  });
});

describe('x-amz headers cross when they are signed, and never when they are not', () => {
  test.each([
    'x-amz-acl',
    'x-amz-grant-read',
    'x-amz-meta-a',
    'x-amz-tagging',
    'x-amz-storage-class',
    'x-amz-object-lock-mode',
    'x-amz-object-lock-retain-until-date',
    'x-amz-bypass-governance-retention',
    'x-amz-server-side-encryption',
    'x-amz-server-side-encryption-customer-key',
    'x-amz-checksum-crc64nvme',
    'x-amz-sdk-checksum-algorithm',
    'x-amz-expected-bucket-owner',
    'x-amz-request-payer',
    'x-amz-copy-source-if-match',
    'x-amz-something-of-next-year',
  ])('%s', (name) => {
    expect(crossing(withHeader(`${name}: v`, [name]))).toEqual([[name, 'v']]);
    expect(crossing(withHeader(`${name}: v`))).toEqual([]);
  });

  test('the copy source as it came', () => {
    const asked = withHeader('X-Amz-Copy-Source: /source/a%20b?versionId=v', ['x-amz-copy-source']);
    expect(crossing(asked)).toEqual([['x-amz-copy-source', '/source/a%20b?versionId=v']]);
  });

  test('repeated ones are joined as they were signed', () => {
    const lines = [
      'Content-Length: 1',
      'x-amz-meta-a: one',
      'X-Amz-Meta-B: \xc3\xa9',
      'X-AMZ-META-A: two  words',
    ];
    const asked: Asked = {
      method: 'PUT',
      target: '/bucket/key',
      lines,
      signed: ['x-amz-meta-a', 'x-amz-meta-b'],
    };
    expect(crossing(asked)).toEqual([
      ['x-amz-meta-a', 'one,two  words'],
      ['x-amz-meta-b', '\xc3\xa9'],
    ]);
  });
});

describe('x-amz headers that the credential may send unsigned', () => {
  test.each([...TOLERABLE_UNSIGNED])('%s is %s', (name, what) => {
    const asked = { target: '/bucket/key', lines: [`${name}: a value`] };
    const letThrough = crossing({ ...asked, letThrough: [name] });
    expect(letThrough).toEqual(what === 'sent-on' ? [[name, 'a value']] : []);
    expect(crossing({ ...asked, signed: [name] })).toEqual([[name, 'a value']]);
    expect(crossing(asked)).toEqual([]);
  });

  test('those that are sent on can make a store check, answer or refuse, and nothing else', () => {
    const sentOn = [...TOLERABLE_UNSIGNED].filter(([, what]) => what === 'sent-on').map(([name]) => name);
    expect(sentOn).toEqual([
      'x-amz-checksum-algorithm',
      'x-amz-checksum-crc32',
      'x-amz-checksum-crc32c',
      'x-amz-checksum-crc64nvme',
      'x-amz-checksum-mode',
      'x-amz-checksum-sha1',
      'x-amz-checksum-sha256',
      'x-amz-expected-bucket-owner',
      'x-amz-sdk-checksum-algorithm',
    ]);
  });
});

describe('headers that never cross, signed or not', () => {
  test.each([
    'authorization',
    'x-amz-content-sha256',
    'x-amz-date',
    'x-amz-security-token',
    'accept',
    'accept-encoding',
    'amz-sdk-invocation-id',
    'amz-sdk-request',
    'connection',
    'cookie',
    'date',
    'forwarded',
    'keep-alive',
    'origin',
    'proxy-authorization',
    'proxy-connection',
    'referer',
    'te',
    'trailer',
    'upgrade',
    'via',
    'x-amzn-trace-id',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-minio-extract',
    'x-minio-force-delete',
    'x-minio-source-mtime',
    'x-real-ip',
    'x-rgw-something',
    'x-object-meta-a',
    'x-auth-token',
    'x-http-method-override',
  ])('%s', (name) => {
    expect(crossing(withHeader(`${name}: v`))).toEqual([]);
    expect(crossing(withHeader(`${name}: v`, [name]))).toEqual([]);
  });

  test('Expect does not cross', () => {
    expect(crossing(withHeader('Expect: 100-continue', ['expect']))).toEqual([]);
  });
});

describe('the query', () => {
  test.each([
    ['', ''],
    ['versionId=v', 'versionId=v'],
    ['x-id=GetObject&versionId=a%2Bb', 'x-id=GetObject&versionId=a%2Bb'],
    ['response-content-type=a/b&versionId=', 'response-content-type=a/b&versionId='],
    ['versionId=%7e~', 'versionId=%7e~'],
    ['versionId=a+b', 'versionId=a%2Bb'],
    ['X-Amz-Algorithm=A&versionId=v&X-Amz-Signature=S', 'versionId=v'],
    ['X-Amz-Signature=S', ''],
    ['%58-Amz-Signature=S&versionId=v', 'versionId=v'],
    [
      'X-Amz-Algorithm=A&X-Amz-Content-Sha256=C&X-Amz-Credential=C&X-Amz-Date=D&X-Amz-Expires=E&X-Amz-Security-Token=T&X-Amz-SignedHeaders=H&X-Amz-Signature=S',
      '',
    ],
  ])('%s goes as %s', (query, expected) => {
    const asked = { target: query === '' ? '/bucket/key' : `/bucket/key?${query}` };
    expect(outgoingHead(authorizedRequest(asked)).rawQuery).toBe(expected);
    expect(rendered(asked)).toMatch(/^GET \/bucket\/key\S* HTTP\/1\.1\r\n/);
    const [, line] = /^GET (\S+) /.exec(rendered(asked)) ?? [];
    expect(line).toBe(expected === '' ? '/bucket/key' : `/bucket/key?${expected}`);
  });
});

describe('the path', () => {
  test.each([
    '/bucket',
    '/bucket/key',
    '/bucket//key',
    '/bucket/a%2fb%20c',
    "/bucket/a+b!*'()~",
    '/bucket/%c3%a9/',
    '/bucket/%61',
  ])('%s goes byte for byte', (target) => {
    expect(rendered({ target })).toMatch(`GET ${target} HTTP/1.1\r\nhost: store:9000\r\n`);
  });

  test('from the host into the path, and from the path into the host', () => {
    const inHost: Asked = { target: '/a//k%20?acl', host: 'bucket.gw', hostNames: ['gw'] };
    const inPath: Asked = { target: '/bucket/a//k%20?acl' };
    for (const asked of [inHost, inPath]) {
      expect(rendered(asked, 'path')).toMatch('GET /bucket/a//k%20?acl HTTP/1.1\r\nhost: store:9000\r\n');
      expect(rendered(asked, 'virtual-hosted')).toMatch(
        'GET /a//k%20?acl HTTP/1.1\r\nhost: bucket.store:9000\r\n',
      );
    }
    expect(rendered({ target: '/bucket' }, 'virtual-hosted')).toMatch(
      'GET / HTTP/1.1\r\nhost: bucket.store:9000\r\n',
    );
    expect(rendered({ target: '/' }, 'virtual-hosted')).toMatch('GET / HTTP/1.1\r\nhost: store:9000\r\n');
  });
});

test('the path keeps a trailing slash behind a bucket', () => {
  expect(rendered({ target: '/bucket/' })).toMatch('GET /bucket/ HTTP/1.1\r\nhost: store:9000\r\n');
});

describe('the rendered head', () => {
  test.each([
    ['a length', 'PUT', '/bucket/key', 'Content-Length: 5', 'content-length: 5\r\n'],
    ['an empty body', 'PUT', '/bucket/key', 'Content-Length: 0', 'content-length: 0\r\n'],
    ['chunks', 'PUT', '/bucket/key', 'Transfer-Encoding: chunked', 'transfer-encoding: chunked\r\n'],
    ['PUT without a body', 'PUT', '/bucket', 'X: y', 'content-length: 0\r\n'],
    ['POST without a body', 'POST', '/bucket/key?uploads', 'X: y', 'content-length: 0\r\n'],
    ['GET', 'GET', '/bucket/key', 'X: y', ''],
    ['DELETE', 'DELETE', '/bucket/key', 'X: y', ''],
  ])('framing: %s', (_name, method, target, line, field) => {
    const text = rendered({ method, target, lines: [line] });
    const lines = text.split('\r\n').filter((each) => /^(content-length|transfer-encoding):/.test(each));
    expect(lines.map((each) => `${each}\r\n`).join('')).toBe(field);
  });

  test("is signed for the store, with the client's payload hash", () => {
    const hash = 'a'.repeat(64);
    const text = rendered({ ...withHeader('x-amz-meta-a: b', ['x-amz-meta-a']), payloadHash: hash });
    expect(text).toBe(
      `PUT /bucket/key HTTP/1.1\r\nhost: store:9000\r\nx-amz-meta-a: b\r\nx-amz-date: 20260304T050607Z\r\nx-amz-content-sha256: ${hash}\r\n` +
        `${/^authorization: .*$/m.exec(text)?.[0]}\r\ncontent-length: 1\r\n\r\n`,
    );
    expect(text).toMatch(
      /authorization: AWS4-HMAC-SHA256 Credential=STORE\/20260304\/us-east-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-a, Signature=[0-9a-f]{64}\r\n/,
    );
    expect(text).not.toContain('CLIENT');
  });
});
