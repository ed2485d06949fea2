// aws-chunked uploads with signed chunks to a store that takes unsigned ones: proven here, they go on in chunks of the gateway's
// own with their checksum behind them, and one that is wrong never gets its last byte there.
import { describe, expect, test } from 'vitest';
import { useChunkedGateway } from './chunked-refusals.ts';
import { type ChunkedUpload, crc32Of, WHOLE } from './chunked-upload.ts';
import { type Answered, changed } from './refusal-table.ts';

const MODE = 'signed-trailer';
const at = useChunkedGateway({ awsChunked: 'relay' });

describe('signed chunks with a trailer, to a store that takes chunks', () => {
  test.each([
    ['as they come', {}, WHOLE],
    ['one of more than a mebibyte', { data: ['d'.repeat(1_100_000)] }, 'd'.repeat(1_100_000)],
    ['without data', { data: [] }, ''],
  ])('%s', async (_, upload, data) => {
    const { answer, arrived } = await at.send({ mode: MODE, ...upload });
    expect(answer.status).toBe(200);
    expect(arrived.length).toBe(1);
    const [stored] = arrived;
    const body = stored?.body().toString() ?? '';
    expect(stored?.whole).toBe(true);
    expect(stored?.headers).toMatchObject({
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': String(data.length),
      'x-amz-trailer': 'x-amz-checksum-crc32',
      'content-length': String(body.length),
    });
    expect(body.endsWith(`0\r\nx-amz-checksum-crc32:${crc32Of(data)}\r\n\r\n`)).toBe(true);
    expect(body).not.toContain('chunk-signature');
    expect(body.replaceAll(/(^|\r\n)[0-9a-f]+\r\n(x-amz-.*\r\n\r\n$)?/g, '')).toBe(data);
  });

  test.each<readonly [name: string, answer: Answered, upload: Partial<ChunkedUpload>]>([
    ['a changed byte', '403 SignatureDoesNotMatch', { spoil: changed('cccc\r\n', 'cccC\r\n') }],
    [
      'a changed checksum',
      '403 SignatureDoesNotMatch',
      { spoil: (body) => body.replace(/crc32:(.)/, (_, first) => `crc32:${first === 'A' ? 'B' : 'A'}`) },
    ],
    [
      'a changed signature of the trailer',
      '403 SignatureDoesNotMatch',
      {
        spoil: (body) =>
          body.replace(/(.)(\r\n\r\n)$/, (_, last, end) => `${last === '0' ? '1' : '0'}${end}`),
      },
    ],
    [
      'a checksum that is signed and wrong',
      '400 BadDigest',
      { trailer: [['x-amz-checksum-crc32', crc32Of('other')]] },
    ],
    ['a body that ends early', '400 IncompleteBody', { spoil: (body) => body.slice(0, -2) }],
    [
      'a wrong signature of an empty object',
      '403 SignatureDoesNotMatch',
      {
        data: [],
        spoil: (body) =>
          body.replace(
            /^(0;chunk-signature=.{63})(.)/,
            (_, head, last) => `${head}${last === '0' ? '1' : '0'}`,
          ),
      },
    ],
  ])('%s is refused', async (_, answer, upload) => {
    await at.expectNothingStored({ mode: MODE, ...upload }, answer);
  });
});
