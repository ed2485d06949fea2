// Many at once on one key, one upload, one bucket: one of them wins, nothing is half of two, and nothing is left over.

import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../../support/bodies.ts';
import { useEmbeddedStore } from '../../support/embedded-store-fixture.ts';
import { bucketName } from '../../support/s3-clients.ts';
import { outcomeOf } from '../../support/same-answer.ts';
import { waitFor } from '../../support/wait.ts';
import { checkDisk, checkSums, checkWhole } from './crash/disk.ts';
import { filesBelow } from './store-state.ts';

const at = useEmbeddedStore();
const SIZES = [100, 50_000, 400_000];

afterEach(async () => {
  await checkDisk(at.store.dataDirectory);
  await checkSums(at.store.dataDirectory);
  await checkWhole(at.store.dataDirectory);
});

async function bucket(prefix: string, more: object = {}): Promise<string> {
  const Bucket = bucketName(prefix);
  await at.direct.send(new CreateBucketCommand({ Bucket, ...more }));
  return Bucket;
}

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));
const statuses = (outcomes: readonly { readonly [name: string]: unknown }[]) =>
  outcomes.map(({ status }) => status);
const usedIn = async (Bucket: string) => Number((await at.store.capacity(Bucket)).bucketBytes);

test('a key that is overwritten by many and read by many is always one of them, whole', async () => {
  const Bucket = await bucket('overwritten');
  const bodies = Array.from({ length: 12 }, (_, index) =>
    bodyOf(`${index}`, (SIZES[index % 3] ?? 0) + index),
  );
  const known = new Set(bodies.map((body) => sha256(body)));
  await at.direct.send(new PutObjectCommand({ Bucket, Key: 'k', Body: bodies[0] ?? '' }));
  let writing = true;
  const readers = times(6, async () => {
    let reads = 0;
    while (writing) {
      const { Body, ETag, ContentLength } = await at.direct.send(new GetObjectCommand({ Bucket, Key: 'k' }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      expect(bytes.length).toBe(ContentLength);
      expect(ETag).toBeTruthy();
      expect(known.has(sha256(bytes))).toBe(true);
      reads += 1;
    }
    return reads;
  });
  for (let round = 0; round < 8; round += 1) {
    await times(bodies.length, (index) =>
      at.direct.send(new PutObjectCommand({ Bucket, Key: 'k', Body: bodies[index] ?? '' })),
    );
  }
  writing = false;
  expect(Math.min(...(await readers))).toBeGreaterThan(0);
  const { Body } = await at.direct.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  const last = Buffer.from((await Body?.transformToByteArray()) ?? []);
  expect(await usedIn(Bucket)).toBe(last.length);
  const { Versions } = await at.direct.send(new ListObjectVersionsCommand({ Bucket }));
  expect(Versions).toHaveLength(1);
  // What was overwritten goes from the disk, also what somebody was reading.
  const needed = last.length > 16 * 1024 ? 1 : 0;
  await waitFor(async () => (await filesBelow(join(at.store.dataDirectory, 'objects'))).length === needed, {
    what: 'the files of the overwritten to be removed',
    timeoutMs: 10_000,
  });
});

test('versions written at once are all there, and each is what was written', async () => {
  const Bucket = await bucket('versions', { ObjectLockEnabledForBucket: true });
  const written = await times(64, async (index) => {
    const Body = bodyOf(`v${index}`, (SIZES[index % 3] ?? 0) + index);
    const { VersionId } = await at.direct.send(new PutObjectCommand({ Bucket, Key: 'k', Body }));
    return { VersionId, sha: sha256(Body) };
  });
  const { Versions } = await at.direct.send(new ListObjectVersionsCommand({ Bucket }));
  expect(new Set(Versions?.map(({ VersionId }) => VersionId))).toEqual(
    new Set(written.map((each) => each.VersionId)),
  );
  expect(Versions?.filter(({ IsLatest }) => IsLatest)).toHaveLength(1);
  for (const { VersionId, sha } of written) {
    const outcome = await outcomeOf(at.direct.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId })));
    expect(outcome).toMatchObject({ Body: sha, VersionId });
  }
});

