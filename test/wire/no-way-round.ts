// The heart of the negative suite for a real store: after each refusal it has exactly what it had before.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchange } from '../support/raw-http.ts';
import type { RawCredentials } from '../support/raw-sigv4.ts';
import { ask, type RawTarget } from '../support/raw-target.ts';
import { Tap } from '../support/tapped-store.ts';
import { type ChunkedUpload, chunkedText, crc32Of, MODES, type Mode } from './chunked-upload.ts';
import { CREDENTIALS, type GatewayInProcess, gatewayOver, LIMITED, READER } from './composed-gateway.ts';
import {
  type Answered,
  type Ask,
  answerTo,
  changed,
  expectRefusal,
  originOf,
  withLine,
} from './refusal-table.ts';

const RESERVED = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml';
export const BUCKETS = ['bucket', 'mine-1', 'other'];

const put: Ask = { method: 'PUT', target: '/bucket/new', body: 'hello' };
const copy: Ask = { method: 'PUT', target: '/bucket/new' };
const wrong = changed(/(Signature=)\w{8}/, '$100000000');
const remove = (key: string): Ask => ({
  method: 'POST',
  target: '/bucket?delete',
  body: `<Delete><Object><Key>kept</Key></Object><Object><Key>${key}</Key></Object></Delete>`,
});
const form = 'Content-Type: multipart/form-data; boundary=b\r\n';

const REFUSALS: readonly (readonly [name: string, answer: Answered, ask: Ask, as?: RawCredentials])[] = [
  ['a wrong signature', '403 SignatureDoesNotMatch', { ...put, edit: wrong }],
  [
    'a wrong signature on a delete',
    '403 SignatureDoesNotMatch',
    { method: 'DELETE', target: '/bucket/kept', edit: wrong },
  ],
  ['no signature', '403 AccessDenied', { ...put, edit: changed(/authorization: .*\r\n/, '') }],
  [
    'an unsigned copy source',
    '403 AccessDenied',
    { ...copy, unsignedHeaders: { 'x-amz-copy-source': '/other/kept' } },
  ],
  [
    'an unsigned copy source, presigned',
    '403 AccessDenied',
    { ...copy, presigned: true, unsignedHeaders: { 'x-amz-copy-source': '/other/kept' } },
  ],
  [
    'an unsigned retention',
    '403 AccessDenied',
    {
      ...put,
      unsignedHeaders: {
        'x-amz-object-lock-mode': 'COMPLIANCE',
        'x-amz-object-lock-retain-until-date': '2036-01-01T00:00:00Z',
      },
    },
  ],
  [
    'an unsigned legal hold, presigned',
    '403 AccessDenied',
    { ...put, presigned: true, unsignedHeaders: { 'x-amz-object-lock-legal-hold': 'ON' } },
  ],
  ['an unsigned tagging', '403 AccessDenied', { ...put, unsignedHeaders: { 'x-amz-tagging': 'a=b' } }],
  ['two mechanisms', '400 InvalidArgument', { ...put, target: '/bucket/new?X-Amz-Signature=00' }],
  ['an expired URL', '403 AccessDenied', { ...put, presigned: true, date: new Date(Date.now() - 400_000) }],
  ['another bucket, by path', '403 AccessDenied', { ...put, target: '/other/new' }, LIMITED],
  [
    'another bucket, by host name',
    '403 AccessDenied',
    { ...put, target: '/new', host: 'other.s3.wire' },
    LIMITED,
  ],
  [
    'another bucket, by a copy',
    '403 AccessDenied',
    { method: 'PUT', target: '/mine-1/new', headers: { 'x-amz-copy-source': '/other/kept' } },
    LIMITED,
  ],
  ['another bucket, by climbing', '400 InvalidArgument', { ...put, target: '/mine-1/../other/new' }, LIMITED],
  ['another bucket, deleted', '403 AccessDenied', { method: 'DELETE', target: '/other/kept' }, LIMITED],
  ['a key for reading only', '403 AccessDenied', { method: 'DELETE', target: '/bucket/kept' }, READER],
  ['dot segments', '400 InvalidArgument', { ...put, target: '/bucket/a/%2e%2e/%2e%2e/other/new' }],
  ['a reserved key, written', '403 AccessDenied', { ...put, target: `/bucket/${RESERVED}` }],
  [
    'a reserved key, copied onto',
    '403 AccessDenied',
    { ...copy, target: `/bucket/${RESERVED}`, headers: { 'x-amz-copy-source': '/bucket/kept' } },
  ],
  [
    'a reserved key, begun in parts',
    '403 AccessDenied',
    { method: 'POST', target: `/bucket/${RESERVED}?uploads`, body: '' },
  ],
  ['a reserved key beside another in a multi-delete', '403 AccessDenied', remove(RESERVED)],
  ['a dot segment beside another in a multi-delete', '400 InvalidArgument', remove('../other/kept')],
  ['a replica', '501 NotImplemented', { ...put, headers: { 'x-amz-replication-status': 'REPLICA' } }],
  ['snowball', '501 NotImplemented', { ...put, headers: { 'x-amz-meta-snowball-auto-extract': 'true' } }],
  ['two lengths', '400 BadRequest', { ...put, edit: withLine('Content-Length: 0') }],
  ['a length and chunks', '400 BadRequest', { ...put, edit: withLine('Transfer-Encoding: chunked') }],
  [
    'a form',
    '501 NotImplemented',
    { method: 'POST', target: '/bucket', body: 'x', edit: changed('\r\n\r\n', `\r\n${form}\r\n`) },
  ],
];

