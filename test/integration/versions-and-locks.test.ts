// Versions, retention, legal hold and multi-delete, as a backup client with immutability uses them.
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { sha256 } from '../support/bodies.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { bucketName, sdk } from '../support/s3-clients.ts';
import { errorOf, expectSameAnswer, outcomeOf } from '../support/same-answer.ts';
import { differenceOf } from '../support/store-differences.ts';
import { describeOnEachStore } from '../support/stores.ts';

const tomorrow = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000);

describeOnEachStore('versions and locks', (store) => {
  const at = useGateway(store, { clients: [{ bypassGovernance: true }, {}] });
  const Bucket = bucketName('versions');

  beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true })));

  const put = async (Key: string, Body: string, more: object = {}) => {
    const { VersionId } = await at.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    expect(VersionId).toBeTruthy();
    return { Bucket, Key, VersionId };
  };

  test('each version is read by its id; a delete hides the key, not the versions', async () => {
    const first = await put('versioned', 'one');
    const second = await put('versioned', 'two');
    for (const [version, body] of [
      [first, 'one'],
      [second, 'two'],
    ] as const) {
      expect(await expectSameAnswer(at, (of) => of.send(new GetObjectCommand(version)))).toMatchObject({
        Body: sha256(body),
        VersionId: version.VersionId,
      });
    }
    const marker = await at.client.send(new DeleteObjectCommand({ Bucket, Key: 'versioned' }));
    expect(marker.DeleteMarker).toBe(true);
    await expectSameAnswer(at, (of) => of.send(new GetObjectCommand({ Bucket, Key: 'versioned' })));
    const listed = await expectSameAnswer(at, (of) =>
      of.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'versioned' })),
    );
    expect(listed['Versions']).toHaveLength(2);
    expect(listed['DeleteMarkers']).toHaveLength(1);
    await at.client.send(new DeleteObjectCommand({ Bucket, Key: 'versioned', VersionId: marker.VersionId }));
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetObjectCommand({ Bucket, Key: 'versioned' }))),
    ).toMatchObject({ Body: sha256('two') });
  });

  test('a version of another key, or of none', async () => {
    const { VersionId } = await put('known', 'x');
    for (const wrong of [
      { Key: 'unknown', VersionId },
      { Key: 'known', VersionId: 'no-such-version' },
    ]) {
      await expectSameAnswer(at, (of) => of.send(new GetObjectCommand({ Bucket, ...wrong })));
      await expectSameAnswer(at, (of) => of.send(new HeadObjectCommand({ Bucket, ...wrong })));
    }
  });

  test('retention by header: the version cannot be deleted, the key can be written on', async () => {
    const RetainUntilDate = tomorrow();
    const locked = await put('locked', 'kept', {
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: RetainUntilDate,
    });
    expect(await expectSameAnswer(at, (of) => of.send(new GetObjectRetentionCommand(locked)))).toMatchObject({
      Retention: { Mode: 'COMPLIANCE', RetainUntilDate },
    });
    expect(await expectSameAnswer(at, (of) => of.send(new HeadObjectCommand(locked)))).toMatchObject({
      ObjectLockMode: 'COMPLIANCE',
    });
    const [status, code] = differenceOf(store, 'lockedVersionDeleted');
    expect(await expectSameAnswer(at, (of) => of.send(new DeleteObjectCommand(locked)))).toMatchObject({
      status,
      code,
    });
    await put('locked', 'on top');
    expect(await expectSameAnswer(at, (of) => of.send(new GetObjectCommand(locked)))).toMatchObject({
      Body: sha256('kept'),
    });
  });

  test('retention by call, extended and not shortened', async () => {
    const version = await put('extended', 'x');
    const retain = (RetainUntilDate: Date) =>
      new PutObjectRetentionCommand({ ...version, Retention: { Mode: 'COMPLIANCE', RetainUntilDate } });
    const until = tomorrow();
    await at.client.send(retain(until));
    const later = new Date(until.getTime() + 86_400_000);
    await at.client.send(retain(later));
    expect(await expectSameAnswer(at, (of) => of.send(new GetObjectRetentionCommand(version)))).toMatchObject(
      {
        Retention: { Mode: 'COMPLIANCE', RetainUntilDate: later },
      },
    );
    await expectSameAnswer(at, (of) => of.send(retain(until)));
  });

  test('legal hold on and off', async () => {
    const version = await put('held', 'x');
    const hold = (Status: 'ON' | 'OFF') =>
      at.client.send(new PutObjectLegalHoldCommand({ ...version, LegalHold: { Status } }));
    await hold('ON');
    expect(await expectSameAnswer(at, (of) => of.send(new GetObjectLegalHoldCommand(version)))).toMatchObject(
      {
        LegalHold: { Status: 'ON' },
      },
    );
    await expectSameAnswer(at, (of) => of.send(new DeleteObjectCommand(version)));
    await hold('OFF');
    expect(await outcomeOf(at.client.send(new DeleteObjectCommand(version)))).toMatchObject({ status: 204 });
  });

  test('governance is bypassed by who may, and the flag alone does not help others', async () => {
    const governed = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: tomorrow() };
    const version = await put('governed', 'x', governed);
    const [, ordinary] = at.gateway.clients;
    if (ordinary === undefined) throw new Error('no second client');
    const other = sdk({ endpoint: at.gateway.endpoint, credentials: ordinary });
    const bypass = { ...version, BypassGovernanceRetention: true };
    at.tap.forget();
    expect(await errorOf(other.send(new DeleteObjectCommand(bypass)))).toEqual({
      code: 'AccessDenied',
      status: 403,
    });
    expect(at.tap.bytesToStore).toBe(0);
    await expectSameAnswer(at, (of) => of.send(new DeleteObjectCommand(version)));
    expect(await outcomeOf(at.client.send(new DeleteObjectCommand(bypass)))).toMatchObject({ status: 204 });
    expect(await outcomeOf(at.direct.send(new HeadObjectCommand(version)))).toMatchObject({ status: 404 });
  });

  test('multi-delete of a thousand versions; the locked ones are told apart', async () => {
    const inBucket = bucketName('multi');
    await at.client.send(new CreateBucketCommand({ Bucket: inBucket, ObjectLockEnabledForBucket: true }));
    const versions = await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const Key = `block <${index}> & {ü}`;
        const lock =
          index === 7 ? { ObjectLockMode: 'COMPLIANCE' as const, ObjectLockRetainUntilDate: tomorrow() } : {};
        const { VersionId } = await at.client.send(
          new PutObjectCommand({ Bucket: inBucket, Key, Body: 'x', ...lock }),
        );
        return { Key, VersionId };
      }),
    );
    const remove = { Bucket: inBucket, Delete: { Objects: versions } };
    const { Deleted, Errors } = await at.client.send(new DeleteObjectsCommand(remove));
    expect(Deleted).toHaveLength(999);
    expect(Errors).toEqual([
      expect.objectContaining({
        Key: versions[7]?.Key,
        Code: differenceOf(store, 'lockedVersionDeleted')[1],
      }),
    ]);
    const left = await at.direct.send(new ListObjectVersionsCommand({ Bucket: inBucket }));
    expect(left.Versions?.map(({ Key }) => Key)).toEqual([versions[7]?.Key]);
  });
});
