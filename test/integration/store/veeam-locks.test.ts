// What broke Veeam at other stores, as it was reported there: retention, legal hold and what they keep. Rows: veeam-rows.ts.
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { useGatewayedStore } from '../../support/embedded-store-fixture.ts';
import { elementOf } from '../../support/raw-http.ts';
import { ask } from '../../support/raw-target.ts';
import { bucketName } from '../../support/s3-clients.ts';
import { errorOf, outcomeOf } from '../../support/same-answer.ts';
import { inDays, useLockBuckets } from './lock-buckets.ts';

const NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const at = useGatewayedStore();
const { Bucket, plain, put, locked, retain } = useLockBuckets(at);
const textOf = async (version: object) =>
  (await at.client.send(new GetObjectCommand(version as never))).Body?.transformToString();

describe('a locked version', () => {
  test('row 5 (rustfs#3174, PR#3179): its key takes a new version, as a take-over writes it', async () => {
    const owner = await locked('Veeam/Backup/folder/Config/Owner', 'first owner');
    const next = await locked(owner.Key, 'second owner');
    expect(next.VersionId).not.toBe(owner.VersionId);
    expect(await textOf({ Bucket, Key: owner.Key })).toBe('second owner');
    expect(await textOf(owner)).toBe('first owner');
  });

  test('row 6 (rustfs#2473, #1509): is not deleted, alone or among others', async () => {
    const kept = await locked('Veeam/kept', 'kept');
    const free = await put('Veeam/free', 'free');
    expect(await errorOf(at.client.send(new DeleteObjectCommand(kept)))).toEqual({
      code: 'AccessDenied',
      status: 403,
    });
    const both = [kept, free].map(({ Key, VersionId }) => ({ Key, VersionId }));
    const { Deleted, Errors } = await at.client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: both } }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual([free.Key]);
    expect(Errors?.map(({ Key, VersionId, Code }) => ({ Key, VersionId, Code }))).toEqual([
      { ...both[0], Code: 'AccessDenied' },
    ]);
    expect(await textOf(kept)).toBe('kept');
    // COMPLIANCE is bypassed by nobody.
    const bypass = new DeleteObjectCommand({ ...kept, BypassGovernanceRetention: true });
    expect(await errorOf(at.client.send(bypass))).toEqual({ code: 'AccessDenied', status: 403 });
    const lifecycle = await ask(at.target, {
      method: 'PUT',
      target: `/${Bucket}?lifecycle`,
      body: '<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>',
    });
    expect(lifecycle.status).toBe(501);
  });

  test('row 28 (versitygw#1741): is hidden by a DELETE without a version id, and is still there', async () => {
    const kept = await locked('Veeam/hidden', 'hidden');
    const marker = await outcomeOf(at.client.send(new DeleteObjectCommand({ Bucket, Key: kept.Key })));
    expect(marker).toMatchObject({ status: 204, DeleteMarker: true, VersionId: expect.any(String) });
    expect(await errorOf(at.client.send(new GetObjectCommand({ Bucket, Key: kept.Key })))).toEqual({
      code: 'NoSuchKey',
      status: 404,
    });
    expect(await textOf(kept)).toBe('hidden');
    const many = await at.client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: kept.Key }] } }),
    );
    expect(many.Errors).toBeUndefined();
    expect(many.Deleted).toEqual([
      { Key: kept.Key, DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ]);
  });
});

