// Multipart uploads that go well, over real HTTP with a real catalog and real files.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf } from '../../../support/bodies.ts';
import { elementOf, headerOf } from '../../../support/raw-http.ts';
import {
  BUCKET,
  completeXml,
  elementsOf,
  MIB,
  md5,
  multipartEtagOf,
  startWholeStore,
  TestUpload,
  type WholeStore,
} from './multipart-fixture.ts';

const FIRST = bodyOf('first', 5 * MIB);
const SECOND = bodyOf('second', 5 * MIB + 777);
const LAST = bodyOf('last', 12_345);

let store: WholeStore;

beforeAll(async () => {
  store = await startWholeStore({ createBuckets: ['locked'] });
});

afterAll(async () => {
  expect(store.internalErrors).toEqual([]);
  await store[Symbol.asyncDispose]();
});

const bigEndian = (crc: number): Buffer => {
  const raw = Buffer.alloc(4);
  raw.writeUInt32BE(crc);
  return raw;
};
const crc32Of = (data: Buffer): string => bigEndian(crc32(data)).toString('base64');

describe('an upload of three parts', () => {
  test('becomes an object of their bytes, with everything that was said when it was created', async () => {
    const upload = await TestUpload.create(store, `/${BUCKET}/three`, {
      'content-type': 'text/x-three',
      'cache-control': 'no-store',
      'x-amz-meta-color': 'blue',
      'x-amz-tagging': 'a=1&b=2',
    });
    expect(upload.uploadId).toMatch(/^[0-9a-f]{32}$/);
    expect(elementOf(upload.created, 'Bucket')).toBe(BUCKET);
    expect(elementOf(upload.created, 'Key')).toBe('three');
    // Not in order, as parallel uploaders send them.
    const last = await upload.part(3, LAST);
    const first = await upload.part(1, FIRST);
    const second = await upload.part(2, SECOND);
    expect(first.etag).toBe(`"${md5(FIRST)}"`);
    expect((await store.ask({ target: `/${BUCKET}/three` })).code).toBe('NoSuchKey');

    const completed = await upload.complete([first, second, last]);
    const etag = `"${multipartEtagOf([FIRST, SECOND, LAST])}"`;
    expect(completed.status).toBe(200);
    expect(elementOf(completed, 'ETag')).toBe(etag.replaceAll('"', '&quot;'));
    expect(elementOf(completed, 'Location')).toBe(`/${BUCKET}/three`);
    expect(headerOf(completed, 'x-amz-version-id')).toBeUndefined();

    const read = await store.ask({ target: `/${BUCKET}/three` });
    expect(read.status).toBe(200);
    expect(read.body.equals(Buffer.concat([FIRST, SECOND, LAST]))).toBe(true);
    expect(headerOf(read, 'etag')).toBe(etag);
    expect(headerOf(read, 'content-type')).toBe('text/x-three');
    expect(headerOf(read, 'cache-control')).toBe('no-store');
    expect(headerOf(read, 'x-amz-meta-color')).toBe('blue');
    expect(headerOf(read, 'x-amz-tagging-count')).toBe('2');
    expect((await upload.list()).code).toBe('NoSuchUpload');
  });

  test('is read by part number, and across the border of two parts', async () => {
    const second = await store.ask({ target: `/${BUCKET}/three?partNumber=2` });
    expect([second.status, headerOf(second, 'x-amz-mp-parts-count')]).toEqual([206, '3']);
    expect(second.body.equals(SECOND)).toBe(true);
    const across = await store.ask({
      target: `/${BUCKET}/three`,
      headers: { range: `bytes=${FIRST.length - 10}-${FIRST.length + 9}` },
    });
    expect(across.body.equals(Buffer.concat([FIRST.subarray(-10), SECOND.subarray(0, 10)]))).toBe(true);
  });

  test('x-amz-metadata-directive, which s3fs 1.90 sends with it, changes nothing', async () => {
    const target = `/${BUCKET}/renamed?uploads`;
    const headers = { 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-kept': 'yes' };
    const { status, body } = await store.ask({ method: 'POST', target, headers });
    expect(status).toBe(200);
    expect(body.toString()).toContain('<UploadId>');
  });

  test('the parts that are not named are left out, and their bytes are given back', async () => {
    const before = store.usedBytes();
    const upload = await TestUpload.create(store, `/${BUCKET}/subset`);
    const first = await upload.part(7, FIRST);
    await upload.part(8, SECOND);
    const last = await upload.part(10_000, LAST);
    expect(store.usedBytes() - before).toBe(BigInt(FIRST.length + SECOND.length + LAST.length));
    const completed = await upload.complete([first, last]);
    expect(elementOf(completed, 'ETag')).toBe(`&quot;${multipartEtagOf([FIRST, LAST])}&quot;`);
    expect(store.usedBytes() - before).toBe(BigInt(FIRST.length + LAST.length));
    const read = await store.ask({ target: `/${BUCKET}/subset` });
    expect(read.body.equals(Buffer.concat([FIRST, LAST]))).toBe(true);
    await store.state();
  });

  test('a part that is sent again replaces the earlier one, and its bytes', async () => {
    const before = store.usedBytes();
    const upload = await TestUpload.create(store, `/${BUCKET}/again`);
    await upload.part(1, 'first try');
    const part = await upload.part(1, 'second');
    expect(store.usedBytes() - before).toBe(6n);
    expect((await upload.complete([part])).status).toBe(200);
    expect((await store.ask({ target: `/${BUCKET}/again` })).text).toBe('second');
    await store.state();
  });

  test('one part without a byte is an object without a byte', async () => {
    const upload = await TestUpload.create(store, `/${BUCKET}/empty`);
    const part = await upload.part(1, '');
    expect((await upload.complete([part])).status).toBe(200);
    const read = await store.ask({ target: `/${BUCKET}/empty` });
    expect([read.status, read.body.length, headerOf(read, 'etag')]).toEqual([
      200,
      0,
      `"${multipartEtagOf([''])}"`,
    ]);
  });

  test('ETags are taken without quotes, in capitals, escaped, between white space, in any order of elements', async () => {
    const upload = await TestUpload.create(store, `/${BUCKET}/loose`);
    await upload.part(1, FIRST);
    await upload.part(2, LAST);
    const xml = `\ufeff<?xml version="1.0" encoding="UTF-8"?>
<CompleteMultipartUpload>
  <Part><ETag>${md5(FIRST).toUpperCase()}</ETag><PartNumber> 1 </PartNumber></Part>
  <Part>
    <PartNumber>2</PartNumber>
    <ETag>&quot;${md5(LAST)}&#34;</ETag>
  </Part>
</CompleteMultipartUpload>`;
    expect((await upload.complete(xml)).status).toBe(200);
  });

  test('a client that waits for 100 Continue before a part gets it', async () => {
    const upload = await TestUpload.create(store, `/${BUCKET}/continue`);
    const bytes = store.bytesOf({ ...upload.partAsk(1, 'abc'), unsignedHeaders: { expect: '100-continue' } });
    const end = bytes.indexOf('\r\n\r\n') + 4;
    await using connection = await store.connect();
    await connection.send(bytes.subarray(0, end));
    expect((await connection.answer('PUT')).status).toBe(100);
    await connection.send(bytes.subarray(end));
    expect((await connection.answer('PUT')).status).toBe(200);
  });
});

describe('checksums', () => {
  const parts = [FIRST, LAST];
  const whole = Buffer.concat(parts);

  async function uploaded(name: string, headers: Record<string, string>) {
    const upload = await TestUpload.create(store, `/${BUCKET}/${name}`, headers);
    const first = await upload.part(1, FIRST);
    const last = await upload.part(2, LAST);
    return { upload, first, last };
  }

  test('CRC-32 is composite by default: the CRC of the CRCs', async () => {
    const { upload, first, last } = await uploaded('crc32', { 'x-amz-checksum-algorithm': 'CRC32' });
    expect(headerOf(upload.created, 'x-amz-checksum-algorithm')).toBe('CRC32');
    expect(headerOf(upload.created, 'x-amz-checksum-type')).toBe('COMPOSITE');
    expect(headerOf(first.answer, 'x-amz-checksum-crc32')).toBe(crc32Of(FIRST));
    const value = `${crc32Of(Buffer.concat(parts.map((part) => bigEndian(crc32(part)))))}-2`;
    const completed = await upload.complete([
      { ...first, more: `<ChecksumCRC32>${crc32Of(FIRST)}</ChecksumCRC32>` },
      { ...last, more: `<ChecksumCRC32>${crc32Of(LAST)}</ChecksumCRC32>` },
    ]);
    expect(elementOf(completed, 'ChecksumCRC32')).toBe(value);
    expect(elementOf(completed, 'ChecksumType')).toBe('COMPOSITE');
    const read = await store.ask({
      method: 'HEAD',
      target: `/${BUCKET}/crc32`,
      headers: { 'x-amz-checksum-mode': 'ENABLED' },
    });
    expect(headerOf(read, 'x-amz-checksum-crc32')).toBe(value);
    expect(headerOf(read, 'x-amz-checksum-type')).toBe('COMPOSITE');
  });

  test('SHA-256 composite, promised with and without the number of parts', async () => {
    const sha = (data: Buffer) => createHash('sha256').update(data).digest();
    const value = sha(Buffer.concat(parts.map(sha))).toString('base64');
    for (const promise of [value, `${value}-2`]) {
      const { upload, first, last } = await uploaded('sha256', { 'x-amz-checksum-algorithm': 'SHA256' });
      const completed = await upload.complete([first, last], {
        'x-amz-checksum-sha256': promise,
        'x-amz-checksum-type': 'COMPOSITE',
      });
      expect(elementOf(completed, 'ChecksumSHA256')).toBe(`${value}-2`);
    }
  });

  test('a full-object CRC-32 is that of all bytes, although nothing is read again', async () => {
    const { upload, first, last } = await uploaded('full', {
      'x-amz-checksum-algorithm': 'CRC32',
      'x-amz-checksum-type': 'FULL_OBJECT',
    });
    const completed = await upload.complete([first, last], {
      'x-amz-checksum-crc32': crc32Of(whole),
      'x-amz-checksum-type': 'FULL_OBJECT',
      'x-amz-mp-object-size': String(whole.length),
    });
    expect(elementOf(completed, 'ChecksumCRC32')).toBe(crc32Of(whole));
    expect(elementOf(completed, 'ChecksumType')).toBe('FULL_OBJECT');
  });

  test('CRC-64 is full-object by default: the same as that of a single PUT', async () => {
    const { upload, first, last } = await uploaded('crc64', { 'x-amz-checksum-algorithm': 'CRC64NVME' });
    const completed = await upload.complete([first, last]);
    const single = await TestUpload.create(store, `/${BUCKET}/crc64-single`, {
      'x-amz-checksum-algorithm': 'CRC64NVME',
    });
    const one = await single.part(1, whole);
    expect(elementOf(completed, 'ChecksumCRC64NVME')).toBe(headerOf(one.answer, 'x-amz-checksum-crc64nvme'));
    expect(elementOf(completed, 'ChecksumType')).toBe('FULL_OBJECT');
  });

  test('an upload that keeps none takes parts with any: checked, told again, and not kept', async () => {
    const upload = await TestUpload.create(store, `/${BUCKET}/none`);
    const part = await upload.part(1, LAST, { 'x-amz-checksum-crc32': crc32Of(LAST) });
    expect(headerOf(part.answer, 'x-amz-checksum-crc32')).toBe(crc32Of(LAST));
    const wrong = await store.ask(upload.partAsk(2, LAST, { 'x-amz-checksum-crc32': crc32Of(FIRST) }));
    expect(wrong.code).toBe('BadDigest');
    const completed = await upload.complete([
      { ...part, more: `<ChecksumCRC32>${crc32Of(LAST)}</ChecksumCRC32>` },
    ]);
    expect([completed.status, elementOf(completed, 'ChecksumCRC32')]).toEqual([200, undefined]);
  });
});

describe('versions and locks', () => {
  test('row 1 (rustfs#1066): the answer names the version, and null where versioning is suspended', async () => {
    await store.ask({ method: 'PUT', target: '/versions' });
    const set = (status: string) =>
      store.ask({
        method: 'PUT',
        target: '/versions?versioning',
        body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
      });
    await set('Enabled');
    const upload = await TestUpload.create(store, '/versions/key');
    const completed = await upload.complete([await upload.part(1, 'one')]);
    const versionId = headerOf(completed, 'x-amz-version-id') ?? '';
    expect(versionId).not.toBe('');
    await set('Suspended');
    const second = await TestUpload.create(store, '/versions/key');
    expect(headerOf(await second.complete([await second.part(1, 'two')]), 'x-amz-version-id')).toBe('null');
    expect((await store.ask({ target: '/versions/key' })).text).toBe('two');
    expect((await store.ask({ target: `/versions/key?versionId=${versionId}` })).text).toBe('one');
    // Another null version takes the place of the first, whose parts go from the disk.
    const third = await TestUpload.create(store, '/versions/key');
    await third.complete([await third.part(1, 'three')]);
    expect(store.usedBytes('versions')).toBe(8n);
    await store.state();
  });

  test('row 5 (rustfs#3174): locks given at the start hold for the object, and a new version over them is taken', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const upload = await TestUpload.create(store, '/locked/key', {
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': until,
      'x-amz-object-lock-legal-hold': 'ON',
    });
    const completed = await upload.complete([await upload.part(1, 'locked')]);
    const versionId = headerOf(completed, 'x-amz-version-id') ?? '';
    const head = await store.ask({ method: 'HEAD', target: '/locked/key' });
    expect(headerOf(head, 'x-amz-object-lock-mode')).toBe('COMPLIANCE');
    expect(Date.parse(headerOf(head, 'x-amz-object-lock-retain-until-date') ?? '')).toBe(Date.parse(until));
    expect(headerOf(head, 'x-amz-object-lock-legal-hold')).toBe('ON');
    const removed = await store.ask({ method: 'DELETE', target: `/locked/key?versionId=${versionId}` });
    expect(removed.code).toBe('AccessDenied');
    const over = await TestUpload.create(store, '/locked/key');
    expect((await over.complete([await over.part(1, 'newer')])).status).toBe(200);
    expect((await store.ask({ target: `/locked/key?versionId=${versionId}` })).text).toBe('locked');
  });

  test("a bucket's default retention holds for an upload that brings none", async () => {
    const body =
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>3</Days></DefaultRetention></Rule></ObjectLockConfiguration>';
    const upload = await TestUpload.create(store, '/locked/default');
    const part = await upload.part(1, 'kept');
    // Also where it comes to be set while the upload is under way.
    await store.ask({ method: 'PUT', target: '/locked?object-lock', body });
    await upload.complete([part]);
    const head = await store.ask({ method: 'HEAD', target: '/locked/default' });
    expect(headerOf(head, 'x-amz-object-lock-mode')).toBe('GOVERNANCE');
    const untilMs = Date.parse(headerOf(head, 'x-amz-object-lock-retain-until-date') ?? '');
    expect(Math.abs(untilMs - Date.now() - 3 * 86_400_000)).toBeLessThan(600_000);
  });
});

