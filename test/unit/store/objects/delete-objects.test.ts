import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { elements, headerOf, useObjectStore, verdict } from './object-fixture.ts';

const store = useObjectStore();

interface Item {
  readonly key: string;
  readonly versionId?: string;
  readonly etag?: string;
  readonly extra?: string;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const documentOf = (items: readonly Item[], quiet = false): string =>
  `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${items
    .map(
      ({ key, versionId, etag, extra = '' }) =>
        `<Object><Key>${escaped(key)}</Key>${versionId === undefined ? '' : `<VersionId>${versionId}</VersionId>`}${etag === undefined ? '' : `<ETag>${etag}</ETag>`}${extra}</Object>`,
    )
    .join('')}${quiet ? '<Quiet>true</Quiet>' : ''}</Delete>`;
const remove = (bucket: string, items: readonly Item[], headers: Readonly<Record<string, string>> = {}) =>
  store.done('POST', `/${bucket}?delete`, { body: documentOf(items), headers });
const entries = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'g'))].map(([, inner]) => inner ?? '');

describe('DeleteObjects', () => {
  test('in a bucket without versioning', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x');
    const answer = await remove(bucket, [{ key: 'a' }, { key: 'never' }]);
    expect(entries(answer.text, 'Deleted')).toEqual(['<Key>a</Key>', '<Key>never</Key>']);
    expect(verdict(await store.ask('GET', `/${bucket}/a`))).toBe('404 NoSuchKey');
  });

  test('versions, markers that are made, markers that go', async () => {
    const bucket = await store.bucket('versioned');
    const first = await store.put(`/${bucket}/a`, 'x');
    await store.put(`/${bucket}/b`, 'x');
    const marker = headerOf(await store.done('DELETE', `/${bucket}/c`), 'x-amz-version-id') ?? '';
    const answer = await remove(bucket, [
      { key: 'a', versionId: first },
      { key: 'b' },
      { key: 'c', versionId: marker },
    ]);
    const made = elements(answer, 'DeleteMarkerVersionId')[0];
    expect(entries(answer.text, 'Deleted')).toEqual([
      `<Key>a</Key><VersionId>${first}</VersionId>`,
      `<Key>b</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${made}</DeleteMarkerVersionId>`,
      `<Key>c</Key><VersionId>${marker}</VersionId><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${marker}</DeleteMarkerVersionId>`,
    ]);
    expect(verdict(await store.ask('GET', `/${bucket}/b?versionId=${made}`))).toBe('405 MethodNotAllowed');
    expect(elements(await store.done('GET', `/${bucket}?versions`), 'Key')).toEqual(['b', 'b']);
  });

  test('row 39 (MaxIOFS 8ac31c6): keys are text that is decoded once', async () => {
    const bucket = await store.bucket('plain');
    const keys = ['a%20b', 'a b', 'a+b', '%252F', 'a&b', '{x}/<y>', 'é/日本', ' a '];
    for (const key of keys) await store.put(`/${bucket}/${encodeURIComponent(key)}`, 'x');
    await store.put(`/${bucket}/stays`, 'x');
    const answer = await remove(
      bucket,
      keys.map((key) => ({ key })),
    );
    expect(elements(answer, 'Code')).toEqual([]);
    expect(elements(await store.done('GET', `/${bucket}`), 'Key')).toEqual(['stays']);
  });

  test('row 42 (cloudserver#6267), row 55 (minio#20845): a checksum is the document’s, and Content-MD5 is not demanded', async () => {
    const bucket = await store.bucket('versioned');
    await store.put(`/${bucket}/a`, 'x');
    const body = documentOf([{ key: 'a' }]);
    const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');
    const ask = (headers: Record<string, string>) =>
      store.ask('POST', `/${bucket}?delete`, { body, headers });
    expect(verdict(await ask({ 'x-amz-checksum-sha256': sha256('other') }))).toBe('400 BadDigest');
    expect(verdict(await ask({ 'content-md5': createHash('md5').digest('base64') }))).toBe('400 BadDigest');
    expect(await store.body(`/${bucket}/a`)).toBe('x');
    const answer = await ask({
      'x-amz-checksum-sha256': sha256(body),
      'x-amz-sdk-checksum-algorithm': 'SHA256',
    });
    expect(verdict(answer)).toBe('200');
    expect(elements(answer, 'DeleteMarker')).toEqual(['true']);
  });

  test('1000 at once, in the order of the document; 1001 are refused', async () => {
    const bucket = await store.bucket('versioned');
    const items = Array.from({ length: 1000 }, (_, at) => ({ key: `${(at * 7919) % 1000}` }));
    const answer = await remove(bucket, items);
    expect(elements(answer, 'Key')).toEqual(items.map(({ key }) => key));
    expect(new Set(elements(answer, 'DeleteMarkerVersionId')).size).toBe(1000);
    const body = documentOf([...items, { key: 'a' }]);
    expect(verdict(await store.ask('POST', `/${bucket}?delete`, { body }))).toBe('400 MalformedXML');
  });

  test('the same key again and again', async () => {
    const bucket = await store.bucket('versioned');
    const versionId = await store.put(`/${bucket}/a`, 'x');
    const answer = await remove(bucket, [
      { key: 'a', versionId },
      { key: 'a', versionId },
      { key: 'a' },
      { key: 'a' },
    ]);
    expect(entries(answer.text, 'Deleted')).toHaveLength(4);
    expect(elements(await store.done('GET', `/${bucket}?versions`), 'VersionId')).toHaveLength(2);
  });

  test('what cannot be deleted is an entry of its own, and stops nobody', async () => {
    const bucket = await store.bucket('locked');
    const held = await store.put(`/${bucket}/held`, 'held', { 'x-amz-object-lock-legal-hold': 'ON' });
    const free = await store.put(`/${bucket}/free`, 'free');
    const answer = await remove(bucket, [
      { key: 'held', versionId: held },
      { key: 'x', versionId: 'not-one' },
      { key: 'k'.repeat(1025) },
      { key: 'a/../b' },
      { key: 'free', versionId: free },
      { key: 'held' },
    ]);
    expect(elements(answer, 'Code')).toEqual([
      'AccessDenied',
      'InvalidArgument',
      'KeyTooLongError',
      'InvalidArgument',
    ]);
    expect(elements(answer, 'Message')[0]).toContain('legal hold');
    expect(entries(answer.text, 'Error')[0]).toContain(`<Key>held</Key><VersionId>${held}</VersionId>`);
    expect(entries(answer.text, 'Deleted')).toHaveLength(2);
    expect(await store.body(`/${bucket}/held?versionId=${held}`)).toBe('held');
    expect(verdict(await store.ask('GET', `/${bucket}/free?versionId=${free}`))).toBe('404 NoSuchVersion');
  });

  test('an empty version id is none: a marker is made', async () => {
    const bucket = await store.bucket('versioned');
    const versionId = await store.put(`/${bucket}/a`, 'x');
    const answer = await remove(bucket, [{ key: 'a', versionId: '' }]);
    expect(elements(answer, 'DeleteMarker')).toEqual(['true']);
    expect(elements(answer, 'VersionId')).toEqual([]);
    expect(await store.body(`/${bucket}/a?versionId=${versionId}`)).toBe('x');
  });

  test('Quiet leaves only what went wrong', async () => {
    const bucket = await store.bucket('versioned');
    const body = documentOf([{ key: 'a' }, { key: 'b', versionId: 'not-one' }], true);
    const answer = await store.done('POST', `/${bucket}?delete`, { body });
    expect(entries(answer.text, 'Deleted')).toEqual([]);
    expect(elements(answer, 'Key')).toEqual(['b']);
  });

  test('ETag is a condition; conditions that are not judged delete nothing', async () => {
    const bucket = await store.bucket('plain');
    const etag = headerOf(await store.done('PUT', `/${bucket}/a`, { body: 'x' }), 'etag') ?? '';
    for (const key of ['b', 'c']) await store.put(`/${bucket}/${key}`, 'y');
    const answer = await remove(bucket, [
      { key: 'a', etag: etag.replaceAll('"', '&quot;') },
      { key: 'b', etag: 'other' },
      { key: 'none', etag: 'other' },
      { key: 'c', extra: '<Size>1</Size>' },
    ]);
    expect(elements(answer, 'Code')).toEqual(['PreconditionFailed', 'NoSuchKey', 'NotImplemented']);
    expect(elements(await store.done('GET', `/${bucket}`), 'Key')).toEqual(['b', 'c']);
  });

  test.each([
    ['nothing', ''],
    ['no object', '<Delete></Delete>'],
    [
      'two version ids',
      '<Delete><Object><Key>a</Key><VersionId>null</VersionId><VersionId>v</VersionId></Object></Delete>',
    ],
    [
      'an element in a version id',
      '<Delete><Object><Key>a</Key><VersionId><b/></VersionId></Object></Delete>',
    ],
    ['two Quiet', '<Delete><Quiet>true</Quiet><Quiet>false</Quiet><Object><Key>a</Key></Object></Delete>'],
  ])('%s: nothing is deleted', async (_name, body) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x');
    expect(verdict(await store.ask('POST', `/${bucket}?delete`, { body }))).toBe('400 MalformedXML');
    expect(await store.body(`/${bucket}/a`)).toBe('x');
  });

  test('a bucket that is not there', async () => {
    const answer = await store.ask('POST', '/no-such-bucket?delete', { body: documentOf([{ key: 'a' }]) });
    expect(verdict(answer)).toBe('404 NoSuchBucket');
  });
});
