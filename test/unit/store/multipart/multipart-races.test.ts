// Calls on one upload at the same time: one outcome, and nothing left over of the others.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bodyOf } from '../../../support/bodies.ts';
import { elementOf, headerOf, type RawConnection } from '../../../support/raw-http.ts';
import {
  BUCKET,
  elementsOf,
  MIB,
  startWholeStore,
  TestUpload,
  type WholeStore,
} from './multipart-fixture.ts';

let store: WholeStore;
let upload: TestUpload;

beforeAll(async () => {
  store = await startWholeStore({ createBuckets: ['versioned'] });
});

beforeEach(async () => {
  upload = await TestUpload.create(store, '/versioned/key');
});

/** Whatever happened: what the catalog knows is what the directory has, and the sums are right. */
afterEach(async () => {
  expect(store.internalErrors).toEqual([]);
  const { buckets } = (await store.state()) as Awaited<ReturnType<WholeStore['state']>> & {
    buckets: {
      usage: { usedBytes: bigint };
      versions: { size: number }[];
      uploads: { parts: { size: number }[] }[];
    }[];
  };
  for (const { usage, versions, uploads } of buckets) {
    const sizes = [...versions, ...uploads.flatMap(({ parts }) => parts)].map(({ size }) => size);
    expect(usage.usedBytes).toBe(BigInt(sizes.reduce((sum, size) => sum + size, 0)));
  }
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

async function versionsOfKey(): Promise<string[]> {
  return elementsOf(await store.ask({ target: '/versioned?versions&prefix=key' }), 'VersionId');
}

/** Sends all of a part but its last byte, and waits until the store reads it. */
async function begunPart(number: number, body: Buffer): Promise<{ connection: RawConnection; last: Buffer }> {
  const bytes = store.bytesOf({
    ...upload.partAsk(number, body),
    unsignedHeaders: { expect: '100-continue' },
  });
  const connection = await store.connect();
  const head = bytes.indexOf('\r\n\r\n') + 4;
  await connection.send(bytes.subarray(0, head));
  expect((await connection.answer('PUT')).status).toBe(100);
  await connection.send(bytes.subarray(head, -1));
  return { connection, last: bytes.subarray(-1) };
}

describe('two CompleteMultipartUploads', () => {
  test('that are the same: one version, one answer for both', async () => {
    const before = await versionsOfKey();
    const part = await upload.part(1, 'same');
    const answers = await Promise.all([1, 2, 3, 4].map(() => upload.complete([part])));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => headerOf(answer, 'x-amz-version-id'))).size).toBe(1);
    expect((await versionsOfKey()).length).toBe(before.length + 1);
  });

  test('that name different parts: one wins, the other is NoSuchUpload', async () => {
    const before = await versionsOfKey();
    const parts = [await upload.part(1, 'one'), await upload.part(2, 'two'), await upload.part(3, 'three')];
    const answers = await Promise.all(parts.map((part) => upload.complete([part])));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    expect(answers.filter(({ status }) => status === 404).map(({ code }) => code)).toEqual([
      'NoSuchUpload',
      'NoSuchUpload',
    ]);
    expect((await versionsOfKey()).length).toBe(before.length + 1);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect((await store.ask({ target: '/versioned/key' })).text).toBe(['one', 'two', 'three'][winner]);
  });

  test('of two uploads that both expect no object: one is PreconditionFailed', async () => {
    const uploads = await Promise.all(
      [1, 2, 3].map(async () => {
        const each = await TestUpload.create(store, '/versioned/exclusive');
        return { each, part: await each.part(1, 'mine') };
      }),
    );
    const answers = await Promise.all(
      uploads.map(({ each, part }) => each.complete([part], { 'if-none-match': '*' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  test('that fail: each hears why, and the upload is still there', async () => {
    const part = await upload.part(1, 'x');
    const wrong = { ...part, etag: 'x' };
    const answers = await Promise.all([upload.complete([wrong]), upload.complete([wrong])]);
    expect(answers.map(({ code }) => code)).toEqual(['InvalidPart', 'InvalidPart']);
    expect((await upload.complete([part])).status).toBe(200);
  });
});

test('CompleteMultipartUpload and AbortMultipartUpload: one of them', async () => {
  for (let round = 0; round < 20; round++) {
    const path = `/versioned/race-${round}`;
    const each = await TestUpload.create(store, path);
    const part = await each.part(1, 'raced');
    const calls = [() => each.complete([part]), () => each.abort()];
    if (round % 2 === 1) calls.reverse();
    const answers = await Promise.all(calls.map((call) => call()));
    const [completed, aborted] = round % 2 === 1 ? answers.reverse() : answers;
    const read = await store.ask({ target: path });
    if (completed?.status === 200) expect([aborted?.code, read.text]).toEqual(['NoSuchUpload', 'raced']);
    else expect([completed?.code, aborted?.status, read.code]).toEqual(['NoSuchUpload', 204, 'NoSuchKey']);
  }
});

describe('a part that is on its way while its upload ends', () => {
  test('by AbortMultipartUpload', async () => {
    const { connection, last } = await begunPart(1, bodyOf('late', 2 * MIB));
    await using _ = connection;
    expect((await upload.abort()).status).toBe(204);
    await connection.send(last);
    expect(elementOf(await connection.answer('PUT'), 'Code')).toBe('NoSuchUpload');
    expect((await upload.list()).code).toBe('NoSuchUpload');
  });

  test('by CompleteMultipartUpload: the object is as it was completed', async () => {
    const part = await upload.part(1, 'early');
    const { connection, last } = await begunPart(1, bodyOf('late', 2 * MIB));
    await using _ = connection;
    expect((await upload.complete([part])).status).toBe(200);
    await connection.send(last);
    expect(elementOf(await connection.answer('PUT'), 'Code')).toBe('NoSuchUpload');
    expect((await store.ask({ target: '/versioned/key' })).text).toBe('early');
  });

  test('with its whole bucket, of which there is a new one of the same name', async () => {
    await store.ask({ method: 'PUT', target: '/shortlived' });
    upload = await TestUpload.create(store, '/shortlived/key');
    const { connection, last } = await begunPart(1, Buffer.from('late'));
    await using _ = connection;
    await upload.abort();
    expect((await store.ask({ method: 'DELETE', target: '/shortlived' })).status).toBe(204);
    await store.ask({ method: 'PUT', target: '/shortlived' });
    await connection.send(last);
    expect(elementOf(await connection.answer('PUT'), 'Code')).toBe('NoSuchUpload');
  });
});

test('parts of one number at the same time: one of them stays, whole', async () => {
  const bodies = Array.from({ length: 8 }, (_, at) => bodyOf(`body ${at}`, 200_000 + at));
  const parts = await Promise.all(bodies.map((body) => upload.part(1, body)));
  const listed = elementOf(await upload.list(), 'ETag')?.replaceAll('&quot;', '"');
  const kept = parts.findIndex(({ etag }) => etag === listed);
  expect(kept).toBeGreaterThanOrEqual(0);
  expect(store.opened.parts.catalog.buckets.all().map(({ name }) => name)).toContain(BUCKET);
  expect((await upload.complete([{ number: 1, etag: listed ?? '' }])).status).toBe(200);
  const read = await store.ask({ target: '/versioned/key' });
  expect(read.body.equals(bodies[kept] ?? Buffer.alloc(0))).toBe(true);
});

test('CompleteMultipartUpload while a part of it comes again: the bytes are those of the ETag that was named', async () => {
  for (let round = 0; round < 10; round++) {
    const path = `/versioned/again-${round}`;
    const each = await TestUpload.create(store, path, { 'x-amz-checksum-algorithm': 'CRC32' });
    const part = await each.part(1, 'named');
    const [completed] = await Promise.all([each.complete([part]), store.ask(each.partAsk(1, 'other'))]);
    const read = await store.ask({ target: path });
    if (completed.status === 200) expect(read.text).toBe('named');
    else expect([completed.code, read.code]).toEqual(['InvalidPart', 'NoSuchKey']);
  }
});