describe('PutObjectRetention', () => {
  test.each([
    ['without a namespace', ''],
    ['with it', NAMESPACE],
  ])('row 7 (seaweedfs#7516, PR#7517): its XML is taken %s', async (_, namespace) => {
    const version = await put(`Veeam/namespace${namespace.length}`, 'x');
    const until = inDays(30);
    const answer = await ask(at.target, {
      method: 'PUT',
      target: `/${Bucket}/${version.Key}?retention&versionId=${version.VersionId}`,
      body: `<Retention${namespace}><Mode>COMPLIANCE</Mode><RetainUntilDate>${until.toISOString()}</RetainUntilDate></Retention>`,
    });
    expect([answer.status, answer.body.toString()]).toEqual([200, '']);
    const { Retention } = await at.client.send(new GetObjectRetentionCommand(version));
    expect(Retention).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: until });
  });

  test('row 7 (seaweedfs#7516): nor do times with and without fractions of a second matter', async () => {
    for (const [index, time] of [
      '2099-01-02T03:04:05Z',
      '2099-01-02T03:04:05.000Z',
      '2099-01-02T03:04:05.678Z',
    ].entries()) {
      const version = await put(`Veeam/fraction${index}`, 'x');
      const answer = await ask(at.target, {
        method: 'PUT',
        target: `/${Bucket}/${version.Key}?retention&versionId=${version.VersionId}`,
        body: `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${time}</RetainUntilDate></Retention>`,
      });
      expect(answer.status).toBe(200);
      const { Retention } = await at.client.send(new GetObjectRetentionCommand(version));
      expect(Math.floor(Number(Retention?.RetainUntilDate) / 1000)).toBe(
        Date.parse('2099-01-02T03:04:05Z') / 1000,
      );
    }
  });

  test('row 21 (minio#13542): a wave of a thousand extensions, 64 wide', { timeout: 120_000 }, async () => {
    const versions = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => locked(`Veeam/generation/${index}.blk`, `block ${index}`)),
    );
    const until = inDays(10);
    const left = [...versions];
    const worker = async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) await retain(next, until);
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    for (const version of versions.filter((_, index) => index % 50 === 0)) {
      const { Retention } = await at.client.send(new GetObjectRetentionCommand(version));
      expect(Retention?.RetainUntilDate).toEqual(until);
      expect(await textOf(version)).toMatch(/^block \d+$/);
    }
  });

  test('row 36 (MaxIOFS): works on an older version by its id', async () => {
    const older = await put('Veeam/older', 'old');
    await put('Veeam/older', 'new');
    const until = inDays(3);
    await retain(older, until);
    const { Retention } = await at.client.send(new GetObjectRetentionCommand(older));
    expect(Retention).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: until });
    // The newest one got none.
    const newest = at.client.send(new GetObjectRetentionCommand({ Bucket, Key: 'Veeam/older' }));
    expect(await errorOf(newest)).toEqual({ code: 'NoSuchObjectLockConfiguration', status: 404 });
  });

  test('row 35 (MaxIOFS): HEAD of an older version by its id, also behind a marker', async () => {
    const older = await put('Veeam/headed', 'old one');
    const newer = await put('Veeam/headed', 'new');
    await at.client.send(new DeleteObjectCommand({ Bucket, Key: 'Veeam/headed' }));
    expect(await at.client.send(new HeadObjectCommand(older))).toMatchObject({
      ContentLength: 7,
      VersionId: older.VersionId,
    });
    expect(await at.client.send(new HeadObjectCommand(newer))).toMatchObject({
      ContentLength: 3,
      VersionId: newer.VersionId,
    });
  });

  test('row 27 (versitygw#2397): a folder object has a version id and takes retention', async () => {
    const folder = await put('Veeam/Backup/a folder/', '');
    expect(folder.VersionId).not.toBe('null');
    const until = inDays(2);
    await retain(folder, until);
    const head = await at.client.send(new HeadObjectCommand(folder));
    expect(head).toMatchObject({ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until });
    expect(await errorOf(at.client.send(new DeleteObjectCommand(folder)))).toMatchObject({ status: 403 });
  });
});

describe('a bucket with object lock', () => {
  test('row 32 (MaxIOFS): has no default retention and versioning that stays enabled', async () => {
    const { ObjectLockConfiguration } = await at.client.send(
      new GetObjectLockConfigurationCommand({ Bucket }),
    );
    expect(ObjectLockConfiguration).toEqual({ ObjectLockEnabled: 'Enabled' });
    const suspend = new PutBucketVersioningCommand({
      Bucket,
      VersioningConfiguration: { Status: 'Suspended' },
    });
    expect(await errorOf(at.client.send(suspend))).toEqual({ code: 'InvalidBucketState', status: 409 });
    const head = await at.client.send(new HeadObjectCommand(await put('Veeam/no default', 'x')));
    expect(head.ObjectLockMode).toBeUndefined();
  });

  test('row 33 (MaxIOFS): ?object-lock without a Rule is read and written', async () => {
    const answer = await ask(at.target, { method: 'GET', target: `/${Bucket}?object-lock` });
    expect([answer.status, elementOf(answer, 'ObjectLockEnabled')]).toEqual([200, 'Enabled']);
    expect(answer.body.toString()).not.toContain('<Rule');
    const without = new PutObjectLockConfigurationCommand({
      Bucket,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
    });
    expect(await outcomeOf(at.client.send(without))).toMatchObject({ status: 200 });
  });

  test('row 46 (EMCECS#530): without it the query says so with the right code', async () => {
    const get = at.client.send(new GetObjectLockConfigurationCommand({ Bucket: plain }));
    expect(await errorOf(get)).toEqual({ code: 'ObjectLockConfigurationNotFoundError', status: 404 });
    const gone = at.client.send(new GetObjectLockConfigurationCommand({ Bucket: bucketName('gone') }));
    expect(await errorOf(gone)).toEqual({ code: 'NoSuchBucket', status: 404 });
  });

  test('row 50 (rustfs#771): and with a body', async () => {
    const answer = await ask(at.target, { method: 'GET', target: `/${plain}?object-lock` });
    expect(answer.status).toBe(404);
    expect(elementOf(answer, 'Code')).toBe('ObjectLockConfigurationNotFoundError');
    expect(elementOf(answer, 'Message')).toBeTruthy();
  });
});
