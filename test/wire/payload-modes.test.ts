// What x-amz-content-sha256 may say, with each verb; and bodies that are not what it says, where the gateway compares them.
import { describe, expect, test } from 'vitest';
import { exchange } from '../support/raw-http.ts';
import { EMPTY_SHA256 } from '../support/raw-sigv4.ts';
import { useChunkedGateway } from './chunked-refusals.ts';
import {
  type Answered,
  type Ask,
  changed,
  expectRefusal,
  type Refusal,
  refused,
  served,
  textOf,
} from './refusal-table.ts';

const CALLS: readonly (readonly [name: string, ask: Ask])[] = [
  ['GET', { target: '/bucket/key' }],
  ['HEAD', { method: 'HEAD', target: '/bucket/key' }],
  ['PUT', { method: 'PUT', target: '/bucket/key', body: 'hello' }],
  ['PUT of a part', { method: 'PUT', target: '/bucket/key?partNumber=1&uploadId=u', body: 'hello' }],
  ['PUT of a setting', { method: 'PUT', target: '/bucket?versioning', body: '<VersioningConfiguration/>' }],
  ['POST', { method: 'POST', target: '/bucket/key?uploads', body: '' }],
  ['DELETE', { method: 'DELETE', target: '/bucket/key' }],
];
const VALUES: readonly (readonly [name: string, value: string, answer: Answered])[] = [
  ['empty', '', '400 InvalidArgument'],
  ['in lower case', 'unsigned-payload', '400 InvalidArgument'],
  ['a hash in capitals', EMPTY_SHA256.toUpperCase(), '400 InvalidArgument'],
  ['a hash of 63 digits', EMPTY_SHA256.slice(1), '400 InvalidArgument'],
  ['a hash of 65 digits', `${EMPTY_SHA256}0`, '400 InvalidArgument'],
  ['a hash in Base64', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', '400 InvalidArgument'],
  ['two values', `${EMPTY_SHA256},${EMPTY_SHA256}`, '400 InvalidArgument'],
  ['UNSIGNED', 'UNSIGNED', '400 InvalidArgument'],
  ['a mode of Version 4A', 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', '501 NotImplemented'],
  ['a trailer mode of Version 4A', 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER', '501 NotImplemented'],
  ['a mode that is none', 'STREAMING-UNSIGNED-PAYLOAD', '501 NotImplemented'],
  ['an event stream', 'STREAMING-AWS4-HMAC-SHA256-EVENTS', '501 NotImplemented'],
];

refused('values that mean nothing here', [
  ...CALLS.flatMap(([call, ask]) =>
    VALUES.map(([name, payload, answer]): Refusal => [`${call}: ${name}`, answer, { ...ask, payload }]),
  ),
  ...CALLS.map(
    ([call, ask]): Refusal => [
      `${call}: none`,
      '400 InvalidRequest',
      { ...ask, edit: changed(/x-amz-content-sha256: \w+\r\n/, '') },
    ],
  ),
]);

refused('the hash of nothing', [
  [
    'before a body',
    '400 XAmzContentSHA256Mismatch',
    { method: 'PUT', target: '/bucket/key', body: 'hello', payload: EMPTY_SHA256 },
  ],
  [
    'before a chunked body',
    '400 XAmzContentSHA256Mismatch',
    {
      method: 'PUT',
      target: '/bucket/key',
      payload: EMPTY_SHA256,
      headers: { 'transfer-encoding': 'chunked' },
      edit: (text) => `${text}5\r\nhello\r\n0\r\n\r\n`,
    },
  ],
  [
    'before a body that came in on the way',
    '400 XAmzContentSHA256Mismatch',
    {
      method: 'PUT',
      target: '/bucket/key',
      body: '',
      edit: (text) => `${text.replace('content-length: 0', 'content-length: 5')}hello`,
    },
  ],
]);

served('values that mean something', [
  ['a hash', { method: 'PUT', target: '/bucket/key', body: 'hello' }],
  ['UNSIGNED-PAYLOAD', { method: 'PUT', target: '/bucket/key', body: 'hello', payload: 'UNSIGNED-PAYLOAD' }],
  ['UNSIGNED-PAYLOAD without a body', { target: '/bucket/key', payload: 'UNSIGNED-PAYLOAD' }],
]);

describe('a body that is compared in the gateway', () => {
  const at = useChunkedGateway({ verifyPayload: 'gateway' });
  const put: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello world' };
  const DIGEST: Answered = '400 BadDigest';

  test.each<[string, Answered, Ask]>([
    ['its last byte changed', '400 XAmzContentSHA256Mismatch', { ...put, edit: changed(/world$/, 'worlD') }],
    [
      'its first byte changed',
      '400 XAmzContentSHA256Mismatch',
      { ...put, edit: changed('hello world', 'Hello world') },
    ],
    [
      'of a part, a byte changed',
      '400 XAmzContentSHA256Mismatch',
      { ...put, target: '/bucket/key?partNumber=1&uploadId=u', edit: changed(/world$/, 'worlD') },
    ],
    ['a checksum of other data', DIGEST, { ...put, headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }],
    [
      'a checksum of other data over an unsigned body',
      DIGEST,
      { ...put, payload: 'UNSIGNED-PAYLOAD', headers: { 'x-amz-checksum-crc32c': 'AAAAAA==' } },
    ],
    ['a checksum that is none', '400 InvalidRequest', { ...put, headers: { 'x-amz-checksum-crc32': 'x' } }],
    [
      'two checksums',
      '400 InvalidRequest',
      { ...put, headers: { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' } },
    ],
  ])('%s', async (_name, expected, ask) => {
    const answer = await exchange(at.origin, textOf(ask, at.origin), 'PUT');
    expectRefusal(answer, expected);
    await Promise.all(at.store.arrived.map(({ over }) => over));
    expect(at.store.arrived.filter(({ whole }) => whole)).toEqual([]);
  });
});