/** Call inside a `describe` or at the top of a file; the store is asked for before the first test. */
export function noWayRound(storeTarget: () => RawTarget): void {
  let store: RawTarget;
  let tap: Tap;
  let gateway: GatewayInProcess;
  let before: string;

  /** Every version of every key, as the store itself lists them. */
  async function contents(): Promise<string> {
    const lists = await Promise.all(
      BUCKETS.map((bucket) => ask(store, { method: 'GET', target: `/${bucket}?versions` })),
    );
    return lists.map(({ status, body }) => `${status} ${body.toString()}`).join('\n');
  }

  beforeAll(async () => {
    store = storeTarget();
    tap = await Tap.before({ host: store.hostName, port: store.port });
    gateway = await gatewayOver(tap.port, { credentials: store.credentials });
    for (const bucket of BUCKETS) {
      await ask(store, { method: 'PUT', target: `/${bucket}` });
      const kept = { method: 'PUT', target: `/${bucket}/kept`, body: `kept in ${bucket}` };
      expect((await ask(store, kept)).status).toBe(200);
    }
    before = await contents();
    for (const bucket of BUCKETS) expect(before).toContain(`<Name>${bucket}</Name>`);
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await tap.close();
  });

  describe('what is refused by its head', () => {
    test.each(
      REFUSALS.map(([name, expected, asked, as = CREDENTIALS]) => [name, expected, asked, as] as const),
    )('%s', async (_name, expected, asked, as) => {
      tap.forget();
      const origin = { ...originOf(gateway), credentials: as };
      expectRefusal(await answerTo(asked, origin), expected);
      expect([tap.bytesToStore, tap.sent]).toEqual([0, '']);
      expect(await contents()).toBe(before);
    });
  });

  const SPOILT: readonly (readonly [
    name: string,
    modes: readonly Mode[],
    answer: Answered,
    part: Partial<ChunkedUpload>,
  ])[] = [
    ['a wrong seed signature', MODES, '403 SignatureDoesNotMatch', { edit: wrong }],
    [
      'the last chunk of three changed',
      ['signed', 'signed-trailer'],
      '403 SignatureDoesNotMatch',
      { spoil: changed('cccc\r\n', 'cccC\r\n') },
    ],
    [
      'the last chunk of three changed',
      ['unsigned-trailer'],
      '400 BadDigest',
      { spoil: changed('cccc\r\n', 'cccC\r\n') },
    ],
    [
      'the signature of the final chunk changed',
      ['signed', 'signed-trailer'],
      '403 SignatureDoesNotMatch',
      { spoil: changed(/\r\n0;chunk-signature=\w{8}/, '\r\n0;chunk-signature=00000000') },
    ],
    [
      'the signature of the trailer changed',
      ['signed-trailer'],
      '403 SignatureDoesNotMatch',
      { spoil: changed(/(trailer-signature:)\w{8}/, '$100000000') },
    ],
    [
      'the checksum of other data',
      ['signed-trailer', 'unsigned-trailer'],
      '400 BadDigest',
      { trailer: [['x-amz-checksum-crc32', crc32Of('x')]] },
    ],
    ['no checksum', ['unsigned-trailer'], '400 InvalidRequest', { trailer: [] }],
    [
      'a byte too many announced',
      MODES,
      '400 IncompleteBody',
      { headers: { 'x-amz-decoded-content-length': '17385' } },
    ],
    ['cut short', MODES, '400 IncompleteBody', { spoil: (body) => body.slice(0, -3) }],
  ];

  describe('an upload in chunks that is refused by its body', () => {
    const rows = SPOILT.flatMap(([name, modes, answer, part]) =>
      modes.map((mode) => [`${mode}: ${name}`, answer, { mode, ...part }] as const),
    );

    test.each(rows)('%s', async (_name, expected, upload) => {
      expectRefusal(
        await exchange(
          originOf(gateway),
          chunkedText({ ...upload, target: '/bucket/new' }, originOf(gateway)),
          'PUT',
        ),
        expected,
      );
      expect(await contents()).toBe(before);
    });

    test('a part of an upload, which then has no parts', async () => {
      const begun = await answerTo(
        { method: 'POST', target: '/bucket/new?uploads', body: '' },
        originOf(gateway),
      );
      const [, uploadId = ''] = /<UploadId>([^<]+)</.exec(begun.body.toString()) ?? [];
      const target = `/bucket/new?partNumber=1&uploadId=${uploadId}`;
      const spoilt: ChunkedUpload = { mode: 'signed', target, spoil: changed('cccc\r\n', 'cccC\r\n') };
      expectRefusal(
        await exchange(originOf(gateway), chunkedText(spoilt, originOf(gateway)), 'PUT'),
        '403 SignatureDoesNotMatch',
      );
      const parts = await ask(store, { method: 'GET', target: `/bucket/new?uploadId=${uploadId}` });
      expect([parts.status, /<Part>/.test(parts.body.toString())]).toEqual([200, false]);
      await answerTo({ method: 'DELETE', target: `/bucket/new?uploadId=${uploadId}` }, originOf(gateway));
      expect((await ask(store, { method: 'GET', target: '/bucket?uploads' })).body.toString()).not.toContain(
        '<Upload>',
      );
    });
  });

  test('and a right one of each kind is stored', async () => {
    for (const mode of MODES) {
      const right = chunkedText({ mode, target: `/bucket/${mode}` }, originOf(gateway));
      expect((await exchange(originOf(gateway), right, 'PUT')).status).toBe(200);
    }
    expect((await answerTo(put, originOf(gateway))).status).toBe(200);
    const after = await contents();
    for (const key of [...MODES, 'new', 'kept']) expect(after).toContain(`<Key>${key}</Key>`);
  });
}
