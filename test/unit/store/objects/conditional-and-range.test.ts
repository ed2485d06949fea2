import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CompletedPart, StoredChecksum } from '../../../../src/store/database/rows.ts';
import { elements, headerOf, useObjectStore, verdict } from './object-fixture.ts';

const store = useObjectStore();
const OTHER = '"00000000000000000000000000000000"';
const PAST = 'Sun, 06 Nov 1994 08:49:37 GMT';
const FUTURE = 'Tue, 01 Jan 2999 00:00:00 GMT';

describe('conditional reads', () => {
  const ETAG = `"${createHash('md5').update('x').digest('hex')}"`;

  test.each([
    ['If-Match of this', { 'if-match': ETAG }, '200'],
    ['If-Match of this, without quotes', { 'if-match': ETAG.slice(1, -1) }, '200'],
    ['If-Match of another', { 'if-match': OTHER }, '412 PreconditionFailed'],
    ['If-None-Match of another', { 'if-none-match': OTHER }, '200'],
    ['If-None-Match of this', { 'if-none-match': `${OTHER}, ${ETAG}` }, '304'],
    ['If-None-Match of anything', { 'if-none-match': '*' }, '304'],
    ['If-Modified-Since before', { 'if-modified-since': PAST }, '200'],
    ['If-Modified-Since later', { 'if-modified-since': FUTURE }, '304'],
    ['If-Unmodified-Since later', { 'if-unmodified-since': FUTURE }, '200'],
    ['If-Unmodified-Since before', { 'if-unmodified-since': PAST }, '412 PreconditionFailed'],
    ['If-Match counts before If-Unmodified-Since', { 'if-match': ETAG, 'if-unmodified-since': PAST }, '200'],
    [
      'If-None-Match counts before If-Modified-Since',
      { 'if-none-match': OTHER, 'if-modified-since': FUTURE },
      '200',
    ],
  ])('%s', async (_name, headers, expected) => {
    const bucket = await store.bucket('versioned');
    const versionId = await store.put(`/${bucket}/a`, 'x');
    const got = await store.ask('GET', `/${bucket}/a`, { headers });
    expect(verdict(got)).toBe(expected);
    const head = await store.ask('HEAD', `/${bucket}/a?versionId=${versionId}`, { headers });
    expect(String(head.status)).toBe(expected.slice(0, 3));
  });

  test('304 says what the client has', async () => {
    const bucket = await store.bucket('versioned');
    const versionId = await store.put(`/${bucket}/a`, 'x');
    const answer = await store.ask('GET', `/${bucket}/a`, { headers: { 'if-none-match': ETAG } });
    expect(headerOf(answer, 'etag')).toBe(ETAG);
    expect(headerOf(answer, 'last-modified')).toBeDefined();
    expect(headerOf(answer, 'x-amz-version-id')).toBe(versionId);
    expect(headerOf(answer, 'content-length')).toBeUndefined();
  });
});

