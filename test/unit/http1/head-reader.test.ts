import { describe, expect, test } from 'vitest';
import { parseRequestHead } from '../../../src/http1/head-parser.ts';
import { HeadReader } from '../../../src/http1/head-reader.ts';
import { kindOf, LIMITS } from './head-fixture.ts';

const HEAD = 'PUT /b/k HTTP/1.1\r\nHost: h\r\nX-A: one\r\nContent-Length: 5\r\n\r\n';
const BYTES = Buffer.from(`${HEAD}hello`);

/** Pushes copies of the pieces, and spoils each copy as soon as its push has returned. */
function pushSpoiling(pieces: readonly Buffer[]): { head: string; rest: string } {
  const reader = new HeadReader(4096);
  let result: { head: string; rest: string } | undefined;
  let behind = '';
  for (const piece of pieces) {
    const copy = Buffer.from(piece);
    if (result === undefined) {
      const found = reader.push(copy);
      if (found !== undefined) result = { head: found.head.toString(), rest: found.rest.toString() };
    } else {
      behind += copy.toString();
    }
    copy.fill('!');
  }
  if (result === undefined) throw new Error('no end found');
  return { head: result.head, rest: result.rest + behind };
}

describe('HeadReader', () => {
  test('two pieces, split at every byte, give the same', () => {
    for (let at = 0; at <= BYTES.length; at++) {
      expect(pushSpoiling([BYTES.subarray(0, at), BYTES.subarray(at)])).toEqual({
        head: HEAD,
        rest: 'hello',
      });
    }
  });

  test('three pieces, split at every two bytes, give the same', () => {
    for (let first = 0; first <= HEAD.length; first++) {
      for (let second = first; second <= HEAD.length; second++) {
        const pieces = [BYTES.subarray(0, first), BYTES.subarray(first, second), BYTES.subarray(second)];
        expect(pushSpoiling(pieces)).toEqual({ head: HEAD, rest: 'hello' });
      }
    }
  });

  test('byte by byte', () => {
    const pieces = [...BYTES].map((byte) => Buffer.from([byte]));
    expect(pushSpoiling(pieces)).toEqual({ head: HEAD, rest: 'hello' });
  });

  test('the room before what came behind a head is nobody’s, wherever the pieces part', () => {
    const ROOM = 10;
    for (let at = 0; at < HEAD.length; at++) {
      const reader = new HeadReader(4096);
      const memory = Buffer.concat([Buffer.alloc(ROOM, '.'), BYTES.subarray(at)]);
      reader.push(BYTES.subarray(0, at), 0);
      const found = reader.push(memory.subarray(ROOM), ROOM);
      expect(found?.roomBeforeRest).toBe(at === 0 ? ROOM + HEAD.length : HEAD.length);
      const { rest, roomBeforeRest } = found ?? { rest: Buffer.alloc(0), roomBeforeRest: 0 };
      Buffer.from(rest.buffer, rest.byteOffset - roomBeforeRest, roomBeforeRest).fill('!');
      expect(rest.toString()).toBe('hello');
    }
  });

  test('a parsed head keeps nothing of the buffer that it was read from', () => {
    const buffer = Buffer.from(BYTES);
    const found = new HeadReader(4096).push(buffer);
    const head = parseRequestHead(found?.head ?? Buffer.alloc(0), LIMITS);
    buffer.fill('!');
    expect(head.target).toBe('/b/k');
    expect(head.headers.get('x-a')).toBe('one');
  });

  test('reads one head after another', () => {
    const reader = new HeadReader(4096);
    const first = reader.push(Buffer.from('GET /1 HTTP/1.1\r\n\r\nGET /2 HT'));
    expect(first?.head.toString()).toBe('GET /1 HTTP/1.1\r\n\r\n');
    expect(reader.started).toBe(false);
    expect(reader.push(Buffer.from(first?.rest ?? Buffer.alloc(0)))).toBeUndefined();
    expect(reader.started).toBe(true);
    expect(reader.push(Buffer.from('TP/1.1\r\n\r\n'))?.head.toString()).toBe('GET /2 HTTP/1.1\r\n\r\n');
  });

  test('refuses a bare LF as soon as it comes, wherever the pieces part', () => {
    const bad = Buffer.from('GET / HTTP/1.1\nHost: h\r\n\r\n');
    for (let at = 0; at <= bad.length; at++) {
      const reader = new HeadReader(4096);
      const kind = kindOf(() => {
        reader.push(bad.subarray(0, at));
        reader.push(bad.subarray(at));
      });
      expect(kind).toBe('malformed');
    }
  });

  test('refuses an empty line before the start line, wherever the pieces part', () => {
    for (let at = 0; at <= 2; at++) {
      const reader = new HeadReader(4096);
      const bytes = Buffer.from('\r\n');
      const kind = kindOf(() => {
        reader.push(bytes.subarray(0, at));
        reader.push(bytes.subarray(at));
      });
      expect(kind).toBe('malformed');
    }
  });

  test('refuses a head without an end once it is too large', () => {
    const reader = new HeadReader(100);
    expect(reader.push(Buffer.alloc(60, 'a'))).toBeUndefined();
    expect(reader.push(Buffer.alloc(40, 'a'))).toBeUndefined();
    expect(kindOf(() => reader.push(Buffer.from('a')))).toBe('too-large');
  });

  test('bytes behind the head do not count', () => {
    const found = new HeadReader(HEAD.length).push(Buffer.from(HEAD + 'x'.repeat(1000)));
    expect(found?.rest.length).toBe(1000);
  });
});
