// No secret, no signing key and no signature is ever written: requests of every kind, right and wrong, at log level trace, with
// explanations on, and over a store that is there and one that is not.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EMPTY_SHA256, presigned, requestBytes, type SigningInput, signed } from '../support/raw-sigv4.ts';
import { type GuardedGateway, guardedGateway } from './guarded-gateway.ts';

const STORE_SECRET = 'the-store-secret';
const SECRETS = Array.from({ length: 6 }, (_, n) => `client-secret-number-${n}`);
const CLIENT_KEY = 'b3duIGVuY3J5cHRpb24ga2V5IG9mIHRoZSBjbGllbnQ=';
const TOKEN = 'a-session-token-of-the-client';

interface Kind {
  readonly name: string;
  readonly input: Partial<SigningInput>;
  readonly sign?: typeof signed;
  /** What happens to the bytes on their way. */
  readonly change?: (text: string) => string;
  /** The same as it arrives, so that its right signature is known. */
  readonly arrives?: Partial<SigningInput>;
  readonly wrongSecret?: boolean;
}

const put = { method: 'PUT', target: '/bucket/key', body: 'hello' };
const replaced =
  (from: string | RegExp, to: string) =>
  (text: string): string =>
    text.replace(from, to);
const hostChanged = replaced(/host: .*/, 'host: inner.lan');

const KINDS: readonly Kind[] = [
  { name: 'a download', input: {} },
  { name: 'an upload', input: put },
  { name: 'a HEAD', input: { method: 'HEAD' } },
  { name: 'a deletion', input: { method: 'DELETE' } },
  { name: 'the list of buckets', input: { target: '/' } },
  { name: 'a listing', input: { target: '/bucket?list-type=2&prefix=a%2Fb' } },
  {
    name: 'a SOSAPI document',
    input: { target: '/bucket/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml' },
  },
  {
    name: 'an unknown SOSAPI key',
    input: { target: '/bucket/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/x' },
  },
  { name: 'a copy', input: { method: 'PUT', headers: { 'x-amz-copy-source': '/bucket/other' } } },
  { name: 'a presigned download', input: {}, sign: presigned },
  {
    name: 'a presigned upload with a header let through',
    input: { ...put, unsignedHeaders: { 'x-amz-acl': 'private' } },
    sign: presigned,
  },
  { name: 'a wrong secret', input: put, wrongSecret: true },
  { name: 'a wrong secret, presigned', input: {}, sign: presigned, wrongSecret: true },
  {
    name: 'a header of the client that is a secret',
    input: { ...put, headers: { 'x-amz-server-side-encryption-customer-key': CLIENT_KEY } },
    wrongSecret: true,
  },
  { name: 'a session token', input: { headers: { 'x-amz-security-token': TOKEN } } },
  {
    name: 'a session token in the query',
    input: { target: `/bucket/key?X-Amz-Security-Token=${TOKEN}` },
    sign: presigned,
  },
  { name: 'another Host', input: {}, change: hostChanged, arrives: { host: 'inner.lan' } },
  {
    name: 'another Host, presigned',
    input: {},
    sign: presigned,
    change: hostChanged,
    arrives: { host: 'inner.lan' },
  },
  {
    name: 'another path',
    input: {},
    change: replaced('/bucket/key', '/prefix/bucket/key'),
    arrives: { target: '/prefix/bucket/key' },
  },
  { name: 'another method', input: {}, change: replaced(/^GET/, 'DELETE'), arrives: { method: 'DELETE' } },
  {
    name: 'a signed header that is not there',
    input: { headers: { 'accept-encoding': 'identity' } },
    change: replaced('accept-encoding: identity\r\n', ''),
    arrives: { headers: { 'accept-encoding': '' } },
  },
  {
    name: 'an unknown key',
    input: { credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'client-secret-number-0' } },
  },
  {
    name: 'a signature that is cut short',
    input: {},
    change: replaced(/(Signature=[0-9a-f]{63})[0-9a-f]/, '$1'),
  },
  { name: 'another region', input: { region: 'elsewhere' } },
  { name: 'another time', input: { date: new Date(0) } },
  {
    name: 'a presigned URL that has expired',
    input: { date: new Date(Date.now() - 60_000), expiresSeconds: 1 },
    sign: presigned,
  },
  {
    name: 'an unsigned header',
    input: { unsignedHeaders: { 'x-amz-copy-source': '/bucket/other' }, method: 'PUT' },
  },
  {
    name: 'both mechanisms',
    input: {},
    sign: presigned,
    change: replaced('\r\n\r\n', `\r\nauthorization: AWS4-HMAC-SHA256 ${TOKEN}\r\n\r\n`),
  },
  {
    name: 'the secret as a password',
    input: {},
    change: replaced(
      /authorization: .*/,
      `authorization: Basic ${Buffer.from('USER:client-secret-number-0').toString('base64')}`,
    ),
  },
  {
    name: 'Signature Version 2',
    input: {},
    change: replaced(/authorization: .*/, `authorization: AWS KEY:${TOKEN}`),
  },
  {
    name: 'chunks whose signatures are wrong',
    input: {
      ...put,
      payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      headers: { 'x-amz-decoded-content-length': '5' },
      body: `5;chunk-signature=${'0'.repeat(64)}\r\nhello\r\n0;chunk-signature=${'0'.repeat(64)}\r\n\r\n`,
    },
  },
  { name: 'a head that is not HTTP', input: {}, change: replaced('host:', 'host :') },
  { name: 'a head in a bare line feed', input: {}, change: replaced('\r\nhost:', '\nhost:') },
  { name: 'an unknown query parameter', input: { target: '/bucket/key?unknown=1' } },
  { name: 'a call that is not implemented', input: { method: 'POST', target: '/bucket' } },
];

