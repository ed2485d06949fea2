import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { elements, headerOf, useObjectStore, verdict, versioning } from './object-fixture.ts';

const store = useObjectStore();

describe('version ids on answers', () => {
  test('row 1 (rustfs#1066): every write says its version; null where versioning is suspended, none where it never was on', async () => {
    const plain = await store.bucket('plain');
    const versioned = await store.bucket('versioned');
    const suspended = await store.bucket('suspended');
    expect(await store.put(`/${plain}/a`, 'x')).toBe('');
    expect(await store.put(`/${suspended}/a`, 'x')).toBe('null');
    const first = await store.put(`/${versioned}/a`, 'x');
    const second = await store.put(`/${versioned}/a`, 'x');
    expect(first).toMatch(/^v[0-9a-f]{16}$/);
    expect(second).not.toBe(first);
    expect(headerOf(await store.done('GET', `/${versioned}/a`), 'x-amz-version-id')).toBe(second);
    expect(headerOf(await store.done('GET', `/${suspended}/a`), 'x-amz-version-id')).toBe('null');
    expect(headerOf(await store.done('HEAD', `/${plain}/a`), 'x-amz-version-id')).toBeUndefined();
  });

  test('what was there before versioning is the version null', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'before');
    await versioning(store, bucket, 'Enabled');
    expect(headerOf(await store.done('GET', `/${bucket}/a`), 'x-amz-version-id')).toBe('null');
    await store.put(`/${bucket}/a`, 'after');
    expect(await store.body(`/${bucket}/a`)).toBe('after');
    expect(await store.body(`/${bucket}/a?versionId=null`)).toBe('before');
  });

  test('a suspended bucket keeps the versions that it has, and one null version', async () => {
    const bucket = await store.bucket('versioned');
    const first = await store.put(`/${bucket}/a`, 'first');
    await versioning(store, bucket, 'Suspended');
    await store.put(`/${bucket}/a`, 'second');
    await store.put(`/${bucket}/a`, 'third');
    expect(await store.body(`/${bucket}/a?versionId=${first}`)).toBe('first');
    expect(await store.body(`/${bucket}/a`)).toBe('third');
    expect(elements(await store.done('GET', `/${bucket}?versions`), 'VersionId')).toEqual(['null', first]);
  });
});

describe('reading by version id', () => {
  test('row 35 (MaxIOFS): HEAD and GET of an older version, also below a marker', async () => {
    const bucket = await store.bucket('versioned');
    const first = await store.put(`/${bucket}/a`, 'first');
    await store.put(`/${bucket}/a`, 'second!');
    for (let turn = 0; turn < 2; turn++) {
      const head = await store.done('HEAD', `/${bucket}/a?versionId=${first}`);
      expect([headerOf(head, 'content-length'), headerOf(head, 'x-amz-version-id')]).toEqual(['5', first]);
      expect(await store.body(`/${bucket}/a?versionId=${first}`)).toBe('first');
      await store.done('DELETE', `/${bucket}/a`);
    }
  });

  test.each([
    'x',
    '',
    'NULL',
    '1',
    'v1',
    'v0000000000000000',
    `v${'f'.repeat(16)}`,
    '..',
    'v000000000000000g',
    '%C3%BF',
  ])('a version id that no version ever had: "%s"', async (versionId) => {
    const bucket = await store.bucket('versioned');
    await store.put(`/${bucket}/a`, 'x');
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      const answer = await store.ask(method, `/${bucket}/a?versionId=${versionId}`);
      expect(answer.status).toBe(400);
      if (method !== 'HEAD') expect(answer.code).toBe('InvalidArgument');
    }
    expect(await store.body(`/${bucket}/a`)).toBe('x');
  });

  test('an unknown one, and one of another key', async () => {
    const bucket = await store.bucket('versioned');
    await store.put(`/${bucket}/a`, 'x');
    const other = await store.put(`/${bucket}/b`, 'x');
    for (const versionId of ['null', 'v00000000ffffffff', other]) {
      expect(verdict(await store.ask('GET', `/${bucket}/a?versionId=${versionId}`))).toBe(
        '404 NoSuchVersion',
      );
      expect(verdict(await store.ask('DELETE', `/${bucket}/a?versionId=${versionId}`))).toBe('204');
    }
    expect(await store.body(`/${bucket}/b`)).toBe('x');
  });

  test('a version of another bucket', async () => {
    const here = await store.bucket('versioned');
    const there = await store.bucket('versioned');
    await store.put(`/${here}/a`, 'here');
    const foreign = await store.put(`/${there}/a`, 'there');
    expect(verdict(await store.ask('GET', `/${here}/a?versionId=${foreign}`))).toBe('404 NoSuchVersion');
    await store.done('DELETE', `/${here}/a?versionId=${foreign}`);
    expect(await store.body(`/${there}/a`)).toBe('there');
  });
});

