// The line of one request: what it tells, and that nothing else is in it.
import { randomBytes, randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { NOW_MS, recorded } from './recorded-exchange.ts';

const HASH = 'a'.repeat(64);

test('a block with a lock: all that is told, and nothing else', () => {
  const line = recorded({
    method: 'PUT',
    target: '/backup/Veeam/Backup/f/Clients/%7Bguid%7D/0_a_b?x-id=PutObject',
    headers: [
      ['Host', 'store.example:9000'],
      ['Content-Length', '5'],
      ['x-amz-content-sha256', HASH],
      ['Authorization', 'AWS4-HMAC-SHA256 Credential=AKIASECRET'],
      ['X-Amz-Object-Lock-Mode', 'COMPLIANCE'],
      ['x-amz-object-lock-retain-until-date', new Date(NOW_MS + 86_400_000).toISOString()],
      ['User-Agent', 'APN/1.0 Veeam/1.0 Backup/10.0'],
      ['Content-MD5', 'XUFAKrxLKna5cZ2REBfFkg=='],
    ],
    body: 'hello',
    answer: {
      status: 200,
      headers: [
        ['ETag', '"x"'],
        ['x-amz-version-id', 'v1'],
      ],
    },
  });
  expect(line).toEqual({
    kind: 'request',
    atMs: 1,
    connection: 1,
    method: 'PUT',
    operation: 'PutObject',
    addressing: 'path',
    signed: 'header',
    bucket: 'backup',
    key: 'Veeam/Backup/f/Clients/{guid}/0_a_b',
    query: [['x-id']],
    headers: [
      ['Host'],
      ['Content-Length', 5],
      ['x-amz-content-sha256', 'SHA256'],
      ['Authorization'],
      ['X-Amz-Object-Lock-Mode', 'COMPLIANCE'],
      ['x-amz-object-lock-retain-until-date', 86_400],
      ['User-Agent', 'APN/1.0 Veeam/1.0 Backup/10.0'],
      ['Content-MD5', true],
    ],
    payload: 'SHA256',
    requestBytes: 5,
    status: 200,
    version: expect.stringMatching(/^id-[0-9a-f]{16}$/),
    answerHeaders: ['ETag', 'x-amz-version-id'],
    answerBytes: 0,
    firstByteMs: 0,
    tookMs: 0,
  });
});

test.each([
  ['GET', '/', 'ListBuckets', undefined, undefined],
  ['GET', '/b?versions&prefix=Veeam%2F', 'ListObjectVersions', 'b', undefined],
  ['GET', '/b/?list-type=2', 'ListObjectsV2', 'b', undefined],
  ['GET', '/b?prefix=', 'ListObjects', 'b', undefined],
  ['PUT', '/b/k?retention&versionId=1', 'PutObjectRetention', 'b', 'k'],
  ['GET', '/b/k?legal-hold', 'GetObjectLegalHold', 'b', 'k'],
  ['POST', '/b?delete', 'DeleteObjects', 'b', undefined],
  ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart', 'b', 'k'],
  ['GET', '/b?object-lock', 'GetObjectLockConfiguration', 'b', undefined],
  ['HEAD', '/b//k', 'HeadObject', 'b', '/k'],
  ['POST', '/', 'unknown', undefined, undefined],
])('%s %s is %s', (method, target, operation, bucket, key) => {
  const line = recorded({ method, target });
  expect([line.operation, line.bucket, line.key]).toEqual([operation, bucket, key]);
});

test('a bucket in the Host header', () => {
  const headers = [['Host', 'backup.store.example:9000']] as const;
  expect(recorded({ method: 'GET', target: '/Veeam/x', headers })).toMatchObject({
    addressing: 'virtual-hosted',
    bucket: 'backup',
    key: 'Veeam/x',
  });
});

test('the code of an error document, and not of the refusals within a multi-delete', () => {
  const code = (method: string, target: string, status: number, body: string) =>
    recorded({ method, target, answer: { status, body } }).code;
  expect(code('GET', '/b/k', 404, '<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code></Error>')).toBe(
    'NoSuchKey',
  );
  const refused = '<DeleteResult><Error><Key>k</Key><Code>AccessDenied</Code></Error></DeleteResult>';
  expect(code('POST', '/b?delete', 200, refused)).toBeUndefined();
});

const NAMES = [
  ...[
    'Authorization',
    'x-amz-security-token',
    'Cookie',
    'x-amz-date',
    'x-amz-meta-owner',
    'Host',
    'ETag',
    'Date',
  ],
  ...['Content-Length', 'Content-Type', 'x-amz-content-sha256', 'x-amz-object-lock-mode', 'Range', 'Expect'],
  ...['x-amz-object-lock-retain-until-date', 'If-None-Match', 'x-amz-storage-class', 'Content-MD5'],
  ...['x-amz-checksum-sha256', 'x-amz-decoded-content-length', 'x-amz-copy-source', 'Server', 'X-Unknown'],
];
const PARAMETERS = [
  ...[
    'X-Amz-Signature',
    'X-Amz-Credential',
    'X-Amz-Security-Token',
    'Signature',
    'AWSAccessKeyId',
    'list-type',
  ],
  ...[
    'max-keys',
    'delimiter',
    'versionId',
    'uploadId',
    'continuation-token',
    'encoding-type',
    'anything',
    'x-id',
  ],
  ...['retention', 'versions', 'delete', 'fetch-owner', 'response-content-disposition'],
];

/** Begins with a letter that no closed form has first, and is found again wherever it stands. */
function secret(): string {
  return `zQ${randomBytes(randomInt(8, 40)).toString('base64url')}`;
}

test('no value outside the closed list appears, whatever the header or parameter', () => {
  for (let round = 0; round < 300; round++) {
    const secrets: string[] = [];
    const made = () => {
      const text = secret();
      secrets.push(text);
      return text;
    };
    const pick = <T>(from: readonly T[]) => from.filter(() => randomInt(2) === 0);
    const query = pick(PARAMETERS).map((name) => `${name}=${made()}`);
    const headers = () => pick(NAMES).map((name) => [name, made()] as const);
    const method = ['GET', 'PUT', 'POST', 'DELETE'][randomInt(4)] ?? 'GET';
    const key = made();
    const line = recorded({
      method,
      target: `/${made()}/Veeam/${key}?${query.join('&')}&${made()}${randomInt(10)}=1`,
      headers: headers(),
      body: `<Delete><Object><Key>${made()}</Key></Object></Delete>${made()}`,
      hashNames: true,
      answer: {
        status: 400,
        headers: headers(),
        body: `<Error><Code>Bad-${made()}</Code><Message>${made()}</Message></Error>`,
      },
    });
    const text = JSON.stringify(line);
    expect(secrets.filter((each) => text.includes(each))).toEqual([]);
    expect(text).not.toContain('zQ');
  }
});
