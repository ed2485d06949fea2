// Requests on the wire, right and nearly right: one after another, then changed by a few bytes.
import fc from 'fast-check';
import { type ByteChange, byteChange, changedBy } from '../byte-changes.ts';

export interface WireCase {
  /** One character a byte (latin1). */
  readonly wire: string;
  /** Where it is cut on its way. */
  readonly cuts: readonly number[];
}

const METHODS = [
  'GET',
  'HEAD',
  'PUT',
  'POST',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'CONNECT',
  'PRI',
  'get',
  'G T',
  '',
];
const TARGETS = [
  '/',
  '/b/k?a&b=c',
  '/b//..%2f',
  '/b/\xe9',
  '*',
  'http://h/',
  'h:80',
  '/a b',
  '/#x',
  '/;|^`{}"<>\\',
  '',
];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/0.9',
  'http/1.1',
  'HTTP/1.1 ',
  ' HTTP/1.1',
  '',
];
const ENDS = ['\r\n', '\n', '\r', '\r\n ', '\r\n\t', '\r\r\n', '\n\r', '\r\n\r\n', '\0\r\n'];
const LENGTHS = [
  '5',
  '0',
  '05',
  '00000000000000000005',
  '+5',
  '-5',
  '5,5',
  '5, 5',
  '0x5',
  '5e0',
  '5 ',
  '\x0b5',
  '5\0',
  '5 5',
  '',
  '9007199254740993',
  '18446744073709551621',
  '\xb2',
];
const CODINGS = [
  'chunked',
  'Chunked',
  'CHUNKED',
  'chunked ',
  '\x0bchunked',
  'chunked\0',
  ' chunked',
  'chunked,',
  ',chunked',
  'chunked, chunked',
  'gzip, chunked',
  'chunked, gzip',
  'identity',
  'xchunked',
  'chunked;q=1',
  '"chunked"',
  '',
];
const SIZES = [
  '5',
  '05',
  '000000000005',
  '5 ',
  ' 5',
  '5\t',
  '+5',
  '-5',
  '0x5',
  '5h',
  '',
  '5;',
  '5;a',
  '5;a=b',
  '5;a="\r\n"',
  '5\0',
  'FFFFFFFFFFFFF',
  'ffffffffffffffff',
  '10000000000000005',
];
const NAMES = [
  'X-A',
  'x-amz-date',
  'Host',
  'Content-Length',
  'Transfer-Encoding',
  'Connection',
  'Expect',
  'Upgrade',
  'Trailer',
  'TE',
  'Proxy-Connection',
  'content_length',
  'X A',
  'X ',
  '',
  'X\xe9',
  '\tX',
  'Transfer-Encoding ',
  ' Content-Length',
  'Content-Length\0',
];
const VALUES = [
  'h',
  '5',
  'chunked',
  'close',
  'keep-alive',
  'keep-alive, upgrade',
  'Upgrade',
  'websocket',
  '100-continue',
  '100-Continue, x',
  'two  words',
  '\xc3\xa9',
  'a\0b',
  'a\rb',
  'a\x7fb',
  '\ttab\t',
  '',
  ' ',
  '\xa0x\xa0',
  '\x0bx',
];
const LONG = [200, 4000, 16_300, 20_000];

/** Nearly always one of the usual, or nothing would be accepted and nothing pipelined; `times` as often as of all. */
export function mostly(usual: readonly string[], all: readonly string[], times = 19): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: times, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...all) },
  );
}

export const lineEnd = mostly(['\r\n'], ENDS);
const field = fc
  .tuple(
    mostly(['X-A', 'x-amz-date', 'Connection', 'Expect'], NAMES),
    mostly([': ', ':'], [':  ', ':\t', ' : ', '', ';']),
    mostly(['h', 'keep-alive', 'two  words', '\xc3\xa9', '\ttab\t', '', '100-continue'], VALUES),
    lineEnd,
  )
  .map((parts) => parts.join(''));