describe('ListParts', () => {
  test('pages by number, with sizes, times and checksums', async () => {
    const upload = await TestUpload.create(store, `/${BUCKET}/a%20list%26`, {
      'x-amz-checksum-algorithm': 'CRC32',
    });
    for (const number of [1, 5, 9]) await upload.part(number, `part ${number}`);
    const first = await upload.list('&max-parts=2');
    expect(elementsOf(first, 'PartNumber')).toEqual(['1', '5']);
    expect(elementsOf(first, 'Size')).toEqual(['6', '6']);
    expect(elementsOf(first, 'ETag')[0]).toBe(`&quot;${md5('part 1')}&quot;`);
    expect(elementsOf(first, 'ChecksumCRC32')[0]).toBe(crc32Of(Buffer.from('part 1')));
    expect(elementOf(first, 'ChecksumAlgorithm')).toBe('CRC32');
    expect(elementOf(first, 'ChecksumType')).toBe('COMPOSITE');
    expect(elementOf(first, 'Key')).toBe('a list&amp;');
    expect(elementOf(first, 'StorageClass')).toBe('STANDARD');
    expect([
      elementOf(first, 'IsTruncated'),
      elementOf(first, 'NextPartNumberMarker'),
      elementOf(first, 'MaxParts'),
    ]).toEqual(['true', '5', '2']);
    const rest = await upload.list('&max-parts=2&part-number-marker=5');
    expect(elementsOf(rest, 'PartNumber')).toEqual(['9']);
    expect([elementOf(rest, 'IsTruncated'), elementOf(rest, 'PartNumberMarker')]).toEqual(['false', '5']);
    expect(elementOf(await upload.list('&encoding-type=url'), 'Key')).toBe('a+list%26');
    const none = await upload.list('&max-parts=0');
    expect([elementsOf(none, 'PartNumber'), elementOf(none, 'IsTruncated')]).toEqual([[], 'false']);
  });
});

