// What a call did to its bucket, as the store's answer says: told before the client has heard the end of it.
import { describe, expect, test } from 'vitest';
import type { UsageChange } from '../../../src/capacity/ledger/usage-change.ts';
import { backendOver } from '../backend/backend-fixture.ts';
import { startStore } from '../http1/wire-fixture.ts';
import { type Ask, startGateway } from './gateway-fixture.ts';

const at = { bucket: 'bucket', key: 'a b/c' };
const target = '/bucket/a%20b/c';

function answerOf(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = status === 204 ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return `HTTP/1.1 ${status} Text\r\n${lines.join('')}${length}\r\n${body}`;
}

/** The changes that one call through a gateway tells, with a store that answers so. */
async function changesOf(ask: Ask, answer: string): Promise<readonly UsageChange[]> {
  await using store = await startStore((connection) => {
    connection.socket.once('data', () => connection.send(answer));
  });
  const { backend } = backendOver([store.port]);
  await using gateway = await startGateway({ backend });
  await gateway.ask(ask);
  backend.close();
  return gateway.events.flatMap((event) => {
    if (event.kind !== 'usage-change') return [];
    expect(event).toMatchObject({ backend: 'store', atMs: expect.any(Number) });
    return [event.change];
  });
}

const VERSION = { 'x-amz-version-id': 'v1' };
const MARKER = { 'x-amz-delete-marker': 'true' };

describe('by the head of the answer', () => {
  const put: Ask = { method: 'PUT', target, body: 'hello' };
  test.each<[string, Ask, string, UsageChange]>([
    ['an object', put, answerOf(200), { kind: 'put', ...at, bytes: 5 }],
    ['a version', put, answerOf(200, VERSION), { kind: 'put', ...at, versionId: 'v1', bytes: 5 }],
    [
      'a part',
      { method: 'PUT', target: `${target}?partNumber=3&uploadId=u%2F1`, body: 'hello' },
      answerOf(200),
      { kind: 'part', ...at, uploadId: 'u/1', partNumber: 3, bytes: 5 },
    ],
    [
      'an upload that is given up',
      { method: 'DELETE', target: `${target}?uploadId=u` },
      answerOf(204),
      { kind: 'abort', ...at, uploadId: 'u' },
    ],
    ['a deletion', { method: 'DELETE', target }, answerOf(204), { kind: 'delete', ...at }],
    [
      'a deletion of a version',
      { method: 'DELETE', target: `${target}?versionId=v7` },
      answerOf(204, { 'x-amz-version-id': 'v7' }),
      { kind: 'delete', ...at, versionId: 'v7' },
    ],
    [
      'a marker without an id of its own, in place of what was there',
      { method: 'DELETE', target },
      answerOf(204, { ...MARKER, 'x-amz-version-id': 'null' }),
      { kind: 'delete', ...at, versionId: 'null' },
    ],
    [
      'a bucket',
      { method: 'DELETE', target: '/bucket' },
      answerOf(204),
      { kind: 'bucket-deleted', bucket: 'bucket' },
    ],
  ])('%s', async (_what, ask, answer, change) => {
    expect(await changesOf(ask, answer)).toEqual([change]);
  });

  test.each<[string, Ask, string]>([
    ['an object that the store refused', put, answerOf(403, {}, '<Error><Code>AccessDenied</Code></Error>')],
    ['a marker', { method: 'DELETE', target }, answerOf(204, { ...MARKER, ...VERSION })],
    ['a marker that goes', { method: 'DELETE', target: `${target}?versionId=v1` }, answerOf(204, MARKER)],
    ['a read', { target }, answerOf(200, {}, 'hello')],
    ['a tag', { method: 'PUT', target: `${target}?tagging`, body: '<Tagging/>' }, answerOf(200)],
  ])('%s is no change', async (_what, ask, answer) => {
    expect(await changesOf(ask, answer)).toEqual([]);
  });
});

