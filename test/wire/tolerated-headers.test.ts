// `unsignedHeaders` of a credential: what it lets through, what becomes of it, and all that it does not open.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elementOf } from '../support/raw-http.ts';
import { presigned, requestBytes, type SigningInput, signed } from '../support/raw-sigv4.ts';
import { type GuardedGateway, guardedGateway } from './guarded-gateway.ts';

const RUBY = { accessKeyId: 'RUBYKEY', secretAccessKey: 'ruby-secret' };
const STRICT = { accessKeyId: 'STRICTKEY', secretAccessKey: 'strict-secret' };
const LET_THROUGH = 'unsigned headers let through';

let gateway: GuardedGateway;

beforeAll(async () => {
  gateway = await guardedGateway({
    credentials: [
      '{ accessKeyId: RUBYKEY, secretAccessKey: ruby-secret, access: read-write, unsignedHeaders: [x-amz-acl, x-amz-checksum-crc32] }',
      '{ accessKeyId: STRICTKEY, secretAccessKey: strict-secret, access: read-write }',
    ],
  });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

const FORMS = [
  ['header form', signed],
  ['presigned form', presigned],
] as const;

interface Asked {
  readonly status: number;
  readonly code: string | undefined;
  readonly headersNotSigned: string | undefined;
  /** What reached the store for this request. */
  readonly sent: string;
}

describe.each(FORMS)('in %s', (_name, sign) => {
  async function put(
    unsignedHeaders: Readonly<Record<string, string>>,
    more: Partial<SigningInput> = {},
  ): Promise<Asked> {
    const request = {
      method: 'PUT',
      target: '/bucket/key',
      host: gateway.host,
      credentials: RUBY,
      body: 'hello',
    };
    const before = gateway.asked().length;
    const answer = await gateway.ask(requestBytes(sign({ ...request, unsignedHeaders, ...more })), 'PUT');
    const headersNotSigned = elementOf(answer, 'HeadersNotSigned');
    const sent = gateway.asked().slice(before);
    return { status: answer.status, code: elementOf(answer, 'Code'), headersNotSigned, sent };
  }

  test('an ACL is let through, stays behind, and is logged with each use', async () => {
    const before = gateway.lines(LET_THROUGH).length;
    for (let n = 0; n < 2; n++) {
      const { status, sent } = await put({ 'x-amz-acl': 'public-read' });
      expect(status).toBe(200);
      expect(sent).toContain('PUT /bucket/key HTTP/1.1\r\n');
      expect(sent).not.toMatch(/acl|public-read/i);
    }
    const lines = gateway.lines(LET_THROUGH).slice(before);
    const line = { level: 'info', accessKeyId: RUBY.accessKeyId, names: ['x-amz-acl'] };
    expect(lines).toMatchObject([line, line]);
    expect(await gateway.metrics()).toMatch(/\nsosapi_gateway_unsigned_headers_total [1-9]/);
  });

  test('a checksum is let through, sent on, and signed by the gateway: the store can only check more by it', async () => {
    const { status, sent } = await put({ 'x-amz-checksum-crc32': 'NhCmhg==' });
    expect(status).toBe(200);
    expect(sent).toContain('\r\nx-amz-checksum-crc32: NhCmhg==\r\n');
    expect(sent).toMatch(/SignedHeaders=[^,]*x-amz-checksum-crc32/);
  });

  test('signed it crosses as ever', async () => {
    const { status, sent } = await put({}, { headers: { 'x-amz-acl': 'private' } });
    expect(status).toBe(200);
    expect(sent).toContain('\r\nx-amz-acl: private\r\n');
  });

  test.each([
    ['another header', { 'x-amz-storage-class': 'GLACIER' }],
    ['a copy source', { 'x-amz-copy-source': '/other/key' }],
    ['a lock', { 'x-amz-object-lock-legal-hold': 'ON' }],
    ['metadata', { 'x-amz-meta-a': 'b' }],
  ])('%s beside it is refused, with all that came', async (_what, header) => {
    const [name = ''] = Object.keys(header);
    const method = name === 'x-amz-copy-source' ? { body: '' } : {};
    expect(await put({ 'x-amz-acl': 'private', ...header }, method)).toEqual({
      status: 403,
      code: 'AccessDenied',
      headersNotSigned: name,
      sent: '',
    });
  });

  test('another credential may not', async () => {
    expect(await put({ 'x-amz-acl': 'private' }, { credentials: STRICT })).toMatchObject({
      code: 'AccessDenied',
      headersNotSigned: 'x-amz-acl',
      sent: '',
    });
  });

  test('nor an unknown one, nor one whose signature does not fit', async () => {
    const before = gateway.lines(LET_THROUGH).length;
    const unknown = { ...RUBY, accessKeyId: 'NOBODY' };
    const wrong = { ...RUBY, secretAccessKey: 'wrong-secret' };
    expect(await put({ 'x-amz-acl': 'private' }, { credentials: unknown })).toMatchObject({
      code: 'AccessDenied',
      sent: '',
    });
    expect(await put({ 'x-amz-acl': 'private' }, { credentials: wrong })).toMatchObject({
      code: 'SignatureDoesNotMatch',
      sent: '',
    });
    expect(gateway.lines(LET_THROUGH)).toHaveLength(before);
  });
});
