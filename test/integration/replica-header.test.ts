// A client says that it is a replicating store. MinIO then leaves retention alone for whoever may replicate, and the key
// that the gateway signs with may (MinIO, cmd/object-handlers.go, DeleteObjectHandler, and cmd/bucket-object-lock.go,
// checkPutObjectLockAllowed, at 7aac2a2).
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { useGateway } from '../support/gateway-fixture.ts';
import { elementOf } from '../support/raw-http.ts';
import { ask, rawTargetOf } from '../support/raw-target.ts';
import { bucketName } from '../support/s3-clients.ts';
import { describeOnEachStore } from '../support/stores.ts';

const REPLICA = { 'x-amz-replication-status': 'REPLICA' };

describeOnEachStore('a client that says it is a replica', (store) => {
  const at = useGateway(store, { clients: [{}] });
  const Bucket = bucketName('replica');

  beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true })));

  test('does not delete a version under compliance retention', async () => {
    const ObjectLockRetainUntilDate = new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000);
    const locked = { Bucket, Key: 'locked' };
    const { VersionId } = await at.client.send(
      new PutObjectCommand({
        ...locked,
        Body: 'kept',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate,
      }),
    );
    at.tap.forget();
    const target = `/${Bucket}/locked?versionId=${VersionId}`;
    const answer = await ask(rawTargetOf(at.gateway), { method: 'DELETE', target, headers: REPLICA });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([501, 'NotImplemented']);
    expect(at.tap.sent).toBe('');
    const head = await at.direct.send(new HeadObjectCommand({ ...locked, VersionId }));
    expect(head.ObjectLockMode).toBe('COMPLIANCE');
  });

  test('does not write one', async () => {
    at.tap.forget();
    const target = `/${Bucket}/written`;
    const answer = await ask(rawTargetOf(at.gateway), { method: 'PUT', target, headers: REPLICA, body: 'x' });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([501, 'NotImplemented']);
    expect(at.tap.sent).toBe('');
    const { Versions = [] } = await at.direct.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: 'written' }),
    );
    expect(Versions).toEqual([]);
  });
});