describe('ranges', () => {
  const body = randomBytes(400_000);

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-131071', 0, 131_071],
    ['bytes=131071-131072', 131_071, 131_072],
    ['bytes=399999-', 399_999, 399_999],
    ['bytes=-1', 399_999, 399_999],
    ['bytes=-999999', 0, 399_999],
    ['bytes=200000-999999', 200_000, 399_999],
  ])('%s', async (range, first, last) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, body);
    const got = await store.done('GET', `/${bucket}/a`, { headers: { range } });
    expect(got.status).toBe(206);
    expect(headerOf(got, 'content-range')).toBe(`bytes ${first}-${last}/400000`);
    expect(got.body.equals(body.subarray(first, last + 1))).toBe(true);
    const head = await store.done('HEAD', `/${bucket}/a`, { headers: { range } });
    expect([head.status, headerOf(head, 'content-length')]).toEqual([206, String(last - first + 1)]);
  });

  test('within a body that the database keeps', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, '0123456789');
    const got = await store.done('GET', `/${bucket}/a`, { headers: { range: 'bytes=3-5' } });
    expect(got.body.toString()).toBe('345');
  });

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('%s is outside of ten bytes', async (range) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, '0123456789');
    const got = await store.ask('GET', `/${bucket}/a`, { headers: { range } });
    expect(verdict(got)).toBe('416 InvalidRange');
    expect(headerOf(got, 'content-range')).toBe('bytes */10');
    expect(elements(got, 'ActualObjectSize')).toEqual(['10']);
  });

  test.each(['bytes=0-1,3-4', 'lines=0-1', 'bytes=', 'bytes=5-3'])('%s gives everything', async (range) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, '0123456789');
    const got = await store.done('GET', `/${bucket}/a`, { headers: { range } });
    expect([got.status, got.body.toString()]).toEqual([200, '0123456789']);
  });

  test('an empty object', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, '');
    for (const range of ['bytes=0-', 'bytes=-1']) {
      expect(verdict(await store.ask('GET', `/${bucket}/a`, { headers: { range } }))).toBe(
        '416 InvalidRange',
      );
    }
  });

  test('If-Range of another state gives everything', async () => {
    const bucket = await store.bucket('plain');
    const etag = headerOf(await store.done('PUT', `/${bucket}/a`, { body: '0123456789' }), 'etag') ?? '';
    const get = async (ifRange: string) =>
      (
        await store.done('GET', `/${bucket}/a`, { headers: { range: 'bytes=0-1', 'if-range': ifRange } })
      ).body.toString();
    expect(await get(etag)).toBe('01');
    expect(await get(OTHER)).toBe('0123456789');
  });
});

