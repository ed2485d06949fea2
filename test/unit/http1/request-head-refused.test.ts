import { describe, expect, test } from 'vitest';
import { kindOf, requestOf } from './head-fixture.ts';

const get = (...lines: string[]): string =>
  `GET /b/k HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const put = (...lines: string[]): string =>
  `PUT /b/k HTTP/1.1\r\nHost: h\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

describe('framing that two readers could read in two ways is refused', () => {
  test.each([
    [
      'Content-Length, then Transfer-Encoding',
      put('Content-Length: 5', 'Transfer-Encoding: chunked'),
      'malformed',
    ],
    [
      'Transfer-Encoding, then Content-Length',
      put('Transfer-Encoding: chunked', 'Content-Length: 5'),
      'malformed',
    ],
    [
      'Content-Length 0 beside Transfer-Encoding',
      put('Content-Length: 0', 'Transfer-Encoding: chunked'),
      'malformed',
    ],
    ['the same Content-Length twice', put('Content-Length: 5', 'Content-Length: 5'), 'malformed'],
    ['two different Content-Lengths', put('Content-Length: 5', 'Content-Length: 6'), 'malformed'],
    ['Content-Length with a plus', put('Content-Length: +5'), 'malformed'],
    ['Content-Length with a minus', put('Content-Length: -5'), 'malformed'],
    ['Content-Length with a space inside', put('Content-Length: 5 5'), 'malformed'],
    ['Content-Length in hexadecimal', put('Content-Length: 0x5'), 'malformed'],
    ['Content-Length as a list', put('Content-Length: 5, 5'), 'malformed'],
    ['Content-Length with an exponent', put('Content-Length: 1e3'), 'malformed'],
    ['Content-Length with a fraction', put('Content-Length: 5.0'), 'malformed'],
    ['an empty Content-Length', put('Content-Length:'), 'malformed'],
    ['Content-Length beyond 2^53', put('Content-Length: 9007199254740993'), 'malformed'],
    ['Content-Length of twenty digits', put('Content-Length: 99999999999999999999'), 'malformed'],
    ['Content-Length in other digits', put('Content-Length: \xb25'), 'malformed'],
    ['Transfer-Encoding: identity', put('Transfer-Encoding: identity'), 'unsupported'],
    ['Transfer-Encoding: gzip, chunked', put('Transfer-Encoding: gzip, chunked'), 'unsupported'],
    ['Transfer-Encoding: chunked, chunked', put('Transfer-Encoding: chunked, chunked'), 'unsupported'],
    ['Transfer-Encoding: chunked, identity', put('Transfer-Encoding: chunked, identity'), 'unsupported'],
    ['Transfer-Encoding: xchunked', put('Transfer-Encoding: xchunked'), 'unsupported'],
    ['Transfer-Encoding: "chunked"', put('Transfer-Encoding: "chunked"'), 'unsupported'],
    ['Transfer-Encoding with a vertical tab', put('Transfer-Encoding: \x0bchunked'), 'malformed'],
    ['an empty Transfer-Encoding', put('Transfer-Encoding:'), 'unsupported'],
    [
      'Transfer-Encoding twice',
      put('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
      'unsupported',
    ],
    ['Transfer-Encoding in HTTP/1.0', 'PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', 'malformed'],
    ['an expectation that is not 100-continue', put('Expect: 200-ok'), 'unsupported'],
    ['two expectations', put('Expect: 100-continue', 'Expect: 100-continue'), 'unsupported'],
  ])('%s', (_name, head, kind) => {
    expect(kindOf(() => requestOf(head))).toBe(kind);
  });
});

describe('lines that are not CR LF lines of tokens are refused', () => {
  test.each([
    ['a bare LF behind the request line', 'GET / HTTP/1.1\nHost: h\r\n\r\n'],
    ['a bare LF behind a header', 'GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n'],
    ['a head that ends in LF LF', 'GET / HTTP/1.1\r\nHost: h\n\n'],
    ['a bare CR in the request line', 'GET /\r HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a bare CR in a header value', get('Host: h', 'X: a\rb')],
    ['a bare CR before the colon', get('Host: h', 'X\r: a')],
    ['CR CR LF', 'GET / HTTP/1.1\r\r\nHost: h\r\n\r\n'],
    ['CR LF CR X instead of the empty line (CVE-2025-23167)', 'GET / HTTP/1.1\r\nHost: h\r\n\rX\r\n\r\n'],
    ['obs-fold with a space', get('Host: h', 'X: a', ' b')],
    ['obs-fold with a tab', get('Host: h', 'X: a', '\tb')],
    ['obs-fold on the first line', get(' Host: h')],
    ['a space before the colon', get('Host: h', 'X : a')],
    ['a tab before the colon', get('Host: h', 'X\t: a')],
    ['a space before the colon of Content-Length', get('Host: h', 'Content-Length : 5')],
    ['a space within a name', get('Host: h', 'X Y: a')],
    ['an empty name', get('Host: h', ': a')],
    ['a line without a colon', get('Host: h', 'X')],
    ['a name beyond ASCII', get('Host: h', 'X\xe9: a')],
    ['a name with brackets', get('Host: h', 'X[]: a')],
    ['a NUL in a name', get('Host: h', 'X\0: a')],
    ['a NUL in a value', get('Host: h', 'X: a\0b')],
    ['a control character in a value', get('Host: h', 'X: a\x01b')],
    ['DEL in a value', get('Host: h', 'X: a\x7fb')],
    ['an empty line before the request line', '\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a bare LF before the request line', '\nGET / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['no Host', get('X: y')],
    ['two Hosts', get('Host: h', 'Host: h')],
    ['two Hosts in HTTP/1.0', 'GET / HTTP/1.0\r\nHost: h\r\nHost: i\r\n\r\n'],
  ])('%s', (_name, head) => {
    expect(kindOf(() => requestOf(head))).toBe('malformed');
  });
});

describe('request lines that are not "METHOD /path HTTP/1.1" are refused', () => {
  test.each([
    ['absolute-form', 'GET http://h/b HTTP/1.1', 'malformed'],
    ['authority-form', 'CONNECT h:443 HTTP/1.1', 'malformed'],
    ['asterisk-form', 'OPTIONS * HTTP/1.1', 'malformed'],
    ['a raw number sign', 'GET /b/k#x HTTP/1.1', 'malformed'],
    ['no target', 'GET HTTP/1.1', 'malformed'],
    ['no version, as HTTP/0.9 had it', 'GET /', 'malformed'],
    ['HTTP/0.9', 'GET / HTTP/0.9', 'unsupported'],
    ['HTTP/1.2', 'GET / HTTP/1.2', 'unsupported'],
    ['HTTP/2.0', 'GET / HTTP/2.0', 'unsupported'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0', 'unsupported'],
    ['a version of three digits', 'GET / HTTP/1.11', 'malformed'],
    ['a version without a dot', 'GET / HTTP/11', 'malformed'],
    ['lower-case http', 'GET / http/1.1', 'malformed'],
    ['two spaces behind the method', 'GET  / HTTP/1.1', 'malformed'],
    ['two spaces behind the target', 'GET /  HTTP/1.1', 'malformed'],
    ['a space at the end', 'GET / HTTP/1.1 ', 'malformed'],
    ['a space at the start', ' GET / HTTP/1.1', 'malformed'],
    ['tabs for spaces', 'GET\t/\tHTTP/1.1', 'malformed'],
    ['a space within the target', 'GET /a b HTTP/1.1', 'malformed'],
    ['a method that is no token', 'G(T / HTTP/1.1', 'malformed'],
    ['bytes beyond ASCII in the target', 'GET /\xe9 HTTP/1.1', 'malformed'],
    ['a NUL in the target', 'GET /\0 HTTP/1.1', 'malformed'],
    ['DEL in the target', 'GET /\x7f HTTP/1.1', 'malformed'],
    ['the start of a TLS handshake', '\x16\x03\x01\x02', 'malformed'],
  ])('%s', (_name, line, kind) => {
    expect(kindOf(() => requestOf(`${line}\r\nHost: h\r\n\r\n`))).toBe(kind);
  });
});
