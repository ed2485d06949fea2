import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { elements, headerOf, useObjectStore, verdict, versioning } from './object-fixture.ts';

const store = useObjectStore();
const OTHER = '"00000000000000000000000000000000"';
const PAST = 'Sun, 06 Nov 1994 08:49:37 GMT';
const FUTURE = 'Tue, 01 Jan 2999 00:00:00 GMT';

const copy = (to: string, from: string, headers: Readonly<Record<string, string>> = {}) =>
  store.ask('PUT', to, { headers: { 'x-amz-copy-source': from, ...headers } });

describe('CopyObject', () => {
  test.each([0, 10, 16 * 1024 + 1, 500_000])('%i bytes, into another bucket', async (size) => {
    const from = await store.bucket('versioned');
    const to = await store.bucket('versioned');
    const body = randomBytes(size);
    const source = await store.put(`/${from}/a%20b`, body);
    const answer = await copy(`/${to}/c`, `/${from}/a%20b`);
    expect(verdict(answer)).toBe('200');
    expect(elements(answer, 'ETag')).toEqual([`&quot;${createHash('md5').update(body).digest('hex')}&quot;`]);
    expect(elements(answer, 'LastModified')[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(headerOf(answer, 'x-amz-copy-source-version-id')).toBe(source);
    expect(headerOf(answer, 'x-amz-version-id')).toMatch(/^v/);
    await store.done('DELETE', `/${from}/a%20b?versionId=${source}`);
    expect((await store.done('GET', `/${to}/c`)).body.equals(body)).toBe(true);
  });

  test('row 26 (versitygw#1637): a checkpoint is copied within its bucket', async () => {
    const bucket = await store.bucket('locked');
    await store.put(`/${bucket}/Metadata/Checkpoint`, 'checkpoint');
    await copy(`/${bucket}/Metadata/CheckpointHistory`, `${bucket}/Metadata/Checkpoint`);
    expect(await store.body(`/${bucket}/Metadata/CheckpointHistory`)).toBe('checkpoint');
  });

  test('an earlier version of the object itself becomes the current one', async () => {
    const bucket = await store.bucket('versioned');
    const first = await store.put(`/${bucket}/a`, 'first');
    await store.put(`/${bucket}/a`, 'second');
    const answer = await copy(`/${bucket}/a`, `/${bucket}/a?versionId=${first}`);
    expect(headerOf(answer, 'x-amz-copy-source-version-id')).toBe(first);
    expect(await store.body(`/${bucket}/a`)).toBe('first');
    expect(elements(await store.done('GET', `/${bucket}?versions`), 'VersionId')).toHaveLength(3);
  });

  test('metadata and tags: of the source, or of the request, each for itself', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x', {
      'content-type': 'text/plain',
      'x-amz-meta-old': '1',
      'x-amz-tagging': 'old=1',
    });
    const given = { 'content-type': 'text/html', 'x-amz-meta-new': '2', 'x-amz-tagging': 'new=2' };
    const seen = async (directives: Record<string, string>) => {
      expect(verdict(await copy(`/${bucket}/b`, `/${bucket}/a`, { ...given, ...directives }))).toBe('200');
      const head = await store.done('HEAD', `/${bucket}/b`);
      const tags = await store.done('GET', `/${bucket}/b?tagging`);
      const metadata = head.headers.map(([name]) => name).filter((name) => name.startsWith('x-amz-meta-'));
      return [headerOf(head, 'content-type'), ...metadata, ...elements(tags, 'Key')];
    };
    expect(await seen({})).toEqual(['text/plain', 'x-amz-meta-old', 'old']);
    expect(await seen({ 'x-amz-metadata-directive': 'COPY', 'x-amz-tagging-directive': 'REPLACE' })).toEqual([
      'text/plain',
      'x-amz-meta-old',
      'new',
    ]);
    expect(await seen({ 'x-amz-metadata-directive': 'REPLACE', 'x-amz-tagging-directive': 'COPY' })).toEqual([
      'text/html',
      'x-amz-meta-new',
      'old',
    ]);
    for (const name of ['x-amz-metadata-directive', 'x-amz-tagging-directive']) {
      const answer = await copy(`/${bucket}/b`, `/${bucket}/a`, { [name]: 'replace' });
      expect(verdict(answer)).toBe('400 InvalidArgument');
    }
  });

  test('onto itself: only with a change, where it would take its own place', async () => {
    const illegal = '400 InvalidRequest';
    const plain = await store.bucket('plain');
    await store.put(`/${plain}/a`, 'x', { 'x-amz-meta-old': '1' });
    expect(verdict(await copy(`/${plain}/a`, `/${plain}/a`))).toBe(illegal);
    expect(verdict(await copy(`/${plain}/a`, `/${plain}/a?versionId=null`))).toBe(illegal);
    const changed = { 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-new': '2' };
    expect(verdict(await copy(`/${plain}/a`, `/${plain}/a`, changed))).toBe('200');
    const head = await store.done('HEAD', `/${plain}/a`);
    expect([headerOf(head, 'x-amz-meta-old'), headerOf(head, 'x-amz-meta-new')]).toEqual([undefined, '2']);
    expect(await store.body(`/${plain}/a`)).toBe('x');
    const versioned = await store.bucket('versioned');
    await store.put(`/${versioned}/a`, 'x');
    expect(verdict(await copy(`/${versioned}/a`, `/${versioned}/a`))).toBe('200');
    const suspended = await store.bucket('suspended');
    await store.put(`/${suspended}/a`, 'x');
    expect(verdict(await copy(`/${suspended}/a`, `/${suspended}/a`))).toBe(illegal);
  });

  test('a file onto itself, with a change, leaves one file', async () => {
    const bucket = await store.bucket('plain');
    const body = randomBytes(300_000);
    await store.put(`/${bucket}/a`, body);
    const files = (await store.files()).length;
    await copy(`/${bucket}/a`, `/${bucket}/a`, { 'x-amz-metadata-directive': 'REPLACE' });
    expect((await store.done('GET', `/${bucket}/a`)).body.equals(body)).toBe(true);
    await expect.poll(async () => (await store.files()).length).toBe(files);
  });

  test.each([
    ['if-match', OTHER, '412 PreconditionFailed'],
    ['if-none-match', OTHER, '200'],
    ['if-none-match', '*', '412 PreconditionFailed'],
    ['if-modified-since', PAST, '200'],
    ['if-modified-since', FUTURE, '412 PreconditionFailed'],
    ['if-unmodified-since', FUTURE, '200'],
    ['if-unmodified-since', PAST, '412 PreconditionFailed'],
  ])('x-amz-copy-source-%s: %s', async (name, value, expected) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x');
    const answer = await copy(`/${bucket}/b`, `/${bucket}/a`, { [`x-amz-copy-source-${name}`]: value });
    expect(verdict(answer)).toBe(expected);
    expect((await store.ask('HEAD', `/${bucket}/b`)).status).toBe(expected === '200' ? 200 : 404);
  });

  test('conditions on what is written', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x');
    await store.put(`/${bucket}/b`, 'y');
    const answer = await copy(`/${bucket}/b`, `/${bucket}/a`, { 'if-none-match': '*' });
    expect(verdict(answer)).toBe('412 PreconditionFailed');
    expect(await store.body(`/${bucket}/b`)).toBe('y');
    expect(verdict(await copy(`/${bucket}/c`, `/${bucket}/a`, { 'if-none-match': '*' }))).toBe('200');
  });

  test('sources that are none', async () => {
    const bucket = await store.bucket('versioned');
    await store.put(`/${bucket}/a`, 'x');
    const marker = headerOf(await store.done('DELETE', `/${bucket}/a`), 'x-amz-version-id') ?? '';
    const of = async (source: string) => verdict(await copy(`/${bucket}/b`, source));
    expect(await of(`/${bucket}/none`)).toBe('404 NoSuchKey');
    expect(await of('/no-such-bucket/a')).toBe('404 NoSuchBucket');
    expect(await of(`/${bucket}/a`)).toBe('404 NoSuchKey');
    expect(await of(`/${bucket}/a?versionId=${marker}`)).toBe('400 InvalidRequest');
    expect(await of(`/${bucket}/a?versionId=null`)).toBe('404 NoSuchVersion');
    expect(await of(`/${bucket}/a?versionId=nonsense`)).toBe('400 InvalidArgument');
    expect((await store.ask('HEAD', `/${bucket}/b`)).status).toBe(404);
  });

  test('checksums are made anew, of the kind that the source has or that is asked for', async () => {
    const bucket = await store.bucket('plain');
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32('body'));
    const value = sum.toString('base64');
    await store.put(`/${bucket}/a`, 'body', { 'x-amz-checksum-crc32': value });
    const kept = await copy(`/${bucket}/b`, `/${bucket}/a`);
    expect(elements(kept, 'ChecksumCRC32')).toEqual([value]);
    expect(elements(kept, 'ChecksumType')).toEqual(['FULL_OBJECT']);
    const sha256 = createHash('sha256').update('body').digest('base64');
    const asked = await copy(`/${bucket}/a`, `/${bucket}/a`, { 'x-amz-checksum-algorithm': 'SHA256' });
    expect(elements(asked, 'ChecksumSHA256')).toEqual([sha256]);
    const head = await store.done('HEAD', `/${bucket}/a`, { headers: { 'x-amz-checksum-mode': 'ENABLED' } });
    expect(headerOf(head, 'x-amz-checksum-sha256')).toBe(sha256);
    expect(headerOf(head, 'x-amz-checksum-crc32')).toBeUndefined();
    const unknown = await copy(`/${bucket}/b`, `/${bucket}/a`, { 'x-amz-checksum-algorithm': 'MD6' });
    expect(verdict(unknown)).toBe('400 InvalidRequest');
    const promised = await copy(`/${bucket}/b`, `/${bucket}/a`, { 'x-amz-checksum-crc32': value });
    expect(verdict(promised)).toBe('501 NotImplemented');
  });

  test('a copy that is too much for the quota, or for one copy', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x'.repeat(600));
    store.quotas.set(bucket, 1000n);
    expect(verdict(await copy(`/${bucket}/b`, `/${bucket}/a`))).toBe('403 QuotaExceeded');
    store.quotas.delete(bucket);
    await store.opened.parts.catalog.write(({ buckets, versions }) => {
      const row = versions.latest(buckets.find(bucket)?.id ?? 0, 'a');
      const size = 5 * 1024 ** 3 + 1;
      if (row === undefined) throw new Error('it was just put');
      const files = [{ id: 999_999, size, blockChecksums: new Uint8Array(4 * Math.ceil(size / 131_072)) }];
      versions.insert({ ...row, size, parts: undefined, content: { kind: 'files', files } }, true);
    });
    expect(verdict(await copy(`/${bucket}/b`, `/${bucket}/a`))).toBe('400 InvalidRequest');
  });

  test('a lock is not copied, and may be given', async () => {
    const bucket = await store.bucket('locked');
    const until = new Date(store.nowMs() + 60_000).toISOString();
    const lock = { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': until };
    await store.put(`/${bucket}/a`, 'x', { ...lock, 'x-amz-object-lock-legal-hold': 'ON' });
    await copy(`/${bucket}/b`, `/${bucket}/a`);
    const unlocked = await store.done('HEAD', `/${bucket}/b`);
    expect(unlocked.headers.some(([name]) => name.startsWith('x-amz-object-lock'))).toBe(false);
    await copy(`/${bucket}/c`, `/${bucket}/b`, lock);
    expect(headerOf(await store.done('HEAD', `/${bucket}/c`), 'x-amz-object-lock-mode')).toBe('COMPLIANCE');
  });

  test('a source that is overwritten again and again is never copied in pieces', async () => {
    const bucket = await store.bucket('plain');
    const bodies = ['a', 'b'].map((letter) => letter.repeat(400_000));
    await store.put(`/${bucket}/a`, bodies[0] ?? '');
    const writing = (async () => {
      for (let turn = 0; turn < 20; turn++) await store.put(`/${bucket}/a`, bodies[turn % 2] ?? '');
    })();
    for (let turn = 0; turn < 20; turn++) {
      expect(verdict(await copy(`/${bucket}/b`, `/${bucket}/a`))).toBe('200');
      expect(bodies).toContain(await store.body(`/${bucket}/b`));
      expect(bodies).toContain(await store.body(`/${bucket}/a`));
    }
    await writing;
    await versioning(store, bucket, 'Enabled');
  });
});
