import { describe, expect, it } from 'vitest';
import { commonNameAt } from '../../../src/http1/common-names.ts';
import { parseRequestHead } from '../../../src/http1/head-parser.ts';

const LIMITS = { maxHeadBytes: 65_536, maxHeaders: 20 };
const at = (text: string, name: string) => commonNameAt(text, 0, name.length);

describe('commonNameAt', () => {
  it.each([
    'Host',
    'host',
    'X-Amz-Content-SHA256',
    'X-Amz-Content-Sha256',
    'x-amz-content-sha256',
    'ETag',
    'etag',
  ])('finds %s', (name) => {
    expect(at(`${name}: value`, name)).toEqual({ rawName: name, name: name.toLowerCase() });
    expect(commonNameAt(`ab${name}: value`, 2, 2 + name.length)?.rawName).toBe(name);
  });

  it.each(['hOst', 'Hos', 'Hosts', 'Hosz', '', 'x'.repeat(200), '__proto__', 'constructor'])(
    'does not find %s',
    (name) => {
      expect(at(`${name}: value`, name)).toBeUndefined();
    },
  );

  it('is asked with any two places', () => {
    expect(commonNameAt('Host: a', 0, -1)).toBeUndefined();
    expect(commonNameAt('Host', 2, 6)).toBeUndefined();
  });
});

describe('a head', () => {
  it('has each name as it was written, and in lower case to look it up', () => {
    const head = 'GET / HTTP/1.1\r\nhOST: a\r\nX-Amz-Date: b\r\nX-AMZ-DATE: c\r\nx-made-UP: d\r\n\r\n';
    const { headers } = parseRequestHead(Buffer.from(head), LIMITS);
    expect([...headers].map(({ rawName }) => rawName)).toEqual([
      'hOST',
      'X-Amz-Date',
      'X-AMZ-DATE',
      'x-made-UP',
    ]);
    expect(headers.all('x-amz-date')).toEqual(['b', 'c']);
    expect(headers.get('host')).toBe('a');
    expect(headers.get('x-made-up')).toBe('d');
  });

  it.each(['Host: a\rb', 'Host: a\r', 'Host\r: a', '\rHost: a', 'Host: a\r\r\nX: b'])(
    'is refused with a carriage return alone: %j',
    (line) => {
      const head = Buffer.from(`GET / HTTP/1.1\r\nHost: x\r\n${line}\r\n\r\n`);
      expect(() => parseRequestHead(head, LIMITS)).toThrow('carriage return');
    },
  );
});
