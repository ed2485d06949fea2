// What is not HTTP/1.1 as we accept it, beside what hostile-requests.test.ts has: request lines, targets, header names and
// values, framing, limits. Each is refused with an S3 error and its connection closed, and a right request pipelined
// behind it is not served (CVE-2025-23167, CVE-2022-32213, CVE-2022-35256, CVE-2026-58044, CVE-2026-1525).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headerOf } from '../support/raw-http.ts';
import { type ComposedGateway, composedGateway } from './composed-gateway.ts';
import {
  type Answered,
  type Ask,
  changed,
  expectRefusal,
  originOf,
  served,
  textOf,
  withLine,
} from './refusal-table.ts';

type Row = readonly [name: string, answer: Answered, edit: (request: string) => string];

const PUT: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello' };
const BAD: Answered = '400 BadRequest';
const UNKNOWN: Answered = '501 NotImplemented';
const LARGE: Answered = '400 RequestHeaderSectionTooLarge';

const line = (text: string) => (request: string) => request.replace(/^.*\r\n/, () => `${text}\r\n`);
const length = (text: string) => changed('content-length: 5', text);
const hex = (code: number) => `0x${code.toString(16).padStart(2, '0')}`;

const REQUEST_LINES: readonly Row[] = [
  ['a tab behind the method', BAD, line('PUT\t/bucket/key HTTP/1.1')],
  ['a tab before the version', BAD, line('PUT /bucket/key\tHTTP/1.1')],
  ['a blank behind the version', BAD, line('PUT /bucket/key HTTP/1.1 ')],
  ['a blank before the method', BAD, line(' PUT /bucket/key HTTP/1.1')],
  ['no version number', BAD, line('PUT /bucket/key HTTP/')],
  ['HTTP/1.10', BAD, line('PUT /bucket/key HTTP/1.10')],
  ['HTTP/01.1', BAD, line('PUT /bucket/key HTTP/01.1')],
  ['HTTP/0.9 by name', UNKNOWN, line('PUT /bucket/key HTTP/0.9')],
  ['HTTP/2.0 by name', UNKNOWN, line('PUT /bucket/key HTTP/2.0')],
  [
    'the preface of HTTP/2 with a request behind it',
    UNKNOWN,
    (request) => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${request}`,
  ],
  ['another protocol', BAD, line('PUT /bucket/key ICY/1.1')],
  ['no method', BAD, line('/bucket/key HTTP/1.1')],
  ['a method with brackets', BAD, line('P[U]T /bucket/key HTTP/1.1')],
  ['a NUL in the method', BAD, line('P\0T /bucket/key HTTP/1.1')],
  ['two carriage returns', BAD, line('PUT /bucket/key HTTP/1.1\r')],
  ['a line feed before its carriage return', BAD, changed('\r\n', '\n\r')],
  ['the answer of a server', BAD, line('HTTP/1.1 200 OK')],
];

const TARGETS: readonly Row[] = [
  ['absolute-form with our own host', BAD, line('PUT http://s3.wire/bucket/key HTTP/1.1')],
  ['absolute-form with https', BAD, line('PUT https://s3.wire/bucket/key HTTP/1.1')],
  ['authority-form', BAD, line('PUT s3.wire:80 HTTP/1.1')],
  ['CONNECT to ourselves', BAD, line('CONNECT 127.0.0.1:80 HTTP/1.1')],
  ['asterisk-form', BAD, line('PUT * HTTP/1.1')],
  ['a target that is a query', BAD, line('PUT ?acl HTTP/1.1')],
  ['a NUL', BAD, line('PUT /bucket/k\0ey HTTP/1.1')],
  ['a DEL', BAD, line('PUT /bucket/k\x7fey HTTP/1.1')],
  ['a carriage return', BAD, line('PUT /bucket/k\rey HTTP/1.1')],
  ['a raw UTF-8 letter', BAD, line('PUT /bucket/k\xc3\xa9 HTTP/1.1')],
  ['a raw blank', BAD, line('PUT /bucket/a b HTTP/1.1')],
  ['a fragment in the query', BAD, line('PUT /bucket/key?acl#x HTTP/1.1')],
];

const CONTROLS = [...Array.from({ length: 0x20 }, (_, code) => code), 0x7f].filter(
  (code) => code !== 9 && code !== 10,
);
const NAMES = ['X@Y', 'X[Y]', 'X Y', 'X(Y)', 'X/Y', 'X"Y', 'X\x80', 'X\t', ' X', '\tX', 'X,Y', 'X;Y', 'X=Y'];
const HEADERS: readonly Row[] = [
  ...CONTROLS.map(
    (code): Row => [`${hex(code)} in a value`, BAD, withLine(`X: a${String.fromCharCode(code)}b`)],
  ),
  ...NAMES.map((name): Row => [`a name ${JSON.stringify(name)}`, BAD, withLine(`${name}: a`)]),
  ['a bare line feed in a value', BAD, withLine('X: a\nTransfer-Encoding: chunked')],
  ['a bare line feed at the end of a line', BAD, withLine('X: a\nY: b')],
  ['a line feed for the empty line', BAD, changed('\r\n\r\n', '\r\n\n')],
  ['a blank before the empty line', BAD, changed('\r\n\r\n', '\r\n \r\n\r\n')],
  ['obs-fold with blanks only', BAD, withLine('X: a\r\n   ')],
  ['obs-fold of Content-Length', BAD, length('content-length:\r\n 5')],
  ['obs-fold behind the request line', BAD, changed('\r\n', '\r\n X: a\r\n')],
  ['a tab before the colon of Content-Length', BAD, length('content-length\t: 5')],
  ['a blank before the colon of Host', BAD, changed('host:', 'host :')],
];

const FRAMINGS: readonly Row[] = [
  ...(
    [
      ['with a blank within', '5 5'],
      ['with a fraction', '5.0'],
      ['with an exponent', '5e0'],
      ['with an underscore', '0_5'],
      ['with quotes', '"5"'],
      ['with a semicolon', '5;'],
      ['with a comma', '5,'],
      ['beyond 2^53', '9007199254740993'],
      ['of seventeen digits', '00000000000000005'],
      ['in octal', '0o5'],
      ['not a number', 'five'],
    ] as const
  ).map(([name, value]): Row => [`Content-Length ${name}`, BAD, length(`Content-Length: ${value}`)]),
  ['Content-Length twice, alike (CVE-2026-1525)', BAD, withLine('Content-Length: 5')],
  ['Content-Length twice, the second nought', BAD, withLine('Content-Length: 0')],
  ['Content-Length twice, the first nought', BAD, length('Content-Length: 0\r\ncontent-length: 5')],
  ['Content-Length twice, in two spellings', BAD, withLine('CONTENT-LENGTH: 05')],
  ['Content-Length and Transfer-Encoding', BAD, withLine('Transfer-Encoding: chunked')],
  ['Content-Length and an unknown Transfer-Encoding', BAD, withLine('Transfer-Encoding: cow')],
  [
    'Content-Length nought and Transfer-Encoding',
    BAD,
    length('Content-Length: 0\r\nTransfer-Encoding: chunked'),
  ],
  ...[
    'identity',
    'gzip',
    'gzip, chunked',
    'chunked, gzip',
    'chunked,',
    ', chunked',
    'chunked, chunked',
    'chunked;q=1',
    '"chunked"',
    'chunke',
    'chunkedx',
    'x',
    '',
  ].map(
    (value): Row => [
      `Transfer-Encoding ${JSON.stringify(value)}`,
      UNKNOWN,
      length(`Transfer-Encoding: ${value}`),
    ],
  ),
  [
    'Transfer-Encoding twice, one of them identity',
    UNKNOWN,
    length('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked'),
  ],
  [
    'Transfer-Encoding in HTTP/1.0',
    BAD,
    (request) => length('Transfer-Encoding: chunked')(changed('HTTP/1.1', 'HTTP/1.0')(request)),
  ],
  ['Expect twice', UNKNOWN, withLine('Expect: 100-continue\r\nExpect: 100-continue')],
  ['an unknown Expect', UNKNOWN, withLine('Expect: 417-please')],
];

// A request of the fixture has six headers; 200 is the limit that is configured by default, and 32 KiB of head.
const LIMITS: readonly Row[] = [
  ['201 headers, Content-Length last', LARGE, length(`${'X: y\r\n'.repeat(196)}Content-Length: 5`)],
  [
    '2001 headers, Content-Length last (CVE-2026-58044)',
    LARGE,
    length(`${'X: y\r\n'.repeat(1996)}Content-Length: 5`),
  ],
  [
    '2001 headers, Transfer-Encoding last',
    LARGE,
    length(`${'X: y\r\n'.repeat(1996)}Transfer-Encoding: chunked`),
  ],
  [
    'a value of 33 KiB, Content-Length last',
    LARGE,
    length(`X: ${'y'.repeat(33 * 1024)}\r\nContent-Length: 5`),
  ],
  ['a name of 33 KiB', LARGE, withLine(`${'X'.repeat(33 * 1024)}: y`)],
  ['a target of 33 KiB', LARGE, line(`PUT /bucket/${'k'.repeat(33 * 1024)} HTTP/1.1`)],
  ['a query of 33 KiB', LARGE, line(`PUT /bucket/key?${'a&'.repeat(17 * 1024)} HTTP/1.1`)],
];

describe.each([
  ['the request line', REQUEST_LINES],
  ['the target', TARGETS],
  ['header lines', HEADERS],
  ['framing', FRAMINGS],
  ['limits', LIMITS],
] as const)('%s', (_title, rows) => {
  let gateway: ComposedGateway;
  beforeAll(async () => {
    gateway = await composedGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test.each(rows)('%s', async (_name, expected, edit) => {
    await using connection = await gateway.connect();
    const origin = originOf(gateway);
    const behind = textOf({ method: 'DELETE', target: '/bucket/behind' }, origin);
    await connection.send(textOf({ ...PUT, edit }, origin) + behind);
    const answer = await connection.answer();
    expectRefusal(answer, expected);
    expect(headerOf(answer, 'connection')).toBe('close');
    expect(await connection.closes()).toBe(true);
    expect(connection.pending.toString()).toBe('');
    expect([gateway.store.connections.length, gateway.store.bytes()]).toEqual([0, '']);
  });
});

served('what is unusual and has one meaning', [
  ['HTTP/1.0', { ...PUT, edit: changed('HTTP/1.1', 'HTTP/1.0') }, 'PUT /bucket/key HTTP/1.1\r\n'],
  [
    'a chunked body, its coding in capitals',
    {
      ...PUT,
      edit: (text) => length('Transfer-Encoding: CHUNKED')(text).replace(/hello$/, '5\r\nhello\r\n0\r\n\r\n'),
    },
  ],
  ['200 headers', { ...PUT, edit: length(`${'X: y\r\n'.repeat(194)}Content-Length: 5`) }],
  ['a tab before a value', { ...PUT, edit: changed('content-length: 5', 'content-length:\t5\t') }],
  [
    'a header that only looks like a framing',
    { ...PUT, edit: withLine('Transfer_Encoding: chunked\r\nX-Transfer-Encoding: chunked') },
  ],
]);
