// Host and what proxies add: only the Host that was signed counts, and no X-Forwarded-* header changes who asks for what.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ComposedGateway, composedGateway } from './composed-gateway.ts';
import {
  type Ask,
  answerTo,
  changed,
  originOf,
  type Refusal,
  refused,
  type Service,
  served,
  withLine,
} from './refusal-table.ts';

const put: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello' };
const stored = 'PUT /bucket/key HTTP/1.1\r\n';

served('a Host as it was signed', [
  ['without a port', { ...put, host: '127.0.0.1' }, stored],
  ['with port 80', { ...put, host: '127.0.0.1:80' }, stored],
  ['with port 443', { ...put, host: 's3.wire:443' }, stored],
  ['IPv6', { ...put, host: '[::1]:8080' }, stored],
  ['in capitals', { ...put, host: 'S3.WIRE' }, stored],
  ['a name that is not ours', { ...put, host: 'localhost:1' }, stored],
  ['with the bucket before ours', { ...put, target: '/key', host: 'bucket.s3.wire' }, stored],
  [
    'with the bucket before ours, in capitals, with a port',
    { ...put, target: '/key', host: 'BUCKET.S3.Wire:9000' },
    stored,
  ],
  ['with the bucket before a name that is not ours', { ...put, host: 'other.s3.wire.example' }, stored],
]);

const host = (value: string) => changed(/host: .*/, `host: ${value}`);

refused('a Host that was not signed', [
  ['another name', '403 SignatureDoesNotMatch', { ...put, edit: host('elsewhere.example') }],
  ['another port', '403 SignatureDoesNotMatch', { ...put, edit: host('127.0.0.1:1') }],
  ['the port dropped', '403 SignatureDoesNotMatch', { ...put, edit: host('127.0.0.1') }],
  ['port 80 added', '403 SignatureDoesNotMatch', { ...put, host: 's3.wire', edit: host('s3.wire:80') }],
  ['port 443 dropped', '403 SignatureDoesNotMatch', { ...put, host: 's3.wire:443', edit: host('s3.wire') }],
  ['another case', '403 SignatureDoesNotMatch', { ...put, host: 's3.wire', edit: host('S3.WIRE') }],
  [
    'the bucket of another before it',
    '403 SignatureDoesNotMatch',
    { ...put, host: 's3.wire', edit: host('other.s3.wire') },
  ],
  [
    'the bucket changed',
    '403 SignatureDoesNotMatch',
    { ...put, host: 'bucket.s3.wire', edit: host('other.s3.wire') },
  ],
]);

refused('a Host that is none', [
  ['with a path', '400 BadRequest', { ...put, edit: host('s3.wire/other') }],
  ['with a user', '400 BadRequest', { ...put, edit: host('user@s3.wire') }],
  ['with a blank', '400 BadRequest', { ...put, edit: host('s3.wire other') }],
  ['with a port that is none', '400 BadRequest', { ...put, edit: host('s3.wire:http') }],
  ['with two ports', '400 BadRequest', { ...put, edit: host('s3.wire:80:80') }],
  ['two of them in one', '400 BadRequest', { ...put, edit: host('s3.wire, other.s3.wire') }],
  ['with an escape', '400 BadRequest', { ...put, edit: host('other%2es3.wire') }],
  ['with letters beyond ASCII', '400 BadRequest', { ...put, edit: host('b\xfccket.s3.wire') }],
  ['twice', '400 BadRequest', { ...put, edit: withLine('Host: s3.wire') }],
  ['twice, alike', '400 BadRequest', { ...put, host: 's3.wire', edit: withLine('Host: s3.wire') }],
  ['not there', '400 BadRequest', { ...put, edit: changed(/host: .*\r\n/, '') }],
  [
    'not there, in HTTP/1.0',
    '403 SignatureDoesNotMatch',
    { ...put, edit: (text) => changed('HTTP/1.1', 'HTTP/1.0')(changed(/host: .*\r\n/, '')(text)) },
  ],
  ['empty, and not signed', '403 SignatureDoesNotMatch', { ...put, edit: host('') }],
]);

