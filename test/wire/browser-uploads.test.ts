// Browser uploads: a form with a policy document (Amazon S3 API Reference, POST Object). Refused by name in every form of it,
// and nothing is stored (CVE-2021-21362, CVE-2023-28434: the form was a door of its own).
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elementOf } from '../support/raw-http.ts';
import { type ComposedGateway, CREDENTIALS, composedGateway } from './composed-gateway.ts';
import {
  type Ask,
  answerTo,
  expectRefusal,
  type Origin,
  originOf,
  type Refusal,
  refused,
} from './refusal-table.ts';

const BOUNDARY = '----wire';
const RESERVED = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml';
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** The fields of a form that S3 would accept for that key. */
function formFor(key: string): readonly (readonly [string, string])[] {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = stamp.slice(0, 8);
  const policy = Buffer.from(
    JSON.stringify({
      expiration: new Date(Date.now() + 600_000).toISOString(),
      conditions: [['starts-with', '$key', '']],
    }),
  ).toString('base64');
  const signingKey = [day, 'us-east-1', 's3', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${CREDENTIALS.secretAccessKey}`,
  );
  return [
    ['key', key],
    ['x-amz-algorithm', 'AWS4-HMAC-SHA256'],
    ['x-amz-credential', `${CREDENTIALS.accessKeyId}/${day}/us-east-1/s3/aws4_request`],
    ['x-amz-date', stamp],
    ['policy', policy],
    ['x-amz-signature', hmac(signingKey, policy).toString('hex')],
  ];
}

function multipart(fields: readonly (readonly [string, string])[]): string {
  const parts = fields.map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join('')}--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--${BOUNDARY}--\r\n`;
}

interface Form {
  readonly target?: string;
  readonly host?: string;
  readonly key?: string;
  readonly type?: string;
  readonly more?: readonly (readonly [string, string])[];
  readonly headers?: string;
}

const post =
  ({
    target = '/bucket',
    host,
    key = 'key',
    type = `multipart/form-data; boundary=${BOUNDARY}`,
    more = [],
    headers = '',
  }: Form) =>
  ({ port }: Origin): string => {
    const body = multipart([...formFor(key), ...more]);
    const name = host ?? `127.0.0.1:${port}`;
    return `POST ${target} HTTP/1.1\r\nHost: ${name}\r\nContent-Type: ${type}\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
  };
const NAMED = '501 NotImplemented';

const FORMS: readonly (readonly [name: string, form: Form])[] = [
  ['to the bucket', {}],
  ['to the bucket with a slash', { target: '/bucket/' }],
  ['to the bucket in the Host', { target: '/', host: 'bucket.s3.wire' }],
  ['with a reserved key', { key: RESERVED }],
  ['with a key that climbs', { key: '../other/key' }],
  ['with the file name for a key', { key: `${'$'}{filename}` }],
  ['with an acl', { more: [['acl', 'public-read']] }],
  ['with a redirect', { more: [['success_action_redirect', 'https://evil.example/']] }],
  ['with a tagging', { more: [['tagging', '<Tagging/>']] }],
  [
    'with the fields of Version 2',
    {
      more: [
        ['AWSAccessKeyId', 'WIREKEY'],
        ['signature', 'c2ln'],
      ],
    },
  ],
  ['with an origin', { headers: 'Origin: https://evil.example\r\n' }],
  ['with Expect', { headers: 'Expect: 100-continue\r\n' }],
  ['as a form of another type', { type: 'application/x-www-form-urlencoded' }],
  ['as plain text', { type: 'text/plain' }],
  ['without a boundary', { type: 'multipart/form-data' }],
];

describe('a form with a right policy', () => {
  let gateway: ComposedGateway;
  beforeAll(async () => {
    gateway = await composedGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test.each(FORMS)('%s is refused by name', async (_name, form) => {
    const answer = await answerTo(post(form), originOf(gateway));
    expectRefusal(answer, NAMED);
    expect(elementOf(answer, 'Message')).toContain('PostObject');
    expect([gateway.store.connections.length, gateway.store.bytes()]).toEqual([0, '']);
  });
});

const signedForm = (more: Partial<Ask>): Ask => ({
  method: 'POST',
  target: '/bucket',
  headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
  body: multipart(formFor('key')),
  ...more,
});
const elsewhere: readonly Refusal[] = [
  ['to an object', NAMED, post({ target: '/bucket/key' })],
  ['to a reserved key', NAMED, post({ target: `/bucket/${RESERVED}` })],
  ['to the service', '405 MethodNotAllowed', post({ target: '/' })],
  ['to no bucket that is one', '400 InvalidBucketName', post({ target: '/minio/upload' })],
  ['to a multi-delete', '403 AccessDenied', post({ target: '/bucket?delete' })],
  ['to a multipart upload', '403 AccessDenied', post({ target: '/bucket/key?uploads' })],
  ['signed as a whole', NAMED, signedForm({})],
  ['presigned', NAMED, signedForm({ presigned: true })],
  ['signed as a whole, to a multi-delete', '400 MalformedXML', signedForm({ target: '/bucket?delete' })],
  [
    'with a right policy and PUT',
    '403 AccessDenied',
    (origin) => post({ target: '/bucket/key' })(origin).replace(/^POST/, 'PUT'),
  ],
];
refused('a form elsewhere', elsewhere);