describe('ListMultipartUploads', () => {
  let uploads: Record<string, string[]>;
  const list = (query = '') => store.ask({ target: `/uploads?uploads${query}` });

  beforeAll(async () => {
    await store.ask({ method: 'PUT', target: '/uploads' });
    uploads = {};
    for (const key of ['b', 'a/1', 'a/2', 'c%2Bd', 'b', 'a', 'z']) {
      const upload = await TestUpload.create(store, `/uploads/${key}`);
      uploads[key] = [...(uploads[key] ?? []), upload.uploadId];
    }
  });

  test('by key, and by age within a key', async () => {
    const all = await list();
    expect(elementsOf(all, 'Key')).toEqual(['a', 'a/1', 'a/2', 'b', 'b', 'c+d', 'z']);
    expect(elementsOf(all, 'UploadId').slice(3, 5)).toEqual(uploads['b']);
    expect(elementsOf(all, 'Initiated')).toHaveLength(7);
    expect(elementOf(all, 'IsTruncated')).toBe('false');
    expect(elementOf(all, 'MaxUploads')).toBe('1000');
  });

  test('with a prefix and a delimiter', async () => {
    const grouped = await list('&delimiter=%2F');
    expect(elementsOf(grouped, 'Key')).toEqual(['a', 'b', 'b', 'c+d', 'z']);
    expect(grouped.text.match(/<CommonPrefixes><Prefix>a\/<\/Prefix><\/CommonPrefixes>/g)).toHaveLength(1);
    expect(elementsOf(await list('&prefix=a%2F'), 'Key')).toEqual(['a/1', 'a/2']);
    expect(elementsOf(await list('&prefix=a%2F&delimiter=%2F'), 'Key')).toEqual(['a/1', 'a/2']);
  });

  test.each([1, 2, 3, 6, 7])('in pages of %i: each once', async (size) => {
    const seen: string[] = [];
    let query = `&max-uploads=${size}`;
    for (let pages = 0; pages < 10; pages++) {
      const page = await list(query);
      expect(elementsOf(page, 'UploadId').length).toBeLessThanOrEqual(size);
      seen.push(...elementsOf(page, 'UploadId'));
      if (elementOf(page, 'IsTruncated') === 'false') break;
      const key = encodeURIComponent(elementOf(page, 'NextKeyMarker') ?? '');
      query = `&max-uploads=${size}&key-marker=${key}&upload-id-marker=${elementOf(page, 'NextUploadIdMarker')}`;
    }
    expect(seen).toEqual(elementsOf(await list(), 'UploadId'));
  });

  test('in pages of one with a delimiter: common prefixes count too, and come once', async () => {
    const seen: string[] = [];
    let query = '&max-uploads=1&delimiter=%2F';
    for (let pages = 0; pages < 10; pages++) {
      const page = await list(query);
      seen.push(
        ...elementsOf(page, 'Key'),
        ...page.text.matchAll(/<CommonPrefixes><Prefix>([^<]*)/g).map(([, prefix = '']) => prefix),
      );
      if (elementOf(page, 'IsTruncated') === 'false') break;
      const key = encodeURIComponent(elementOf(page, 'NextKeyMarker') ?? '');
      query = `&max-uploads=1&delimiter=%2F&key-marker=${key}&upload-id-marker=${elementOf(page, 'NextUploadIdMarker')}`;
    }
    expect(seen).toEqual(['a', 'a/', 'b', 'b', 'c+d', 'z']);
  });

  test('a key without an upload id leaves all uploads of that key behind', async () => {
    expect(elementsOf(await list('&key-marker=b'), 'Key')).toEqual(['c+d', 'z']);
    // Without a key an upload id means nothing.
    expect(elementsOf(await list(`&upload-id-marker=${uploads['z']?.[0]}`), 'Key')).toHaveLength(7);
  });

  test('encoded where that is asked for', async () => {
    const encoded = await list('&encoding-type=url');
    expect(elementsOf(encoded, 'Key')).toContain('c%2Bd');
    expect(elementOf(encoded, 'EncodingType')).toBe('url');
  });

  test('a bucket with an upload is not empty, and cannot be deleted', async () => {
    const removed = await store.ask({ method: 'DELETE', target: '/uploads' });
    expect(removed.code).toBe('BucketNotEmpty');
  });
});