refused('a bucket in the Host that is no bucket', [
  ['none before the dot', '400 InvalidBucketName', { ...put, host: '.s3.wire' }],
  ['a dot', '400 InvalidBucketName', { ...put, host: '..s3.wire' }],
  ['two dots', '400 InvalidBucketName', { ...put, host: '...s3.wire' }],
  ['an address', '400 InvalidBucketName', { ...put, host: '10.0.0.1.s3.wire' }],
  ['with an underscore', '400 InvalidBucketName', { ...put, host: 'my_bucket.s3.wire' }],
  ["MinIO's own", '400 InvalidBucketName', { target: '/admin/v3/info', host: 'minio.s3.wire' }],
  ["RGW's own", '400 InvalidBucketName', { target: '/user', host: 'admin.s3.wire' }],
]);

const FORWARDING: readonly (readonly [name: string, value: string])[] = [
  ['X-Forwarded-Host', 's3.wire'],
  ['X-Forwarded-Server', 's3.wire'],
  ['X-Original-Host', 's3.wire'],
  ['X-Host', 's3.wire'],
  ['Forwarded', 'host=s3.wire;proto=https'],
  ['X-Forwarded-Port', '443'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Prefix', '/bucket'],
];

refused(
  'what was signed for a Host that only a proxy header names',
  FORWARDING.map(
    ([name, value]): Refusal => [
      name,
      '403 SignatureDoesNotMatch',
      {
        ...put,
        host: 's3.wire',
        edit: (text) => withLine(`${name}: ${value}`)(host('gateway.internal')(text)),
      },
    ],
  ),
);

const REROUTING: readonly (readonly [name: string, value: string])[] = [
  ['X-Original-URL', '/other/secret'],
  ['X-Rewrite-URL', '/other/secret'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-HTTP-Method', 'DELETE'],
  ['X-Method-Override', 'DELETE'],
  ['X-Forwarded-Host', 'other.s3.wire'],
  ['X-Minio-Extract', 'true'],
  ['X-Minio-Force-Delete', 'true'],
  ['X-Minio-Source-Replication-Request', 'true'],
  ['X-Rgw-Auth', 'x'],
  ['Connection', 'keep-alive, x-amz-date, authorization'],
  ['Upgrade', 'h2c'],
  ['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
  ['Proxy-Connection', 'keep-alive'],
  ['Origin', 'https://evil.example'],
  ['x_amz_copy_source', '/other/secret'],
  ['X-Content-Length', '0'],
];

describe('a header that would have a store do something else', () => {
  let gateway: ComposedGateway;
  beforeAll(async () => {
    gateway = await composedGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test.each(REROUTING)('%s does not cross', async (name, value) => {
    const before = gateway.store.bytes().length;
    const answer = await answerTo({ ...put, unsignedHeaders: { [name]: value } }, originOf(gateway));
    expect(answer.status).toBe(200);
    const sent = gateway.store.bytes().slice(before);
    expect(sent.startsWith(stored)).toBe(true);
    const names = [...sent.matchAll(/^([a-z0-9_-]+): /gim)].map(([, each = '']) => each.toLowerCase());
    expect(names).toEqual(['host', 'x-amz-date', 'x-amz-content-sha256', 'authorization', 'content-length']);
    // No cross-origin grant comes of asking (CVE-2026-46685).
    expect(answer.headers.filter(([each]) => /^access-control-/i.test(each))).toEqual([]);
  });

  test('no forwarding header changes the address in the log (GHSA-fc6g-2gcp-2qrq)', async () => {
    const from = gateway.log.length;
    for (const name of ['X-Forwarded-For', 'X-Real-IP', 'True-Client-IP', 'CF-Connecting-IP']) {
      await answerTo({ ...put, unsignedHeaders: { [name]: '203.0.113.9' } }, originOf(gateway));
    }
    await expect.poll(() => gateway.log.length - from).toBe(4);
    expect(gateway.log.slice(from).join('')).not.toContain('203.0.113.9');
    expect(gateway.log.slice(from).join('')).toContain('127.0.0.1');
  });
});

served(
  'a proxy header beside a right request',
  FORWARDING.map(([name, value]): Service => [name, { ...put, unsignedHeaders: { [name]: value } }, stored]),
);
