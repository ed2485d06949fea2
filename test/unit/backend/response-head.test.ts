import { describe, expect, test } from 'vitest';
import { answerFields } from '../../../src/backend/response-head.ts';
import { parseResponseHead } from '../../../src/http1/head-parser.ts';

function fields(lines: readonly string[], method = 'GET', status = 200): string {
  const text = `HTTP/1.1 ${status} OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
  const head = parseResponseHead(
    Buffer.from(text, 'latin1'),
    { maxHeadBytes: 65_536, maxHeaders: 100 },
    method,
  );
  return answerFields(head, 'OURS');
}

const ID = 'x-amz-request-id: STORES';

describe('answerFields', () => {
  test('what the store wrote goes back as it wrote it, in order', () => {
    const lines = [
      ID,
      'ETag: "a"',
      'x-amz-meta-B: \xc3\xa9',
      'Set-Cookie: a',
      'Set-Cookie: b',
      'Server: MinIO',
      'Date: x',
    ];
    expect(fields([...lines, 'Content-Length: 5'])).toBe(lines.map((line) => `${line}\r\n`).join(''));
  });

  test("the store's request id stays; ours stands in where there is none", () => {
    expect(fields(['Content-Length: 0', 'X-Amz-Request-Id: STORES'])).toBe('X-Amz-Request-Id: STORES\r\n');
    expect(fields(['Content-Length: 0'])).toBe('x-amz-request-id: OURS\r\n');
  });

  test.each([
    'Connection: close',
    'Keep-Alive: timeout=5',
    'Proxy-Authenticate: Basic',
    'Proxy-Connection: keep-alive',
    'TE: trailers',
    'Trailer: x',
    'Transfer-Encoding: chunked',
    'Upgrade: h2c',
  ])('%s stays behind', (line) => {
    expect(fields([ID, line])).toBe(`${ID}\r\n`);
  });

  test('what Connection names stays behind', () => {
    expect(
      fields([ID, 'Connection: X-Hop ,close', 'X-Hop: a', 'x-hop: b', 'X-End: c', 'Content-Length: 0']),
    ).toBe(`${ID}\r\nX-End: c\r\n`);
  });

  test('Content-Length is framing where a body follows, and information where none does', () => {
    expect(fields([ID, 'Content-Length: 5'])).toBe(`${ID}\r\n`);
    expect(fields([ID, 'Content-Length: 5'], 'HEAD')).toBe(`${ID}\r\nContent-Length: 5\r\n`);
    expect(fields([ID, 'Content-Length: 5'], 'GET', 304)).toBe(`${ID}\r\nContent-Length: 5\r\n`);
  });
});