describe('a CompleteMultipartUpload that is asked again', () => {
  test('gets the same answer: the first one may have been lost', async () => {
    const upload = await TestUpload.create(store, '/locked/twice');
    const part = await upload.part(1, 'once');
    const first = await upload.complete([part]);
    const again = await upload.complete([part]);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(headerOf(again, 'x-amz-version-id')).toBe(headerOf(first, 'x-amz-version-id'));
    const versions = await store.ask({ target: '/locked?versions&prefix=twice' });
    expect(elementsOf(versions, 'VersionId')).toHaveLength(1);
  });

  test('is NoSuchUpload with other parts, for another key, and when the object has gone', async () => {
    const upload = await TestUpload.create(store, `/${BUCKET}/gone`);
    const part = await upload.part(1, 'once');
    const other = await upload.part(2, 'twice');
    expect((await upload.complete([part])).status).toBe(200);
    expect((await upload.complete([other])).code).toBe('NoSuchUpload');
    const elsewhere = await store.ask({
      method: 'POST',
      target: `/${BUCKET}/other?uploadId=${upload.uploadId}`,
      body: completeXml([part]),
    });
    expect(elsewhere.code).toBe('NoSuchUpload');
    await store.ask({ method: 'PUT', target: `/${BUCKET}/gone`, body: 'overwritten' });
    expect((await upload.complete([part])).code).toBe('NoSuchUpload');
    expect((await store.ask({ target: `/${BUCKET}/gone` })).text).toBe('overwritten');
  });
});