const longField = fc.constantFrom(...LONG).map((length) => `X-Long: ${'x'.repeat(length)}\r\n`);
const manyFields = fc.integer({ min: 90, max: 110 }).map((count) => 'X: y\r\n'.repeat(count));
export const headerFields = fc.oneof(
  { weight: 40, arbitrary: fc.array(field, { maxLength: 3 }).map((lines) => lines.join('')) },
  { weight: 1, arbitrary: longField },
  { weight: 1, arbitrary: manyFields },
);

/** How bodies are framed is what requests are smuggled with. */
const OFTEN = 3;
const BODIES = ['hello', 'hello, world', 'GET /', '0\r\n\r\n', '\r\n\r\nX'];
const noBody = fc.constant({ framing: '', body: '' });
const lengthBody = fc
  .record({
    text: fc.constantFrom(...BODIES),
    length: mostly(['right'], LENGTHS, OFTEN),
    name: mostly(['Content-Length', 'content-length'], NAMES),
  })
  .map(({ text, length, name }) => ({
    framing: `${name}: ${length === 'right' ? text.length : length}\r\n`,
    body: text,
  }));
const chunk = fc
  .record({
    text: fc.constantFrom(...BODIES),
    size: mostly(['right', 'RIGHT', '00right'], SIZES, 2 * OFTEN),
    sizeEnd: lineEnd,
    dataEnd: lineEnd,
  })
  .map(({ text, size, sizeEnd, dataEnd }) => {
    const hex = text.length.toString(16);
    const spelt = size === 'RIGHT' ? hex.toUpperCase() : size.replace('right', hex);
    return `${spelt}${sizeEnd}${text}${dataEnd}`;
  });
const lastChunk = mostly(
  ['0\r\n\r\n', '00\r\n\r\n'],
  [
    '0\r\nX: y\r\n\r\n',
    '0\n\r\n',
    '0\r\n\n',
    '0;x\r\n\r\n',
    '0',
    '0\r\n',
    '',
    '0\r\nContent-Length: 5\r\n\r\n',
  ],
  OFTEN,
);
const chunkedBody = fc
  .record({
    coding: mostly(['chunked', 'Chunked'], CODINGS, OFTEN),
    chunks: fc.array(chunk, { maxLength: 3 }),
    last: lastChunk,
    second: mostly(
      [''],
      ['Content-Length: 5\r\n', 'Transfer-Encoding: identity\r\n', 'Transfer-Encoding: chunked\r\n'],
    ),
  })
  .map(({ coding, chunks, last, second }) => ({
    framing: `Transfer-Encoding: ${coding}\r\n${second}`,
    body: chunks.join('') + last,
  }));

export const bodyWithFraming = fc.oneof(noBody, lengthBody, chunkedBody);

const message = fc
  .record({
    method: mostly(METHODS.slice(0, 7), METHODS),
    target: mostly(TARGETS.slice(0, 3), TARGETS),
    version: mostly(['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'], VERSIONS),
    requestLineEnd: lineEnd,
    host: mostly(
      ['Host: h\r\n'],
      ['', 'Host : h\r\n', 'Host: h\r\nHost: i\r\n', ' Host: h\r\n', 'Host:\r\n'],
    ),
    framed: bodyWithFraming,
    fields: headerFields,
    framingFirst: fc.boolean(),
    empty: lineEnd,
  })
  .map(({ method, target, version, requestLineEnd, host, framed, fields: lines, framingFirst, empty }) => {
    const headers = framingFirst ? framed.framing + lines : lines + framed.framing;
    return `${method} ${target} ${version}${requestLineEnd}${host}${headers}${empty}${framed.body}`;
  });

/** What makes a difference on the wire. */
const SPECIAL = '\r\n\0 \t:;,/?#%0159aAfF\x0b\x7f\x80\xa0\xff';

export const wireCase: fc.Arbitrary<WireCase> = fc
  .record({
    messages: fc.array(message, { minLength: 1, maxLength: 3 }),
    changes: fc.oneof(
      fc.constant<readonly ByteChange[]>([]),
      fc.array(byteChange(SPECIAL), { maxLength: 3 }),
    ),
    cuts: fc.array(fc.nat({ max: 2000 }), { maxLength: 6 }),
  })
  .map(({ messages, changes, cuts }) => ({ wire: changedBy(messages.join(''), changes), cuts }));
