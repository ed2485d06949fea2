// `explain: true` of a credential: the log says why a signature does not fit, the client is told nothing, and it stays refused.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elementOf } from '../support/raw-http.ts';
import { requestBytes, type SigningInput, signed } from '../support/raw-sigv4.ts';
import { type GuardedGateway, guardedGateway } from './guarded-gateway.ts';

const PUZZLED = { accessKeyId: 'PUZZLEDKEY', secretAccessKey: 'puzzled-secret' };
const BUSY = { accessKeyId: 'BUSYKEY', secretAccessKey: 'busy-secret' };
const QUIET = { accessKeyId: 'QUIETKEY', secretAccessKey: 'quiet-secret' };
const EXPLANATION = 'signature does not match';

let gateway: GuardedGateway;

beforeAll(async () => {
  gateway = await guardedGateway({
    credentials: [
      '{ accessKeyId: PUZZLEDKEY, secretAccessKey: puzzled-secret, access: read-write, explain: true }',
      '{ accessKeyId: BUSYKEY, secretAccessKey: busy-secret, access: read-write, explain: true }',
      '{ accessKeyId: QUIETKEY, secretAccessKey: quiet-secret, access: read-write }',
    ],
  });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** As it arrives behind a proxy that put in its own Host. */
function behindProxy(input: Partial<SigningInput>, ...added: readonly string[]): Buffer {
  const request = { method: 'GET', target: '/bucket/key', host: 's3.wire', credentials: PUZZLED, ...input };
  const bytes = requestBytes(signed(request)).toString('latin1');
  const lines = [`host: ${gateway.host}`, ...added].join('\r\n');
  return Buffer.from(bytes.replace(/host: .*/, lines), 'latin1');
}

describe('with explain', () => {
  test('the log names what was changed; the answer has nothing of it, and the store heard nothing', async () => {
    const before = gateway.lines(EXPLANATION).length;
    const answer = await gateway.ask(behindProxy({}));
    expect(answer.status).toBe(403);
    expect(elementOf(answer, 'Code')).toBe('SignatureDoesNotMatch');
    expect(answer.body.toString()).not.toMatch(/s3\.wire|CanonicalRequest|StringToSign|x-amz-date/);
    const [line, ...more] = gateway.lines(EXPLANATION).slice(before);
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      level: 'warn',
      requestId: elementOf(answer, 'RequestId'),
      accessKeyId: PUZZLED.accessKeyId,
      finding: 'the signature fits if Host was s3.wire: a proxy in between changed Host',
      differences: [{ part: 'Host', arrived: gateway.host, signed: 's3.wire' }],
      canonicalRequest: expect.stringContaining(`GET\n/bucket/key\n\nhost:${gateway.host}\n`),
      stringToSign: expect.stringMatching(
        /^AWS4-HMAC-SHA256\n\d{8}T\d{6}Z\n\d{8}\/us-east-1\/s3\/aws4_request\n[0-9a-f]{64}$/,
      ),
    });
    expect(gateway.asked()).toBe('');
    expect(await gateway.metrics()).toMatch(/\nsosapi_gateway_signatures_explained_total [1-9]/);
  });

  test('X-Forwarded-Host explains and opens nothing', async () => {
    const before = gateway.lines(EXPLANATION).length;
    const answer = await gateway.ask(
      behindProxy({ host: 'public.example' }, 'X-Forwarded-Host: public.example'),
    );
    expect(answer.status).toBe(403);
    expect(gateway.lines(EXPLANATION).slice(before)).toMatchObject([
      { finding: 'the signature fits if Host was public.example: a proxy in between changed Host' },
    ]);
    expect(gateway.asked()).toBe('');
  });

  test('the port of the listener is one of the guesses, also where the system chose it', async () => {
    const before = gateway.lines(EXPLANATION).length;
    const bytes = requestBytes(
      signed({ method: 'GET', target: '/bucket/key', host: gateway.host, credentials: PUZZLED }),
    );
    const arriving = bytes.toString('latin1').replace(/host: .*/, 'host: 127.0.0.1');
    expect((await gateway.ask(Buffer.from(arriving, 'latin1'))).status).toBe(403);
    expect(gateway.lines(EXPLANATION).slice(before)).toMatchObject([
      { finding: `the signature fits if Host was ${gateway.host}: a proxy in between changed Host` },
    ]);
  });

  test('a signature that fits has no such line', async () => {
    const before = gateway.lines(EXPLANATION).length;
    const request = { method: 'GET', target: '/bucket/other', host: gateway.host, credentials: PUZZLED };
    expect((await gateway.ask(requestBytes(signed(request)))).status).toBe(200);
    expect(gateway.lines(EXPLANATION)).toHaveLength(before);
  });

  test('not more than twenty a minute for one credential, whoever asks', async () => {
    for (let n = 0; n < 30; n++) await gateway.ask(behindProxy({ credentials: BUSY }));
    const lines = gateway.lines(EXPLANATION).filter(({ accessKeyId }) => accessKeyId === BUSY.accessKeyId);
    expect(lines).toHaveLength(20);
  });
});

test.each([
  ['a credential without explain', QUIET],
  ['an unknown access key id', { ...QUIET, accessKeyId: 'NOBODY' }],
])('%s is not explained', async (_who, credentials) => {
  const before = gateway.lines(EXPLANATION).length;
  expect((await gateway.ask(behindProxy({ credentials }))).status).toBe(403);
  expect(gateway.lines(EXPLANATION)).toHaveLength(before);
});