describe('delete markers', () => {
  test('row 28 (versitygw#1741): DELETE without a version id makes one, of a key that there never was too', async () => {
    const bucket = await store.bucket('versioned');
    const first = await store.put(`/${bucket}/a`, 'x');
    for (const key of ['a', 'a', 'never']) {
      const answer = await store.done('DELETE', `/${bucket}/${key}`);
      expect(answer.status).toBe(204);
      expect(headerOf(answer, 'x-amz-delete-marker')).toBe('true');
      expect(headerOf(answer, 'x-amz-version-id')).toMatch(/^v/);
      expect(headerOf(answer, 'content-length')).toBeUndefined();
    }
    const listed = await store.done('GET', `/${bucket}?versions`);
    expect(listed.text.match(/<DeleteMarker>/g)).toHaveLength(3);
    expect(await store.body(`/${bucket}/a?versionId=${first}`)).toBe('x');
  });

  test('row 17 (minio#12630): a marker is 404 as the current version, and 405 by its id', async () => {
    const bucket = await store.bucket('versioned');
    await store.put(`/${bucket}/a`, 'x');
    const marker = headerOf(await store.done('DELETE', `/${bucket}/a`), 'x-amz-version-id') ?? '';
    for (const method of ['GET', 'HEAD']) {
      const current = await store.ask(method, `/${bucket}/a`);
      expect(current.status).toBe(404);
      expect(headerOf(current, 'x-amz-delete-marker')).toBe('true');
      expect(headerOf(current, 'x-amz-version-id')).toBe(marker);
      if (method === 'GET') expect(current.code).toBe('NoSuchKey');
      const byId = await store.ask(method, `/${bucket}/a?versionId=${marker}`);
      expect(byId.status).toBe(405);
      expect(headerOf(byId, 'x-amz-delete-marker')).toBe('true');
      expect(headerOf(byId, 'allow')).toBe('DELETE');
      expect(headerOf(byId, 'last-modified')).toBeDefined();
      if (method === 'GET') expect(byId.code).toBe('MethodNotAllowed');
    }
  });

  test('nothing can be asked of one, or said of one', async () => {
    const bucket = await store.bucket('locked');
    await store.put(`/${bucket}/a`, 'x');
    const marker = headerOf(await store.done('DELETE', `/${bucket}/a`), 'x-amz-version-id') ?? '';
    const until = new Date(store.nowMs() + 60_000).toISOString();
    const calls: readonly (readonly [string, string, string, Record<string, string>?])[] = [
      ['GET', 'acl', ''],
      ['GET', 'tagging', ''],
      ['GET', 'retention', ''],
      ['GET', 'legal-hold', ''],
      ['GET', 'attributes', '', { 'x-amz-object-attributes': 'ETag' }],
      ['PUT', 'acl', '', { 'x-amz-acl': 'private' }],
      ['PUT', 'tagging', '<Tagging><TagSet/></Tagging>'],
      ['DELETE', 'tagging', ''],
      ['PUT', 'legal-hold', '<LegalHold><Status>ON</Status></LegalHold>'],
      [
        'PUT',
        'retention',
        `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`,
      ],
    ];
    for (const [method, subResource, body, headers = {}] of calls) {
      const current = await store.ask(method, `/${bucket}/a?${subResource}`, { body, headers });
      expect([method, subResource, verdict(current)]).toEqual([method, subResource, '404 NoSuchKey']);
      const byId = await store.ask(method, `/${bucket}/a?${subResource}&versionId=${marker}`, {
        body,
        headers,
      });
      expect([method, subResource, verdict(byId)]).toEqual([method, subResource, '405 MethodNotAllowed']);
    }
    await store.done('DELETE', `/${bucket}/a?versionId=${marker}`);
    expect(await store.body(`/${bucket}/a`)).toBe('x');
  });

  test('to remove one brings back what is below', async () => {
    const bucket = await store.bucket('versioned');
    await store.put(`/${bucket}/a`, 'x');
    const marker = headerOf(await store.done('DELETE', `/${bucket}/a`), 'x-amz-version-id') ?? '';
    const answer = await store.done('DELETE', `/${bucket}/a?versionId=${marker}`);
    expect(headerOf(answer, 'x-amz-delete-marker')).toBe('true');
    expect(headerOf(answer, 'x-amz-version-id')).toBe(marker);
    expect(await store.body(`/${bucket}/a`)).toBe('x');
  });

  test('a suspended bucket has one null marker at most, in the place of the null version', async () => {
    const bucket = await store.bucket('versioned');
    const kept = await store.put(`/${bucket}/a`, 'kept');
    await versioning(store, bucket, 'Suspended');
    await store.put(`/${bucket}/a`, 'lost');
    for (let turn = 0; turn < 2; turn++) {
      const answer = await store.done('DELETE', `/${bucket}/a`);
      expect(headerOf(answer, 'x-amz-version-id')).toBe('null');
      expect(headerOf(answer, 'x-amz-delete-marker')).toBe('true');
    }
    expect(elements(await store.done('GET', `/${bucket}?versions`), 'VersionId')).toEqual(['null', kept]);
    await store.done('DELETE', `/${bucket}/a?versionId=null`);
    expect(await store.body(`/${bucket}/a`)).toBe('kept');
  });
});

