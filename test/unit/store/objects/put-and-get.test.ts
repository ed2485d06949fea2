import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { elements, headerOf, useObjectStore, verdict } from './object-fixture.ts';

const store = useObjectStore();
const md5 = (body: string | Buffer): string => createHash('md5').update(body).digest('hex');
const crc32Of = (body: string | Buffer): string => {
  const raw = Buffer.alloc(4);
  raw.writeUInt32BE(crc32(body));
  return raw.toString('base64');
};

describe('what is put comes back', () => {
  test.each([
    ['nothing', 0],
    ['one byte', 1],
    ['the largest that the database keeps', 16 * 1024],
    ['the smallest file', 16 * 1024 + 1],
    ['one block', 128 * 1024],
    ['several blocks and a piece', 1024 * 1024 + 7],
  ])('%s', async (_name, size) => {
    const bucket = await store.bucket('plain');
    const body = randomBytes(size);
    const put = await store.done('PUT', `/${bucket}/a`, { body });
    expect(headerOf(put, 'etag')).toBe(`"${md5(body)}"`);
    expect(headerOf(put, 'x-amz-version-id')).toBeUndefined();
    const got = await store.done('GET', `/${bucket}/a`);
    expect(got.body.equals(body)).toBe(true);
    expect(headerOf(got, 'content-length')).toBe(String(size));
    const head = await store.done('HEAD', `/${bucket}/a`);
    const without = ({ headers }: typeof got) =>
      headers.filter(([name]) => !/^(date|x-amz-request-id)$/i.test(name)).sort();
    expect(without(head)).toEqual(without(got));
    expect(headerOf(got, 'etag')).toBe(`"${md5(body)}"`);
    expect(headerOf(got, 'accept-ranges')).toBe('bytes');
    expect(headerOf(got, 'content-type')).toBe('binary/octet-stream');
    expect(headerOf(got, 'last-modified')).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(headerOf(got, 'x-amz-storage-class')).toBeUndefined();
  });

  test('row 14 (seaweedfs#9460): at once, and again after each overwrite', async () => {
    const bucket = await store.bucket('locked');
    const target = `/${bucket}/Metadata/Lock/create.checkpoint/try`;
    for (let turn = 0; turn < 20; turn++) {
      expect(verdict(await store.ask('GET', target))).toBe('404 NoSuchKey');
      const versionId = await store.put(target, `turn ${turn}`);
      expect(await store.body(target)).toBe(`turn ${turn}`);
      await store.done('DELETE', `${target}?versionId=${versionId}`);
    }
  });

  test('row 27 (versitygw#2397): a folder is an ordinary object with a version id of its own', async () => {
    const bucket = await store.bucket('locked');
    const versionId = await store.put(`/${bucket}/Veeam/Backup/`, '');
    expect(versionId).toMatch(/^v[0-9a-f]{16}$/);
    const until = new Date(store.nowMs() + 60_000).toISOString();
    const body = `<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
    await store.done('PUT', `/${bucket}/Veeam/Backup/?retention&versionId=${versionId}`, { body });
    expect(verdict(await store.ask('GET', `/${bucket}/Veeam/Backup`))).toBe('404 NoSuchKey');
  });

  test('keys with braces, spaces and letters beyond ASCII', async () => {
    const bucket = await store.bucket('plain');
    const key = '%7Bab%7D/c%20d/%C3%A9%E6%97%A5+%2B%25';
    await store.put(`/${bucket}/${key}`, 'found');
    expect(await store.body(`/${bucket}/${key}`)).toBe('found');
    expect(elements(await store.done('GET', `/${bucket}`), 'Key')).toEqual(['{ab}/c d/é日++%']);
  });

  test('an answer without a body for a HEAD of nothing', async () => {
    const bucket = await store.bucket('plain');
    const answer = await store.ask('HEAD', `/${bucket}/none`);
    expect([answer.status, answer.body.length]).toEqual([404, 0]);
    expect(verdict(await store.ask('GET', '/no-such-bucket/a'))).toBe('404 NoSuchBucket');
    expect(verdict(await store.ask('PUT', '/no-such-bucket/a', { body: 'x' }))).toBe('404 NoSuchBucket');
  });
});

describe('headers that are kept', () => {
  test('Content-Type and its kin', async () => {
    const bucket = await store.bucket('plain');
    const headers = {
      'cache-control': 'no-store',
      'content-disposition': 'attachment; filename="a"',
      'content-encoding': 'gzip',
      'content-language': 'de',
      'content-type': 'text/plain; charset=utf-8',
      expires: 'tomorrow',
    };
    await store.put(`/${bucket}/a`, 'x', headers);
    const got = await store.done('GET', `/${bucket}/a`);
    for (const [name, value] of Object.entries(headers)) expect(headerOf(got, name)).toBe(value);
  });

  test('row 18 (minio#9697): metadata names in any case come back in lower case', async () => {
    const bucket = await store.bucket('plain');
    await store.done('PUT', `/${bucket}/a`, {
      body: 'x',
      headers: { 'x-amz-meta-mixed-case': 'Value, With  Case' },
      edit: (bytes) => bytes.toString('latin1').replace('x-amz-meta-mixed-case:', 'X-Amz-Meta-Mixed-CASE:'),
    });
    const got = await store.done('HEAD', `/${bucket}/a`);
    expect(got.headers).toContainEqual(['x-amz-meta-mixed-case', 'Value, With  Case']);
  });

  test('metadata bytes come back as they were sent', async () => {
    const bucket = await store.bucket('plain');
    await store.done('PUT', `/${bucket}/a`, {
      body: 'x',
      headers: { 'x-amz-meta-name': 'caf\u00e9' },
      // Signed as UTF-8, so sent as UTF-8.
      edit: (bytes) => Buffer.from(bytes.toString('latin1').replace('caf\xe9', 'caf\xc3\xa9'), 'latin1'),
    });
    expect(headerOf(await store.done('GET', `/${bucket}/a`), 'x-amz-meta-name')).toBe('caf\xc3\xa9');
  });

  test('2 KiB of metadata, names counted, and not one byte more', async () => {
    const bucket = await store.bucket('plain');
    const headers = (length: number) => ({ 'x-amz-meta-ab': 'v'.repeat(length), 'x-amz-meta-c': '' });
    await store.put(`/${bucket}/a`, 'x', headers(2045));
    expect(headerOf(await store.done('GET', `/${bucket}/a`), 'x-amz-meta-ab')).toHaveLength(2045);
    const more = await store.ask('PUT', `/${bucket}/b`, { body: 'x', headers: headers(2046) });
    expect(verdict(more)).toBe('400 MetadataTooLarge');
    expect(verdict(await store.ask('GET', `/${bucket}/b`))).toBe('404 NoSuchKey');
  });

  test('response-… parameters stand in for them, for this answer only', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x', { 'content-type': 'text/plain', 'cache-control': 'no-store' });
    const query = 'response-content-type=text%2Fhtml&response-expires=now&response-cache-control=';
    for (const method of ['GET', 'HEAD']) {
      const answer = await store.done(method, `/${bucket}/a?${query}`);
      expect(answer.headers.filter(([name]) => /^content-type$/i.test(name))).toEqual([
        ['Content-Type', 'text/html'],
      ]);
      expect(headerOf(answer, 'expires')).toBe('now');
      expect(headerOf(answer, 'cache-control')).toBe('no-store');
    }
    expect(headerOf(await store.done('GET', `/${bucket}/a`), 'content-type')).toBe('text/plain');
  });

  test.each(['a%0D%0ASet-Cookie:%20b', 'a%0Ab', 'a%00b', '%7F'])(
    'attack: response-content-type=%s makes no header of its own',
    async (value) => {
      const bucket = await store.bucket('plain');
      await store.put(`/${bucket}/a`, 'x');
      const answer = await store.ask('GET', `/${bucket}/a?response-content-type=${value}`);
      expect(verdict(answer)).toBe('400 InvalidArgument');
      expect(headerOf(answer, 'set-cookie')).toBeUndefined();
    },
  );
});

describe('a promise that is not kept is never accepted', () => {
  test.each([
    ['x-amz-server-side-encryption', 'AES256', '501 NotImplemented'],
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256', '501 NotImplemented'],
    ['x-amz-website-redirect-location', '/b', '501 NotImplemented'],
    ['x-amz-grant-read', 'id=x', '501 NotImplemented'],
    ['x-amz-expected-bucket-owner', '123456789012', '501 NotImplemented'],
    ['x-amz-write-offset-bytes', '3', '501 NotImplemented'],
    ['x-amz-bypass-governance-retention', 'true', '501 NotImplemented'],
    ['x-amz-checksum-sha512', 'AAAA', '501 NotImplemented'],
    ['x-amz-copy-source-if-match', 'e', '501 NotImplemented'],
    ['x-amz-storage-class', 'GLACIER', '400 InvalidStorageClass'],
    ['x-amz-acl', 'public-read', '400 AccessControlListNotSupported'],
    ['if-unmodified-since', 'Sun, 06 Nov 1994 08:49:37 GMT', '501 NotImplemented'],
  ])('PutObject with %s', async (name, value, expected) => {
    const bucket = await store.bucket('plain');
    const answer = await store.ask('PUT', `/${bucket}/a`, { body: 'x', headers: { [name]: value } });
    expect(verdict(answer)).toBe(expected);
    expect(verdict(await store.ask('GET', `/${bucket}/a`))).toBe('404 NoSuchKey');
  });

  test.each([
    ['x-amz-storage-class', 'STANDARD'],
    ['x-amz-acl', 'private'],
    ['x-amz-acl', 'bucket-owner-full-control'],
    ['x-amz-request-payer', 'requester'],
  ])('PutObject with %s: %s, which says what is so anyway', async (name, value) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x', { [name]: value });
  });

  test.each(['x-amz-server-side-encryption-customer-key', 'x-amz-expected-bucket-owner'])(
    'GetObject with %s',
    async (name) => {
      const bucket = await store.bucket('plain');
      await store.put(`/${bucket}/a`, 'x');
      const answer = await store.ask('GET', `/${bucket}/a`, { headers: { [name]: 'x' } });
      expect(verdict(answer)).toBe('501 NotImplemented');
    },
  );

  test('more than 5 GiB is refused before a byte is read', async () => {
    const bucket = await store.bucket('plain');
    const answer = await store.ask('PUT', `/${bucket}/a`, {
      payload: 'UNSIGNED-PAYLOAD',
      headers: { 'content-length': String(5 * 1024 ** 3 + 1) },
    });
    expect(verdict(answer)).toBe('400 EntityTooLarge');
  });

  test('chunked encoding has no length to go by', async () => {
    const bucket = await store.bucket('plain');
    const answer = await store.ask('PUT', `/${bucket}/a`, {
      payload: 'UNSIGNED-PAYLOAD',
      body: '1\r\nx\r\n0\r\n\r\n',
      unsignedHeaders: { 'transfer-encoding': 'chunked' },
    });
    expect(verdict(answer)).toBe('411 MissingContentLength');
  });
});

describe('what is said of the body must hold', () => {
  const body = 'the body'.repeat(5000);
  const md5Base64 = createHash('md5').update(body).digest('base64');

  test.each([
    ['Content-MD5', { 'content-md5': md5Base64 }],
    ['CRC32', { 'x-amz-checksum-crc32': crc32Of(body) }],
    ['SHA1', { 'x-amz-checksum-sha1': createHash('sha1').update(body).digest('base64') }],
    ['SHA256', { 'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64') }],
    [
      'CRC32, with the name of the algorithm',
      { 'x-amz-checksum-crc32': crc32Of(body), 'x-amz-sdk-checksum-algorithm': 'CRC32' },
    ],
  ])('%s that is right', async (_name, headers) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, body, headers);
    expect(await store.body(`/${bucket}/a`)).toBe(body);
  });

  test.each([
    ['Content-MD5 of something else', { 'content-md5': createHash('md5').digest('base64') }, 'BadDigest'],
    ['Content-MD5 in hex', { 'content-md5': md5(body) }, 'InvalidDigest'],
    ['Content-MD5 that is cut', { 'content-md5': md5Base64.slice(0, 20) }, 'InvalidDigest'],
    ['CRC32 of something else', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
    ['CRC32 in hex', { 'x-amz-checksum-crc32': '00000000' }, 'InvalidRequest'],
    ['CRC32 that is empty', { 'x-amz-checksum-crc32': '' }, 'InvalidRequest'],
    [
      'two checksums, both right',
      {
        'x-amz-checksum-crc32': crc32Of(body),
        'x-amz-checksum-sha1': createHash('sha1').update(body).digest('base64'),
      },
      'InvalidRequest',
    ],
    ['an algorithm without a checksum', { 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
  ])('%s: nothing is stored', async (_name, headers, code) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'earlier');
    const before = await store.files();
    const answer = await store.ask('PUT', `/${bucket}/a`, { body, headers });
    expect(verdict(answer)).toBe(`400 ${code}`);
    expect(await store.body(`/${bucket}/a`)).toBe('earlier');
    expect(await store.files()).toEqual(before);
  });

  test('the signed SHA-256', async () => {
    const bucket = await store.bucket('plain');
    const answer = await store.ask('PUT', `/${bucket}/a`, { body, payload: '0'.repeat(64) });
    expect(verdict(answer)).toBe('400 XAmzContentSHA256Mismatch');
    expect(verdict(await store.ask('GET', `/${bucket}/a`))).toBe('404 NoSuchKey');
  });

  test('a client that goes away in the middle leaves nothing behind', async () => {
    const bucket = await store.bucket('plain');
    const before = await store.files();
    const bytes = store.server.bytesOf({ method: 'PUT', target: `/${bucket}/a`, body: randomBytes(300_000) });
    const connection = await store.server.connect();
    await connection.send(bytes.subarray(0, bytes.length - 1));
    connection.drop();
    await expect.poll(() => store.files()).toEqual(before);
    expect(verdict(await store.ask('GET', `/${bucket}/a`))).toBe('404 NoSuchKey');
  });

  test('a checksum comes back where it is asked for, and only for the whole', async () => {
    const bucket = await store.bucket('plain');
    const put = await store.done('PUT', `/${bucket}/a`, {
      body,
      headers: { 'x-amz-checksum-crc32': crc32Of(body) },
    });
    expect(headerOf(put, 'x-amz-checksum-crc32')).toBe(crc32Of(body));
    expect(headerOf(put, 'x-amz-checksum-type')).toBe('FULL_OBJECT');
    const checksum = async (method: string, headers: Record<string, string>) =>
      headerOf(await store.done(method, `/${bucket}/a`, { headers }), 'x-amz-checksum-crc32');
    for (const method of ['GET', 'HEAD']) {
      expect(await checksum(method, {})).toBeUndefined();
      expect(await checksum(method, { 'x-amz-checksum-mode': 'ENABLED' })).toBe(crc32Of(body));
      expect(
        await checksum(method, { 'x-amz-checksum-mode': 'ENABLED', range: 'bytes=0-3' }),
      ).toBeUndefined();
    }
  });
});

describe('a quota', () => {
  const quotaOf = async (bytes: bigint, kind: 'plain' | 'versioned' = 'versioned'): Promise<string> => {
    const bucket = await store.bucket(kind);
    store.quotas.set(bucket, bytes);
    return bucket;
  };
  const put = async (target: string, size: number): Promise<string> =>
    verdict(await store.ask('PUT', target, { body: Buffer.alloc(size) }));

  test('may be filled to its last byte, and not beyond', async () => {
    const bucket = await quotaOf(100_000n);
    expect(await put(`/${bucket}/a`, 60_000)).toBe('200');
    expect(await put(`/${bucket}/b`, 40_001)).toBe('403 QuotaExceeded');
    expect(await put(`/${bucket}/b`, 40_000)).toBe('200');
    expect(await put(`/${bucket}/c`, 1)).toBe('403 QuotaExceeded');
    expect(await put(`/${bucket}/folder/`, 0)).toBe('200');
  });

  test('an earlier version goes on counting; one that is replaced does not', async () => {
    const versioned = await quotaOf(100n);
    expect(await put(`/${versioned}/a`, 60)).toBe('200');
    expect(await put(`/${versioned}/a`, 60)).toBe('403 QuotaExceeded');
    const plain = await quotaOf(100n, 'plain');
    expect(await put(`/${plain}/a`, 60)).toBe('200');
    expect(await put(`/${plain}/a`, 100)).toBe('200');
    expect(await put(`/${plain}/a`, 101)).toBe('403 QuotaExceeded');
  });

  test('one that was lowered leaves reads, deletions and whatever makes nothing bigger', async () => {
    const bucket = await quotaOf(100n, 'plain');
    await put(`/${bucket}/a`, 90);
    store.quotas.set(bucket, 10n);
    expect(await put(`/${bucket}/a`, 91)).toBe('403 QuotaExceeded');
    expect(await put(`/${bucket}/a`, 90)).toBe('200');
    expect((await store.body(`/${bucket}/a`)).length).toBe(90);
    await store.done('DELETE', `/${bucket}/a`);
    expect(await put(`/${bucket}/a`, 10)).toBe('200');
  });

  test('of uploads at the same time only what has room stays, and nothing of the others', async () => {
    const bucket = await quotaOf(200_000n);
    const before = await store.files();
    const all = await Promise.all(Array.from({ length: 5 }, (_, at) => put(`/${bucket}/${at}`, 60_000)));
    expect(all.filter((each) => each === '200')).toHaveLength(3);
    expect(all.filter((each) => each === '403 QuotaExceeded')).toHaveLength(2);
    expect(await store.files()).toHaveLength(before.length + 3);
  });
});