describe('by the body of the answer', () => {
  const copy: Ask = { method: 'PUT', target, headers: { 'x-amz-copy-source': '/bucket/from?versionId=v2' } };
  const from = { bucket: 'bucket', key: 'from', versionId: 'v2' };
  const partCopy: Ask = {
    method: 'PUT',
    target: `${target}?partNumber=1&uploadId=u`,
    headers: { 'x-amz-copy-source': '/bucket/from?versionId=v2', 'x-amz-copy-source-range': 'bytes=5-14' },
  };
  const complete: Ask = {
    method: 'POST',
    target: `${target}?uploadId=u`,
    body: '<CompleteMultipartUpload/>',
  };
  const done = (name: string) => `<?xml version="1.0"?>\n<${name} xmlns="x"><ETag>"e"</ETag></${name}>`;

  test.each<[string, Ask, string, UsageChange]>([
    [
      'a copy',
      copy,
      answerOf(200, VERSION, done('CopyObjectResult')),
      { kind: 'copy', ...at, versionId: 'v1', from },
    ],
    [
      'a copy of the newest version, which the store names',
      { ...copy, headers: { 'x-amz-copy-source': '/bucket/from' } },
      answerOf(200, { ...VERSION, 'x-amz-copy-source-version-id': 'v2' }, done('CopyObjectResult')),
      { kind: 'copy', ...at, versionId: 'v1', from },
    ],
    [
      'a part that is a copy',
      partCopy,
      answerOf(200, {}, done('CopyPartResult')),
      { kind: 'part', ...at, uploadId: 'u', partNumber: 1, bytes: 10, from },
    ],
    [
      'an upload that is complete',
      complete,
      answerOf(200, VERSION, `   ${done('CompleteMultipartUploadResult')}`),
      { kind: 'complete', ...at, versionId: 'v1', uploadId: 'u' },
    ],
    [
      'an upload that is complete without some of its parts',
      {
        ...complete,
        body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>a</ETag></Part><Part><ETag>b</ETag><PartNumber>3</PartNumber></Part></CompleteMultipartUpload>',
      },
      answerOf(200, {}, done('CompleteMultipartUploadResult')),
      { kind: 'complete', ...at, uploadId: 'u', parts: [1, 3] },
    ],
  ])('%s', async (_what, ask, answer, change) => {
    expect(await changesOf(ask, answer)).toEqual([change]);
  });

  test.each([
    ['CopyObject', copy],
    ['UploadPartCopy', partCopy],
    ['CompleteMultipartUpload', complete],
  ])('%s that ends in an error behind a status of 200 is no change', async (_name, ask) => {
    const error = '<?xml version="1.0"?><Error><Code>InternalError</Code></Error>';
    expect(await changesOf(ask, answerOf(200, {}, error))).toEqual([]);
  });

  test('an answer that breaks off is no change', async () => {
    const cut = answerOf(200, {}, done('CopyObjectResult')).slice(0, -5);
    await using store = await startStore((connection) => {
      connection.socket.once('data', () => {
        connection.send(cut);
        connection.socket.end();
      });
    });
    const { backend } = backendOver([store.port]);
    await using gateway = await startGateway({ backend });
    await gateway.ask(copy).catch(() => {});
    backend.close();
    expect(gateway.events.filter(({ kind }) => kind === 'usage-change')).toEqual([]);
  });
});

describe('DeleteObjects', () => {
  const objects = (quiet: boolean) =>
    `<Delete><Quiet>${quiet}</Quiet><Object><Key>gone &amp; away</Key></Object><Object><Key>k</Key><VersionId>v1</VersionId></Object><Object><Key>k</Key><VersionId>locked</VersionId></Object></Delete>`;
  const ask = (quiet: boolean): Ask => ({ method: 'POST', target: '/bucket?delete', body: objects(quiet) });
  const failed =
    '<Error><Key>k</Key><VersionId>locked</VersionId><Code>AccessDenied</Code><Message>m</Message></Error>';
  const gone = [
    { kind: 'delete', bucket: 'bucket', key: 'gone & away' },
    { kind: 'delete', bucket: 'bucket', key: 'k', versionId: 'v1' },
  ];

  test('counts what the answer names as deleted', async () => {
    const body = `<DeleteResult><Deleted><Key>gone &amp; away</Key></Deleted><Deleted><Key>k</Key><VersionId>v1</VersionId></Deleted>${failed}</DeleteResult>`;
    expect(await changesOf(ask(false), answerOf(200, {}, body))).toEqual(gone);
  });

  test('counts what was asked for less what failed, of a quiet one', async () => {
    const body = `<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${failed}</DeleteResult>`;
    expect(await changesOf(ask(true), answerOf(200, {}, body))).toEqual(gone);
    expect(await changesOf(ask(true), answerOf(200, {}, '<DeleteResult/>'))).toHaveLength(3);
  });

  test('does not count markers', async () => {
    const body =
      '<DeleteResult><Deleted><Key>gone</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m1</DeleteMarkerVersionId></Deleted><Deleted><Key>k</Key><VersionId>m0</VersionId><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m0</DeleteMarkerVersionId></Deleted></DeleteResult>';
    expect(await changesOf(ask(false), answerOf(200, {}, body))).toEqual([]);
  });

  test('counts nothing where the answer is no result', async () => {
    for (const body of ['', '<Error><Code>SlowDown</Code></Error>', 'not XML <<<']) {
      expect(await changesOf(ask(true), answerOf(200, {}, body))).toEqual([]);
    }
    expect(await changesOf(ask(true), answerOf(503, {}, '<DeleteResult/>'))).toEqual([]);
  });
});
