// aws-chunked uploads whose heads are wrong somewhere: who sends them, for what, in which mode, of which length. The client
// gets the S3 error, and the store does not hear of them (CVE-2025-31489, CVE-2026-40344, CVE-2026-41145).
import { describe, expect, test } from 'vitest';
import { inModes, useChunkedGateway } from './chunked-refusals.ts';
import { type ChunkedUpload, MODES, WHOLE } from './chunked-upload.ts';
import { LIMITED, READER } from './composed-gateway.ts';
import { askFor, EACH } from './every-operation.ts';
import { type Answered, changed } from './refusal-table.ts';

const at = useChunkedGateway();

describe('a right one', () => {
  test.each(MODES)('%s is stored without its chunks', async (mode) => {
    const { answer, arrived } = await at.send({ mode });
    expect(answer.status).toBe(200);
    expect(arrived.map((each) => [each.whole, each.body().toString('latin1') === WHOLE])).toEqual([
      [true, true],
    ]);
    expect(arrived[0]?.headers).not.toHaveProperty('x-amz-decoded-content-length');
    expect(arrived[0]?.headers).not.toHaveProperty('content-encoding');
  });

  test.each<[string, string | undefined, string | undefined]>([
    ['aws-chunked', 'aws-chunked', undefined],
    ['aws-chunked before another', 'aws-chunked,gzip', 'gzip'],
    ['aws-chunked behind another', 'gzip, aws-chunked', 'gzip'],
    ['aws-chunked in capitals', 'AWS-CHUNKED, br', 'br'],
    ['aws-chunked between two', 'gzip,aws-chunked,br', 'gzip,br'],
    ['only another', 'gzip', 'gzip'],
    ['none', undefined, undefined],
  ])('Content-Encoding with %s keeps what is the object’s own', async (_name, sent, kept) => {
    for (const mode of MODES) {
      const { answer, arrived } = await at.send({ mode, headers: { 'content-encoding': sent } });
      expect([answer.status, arrived[0]?.headers['content-encoding']]).toEqual([200, kept]);
      expect(arrived[0]?.body().toString('latin1') === WHOLE).toBe(true);
    }
  });
});

const wrongSeed = changed(/(Signature=)\w{8}/, '$100000000');
const MISMATCH: Answered = '403 SignatureDoesNotMatch';