describe('deleting for good', () => {
  test('in a bucket without versioning', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x'.repeat(50_000));
    for (let turn = 0; turn < 2; turn++) {
      const answer = await store.done('DELETE', `/${bucket}/a`);
      expect([answer.status, headerOf(answer, 'x-amz-version-id')]).toEqual([204, undefined]);
      expect(headerOf(answer, 'x-amz-delete-marker')).toBeUndefined();
    }
    expect(verdict(await store.ask('GET', `/${bucket}/a`))).toBe('404 NoSuchKey');
    await expect.poll(() => store.files()).toEqual([]);
  });

  test('row 15 (seaweedfs#10278): with its last version a key is gone from every listing', async () => {
    const bucket = await store.bucket('versioned');
    const first = await store.put(`/${bucket}/a`, 'x');
    const second = await store.put(`/${bucket}/a`, 'y');
    const answer = await store.done('DELETE', `/${bucket}/a?versionId=${second}`);
    expect(headerOf(answer, 'x-amz-version-id')).toBe(second);
    expect(headerOf(answer, 'x-amz-delete-marker')).toBeUndefined();
    expect(await store.body(`/${bucket}/a`)).toBe('x');
    await store.done('DELETE', `/${bucket}/a?versionId=${first}`);
    expect(elements(await store.done('GET', `/${bucket}?versions`), 'Key')).toEqual([]);
    await store.done('DELETE', `/${bucket}`);
  });

  test('a reader who has begun reads on to the end', async () => {
    const bucket = await store.bucket('versioned');
    const body = Buffer.alloc(32 * 1024 * 1024, 'abcdefg');
    const versionId = await store.put(`/${bucket}/a`, body);
    await using connection = await store.server.connect();
    await connection.send(store.server.bytesOf({ method: 'GET', target: `/${bucket}/a` }));
    await once(connection.socket, 'data');
    connection.socket.pause();
    await store.done('DELETE', `/${bucket}/a?versionId=${versionId}`);
    expect(await store.files()).toHaveLength(1);
    connection.socket.resume();
    const answer = await connection.answer();
    expect([answer.status, answer.body.equals(body)]).toEqual([200, true]);
    await expect.poll(() => store.files()).toEqual([]);
  });
});
