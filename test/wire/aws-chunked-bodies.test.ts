// aws-chunked uploads whose heads are right and whose bodies are not: the client gets the S3 error, and the store never gets
// the last byte, so that no object comes of it (CVE-2021-21390: chunks could be changed on the way; trinodb/aws-proxy#102:
// the object was stored although the client was refused).
import { describe, expect, test } from 'vitest';
import { RawConnection } from '../support/raw-http.ts';
import { inModes, useChunkedGateway } from './chunked-refusals.ts';
import { type ChunkedUpload, chunkedText, crc32Of, MODES, type Mode, WHOLE } from './chunked-upload.ts';
import { type Answered, changed } from './refusal-table.ts';

const at = useChunkedGateway();

const SIGNED: readonly Mode[] = ['signed', 'signed-trailer'];
const TRAILERS: readonly Mode[] = ['signed-trailer', 'unsigned-trailer'];
const MISMATCH: Answered = '403 SignatureDoesNotMatch';
const INVALID: Answered = '400 InvalidRequest';
const SHORT: Answered = '400 IncompleteBody';
const DIGEST: Answered = '400 BadDigest';

/** Changes the nth match. */
const nth =
  (n: number, what: RegExp, to: (match: string) => string) =>
  (body: string): string => {
    let seen = 0;
    const changedBody = body.replace(new RegExp(what.source, 'g'), (match) =>
      seen++ === n ? to(match) : match,
    );
    if (changedBody === body) throw new Error(`${what} is not there ${n + 1} times`);
    return changedBody;
  };
const SIGNATURE = /chunk-signature=\w{64}/;
const SIZE = /(?:2000|3e8|\b0)(?=;chunk|\r\n)/;
const flipped = (hex: string) => hex.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
const other = () => `chunk-signature=${'0'.repeat(64)}`;

