// Bucket calls through the gateway, and who sees which buckets.
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { useGateway } from '../support/gateway-fixture.ts';
import { bucketName, sdk } from '../support/s3-clients.ts';
import { errorOf, expectSameAnswer, outcomeOf } from '../support/same-answer.ts';
import { describeOnEachStore } from '../support/stores.ts';

describeOnEachStore('buckets', (store) => {
  const at = useGateway(store);

  test('a bucket with object lock is made, described and deleted', async () => {
    const Bucket = bucketName('lock');
    await at.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    expect(await expectSameAnswer(at, (of) => of.send(new HeadBucketCommand({ Bucket })))).toMatchObject({
      status: 200,
    });
    // The gateway's own region, whatever the store calls its place.
    const location = await at.client.send(new GetBucketLocationCommand({ Bucket }));
    expect(location.LocationConstraint).toBeUndefined();
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetBucketVersioningCommand({ Bucket }))),
    ).toMatchObject({ Status: 'Enabled' });
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetObjectLockConfigurationCommand({ Bucket }))),
    ).toMatchObject({ ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } });
    await at.client.send(new DeleteBucketCommand({ Bucket }));
    expect(await expectSameAnswer(at, (of) => of.send(new HeadBucketCommand({ Bucket })))).toMatchObject({
      status: 404,
    });
  });

  test('versioning is switched on', async () => {
    const Bucket = bucketName('versioning');
    await at.client.send(new CreateBucketCommand({ Bucket }));
    await at.client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetBucketVersioningCommand({ Bucket }))),
    ).toMatchObject({ Status: 'Enabled' });
  });

  test('making a bucket again, deleting a full or missing one: as the store says', async () => {
    const Bucket = bucketName('again');
    await at.client.send(new CreateBucketCommand({ Bucket }));
    await expectSameAnswer(at, (of) => of.send(new CreateBucketCommand({ Bucket })));
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }));
    expect(await expectSameAnswer(at, (of) => of.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({
      code: 'BucketNotEmpty',
      status: 409,
    });
    const absent = bucketName('absent');
    expect(
      await expectSameAnswer(at, (of) => of.send(new DeleteBucketCommand({ Bucket: absent }))),
    ).toMatchObject({ code: 'NoSuchBucket', status: 404 });
  });

  test('a caller with all buckets lists what the store lists', async () => {
    await at.client.send(new CreateBucketCommand({ Bucket: bucketName('listed') }));
    const names = async (of: typeof at.client) =>
      (await of.send(new ListBucketsCommand({}))).Buckets?.map(({ Name, CreationDate }) => [
        Name,
        CreationDate,
      ]);
    // Other suites make buckets at the same time: what was there before and after must be between.
    const before = (await names(at.direct)) ?? [];
    const through = (await names(at.client)) ?? [];
    const after = (await names(at.direct)) ?? [];
    expect(through).toEqual(
      expect.arrayContaining(before.filter((each) => after.some(([name]) => name === each[0]))),
    );
    expect(after).toEqual(expect.arrayContaining(through));
  });
});

describeOnEachStore('bucket patterns', (store) => {
  const prefix = bucketName('tenant');
  const at = useGateway(store, {
    clients: [{}, { buckets: [`${prefix}-*`] }, { buckets: [`${prefix}-*`], access: 'read-only' }],
  });
  const client = (index: number) => {
    const credentials = at.gateway.clients[index];
    if (credentials === undefined) throw new Error(`no client ${index}`);
    return sdk({ endpoint: at.gateway.endpoint, credentials });
  };

  describe('a caller bound to a pattern', () => {
    test('lists only the buckets that match', async () => {
      await at.client.send(new CreateBucketCommand({ Bucket: bucketName('someone-else') }));
      await at.client.send(new CreateBucketCommand({ Bucket: `${prefix}-b` }));
      await at.client.send(new CreateBucketCommand({ Bucket: `${prefix}-a` }));
      const { Buckets, Owner } = await client(1).send(new ListBucketsCommand({}));
      expect(Buckets?.map(({ Name }) => Name)).toEqual([`${prefix}-a`, `${prefix}-b`]);
      expect(Owner).toEqual((await at.direct.send(new ListBucketsCommand({}))).Owner);
    });

    test('writes into its buckets and into no other, whether it exists or not', async () => {
      await client(1).send(new PutObjectCommand({ Bucket: `${prefix}-a`, Key: 'mine', Body: 'mine' }));
      const Bucket = bucketName('foreign');
      await at.client.send(new CreateBucketCommand({ Bucket }));
      at.tap.forget();
      for (const other of [Bucket, bucketName('absent')]) {
        const put = client(1).send(new PutObjectCommand({ Bucket: other, Key: 'theirs', Body: 'x' }));
        expect(await errorOf(put)).toEqual({ code: 'AccessDenied', status: 403 });
      }
      expect(at.tap.bytesToStore).toBe(0);
    });

    test('makes only buckets that match', async () => {
      await client(1).send(new CreateBucketCommand({ Bucket: `${prefix}-c` }));
      at.tap.forget();
      const create = client(1).send(new CreateBucketCommand({ Bucket: bucketName('free') }));
      expect(await errorOf(create)).toEqual({ code: 'AccessDenied', status: 403 });
      expect(at.tap.bytesToStore).toBe(0);
    });
  });

  test('a caller that may only read reads, and writes nothing', async () => {
    const Bucket = `${prefix}-read`;
    await at.client.send(new CreateBucketCommand({ Bucket }));
    expect(await outcomeOf(client(2).send(new HeadBucketCommand({ Bucket })))).toMatchObject({ status: 200 });
    at.tap.forget();
    for (const write of [
      () => client(2).send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' })),
      () => client(2).send(new DeleteBucketCommand({ Bucket })),
      () => client(2).send(new CreateBucketCommand({ Bucket: `${prefix}-new` })),
    ]) {
      expect(await errorOf(write())).toEqual({ code: 'AccessDenied', status: 403 });
    }
    expect(at.tap.bytesToStore).toBe(0);
  });
});