test('an upload that is completed by many makes one object', async () => {
  const Bucket = await bucket('completed', { ObjectLockEnabledForBucket: true });
  const { UploadId } = await at.direct.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
  const part = { Bucket, Key: 'k', UploadId };
  const { ETag } = await at.direct.send(
    new UploadPartCommand({ ...part, PartNumber: 1, Body: bodyOf('part', 100_000) }),
  );
  const complete = new CompleteMultipartUploadCommand({
    ...part,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
  const outcomes = await times(12, () => outcomeOf(at.direct.send(complete)));
  expect(outcomes.some(({ status }) => status === 200)).toBe(true);
  for (const { status, code } of outcomes) {
    expect([status, code]).toBeOneOf([
      [200, undefined],
      [404, 'NoSuchUpload'],
    ]);
  }
  const { Versions } = await at.direct.send(new ListObjectVersionsCommand({ Bucket }));
  expect(Versions).toHaveLength(1);
  expect(await usedIn(Bucket)).toBe(100_000);
});

test('a part that is sent again while others complete or abort belongs to one of them or to nobody', async () => {
  const Bucket = await bucket('raced');
  for (let round = 0; round < 12; round += 1) {
    const Key = `k${round}`;
    const { UploadId } = await at.direct.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const upload = { Bucket, Key, UploadId };
    const first = bodyOf(`first ${round}`, 70_000);
    const { ETag } = await at.direct.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: first }));
    const second = bodyOf(`second ${round}`, 300_000);
    const [again, end] = await Promise.all([
      outcomeOf(at.direct.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: second }))),
      outcomeOf(
        round % 2 === 0
          ? at.direct.send(
              new CompleteMultipartUploadCommand({
                ...upload,
                MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
              }),
            )
          : (at.direct.send(new AbortMultipartUploadCommand(upload)) as Promise<object>),
      ),
    ]);
    expect(again['status']).toBeOneOf([200, 404]);
    const read = await outcomeOf(at.direct.send(new GetObjectCommand({ Bucket, Key })));
    if (round % 2 === 0 && end['status'] === 200) expect(read).toMatchObject({ Body: sha256(first) });
    else expect(read).toMatchObject({ status: 404 });
    // Completed in vain, because the part was another one by then.
    await outcomeOf(at.direct.send(new AbortMultipartUploadCommand(upload)));
  }
  const { Versions } = await at.direct.send(new ListObjectVersionsCommand({ Bucket }));
  expect(await usedIn(Bucket)).toBe((Versions ?? []).length * 70_000);
});

test('a bucket that is deleted while objects are put is gone, or has them', async () => {
  for (let round = 0; round < 12; round += 1) {
    const Bucket = await bucket('vanishing');
    const [removal, ...puts] = await Promise.all([
      outcomeOf(at.direct.send(new DeleteBucketCommand({ Bucket }))),
      ...Array.from({ length: 6 }, (_, index) =>
        outcomeOf(
          at.direct.send(
            new PutObjectCommand({ Bucket, Key: `k${index}`, Body: bodyOf('x', SIZES[index % 3] ?? 0) }),
          ),
        ),
      ),
    ]);
    const taken = puts.filter(({ status }) => status === 200).length;
    if (removal?.['status'] === 204) {
      expect(taken).toBe(0);
      expect(new Set(statuses(puts))).toEqual(new Set([404]));
    } else {
      expect(removal).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
      const { Versions } = await at.direct.send(new ListObjectVersionsCommand({ Bucket }));
      expect(Versions).toHaveLength(taken);
    }
  }
});

