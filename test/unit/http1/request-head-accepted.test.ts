import { describe, expect, test } from 'vitest';
import { kindOf, LIMITS, requestOf } from './head-fixture.ts';

describe('parseRequestHead', () => {
  test('keeps every byte of target, names and values, in order', () => {
    const head = requestOf(
      'PUT /b/%2f//./k%20x?a=1&&b;c=%zz HTTP/1.1\r\nhOsT: H:80\r\nX-A:\t one \t\r\nx-a: two  words\r\nX-Empty:\r\nX-B: \xc3\xa9\r\n\r\n',
    );
    expect(head.method).toBe('PUT');
    expect(head.target).toBe('/b/%2f//./k%20x?a=1&&b;c=%zz');
    expect([...head.headers]).toEqual([
      { name: 'host', rawName: 'hOsT', value: 'H:80' },
      { name: 'x-a', rawName: 'X-A', value: 'one' },
      { name: 'x-a', rawName: 'x-a', value: 'two  words' },
      { name: 'x-empty', rawName: 'X-Empty', value: '' },
      { name: 'x-b', rawName: 'X-B', value: '\xc3\xa9' },
    ]);
    expect(head.headers.all('x-a')).toEqual(['one', 'two  words']);
  });

  test('keeps every visible ASCII character of a target but the number sign', () => {
    const all = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index))
      .join('')
      .replace('#', '');
    expect(requestOf(`GET /${all} HTTP/1.1\r\nHost: h\r\n\r\n`).target).toBe(`/${all}`);
  });

  test.each([
    ['no body', 'GET', '', { kind: 'none' }],
    ['an empty body', 'PUT', 'Content-Length: 0\r\n', { kind: 'length', length: 0 }],
    ['a length', 'PUT', 'Content-Length: 42\r\n', { kind: 'length', length: 42 }],
    ['leading zeros', 'PUT', 'Content-Length: 0042\r\n', { kind: 'length', length: 42 }],
    [
      'the largest length',
      'PUT',
      'Content-Length: 9007199254740991\r\n',
      { kind: 'length', length: 2 ** 53 - 1 },
    ],
    ['chunks', 'PUT', 'Transfer-Encoding: chunked\r\n', { kind: 'chunked' }],
    ['chunks, in capitals', 'PUT', 'TRANSFER-ENCODING: CHUNKED\r\n', { kind: 'chunked' }],
  ])('framing: %s', (_name, method, fields, framing) => {
    expect(requestOf(`${method} / HTTP/1.1\r\nHost: h\r\n${fields}\r\n`).framing).toEqual(framing);
  });

  test.each([
    ['HTTP/1.1', 'HTTP/1.1', 'Host: h\r\n', true],
    ['Connection: close', 'HTTP/1.1', 'Host: h\r\nConnection: close\r\n', false],
    ['close among other options', 'HTTP/1.1', 'Host: h\r\nConnection: te, CLOSE ,x\r\n', false],
    ['HTTP/1.0 without a Host', 'HTTP/1.0', '', false],
    ['HTTP/1.0 that asks for keep-alive', 'HTTP/1.0', 'Host: h\r\nConnection: keep-alive\r\n', false],
  ])('keeps the connection: %s', (_name, version, fields, keepAlive) => {
    expect(requestOf(`GET / ${version}\r\n${fields}\r\n`).keepAlive).toBe(keepAlive);
  });

  test.each([
    ['HTTP/1.1', '100-continue', true],
    ['HTTP/1.1', '100-Continue', true],
    ['HTTP/1.0', '100-continue', false],
  ])('expects 100 Continue: %s, %s', (version, value, expected) => {
    const head = requestOf(`PUT / ${version}\r\nHost: h\r\nContent-Length: 1\r\nExpect: ${value}\r\n\r\n`);
    expect(head.expectsContinue).toBe(expected);
  });
});

describe('limits', () => {
  const withHeaders = (count: number): string =>
    `GET / HTTP/1.1\r\nHost: h\r\n${'X: y\r\n'.repeat(count - 1)}\r\n`;
  const ofBytes = (count: number): string => {
    const start = 'GET / HTTP/1.1\r\nHost: h\r\nX: ';
    return `${start}${'y'.repeat(count - start.length - 4)}\r\n\r\n`;
  };

  test('as many headers as allowed, and one more', () => {
    expect(requestOf(withHeaders(LIMITS.maxHeaders)).headers.size).toBe(LIMITS.maxHeaders);
    expect(kindOf(() => requestOf(withHeaders(LIMITS.maxHeaders + 1)))).toBe('too-large');
  });

  test('no header beyond the limit is dropped in silence (CVE-2026-58044)', () => {
    const head = `PUT / HTTP/1.1\r\nHost: h\r\n${'X: y\r\n'.repeat(2000)}Content-Length: 5\r\n\r\n`;
    expect(kindOf(() => requestOf(head, { maxHeadBytes: 1_000_000, maxHeaders: 2000 }))).toBe('too-large');
  });

  test('as many bytes as allowed, and one more', () => {
    expect(requestOf(ofBytes(LIMITS.maxHeadBytes)).method).toBe('GET');
    expect(kindOf(() => requestOf(ofBytes(LIMITS.maxHeadBytes + 1)))).toBe('too-large');
  });
});