describe('a right access key with a wrong seed signature', () => {
  test.each(
    inModes(MODES, [
      ['PutObject', MISMATCH, { edit: wrongSeed }],
      ['PutObject, presigned', '400 InvalidRequest', { presigned: true }],
      [
        'PutObject, presigned with a wrong signature',
        '400 InvalidRequest',
        { edit: wrongSeed, presigned: true },
      ],
      ['UploadPart', MISMATCH, { edit: wrongSeed, target: '/bucket/key?partNumber=1&uploadId=u' }],
      ['by host name', MISMATCH, { edit: wrongSeed, target: '/key', host: 'bucket.s3.wire' }],
      ['another secret', MISMATCH, { credentials: { accessKeyId: 'WIREKEY', secretAccessKey: 'x' } }],
      [
        'an unknown key',
        '403 InvalidAccessKeyId',
        { credentials: { accessKeyId: 'NOBODY', secretAccessKey: '' } },
      ],
      ['no signature', '403 AccessDenied', { edit: changed(/authorization: .*\r\n/, '') }],
      [
        'snowball beside it (CVE-2026-40344)',
        '501 NotImplemented',
        { edit: wrongSeed, headers: { 'x-amz-meta-snowball-auto-extract': 'true' } },
      ],
      [
        'its identity in the query (CVE-2026-41145)',
        '400 InvalidArgument',
        { target: '/bucket/key?X-Amz-Credential=WIREKEY%2F20260101%2Fus-east-1%2Fs3%2Faws4_request' },
      ],
      [
        'its identity in the query alone (CVE-2026-41145)',
        '400 AuthorizationQueryParametersError',
        {
          target: '/bucket/key?X-Amz-Credential=WIREKEY%2F20260101%2Fus-east-1%2Fs3%2Faws4_request',
          edit: changed(/authorization: .*\r\n/, ''),
        },
      ],
      ['another key than was signed', MISMATCH, { edit: changed('/bucket/key', '/bucket/other') }],
      [
        'another mode than was signed',
        MISMATCH,
        {
          edit: changed(/x-amz-content-sha256: [\w-]+/, 'x-amz-content-sha256: UNSIGNED-PAYLOAD\r\nX-A: b'),
          headers: {
            'x-amz-trailer': undefined,
            'x-amz-decoded-content-length': undefined,
            'content-encoding': undefined,
          },
        },
      ],
      [
        'another length than was signed',
        MISMATCH,
        { edit: changed(/(x-amz-decoded-content-length: )\d+/, '$11') },
      ],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingSent(upload, answer));
});

describe('who may not, with a right signature', () => {
  test.each(
    inModes(MODES, [
      ['a key for other buckets', '403 AccessDenied', { credentials: LIMITED }],
      ['a key for reading only', '403 AccessDenied', { credentials: READER }],
      [
        'a reserved key',
        '403 AccessDenied',
        { target: '/bucket/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml' },
      ],
      [
        'a part of a reserved key',
        '403 AccessDenied',
        { target: '/bucket/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml?partNumber=1&uploadId=u' },
      ],
      ['a dot segment', '400 InvalidArgument', { target: '/bucket/../other/key' }],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingSent(upload, answer));
});

const elsewhere = EACH.filter(([, { name }]) => name !== 'PutObject' && name !== 'UploadPart').map(
  ([name, row]) => [name, row] as const,
);

describe.each(MODES)('%s on an operation that takes no upload', (mode) => {
  test.each(elsewhere)('%s', async (_name, row) => {
    const { target, method = 'GET', headers = {} } = askFor(row);
    await at.expectNothingSent(
      {
        mode,
        target,
        method,
        headers,
        ...(method === 'PUT' || method === 'POST' ? {} : { data: [], spoil: () => '' }),
      },
      '400 InvalidRequest',
    );
  });
});

describe('a head that does not fit', () => {
  test.each(
    inModes(MODES, [
      [
        'no decoded length',
        '411 MissingContentLength',
        { headers: { 'x-amz-decoded-content-length': undefined } },
      ],
      ['an empty decoded length', '400 InvalidArgument', { headers: { 'x-amz-decoded-content-length': '' } }],
      [
        'a negative decoded length',
        '400 InvalidArgument',
        { headers: { 'x-amz-decoded-content-length': '-1' } },
      ],
      [
        'a decoded length in hexadecimal',
        '400 InvalidArgument',
        { headers: { 'x-amz-decoded-content-length': '0x10' } },
      ],
      [
        'a decoded length beyond 2^53',
        '400 InvalidArgument',
        { headers: { 'x-amz-decoded-content-length': '9007199254740993' } },
      ],
      [
        'a decoded length with a fraction',
        '400 InvalidArgument',
        { headers: { 'x-amz-decoded-content-length': '1.0' } },
      ],
      [
        'a decoded length twice',
        '400 InvalidArgument',
        {
          edit: changed(
            'x-amz-decoded-content-length:',
            'x-amz-decoded-content-length: 1\r\nx-amz-decoded-content-length:',
          ),
        },
      ],
    ]),
  )('%s', (_name, answer, upload) => at.expectNothingSent(upload, answer));

  test.each<[string, Answered, ChunkedUpload]>([
    [
      'a trailer where the mode has none',
      '400 InvalidRequest',
      { mode: 'signed', headers: { 'x-amz-trailer': 'x-amz-checksum-crc32' } },
    ],
    [
      'a trailer that is no checksum',
      '400 InvalidRequest',
      { mode: 'unsigned-trailer', headers: { 'x-amz-trailer': 'x-amz-meta-a' } },
    ],
    [
      'a trailer that is a right',
      '400 InvalidRequest',
      { mode: 'signed-trailer', headers: { 'x-amz-trailer': 'x-amz-copy-source' } },
    ],
    [
      'no trailer announced',
      '400 InvalidRequest',
      { mode: 'unsigned-trailer', headers: { 'x-amz-trailer': undefined } },
    ],
    [
      'two trailers announced',
      '400 InvalidRequest',
      {
        mode: 'unsigned-trailer',
        headers: { 'x-amz-trailer': 'x-amz-checksum-crc32,x-amz-checksum-sha256' },
      },
    ],
    [
      'two checksums, one in the head',
      '400 InvalidRequest',
      { mode: 'unsigned-trailer', headers: { 'x-amz-checksum-sha256': 'AAAA' } },
    ],
    [
      'another algorithm than the trailer',
      '400 BadDigest',
      { mode: 'unsigned-trailer', headers: { 'x-amz-sdk-checksum-algorithm': 'SHA256' } },
    ],
    [
      'no Content-Length',
      '411 MissingContentLength',
      { mode: 'signed', edit: changed(/content-length: \d+\r\n/, ''), spoil: () => '' },
    ],
    [
      'the mode of Version 4A',
      '501 NotImplemented',
      { mode: 'signed', edit: changed('STREAMING-AWS4-HMAC', 'STREAMING-AWS4-ECDSA-P256') },
    ],
    [
      'the trailer mode of Version 4A',
      '501 NotImplemented',
      { mode: 'signed-trailer', edit: changed('STREAMING-AWS4-HMAC', 'STREAMING-AWS4-ECDSA-P256') },
    ],
    [
      'an unknown mode',
      '501 NotImplemented',
      { mode: 'signed', edit: changed('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'STREAMING-NOTHING') },
    ],
    [
      'a mode in lower case',
      '400 InvalidRequest',
      {
        mode: 'signed',
        edit: changed('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'streaming-aws4-hmac-sha256-payload'),
      },
    ],
    [
      'aws-chunked without a mode',
      '400 InvalidRequest',
      { mode: 'signed', edit: changed('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'UNSIGNED-PAYLOAD') },
    ],
  ])('%s', (_name, answer, upload) => at.expectNothingSent(upload, answer));
});
