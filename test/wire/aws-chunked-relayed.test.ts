// Unsigned aws-chunked uploads that go on in their chunks, because the store takes them: the same byte for byte, and only with
// a right seed signature (CVE-2025-31489, CVE-2026-41145: the store behind may be the one that does not look).
import { describe, expect, test } from 'vitest';
import { inModes, useChunkedGateway } from './chunked-refusals.ts';
import { type ChunkedUpload, chunkedText, crc32Of, WHOLE } from './chunked-upload.ts';
import { LIMITED, READER } from './composed-gateway.ts';
import { type Answered, changed } from './refusal-table.ts';

const MODE = 'unsigned-trailer';
const MISMATCH: Answered = '403 SignatureDoesNotMatch';
const wrongSeed = changed(/(Signature=)\w{8}/, '$100000000');

describe('to a store that takes chunks', () => {
  const at = useChunkedGateway({ awsChunked: 'relay' });

  test('a right one goes on in its chunks, signed anew', async () => {
    const upload: ChunkedUpload = { mode: MODE };
    const { answer, arrived } = await at.send(upload);
    expect(answer.status).toBe(200);
    const text = chunkedText(upload, at.origin);
    expect(arrived.map((each) => each.body().toString('latin1'))).toEqual([
      text.slice(text.indexOf('\r\n\r\n') + 4),
    ]);
    expect(arrived[0]?.headers).toMatchObject({
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': String(WHOLE.length),
      'x-amz-trailer': 'x-amz-checksum-crc32',
    });
    expect(arrived[0]?.headers.authorization).toContain('Credential=STOREKEY/');
  });

  test.each(
    inModes(
      [MODE],
      [
        ['a wrong seed signature', MISMATCH, { edit: wrongSeed }],
        [
          'a wrong seed signature of a part',
          MISMATCH,
          { edit: wrongSeed, target: '/bucket/key?partNumber=1&uploadId=u' },
        ],
        ['no signature', '403 AccessDenied', { edit: changed(/authorization: .*\r\n/, '') }],
        [
          'its identity in the query',
          '400 InvalidArgument',
          { target: '/bucket/key?X-Amz-Credential=WIREKEY' },
        ],
        [
          'an unknown key',
          '403 InvalidAccessKeyId',
          { credentials: { accessKeyId: 'NOBODY', secretAccessKey: '' } },
        ],
        ['a key for other buckets', '403 AccessDenied', { credentials: LIMITED }],
        ['a key for reading only', '403 AccessDenied', { credentials: READER }],
        [
          'snowball beside it',
          '501 NotImplemented',
          { headers: { 'x-amz-meta-snowball-auto-extract': 'true' } },
        ],
        [
          'a reserved key',
          '403 AccessDenied',
          { target: '/bucket/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml' },
        ],
        [
          'another decoded length than was signed',
          MISMATCH,
          { edit: changed(/(x-amz-decoded-content-length: )\d+/, '$15') },
        ],
        [
          'another trailer than was signed',
          MISMATCH,
          { edit: changed('x-amz-checksum-crc32', 'x-amz-checksum-sha1') },
        ],
      ],
    ),
  )('%s', (_name, answer, upload) => at.expectNothingSent(upload, answer));
});

describe('to a store that takes chunks, with bodies verified in the gateway', () => {
  const at = useChunkedGateway({ awsChunked: 'relay', verifyPayload: 'gateway' });

  test.each(
    inModes(
      [MODE],
      [
        ['a wrong checksum', '400 BadDigest', { trailer: [['x-amz-checksum-crc32', crc32Of('other')]] }],
        ['a changed byte', '400 BadDigest', { spoil: changed('cccc\r\n', 'cccC\r\n') }],
        ['a body that ends early', '400 IncompleteBody', { spoil: (body: string) => body.slice(0, 5000) }],
      ],
    ),
  )('%s', (_name, answer, upload) => at.expectNothingStored(upload, answer));
});