describe('parts', () => {
  const CHECKSUM: StoredChecksum = { algorithm: 'CRC32', type: 'COMPOSITE', value: 'd2hvbGU=-3' };
  const PARTS: readonly CompletedPart[] = [
    { number: 1, size: 4, checksum: 'b25lIQ==' },
    { number: 3, size: 0, checksum: undefined },
    { number: 7, size: 3, checksum: 'c2V2ZQ==' },
  ];

  async function multipart(): Promise<string> {
    const name = await store.bucket('versioned');
    await store.opened.parts.catalog.write(({ buckets, versions }) => {
      const data = Buffer.from('abcdefg');
      versions.insert(
        {
          bucketId: buckets.find(name)?.id ?? 0,
          key: 'a',
          modifiedMs: store.nowMs(),
          size: 7,
          etag: '0123456789abcdef0123456789abcdef-3',
          headers: [],
          tags: [],
          lock: { retention: undefined, legalHold: false },
          checksum: CHECKSUM,
          parts: PARTS,
          content: { kind: 'inline', data, crc32: crc32(data) },
        },
        false,
      );
    });
    return `/${name}/a`;
  }

  test.each([
    [1, 206, 'abcd', 'bytes 0-3/7', 'b25lIQ=='],
    [3, 200, '', undefined, undefined],
    [7, 206, 'efg', 'bytes 4-6/7', 'c2V2ZQ=='],
  ])('part %i', async (number, status, text, range, checksum) => {
    const target = await multipart();
    const headers = { 'x-amz-checksum-mode': 'ENABLED' };
    for (const method of ['GET', 'HEAD']) {
      const answer = await store.done(method, `${target}?partNumber=${number}`, { headers });
      expect(answer.status).toBe(status);
      expect(headerOf(answer, 'content-range')).toBe(range);
      expect(headerOf(answer, 'content-length')).toBe(String(text.length));
      expect(headerOf(answer, 'x-amz-mp-parts-count')).toBe('3');
      expect(headerOf(answer, 'x-amz-checksum-crc32')).toBe(checksum);
      if (method === 'GET') expect(answer.body.toString()).toBe(text);
    }
  });

  test.each([
    ['2', '416 InvalidPartNumber'],
    ['8', '416 InvalidPartNumber'],
    ['0', '400 InvalidArgument'],
    ['10001', '400 InvalidArgument'],
    ['-1', '400 InvalidArgument'],
    ['one', '400 InvalidArgument'],
  ])('part %s is none', async (number, expected) => {
    expect(verdict(await store.ask('GET', `${await multipart()}?partNumber=${number}`))).toBe(expected);
  });

  test('an object in one piece has part 1', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'abc');
    await store.put(`/${bucket}/empty`, '');
    const got = await store.done('GET', `/${bucket}/a?partNumber=1`);
    expect([got.status, headerOf(got, 'content-range')]).toEqual([206, 'bytes 0-2/3']);
    expect(headerOf(got, 'x-amz-mp-parts-count')).toBeUndefined();
    expect((await store.done('GET', `/${bucket}/empty?partNumber=1`)).status).toBe(200);
    expect(verdict(await store.ask('GET', `/${bucket}/a?partNumber=2`))).toBe('416 InvalidPartNumber');
  });

  test('not together with a range', async () => {
    const answer = await store.ask('GET', `${await multipart()}?partNumber=1`, {
      headers: { range: 'bytes=0-1' },
    });
    expect(verdict(answer)).toBe('400 InvalidRequest');
  });

  test('GetObjectAttributes tells of them, page by page', async () => {
    const target = await multipart();
    const headers = { 'x-amz-object-attributes': 'ETag,Checksum,ObjectParts,StorageClass,ObjectSize' };
    const all = await store.done('GET', `${target}?attributes`, { headers });
    expect(elements(all, 'ETag')).toEqual(['0123456789abcdef0123456789abcdef-3']);
    expect(elements(all, 'ChecksumCRC32')).toEqual(['d2hvbGU=-3', 'b25lIQ==', 'c2V2ZQ==']);
    expect(elements(all, 'ChecksumType')).toEqual(['COMPOSITE']);
    expect(elements(all, 'PartNumber')).toEqual(['1', '3', '7']);
    expect(elements(all, 'Size')).toEqual(['4', '0', '3']);
    expect(elements(all, 'PartsCount')).toEqual(['3']);
    expect(elements(all, 'IsTruncated')).toEqual(['false']);
    expect(elements(all, 'ObjectSize')).toEqual(['7']);
    expect(elements(all, 'StorageClass')).toEqual(['STANDARD']);
    expect(headerOf(all, 'last-modified')).toBeDefined();
    expect(headerOf(all, 'x-amz-version-id')).toMatch(/^v/);

    const page = async (after: string) =>
      await store.done('GET', `${target}?attributes`, {
        headers: {
          'x-amz-object-attributes': 'ObjectParts',
          'x-amz-max-parts': '2',
          'x-amz-part-number-marker': after,
        },
      });
    const first = await page('0');
    expect(elements(first, 'PartNumber')).toEqual(['1', '3']);
    expect(elements(first, 'IsTruncated')).toEqual(['true']);
    expect(elements(first, 'NextPartNumberMarker')).toEqual(['3']);
    expect(elements(await page('3'), 'PartNumber')).toEqual(['7']);
  });

  test.each([undefined, '', 'ETag,Owner', 'etag'])('attributes that are not known: %s', async (names) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x');
    const headers = names === undefined ? {} : { 'x-amz-object-attributes': names };
    expect(verdict(await store.ask('GET', `/${bucket}/a?attributes`, { headers }))).toBe(
      '400 InvalidArgument',
    );
  });
});

