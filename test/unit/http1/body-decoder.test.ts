import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BodyDecoder, createBodyDecoder } from '../../../src/http1/body-decoder.ts';
import { kindOf } from './head-fixture.ts';

interface Decoded {
  readonly body: string;
  readonly left: string;
  readonly done: boolean;
}

function decode(decoder: BodyDecoder, pieces: readonly Buffer[]): Decoded {
  let body = '';
  let left = '';
  for (const piece of pieces) {
    const copy = Buffer.from(piece);
    const taken = decoder.push(copy, (slice) => {
      body += slice.toString('latin1');
    });
    left += copy.toString('latin1', taken);
    copy.fill('!');
  }
  return { body, left, done: decoder.done };
}

const chunked = (): BodyDecoder => createBodyDecoder({ kind: 'chunked' });
const pushText = (text: string): unknown => decode(chunked(), [Buffer.from(text, 'latin1')]);

describe('a body of a length', () => {
  test('takes its bytes and leaves the next request', () => {
    const decoder = createBodyDecoder({ kind: 'length', length: 5 });
    expect(decode(decoder, [Buffer.from('he'), Buffer.from('lloGET')])).toEqual({
      body: 'hello',
      left: 'GET',
      done: true,
    });
  });

  test('an end in the middle is a cut', () => {
    const decoder = createBodyDecoder({ kind: 'length', length: 5 });
    decode(decoder, [Buffer.from('hell')]);
    expect(decoder.endOfInput()).toBe(false);
    decode(decoder, [Buffer.from('o')]);
    expect(decoder.endOfInput()).toBe(true);
  });

  test.each([[{ kind: 'none' } as const], [{ kind: 'length', length: 0 } as const]])(
    '%o is done before it begins',
    (framing) => {
      const decoder = createBodyDecoder(framing);
      expect(decoder.done).toBe(true);
      expect(decode(decoder, [Buffer.from('GET')])).toEqual({ body: '', left: 'GET', done: true });
    },
  );
});

describe('a body until the connection closes', () => {
  test('takes all, and is done with the end', () => {
    const decoder = createBodyDecoder({ kind: 'until-close' });
    expect(decode(decoder, [Buffer.from('ab'), Buffer.from('c')])).toEqual({
      body: 'abc',
      left: '',
      done: false,
    });
    expect(decoder.endOfInput()).toBe(true);
    expect(decoder.done).toBe(true);
  });
});

describe('a chunked body', () => {
  const TEXT = '5\r\nhello\r\n00A\r\n0123456789\r\n1\r\n\n\r\n000\r\n\r\nGET / HT';
  const WHOLE = { body: 'hello0123456789\n', left: 'GET / HT', done: true };

  test('split at every byte boundary gives the same', () => {
    const bytes = Buffer.from(TEXT);
    for (let at = 0; at <= bytes.length; at++) {
      expect(decode(chunked(), [bytes.subarray(0, at), bytes.subarray(at)])).toEqual(WHOLE);
    }
  });

  test('byte by byte', () => {
    expect(
      decode(
        chunked(),
        [...Buffer.from(TEXT)].map((byte) => Buffer.from([byte])),
      ),
    ).toEqual(WHOLE);
  });

  test('any chunks, in any pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 }),
        fc.array(fc.nat(30), { maxLength: 30 }),
        (chunks, cuts) => {
          const framed = [
            ...chunks.map((chunk) =>
              Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
            ),
            Buffer.from('0\r\n\r\nrest'),
          ];
          const bytes = Buffer.concat(framed);
          const pieces: Buffer[] = [];
          let at = 0;
          for (const cut of cuts) {
            pieces.push(bytes.subarray(at, at + cut));
            at += cut;
          }
          pieces.push(bytes.subarray(at));
          expect(decode(chunked(), pieces)).toEqual({
            body: Buffer.concat(chunks).toString('latin1'),
            left: 'rest',
            done: true,
          });
        },
      ),
    );
  });

  test('an end before the last chunk is a cut', () => {
    for (const text of ['', '5', '5\r\n', '5\r\nhello', '5\r\nhello\r\n', '0', '0\r\n', '0\r\n\r']) {
      const decoder = chunked();
      decode(decoder, [Buffer.from(text)]);
      expect(decoder.endOfInput(), JSON.stringify(text)).toBe(false);
    }
  });

  test('a size of thirteen digits is waited for', () => {
    const decoder = chunked();
    expect(decode(decoder, [Buffer.from('fffffffffffff\r\n')])).toMatchObject({ done: false });
  });

  test.each([
    ['an extension', '5;a=b\r\nhello\r\n'],
    ['an extension without a value', '5;\r\nhello\r\n'],
    ['a long extension', `5;${'a'.repeat(100)}\r\n`],
    ['a trailer', '0\r\nX: y\r\n\r\n'],
    ['0x', '0x5\r\nhello\r\n'],
    ['a sign', '+5\r\nhello\r\n'],
    ['a minus', '-5\r\nhello\r\n'],
    ['a space before', ' 5\r\nhello\r\n'],
    ['a space behind', '5 \r\nhello\r\n'],
    ['a tab behind', '5\t\r\nhello\r\n'],
    ['an underscore', '1_0\r\n'],
    ['an empty size', '\r\nhello\r\n'],
    ['no hex digit', 'g\r\n'],
    ['fourteen digits', '10000000000000\r\n'],
    ['2^64', '10000000000000000\r\n'],
    ['2^64 + 5, which wraps to 5', '10000000000000005\r\nhello\r\n'],
    ['a size line of many zeros', `${'0'.repeat(60)}5\r\nhello\r\n`],
    ['a size line without an end', '0'.repeat(65)],
    ['a bare LF behind the size', '5\nhello\r\n'],
    ['a bare LF behind the data', '5\r\nhello\n'],
    ['a bare LF behind the last chunk', '0\r\n\n'],
    ['a chunk longer than its size', '5\r\nhello!\r\n'],
    ['a chunk shorter than its size', '5\r\nhell\r\n0\r\n\r\n'],
    ['a bare CR in the size', '5\r5\r\n'],
  ])('refuses %s', (_name, text) => {
    expect(kindOf(() => pushText(text))).toBe('malformed');
    expect(
      kindOf(() =>
        decode(
          chunked(),
          [...Buffer.from(text)].map((byte) => Buffer.from([byte])),
        ),
      ),
    ).toBe('malformed');
  });
});
