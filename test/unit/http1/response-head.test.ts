import { describe, expect, test } from 'vitest';
import { kindOf, responseOf } from './head-fixture.ts';

describe('parseResponseHead', () => {
  test.each([
    ['a length', 'GET', 200, 'Content-Length: 5\r\n', { kind: 'length', length: 5 }],
    ['chunks', 'GET', 200, 'Transfer-Encoding: chunked\r\n', { kind: 'chunked' }],
    ['neither', 'GET', 200, '', { kind: 'until-close' }],
    ['an answer to HEAD with a length', 'HEAD', 200, 'Content-Length: 5\r\n', { kind: 'none' }],
    ['an answer to HEAD with chunks', 'HEAD', 200, 'Transfer-Encoding: chunked\r\n', { kind: 'none' }],
    ['204', 'DELETE', 204, '', { kind: 'none' }],
    ['304 with a length', 'GET', 304, 'Content-Length: 5\r\n', { kind: 'none' }],
    ['100', 'PUT', 100, '', { kind: 'none' }],
  ])('framing: %s', (_name, method, status, fields, framing) => {
    expect(responseOf(`HTTP/1.1 ${status} Text\r\n${fields}\r\n`, method).framing).toEqual(framing);
  });

  test.each([
    ['HTTP/1.1', '', true],
    ['HTTP/1.1', 'Connection: close\r\n', false],
    ['HTTP/1.1', 'Connection: x, Close\r\n', false],
    ['HTTP/1.0', '', false],
    ['HTTP/1.0', 'Connection: keep-alive\r\n', true],
  ])('keeps the connection: %s %s', (version, fields, keepAlive) => {
    expect(responseOf(`${version} 200 OK\r\n${fields}\r\n`).keepAlive).toBe(keepAlive);
  });

  test.each([
    ['both framings', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', 'malformed'],
    ['an empty Transfer-Encoding', 'Transfer-Encoding:\r\n', 'unsupported'],
    ['gzip, chunked', 'Transfer-Encoding: gzip, chunked\r\n', 'unsupported'],
    ['chunked twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', 'unsupported'],
  ])('refuses also where no body can follow: %s', (_name, fields, kind) => {
    expect(kindOf(() => responseOf(`HTTP/1.1 200 OK\r\n${fields}\r\n`, 'HEAD'))).toBe(kind);
    expect(kindOf(() => responseOf(`HTTP/1.1 304 Not Modified\r\n${fields}\r\n`))).toBe(kind);
  });

  test('the reason may be empty or missing', () => {
    expect(responseOf('HTTP/1.1 200 \r\n\r\n')).toMatchObject({ status: 200, reason: '' });
    expect(responseOf('HTTP/1.1 200\r\n\r\n')).toMatchObject({ status: 200, reason: '' });
    expect(responseOf('HTTP/1.1 404 Not  Found\r\n\r\n').reason).toBe('Not  Found');
  });

  test.each([
    [
      'both framings',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
      'malformed',
    ],
    [
      'Content-Length twice',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n',
      'malformed',
    ],
    ['a bad Content-Length', 'HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n', 'malformed'],
    ['gzip, chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 'unsupported'],
    [
      'Transfer-Encoding twice',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n',
      'unsupported',
    ],
    ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n', 'malformed'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\n', 'malformed'],
    ['no status', 'HTTP/1.1 OK\r\n\r\n', 'malformed'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'malformed'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'malformed'],
    ['a status that starts with 0', 'HTTP/1.1 099 OK\r\n\r\n', 'malformed'],
    ['a bare CR in the reason', 'HTTP/1.1 200 O\rK\r\n\r\n', 'malformed'],
    ['a bare CR in a value', 'HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\n\r\n', 'malformed'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n', 'malformed'],
    ['a page and no head', '<html>\r\n\r\n', 'malformed'],
    ['too many headers', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(21)}\r\n`, 'too-large'],
  ])('refuses %s', (_name, head, kind) => {
    expect(kindOf(() => responseOf(head))).toBe(kind);
  });
});