describe('conditional writes', () => {
  const put = async (target: string, headers: Record<string, string>, body = 'new'): Promise<string> =>
    verdict(await store.ask('PUT', target, { body, headers }));

  test('row 56 (versitygw#1708): If-None-Match: * where there is an object, and where there is none', async () => {
    const bucket = await store.bucket('versioned');
    expect(await put(`/${bucket}/a`, { 'if-none-match': '*' }, 'old')).toBe('200');
    expect(await put(`/${bucket}/a`, { 'if-none-match': '*' })).toBe('412 PreconditionFailed');
    expect(await store.body(`/${bucket}/a`)).toBe('old');
    await store.done('DELETE', `/${bucket}/a`);
    expect(await put(`/${bucket}/a`, { 'if-none-match': '*' })).toBe('200');
  });

  test.each([OTHER, '"*"', `*, ${OTHER}`])('row 56: If-None-Match: %s is not implemented', async (value) => {
    const bucket = await store.bucket('plain');
    expect(await put(`/${bucket}/a`, { 'if-none-match': value })).toBe('501 NotImplemented');
  });

  test('If-Match', async () => {
    const bucket = await store.bucket('versioned');
    const etag = headerOf(await store.done('PUT', `/${bucket}/a`, { body: 'old' }), 'etag') ?? '';
    expect(await put(`/${bucket}/a`, { 'if-match': OTHER })).toBe('412 PreconditionFailed');
    expect(await put(`/${bucket}/a`, { 'if-match': `W/${etag}` })).toBe('412 PreconditionFailed');
    expect(await put(`/${bucket}/none`, { 'if-match': etag })).toBe('404 NoSuchKey');
    expect(await store.body(`/${bucket}/a`)).toBe('old');
    expect(await put(`/${bucket}/a`, { 'if-match': etag })).toBe('200');
    expect(await put(`/${bucket}/a`, { 'if-match': '*' })).toBe('200');
    await store.done('DELETE', `/${bucket}/a`);
    expect(await put(`/${bucket}/a`, { 'if-match': '*' })).toBe('404 NoSuchKey');
  });

  test.each([10, 200_000])('of 20 writers of %i bytes who all expect nothing, one wins', async (size) => {
    const bucket = await store.bucket('versioned');
    const before = (await store.files()).length;
    const bodies = Array.from({ length: 20 }, (_, at) => String.fromCharCode(97 + at).repeat(size));
    const verdicts = await Promise.all(
      bodies.map((body) => put(`/${bucket}/a`, { 'if-none-match': '*' }, body)),
    );
    expect(verdicts.filter((each) => each === '200')).toHaveLength(1);
    expect(verdicts.filter((each) => each === '412 PreconditionFailed')).toHaveLength(19);
    expect(await store.body(`/${bucket}/a`)).toBe(bodies[verdicts.indexOf('200')]);
    const versions = await store.done('GET', `/${bucket}?versions`);
    expect(elements(versions, 'VersionId')).toHaveLength(1);
    expect((await store.files()).length).toBe(before + (size > 100_000 ? 1 : 0));
  });

  test('of 20 writers who all expect the same state, one wins', async () => {
    const bucket = await store.bucket('plain');
    const etag = headerOf(await store.done('PUT', `/${bucket}/a`, { body: 'old' }), 'etag') ?? '';
    const bodies = Array.from({ length: 20 }, (_, at) => `new ${at}`);
    const verdicts = await Promise.all(bodies.map((body) => put(`/${bucket}/a`, { 'if-match': etag }, body)));
    expect(verdicts.filter((each) => each === '200')).toHaveLength(1);
    expect(await store.body(`/${bucket}/a`)).toBe(bodies[verdicts.indexOf('200')]);
  });

  test('DeleteObject with If-Match', async () => {
    const bucket = await store.bucket('versioned');
    const etag = headerOf(await store.done('PUT', `/${bucket}/a`, { body: 'old' }), 'etag') ?? '';
    const remove = async (target: string, headers: Record<string, string>) =>
      verdict(await store.ask('DELETE', target, { headers }));
    expect(await remove(`/${bucket}/a`, { 'if-match': OTHER })).toBe('412 PreconditionFailed');
    expect(await remove(`/${bucket}/none`, { 'if-match': etag })).toBe('404 NoSuchKey');
    expect(await remove(`/${bucket}/a`, { 'if-none-match': '*' })).toBe('501 NotImplemented');
    expect(await remove(`/${bucket}/a`, { 'if-unmodified-since': PAST })).toBe('501 NotImplemented');
    expect(await store.body(`/${bucket}/a`)).toBe('old');
    expect(await remove(`/${bucket}/a`, { 'if-match': etag })).toBe('204');
    expect(await remove(`/${bucket}/a`, { 'if-match': etag })).toBe('404 NoSuchKey');
  });
});