const credentials = SECRETS.map(
  (secret, n) =>
    `{ accessKeyId: CLIENT${n}, secretAccessKey: ${secret}, access: read-write, explain: true, unsignedHeaders: [x-amz-acl] }`,
);

let gateway: GuardedGateway;
const printed: string[] = [];

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, 'write').mockImplementation((...all) => {
      printed.push(String(all[0]));
      return write(...(all as Parameters<typeof write>));
    });
  }
  gateway = await guardedGateway({
    credentials,
    level: 'trace',
    perAddress: 'failedSignatures: 10, window: 5m, exempt: []',
  });
});

afterAll(async () => {
  vi.restoreAllMocks();
  await gateway[Symbol.asyncDispose]();
});

const signaturesIn = (text: string): readonly string[] =>
  [...text.matchAll(/Signature=([0-9a-f]{60,64})/g)].map(([, signature = '']) => signature);

function signingKeys(secret: string): readonly string[] {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const key = [day, 'us-east-1', 's3', 'aws4_request'].reduce<string | Buffer>(
    (chain, part) => createHmac('sha256', chain).update(part).digest(),
    `AWS4${secret}`,
  );
  const bytes = Buffer.from(key);
  return [
    bytes.toString('hex'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('latin1'),
  ];
}

test('in the log, on the terminal, in the metrics, in an answer', async () => {
  const answers: string[] = [];
  const sentSignatures = new Set<string>();
  const rightSignatures = new Set<string>();
  const statuses = new Set<number>();
  for (const [n, { name, input, sign = signed, change, arrives, wrongSecret = false }] of KINDS.entries()) {
    const client = { accessKeyId: `CLIENT${n % 6}`, secretAccessKey: SECRETS[n % 6] ?? '' };
    const date = new Date();
    const whole = {
      method: 'GET',
      target: '/bucket/key',
      host: gateway.host,
      credentials: client,
      date,
      ...input,
    };
    const used = wrongSecret ? { ...client, secretAccessKey: 'wrong-secret' } : whole.credentials;
    const text = requestBytes(sign({ ...whole, credentials: used })).toString('latin1');
    const right = requestBytes(sign({ ...whole, ...arrives })).toString('latin1');
    for (const signature of signaturesIn(text)) sentSignatures.add(signature);
    for (const signature of signaturesIn(right)) rightSignatures.add(signature);
    const bytes = Buffer.from(change?.(text) ?? text, 'latin1');
    const answer = await gateway.ask(bytes, whole.method, `127.0.0.${2 + (n % 6)}`);
    statuses.add(answer.status);
    const told = JSON.stringify(answer.headers) + answer.body.toString('latin1');
    // A client is told the signature that it sent itself, as by S3; never the one that would have been right.
    for (const signature of signaturesIn(right)) expect(told, name).not.toContain(signature);
    answers.push(told);
  }
  // One address is held off, so that its line is among them.
  const attack = signed({
    method: 'GET',
    target: '/bucket/key',
    host: gateway.host,
    credentials: { accessKeyId: 'CLIENT0', secretAccessKey: 'wrong' },
  });
  for (let n = 0; n < 15; n++) await gateway.ask(requestBytes(attack), 'GET', '127.0.0.99');
  const metrics = await gateway.metrics();
  for (const signature of signaturesIn(gateway.asked())) rightSignatures.add(signature);

  // It did happen: requests were served and refused in many ways, explained, held off, and logged in detail.
  for (const status of [200, 400, 403, 404, 501]) expect(statuses).toContain(status);
  expect(gateway.lines('signature does not match').length).toBeGreaterThan(5);
  expect(gateway.lines('address held off: too many signatures were wrong')).toHaveLength(1);
  expect(gateway.lines('unsigned headers let through')).toHaveLength(1);
  expect(gateway.lines('request').length).toBeGreaterThan(KINDS.length);
  expect(gateway.written.some((line) => line.includes('"level":"debug"'))).toBe(true);
  expect(rightSignatures.size).toBeGreaterThan(20);

  const written = [...gateway.written, ...printed].join('');
  const everywhere = written + metrics + answers.join('');
  for (const secret of [...SECRETS, STORE_SECRET]) {
    expect(everywhere).not.toContain(secret);
    expect(everywhere).not.toContain(Buffer.from(secret).toString('base64'));
    for (const key of signingKeys(secret)) expect(everywhere).not.toContain(key);
  }
  expect(everywhere).not.toContain(Buffer.from('USER:client-secret-number-0').toString('base64'));
  for (const ofClient of [CLIENT_KEY, TOKEN]) expect(everywhere).not.toContain(ofClient);
  for (const signature of new Set([...sentSignatures, ...rightSignatures])) {
    expect(written + metrics).not.toContain(signature.slice(0, 60));
  }
  // The hash of an empty body is in every explanation, so texts of that length are not cut from the log.
  expect(written).toContain(EMPTY_SHA256);
});

test('and the store that cannot be reached leaves no trace of its signature', async () => {
  const before = gateway.written.length;
  await gateway.unreachable();
  const request = { method: 'PUT', target: '/bucket/key', body: 'hello', host: gateway.host };
  const client = { accessKeyId: 'CLIENT1', secretAccessKey: SECRETS[1] ?? '' };
  const answer = await gateway.ask(requestBytes(signed({ ...request, credentials: client })), 'PUT');
  expect(answer.status).toBe(503);
  const written = gateway.written.slice(before).join('');
  expect(written).toContain('connection to the store failed');
  expect(written).not.toMatch(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/);
  expect(written).not.toContain(STORE_SECRET);
});