describe('chunks that are not what was signed', () => {
  test.each(
    inModes(SIGNED, [
      ['a byte of the first chunk', MISMATCH, { spoil: changed('aaaa\r\n', 'aaaA\r\n') }],
      ['a byte of the second chunk', MISMATCH, { spoil: changed('bbbb\r\n', 'bbbB\r\n') }],
      ['the last byte of the last chunk of three', MISMATCH, { spoil: changed('cccc\r\n', 'cccC\r\n') }],
      ['the signature of the first chunk', MISMATCH, { spoil: nth(0, SIGNATURE, flipped) }],
      ['the signature of the last chunk of three', MISMATCH, { spoil: nth(2, SIGNATURE, flipped) }],
      ['the signature of the final chunk', MISMATCH, { spoil: nth(3, SIGNATURE, flipped) }],
      ['the signature of the final chunk all zeros', MISMATCH, { spoil: nth(3, SIGNATURE, other) }],
      [
        'the final chunk signed as the one before',
        MISMATCH,
        {
          spoil: (body) =>
            body.replace(/chunk-signature=\w+(?=\r\n(x-amz|\r\n))/, SIGNATURE.exec(body)?.[0] ?? ''),
        },
      ],
      [
        'a signature in capitals',
        INVALID,
        {
          spoil: nth(1, SIGNATURE, (text) => text.replace(/=.*/, (hex) => `=${'A'.repeat(hex.length - 1)}`)),
        },
      ],
      ['a short signature', INVALID, { spoil: nth(1, SIGNATURE, (text) => text.slice(0, -1)) }],
      ['a long signature', INVALID, { spoil: nth(1, SIGNATURE, (text) => `${text}0`) }],
      ['no signature at the first chunk', INVALID, { spoil: nth(0, /;chunk-signature=\w{64}/, () => '') }],
      ['no signature at the final chunk', INVALID, { spoil: nth(3, /;chunk-signature=\w{64}/, () => '') }],
      ['two signatures', INVALID, { spoil: nth(1, /;chunk-signature=\w{64}/, (text) => text + text) }],
      ['another extension', INVALID, { spoil: nth(1, /;chunk-signature=\w{64}/, (text) => `${text};a=b`) }],
      [
        'two chunks in each other’s place',
        MISMATCH,
        { spoil: (body) => body.replace(/(2000;[^\r]*\r\na+\r\n)(2000;[^\r]*\r\nb+\r\n)/, '$2$1') },
      ],
      ['a chunk left out', MISMATCH, { spoil: (body) => body.replace(/2000;[^\r]*\r\nb+\r\n/, '') }],
      ['a chunk twice', MISMATCH, { spoil: (body) => body.replace(/2000;[^\r]*\r\na+\r\n/, '$&$&') }],
      ['the last chunk left out', MISMATCH, { spoil: (body) => body.replace(/3e8;[^\r]*\r\nc+\r\n/, '') }],
      [
        'two chunks made one',
        MISMATCH,
        { spoil: (body) => body.replace(/2000(;[^\r]*\r\na+)\r\n2000;[^\r]*\r\n/, '4000$1') },
      ],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingStored(upload, answer));
});

describe('chunks that are no chunks', () => {
  test.each(
    inModes(MODES, [
      ['a size with 0x', INVALID, { spoil: nth(1, SIZE, (size) => `0x${size}`) }],
      ['a size with a plus', INVALID, { spoil: nth(1, SIZE, (size) => `+${size}`) }],
      ['a negative size', INVALID, { spoil: nth(1, SIZE, (size) => `-${size}`) }],
      ['a size with a blank before it', INVALID, { spoil: nth(1, SIZE, (size) => ` ${size}`) }],
      ['a size with a blank behind it', INVALID, { spoil: nth(1, SIZE, (size) => `${size} `) }],
      ['a size beyond 2^53', SHORT, { spoil: nth(1, SIZE, () => 'ffffffffffffffff') }],
      ['a size of a hundred digits', INVALID, { spoil: nth(1, SIZE, (size) => size.padStart(100, '0')) }],
      ['an empty size', INVALID, { spoil: nth(1, SIZE, () => '') }],
      ['a size that is none', INVALID, { spoil: nth(1, SIZE, () => 'xyz') }],
      [
        'a size line of two kilobytes',
        INVALID,
        { spoil: nth(1, SIZE, (size) => `${size};a=${'b'.repeat(2048)}`) },
      ],
      ['a size line without an end', INVALID, { spoil: (body) => body.replace(/^.*\r\n/, 'a'.repeat(4096)) }],
      ['a line feed alone behind a size', INVALID, { spoil: (body) => body.replace('\r\n', '\n') }],
      ['a line feed alone behind a chunk', INVALID, { spoil: changed('aaaa\r\n', 'aaaa\n') }],
      ['no end of line behind a chunk', INVALID, { spoil: changed('aaaa\r\n', 'aaaa') }],
      ['a chunk shorter than its size', INVALID, { spoil: changed('aaaa\r\n', 'aaa\r\n') }],
      ['a chunk longer than its size', INVALID, { spoil: changed('aaaa\r\n', 'aaaaa\r\n') }],
      ['an empty body', SHORT, { spoil: () => '' }],
      ['a body that ends in a size line', SHORT, { spoil: (body) => body.slice(0, 3) }],
      ['a body that ends in a chunk', SHORT, { spoil: (body) => body.slice(0, 5000) }],
      ['a body that ends one byte early', SHORT, { spoil: (body) => body.slice(0, -1) }],
      [
        'a body without its final chunk',
        SHORT,
        { spoil: (body) => body.slice(0, body.indexOf('cccc\r\n') + 6) },
      ],
      ['a byte behind the end', INVALID, { spoil: (body) => `${body}x` }],
      ['an empty line behind the end', INVALID, { spoil: (body) => `${body}\r\n` }],
      ['another upload behind the end', INVALID, { spoil: (body) => body + body }],
      ['a NUL for the final size', INVALID, { spoil: (body) => body.replace(/\r\n0(?=[;\r])/, '\r\n\0') }],
      ['a body that is not chunked at all', INVALID, { spoil: () => WHOLE }],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingStored(upload, answer));
});

describe('chunks that do not add up to the decoded length', () => {
  const length = (by: number): Partial<ChunkedUpload> => ({
    headers: { 'x-amz-decoded-content-length': String(WHOLE.length + by) },
  });
  test.each(
    inModes(MODES, [
      ['one byte too few announced', SHORT, length(-1)],
      ['none announced', SHORT, length(-WHOLE.length)],
      ['one announced', SHORT, length(1 - WHOLE.length)],
      ['one byte too many announced', SHORT, length(1)],
      ['twice as many announced', SHORT, length(WHOLE.length)],
      ['five gigabytes announced', SHORT, length(5_000_000_000)],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingStored(upload, answer));
});

const crc = (data: string): Partial<ChunkedUpload> => ({
  trailer: [['x-amz-checksum-crc32', crc32Of(data)]],
});

describe('trailers that are not what was announced', () => {
  test.each(
    inModes(TRAILERS, [
      ['the checksum of other data', DIGEST, crc('other')],
      ['the checksum of nothing', DIGEST, crc('')],
      ['an empty checksum', DIGEST, { trailer: [['x-amz-checksum-crc32', '']] }],
      ['a checksum that is none', DIGEST, { trailer: [['x-amz-checksum-crc32', '!!']] }],
      ['no checksum', INVALID, { trailer: [] }],
      ['another checksum', INVALID, { trailer: [['x-amz-checksum-sha1', 'AAAA']] }],
      [
        'one more checksum',
        INVALID,
        {
          trailer: [
            ['x-amz-checksum-crc32', crc32Of(WHOLE)],
            ['x-amz-checksum-sha1', 'AAAA'],
          ],
        },
      ],
      [
        'the same checksum twice',
        INVALID,
        {
          trailer: [
            ['x-amz-checksum-crc32', crc32Of(WHOLE)],
            ['x-amz-checksum-crc32', crc32Of(WHOLE)],
          ],
        },
      ],
      [
        'a right in the trailer',
        INVALID,
        {
          trailer: [
            ['x-amz-checksum-crc32', crc32Of(WHOLE)],
            ['x-amz-acl', 'public-read'],
          ],
        },
      ],
      [
        'a line without a colon',
        INVALID,
        { spoil: changed('x-amz-checksum-crc32:', 'x-amz-checksum-crc32 ') },
      ],
      ['a folded line', INVALID, { spoil: changed('x-amz-checksum-crc32:', 'x-amz-checksum-crc32:\r\n ') }],
      [
        'a line of two kilobytes',
        INVALID,
        { spoil: changed('x-amz-checksum-crc32:', `x-amz-checksum-crc32:${' '.repeat(2048)}`) },
      ],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingStored(upload, answer));

  test.each<[string, Answered, Partial<ChunkedUpload>]>([
    [
      'the signature of the trailer changed',
      MISMATCH,
      { spoil: changed(/(trailer-signature:)\w{8}/, '$100000000') },
    ],
    [
      'the signature of the trailer missing',
      MISMATCH,
      { spoil: changed(/x-amz-trailer-signature:\w+\r\n/, '') },
    ],
    ['the signature of the trailer empty', MISMATCH, { spoil: changed(/(trailer-signature:)\w+/, '$1') }],
    [
      'the signature of the trailer twice',
      INVALID,
      { spoil: changed(/x-amz-trailer-signature:\w+\r\n/, '$&$&') },
    ],
    ['the checksum changed behind its signature', MISMATCH, { spoil: changed(crc32Of(WHOLE), crc32Of('x')) }],
    [
      'a line behind the signature',
      INVALID,
      { spoil: changed(/(x-amz-checksum-crc32:\S+\r\n)(x-amz-trailer-signature:\w+\r\n)/, '$2$1') },
    ],
    [
      'the signature of the final chunk for that of the trailer',
      MISMATCH,
      {
        spoil: (body) =>
          body.replace(
            /(trailer-signature:)\w+/,
            (_, name: string) => name + (/\r\n0;chunk-signature=(\w+)/.exec(body)?.[1] ?? ''),
          ),
      },
    ],
  ])('signed-trailer: %s', (_name, answer, part) =>
    at.expectNothingStored({ mode: 'signed-trailer', ...part }, answer),
  );

  test.each<[string, Mode, Answered, Partial<ChunkedUpload>]>([
    ['a trailer in a mode without one', 'signed', INVALID, crc(WHOLE)],
    [
      'a signature in the unsigned trailer',
      'unsigned-trailer',
      INVALID,
      { spoil: (body) => body.replace(/\r\n\r\n$/, `\r\nx-amz-trailer-signature:${'0'.repeat(64)}\r\n\r\n`) },
    ],
    [
      'a signature at an unsigned chunk',
      'unsigned-trailer',
      INVALID,
      { spoil: changed('2000\r\n', `2000;chunk-signature=${'0'.repeat(64)}\r\n`) },
    ],
  ])('%s', (_name, mode, answer, part) => at.expectNothingStored({ mode, ...part }, answer));
});

describe('a small or an empty object', () => {
  test.each(
    inModes(MODES, [
      [
        'one byte, whose chunk is changed or whose checksum is wrong',
        '403 SignatureDoesNotMatch',
        { data: ['x'], spoil: changed('\r\nx\r\n', '\r\ny\r\n') },
      ],
    ]).map(
      ([name, answer, upload]) =>
        [name, upload.mode === 'unsigned-trailer' ? DIGEST : answer, upload] as const,
    ),
  )('%s', (_name, answer, upload) => at.expectNothingStored(upload, answer));

  test.each(
    inModes(SIGNED, [
      ['empty, its final signature changed', MISMATCH, { data: [], spoil: nth(0, SIGNATURE, flipped) }],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingSent(upload, answer));
  test.each(
    inModes(TRAILERS, [
      ['empty, its checksum wrong', DIGEST, { data: [], trailer: [['x-amz-checksum-crc32', crc32Of('x')]] }],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingSent(upload, answer));
});

describe('in HTTP chunks of its own', () => {
  test.each(MODES)('%s, right: stored without either', async (mode) => {
    const { answer, arrived } = await at.send({ mode, inHttpChunksOf: 1000 });
    expect(answer.status).toBe(200);
    expect(arrived.map((each) => each.body().toString('latin1') === WHOLE)).toEqual([true]);
    expect(arrived[0]?.headers['content-length']).toBe(String(WHOLE.length));
  });

  test.each(
    inModes(MODES, [
      ['a chunk longer than its size', INVALID, { spoil: changed('aaaa\r\n', 'aaaaa\r\n') }],
      ['a body that ends early', SHORT, { spoil: (body) => body.slice(0, -5) }],
      ['nothing at all', SHORT, { spoil: () => '' }],
      ['a byte behind the end', INVALID, { spoil: (body) => `${body}x` }],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingStored({ ...upload, inHttpChunksOf: 999 }, answer));

  test.each(
    inModes(SIGNED, [
      ['the last chunk of three changed', MISMATCH, { spoil: changed('cccc\r\n', 'cccC\r\n') }],
      ['the signature of the final chunk changed', MISMATCH, { spoil: nth(3, SIGNATURE, flipped) }],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingStored({ ...upload, inHttpChunksOf: 999 }, answer));
});

describe('a client that breaks off', () => {
  test.each(
    MODES.flatMap((mode) => [
      [`${mode}: in the middle of a chunk`, mode, 5000] as const,
      [`${mode}: before the final chunk`, mode, WHOLE.length] as const,
    ]),
  )('%s', async (_name, mode, bytes) => {
    const number = `${mode}-${bytes}`;
    const own = () => at.store.arrived.filter(({ headers }) => headers['x-amz-meta-case'] === number);
    await using connection = await RawConnection.open(at.origin);
    const text = chunkedText({ mode, headers: { 'x-amz-meta-case': number } }, at.origin);
    await connection.send(text.slice(0, text.indexOf('\r\n\r\n') + 4 + bytes));
    await expect.poll(() => own().length).toBe(1);
    connection.drop();
    await own()[0]?.over;
    expect(own()[0]?.whole).toBe(false);
  });
});
