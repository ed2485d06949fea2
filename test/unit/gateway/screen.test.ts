import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { screenBody } from '../../../src/gateway/screen.ts';
import { S3Error } from '../../../src/s3/error.ts';
import { SOSAPI_PREFIX, SYSTEM_KEY } from '../../../src/sosapi/keys.ts';
import { authorizedRequest } from '../backend/authorized-fixture.ts';
import { answerText, startServer, TestClient } from '../http1/wire-fixture.ts';

const MAX_BYTES = 5_000;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const document = (...keys: string[]): string =>
  `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`;

interface Sent {
  readonly body: string;
  readonly hash?: string;
  readonly framing?: string;
  readonly onWire?: string;
  readonly closes?: boolean;
}

/** What the screen says of a body that comes over a socket: `passed BODY` or a code. */
async function screened({ body, hash = 'UNSIGNED-PAYLOAD', framing, onWire, closes }: Sent): Promise<string> {
  const line = framing ?? `Content-Length: ${Buffer.byteLength(body)}`;
  const authorized = authorizedRequest({
    method: 'POST',
    target: '/bucket?delete',
    lines: [line],
    payloadHash: hash,
  });
  let told: ((result: string) => void) | undefined;
  const result = new Promise<string>((resolve) => {
    told = resolve;
  });
  await using running = await startServer((exchange) => {
    void screenBody(exchange, authorized, MAX_BYTES)
      .then((passed) => `passed ${passed.toString()}`)
      .catch((error: unknown) => {
        if (error instanceof S3Error) return error.code;
        throw error;
      })
      .then((text) => {
        told?.(text);
        answerText(exchange, text);
      });
  });
  await using client = await TestClient.to(running.port);
  client.send(`POST /bucket?delete HTTP/1.1\r\nHost: h\r\n${line}\r\n\r\n`);
  client.send(Buffer.from(onWire ?? body));
  if (closes === true) client.socket.end();
  return await result;
}

describe('screenBody', () => {
  test('gives the bytes as they came', async () => {
    const body = document('a', 'b&amp;c');
    expect(await screened({ body })).toBe(`passed ${body}`);
    expect(await screened({ body, hash: sha256(body) })).toBe(`passed ${body}`);
  });

  test('takes chunks off', async () => {
    const body = document('a');
    const onWire = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    expect(await screened({ body, framing: 'Transfer-Encoding: chunked', onWire })).toBe(`passed ${body}`);
  });

  test.each([
    ['a document', document('a', SYSTEM_KEY)],
    ['another key under the prefix', document(`${SOSAPI_PREFIX}x`)],
    ['the prefix itself', document(SOSAPI_PREFIX)],
    ['a document in character references', document(SYSTEM_KEY.replace('.', '&#46;').replace('s', '&#x73;'))],
    ['a document behind a slash', document(`/${SYSTEM_KEY}`)],
    ['the prefix with two slashes', document(SYSTEM_KEY.replace('/', '//'))],
  ])('%s is not deleted', async (_name, body) => {
    expect(await screened({ body })).toBe('AccessDenied');
  });

  test.each([
    ['dot segments', document('../other/key'), 'InvalidArgument'],
    ['a key that is too long', document('k'.repeat(1025)), 'KeyTooLongError'],
    ['no XML', 'hello', 'MalformedXML'],
    ['nothing', '', 'MalformedXML'],
  ])('%s is refused', async (_name, body, code) => {
    expect(await screened({ body })).toBe(code);
  });

  test('a body that is not what was signed', async () => {
    expect(await screened({ body: document('a'), hash: sha256(document('b')) })).toBe(
      'XAmzContentSHA256Mismatch',
    );
  });

  test('a body that is too large, before and after it begins', async () => {
    const body = document('k'.repeat(MAX_BYTES));
    expect(await screened({ body })).toBe('EntityTooLarge');
    const onWire = `${body.length.toString(16)}\r\n${body}\r\n`;
    expect(await screened({ body, framing: 'Transfer-Encoding: chunked', onWire })).toBe('EntityTooLarge');
  });

  test('a body that is cut off', async () => {
    expect(await screened({ body: document('a'), framing: 'Content-Length: 1000', closes: true })).toBe(
      'IncompleteBody',
    );
  });

  test('a body with broken chunks', async () => {
    expect(await screened({ body: '', framing: 'Transfer-Encoding: chunked', onWire: '5;x\r\n' })).toBe(
      'IncompleteBody',
    );
  });
});