test('a bucket that is made by many is made once', async () => {
  const Bucket = bucketName('once');
  const outcomes = await times(10, () => outcomeOf(at.direct.send(new CreateBucketCommand({ Bucket }))));
  expect(statuses(outcomes).filter((status) => status === 200)).toHaveLength(1);
  expect(statuses(outcomes).filter((status) => status === 409)).toHaveLength(9);
});

test('versions that are deleted by many at once are deleted once', async () => {
  const Bucket = await bucket('swept', { ObjectLockEnabledForBucket: true });
  const Objects = await times(200, async (index) => {
    const { VersionId } = await at.direct.send(
      new PutObjectCommand({ Bucket, Key: `k${index}`, Body: bodyOf('x', SIZES[index % 3] ?? 0) }),
    );
    return { Key: `k${index}`, VersionId };
  });
  const outcomes = await times(6, () =>
    at.direct.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } })),
  );
  for (const { Errors, Deleted } of outcomes) {
    expect(Errors).toBeUndefined();
    expect(Deleted).toHaveLength(200);
  }
  expect(await usedIn(Bucket)).toBe(0);
  await at.direct.send(new DeleteBucketCommand({ Bucket }));
});

test('a lock that comes while its version is deleted either keeps it or comes too late', async () => {
  const Bucket = await bucket('locked', { ObjectLockEnabledForBucket: true });
  const RetainUntilDate = new Date(Date.now() + 86_400_000);
  for (let round = 0; round < 40; round += 1) {
    const { VersionId } = await at.direct.send(new PutObjectCommand({ Bucket, Key: 'k', Body: `${round}` }));
    const version = { Bucket, Key: 'k', VersionId };
    const [lock, removal] = await Promise.all([
      outcomeOf(
        at.direct.send(
          new PutObjectRetentionCommand({ ...version, Retention: { Mode: 'COMPLIANCE', RetainUntilDate } }),
        ),
      ),
      outcomeOf(at.direct.send(new DeleteObjectCommand(version))),
    ]);
    const read = await outcomeOf(at.direct.send(new GetObjectCommand(version)));
    if (lock['status'] === 200) {
      expect(removal).toMatchObject({ status: 403 });
      expect(read).toMatchObject({ status: 200 });
    } else {
      expect(lock).toMatchObject({ status: 404 });
      expect(removal).toMatchObject({ status: 204 });
      expect(read).toMatchObject({ status: 404 });
    }
  }
});

test('versioning that is switched while objects are put: each is null or a version, and none is lost', async () => {
  const Bucket = await bucket('switched');
  const switchTo = (Status: 'Enabled' | 'Suspended') =>
    at.direct.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const put = async (index: number) => {
    const Body = bodyOf(`s${index}`, SIZES[index % 3] ?? 0);
    const { VersionId } = await at.direct.send(new PutObjectCommand({ Bucket, Key: `k${index % 4}`, Body }));
    return { Key: `k${index % 4}`, VersionId, sha: sha256(Body) };
  };
  const written: Awaited<ReturnType<typeof put>>[] = [];
  for (let round = 0; round < 6; round += 1) {
    const [, ...puts] = await Promise.all([
      switchTo(round % 2 === 0 ? 'Enabled' : 'Suspended'),
      ...Array.from({ length: 8 }, (_, index) => put(round * 8 + index)),
    ]);
    written.push(...puts);
  }
  for (const { Key, VersionId, sha } of written) {
    if (VersionId === undefined || VersionId === 'null') continue;
    const read = await outcomeOf(at.direct.send(new GetObjectCommand({ Bucket, Key, VersionId })));
    expect(read).toMatchObject({ status: 200, Body: sha });
  }
  const { Versions } = await at.direct.send(new ListObjectVersionsCommand({ Bucket }));
  const nulls = Versions?.filter(({ VersionId }) => VersionId === 'null').map(({ Key }) => Key) ?? [];
  expect(new Set(nulls).size).toBe(nulls.length);
});
