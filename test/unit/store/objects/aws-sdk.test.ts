// The same operations as another's client reads them: the AWS SDK for JavaScript with its own checksums.
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { REGION, STORE_KEY } from '../server/http-fixture.ts';
import { useObjectStore } from './object-fixture.ts';

const store = useObjectStore();

function client(): S3Client {
  const made = new S3Client({
    endpoint: `http://127.0.0.1:${store.server.port}`,
    credentials: STORE_KEY,
    region: REGION,
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_SUPPORTED',
    responseChecksumValidation: 'WHEN_SUPPORTED',
  });
  onTestFinished(() => made.destroy());
  return made;
}

test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
  'an object with %s, checked at both ends',
  async (ChecksumAlgorithm) => {
    const s3 = client();
    const Bucket = await store.bucket('versioned');
    const Body = Buffer.alloc(200_000, ChecksumAlgorithm);
    const at = { Bucket, Key: 'a/{b} c' };
    const put = await s3.send(
      new PutObjectCommand({ ...at, Body, ChecksumAlgorithm, Metadata: { Name: 'value' }, Tagging: 'a=b' }),
    );
    const checksum = put[`Checksum${ChecksumAlgorithm}`];
    expect(checksum).toEqual(expect.any(String));
    const got = await s3.send(new GetObjectCommand(at));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
    expect(got).toMatchObject({
      VersionId: put.VersionId,
      ETag: put.ETag,
      Metadata: { name: 'value' },
      TagCount: 1,
      ContentLength: 200_000,
      [`Checksum${ChecksumAlgorithm}`]: checksum,
    });
    const part = await s3.send(new GetObjectCommand({ ...at, Range: 'bytes=1-3' }));
    expect(await part.Body?.transformToString()).toBe(Body.toString('latin1', 1, 4));
    const attributes = await s3.send(
      new GetObjectAttributesCommand({ ...at, ObjectAttributes: ['ETag', 'Checksum', 'ObjectSize'] }),
    );
    expect(attributes).toMatchObject({
      ETag: put.ETag?.replaceAll('"', ''),
      ObjectSize: 200_000,
      Checksum: { [`Checksum${ChecksumAlgorithm}`]: checksum, ChecksumType: 'FULL_OBJECT' },
      VersionId: put.VersionId,
    });
    const copied = await s3.send(
      new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${encodeURIComponent(at.Key)}` }),
    );
    expect(copied).toMatchObject({
      CopySourceVersionId: put.VersionId,
      CopyObjectResult: { ETag: put.ETag, [`Checksum${ChecksumAlgorithm}`]: checksum },
    });
    expect(copied.CopyObjectResult?.LastModified).toBeInstanceOf(Date);
  },
);

test('locks, tags and ACLs', async () => {
  const s3 = client();
  const Bucket = await store.bucket('locked');
  const at = { Bucket, Key: 'a' };
  const { VersionId } = await s3.send(new PutObjectCommand({ ...at, Body: 'x' }));
  const RetainUntilDate = new Date(Math.ceil(store.nowMs() / 1000) * 1000 + 60_000);
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate } as const;
  await s3.send(new PutObjectRetentionCommand({ ...at, Retention }));
  expect((await s3.send(new GetObjectRetentionCommand(at))).Retention).toEqual(Retention);
  await s3.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status: 'ON' } }));
  expect((await s3.send(new GetObjectLegalHoldCommand(at))).LegalHold).toEqual({ Status: 'ON' });
  expect(await s3.send(new HeadObjectCommand({ ...at, VersionId }))).toMatchObject({
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: RetainUntilDate,
    ObjectLockLegalHoldStatus: 'ON',
  });
  const TagSet = [{ Key: 'k', Value: 'v' }];
  await s3.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet } }));
  expect((await s3.send(new GetObjectTaggingCommand(at))).TagSet).toEqual(TagSet);
  expect(await s3.send(new GetObjectAclCommand(at))).toMatchObject({
    Owner: { ID: 'sosapi-gateway' },
    Grants: [{ Grantee: { Type: 'CanonicalUser', ID: 'sosapi-gateway' }, Permission: 'FULL_CONTROL' }],
  });
  const Objects = [{ Key: 'a', VersionId }, { Key: 'a' }, { Key: 'é & <b>' }];
  const deleted = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(deleted.Errors).toMatchObject([{ Key: 'a', VersionId, Code: 'AccessDenied' }]);
  expect(deleted.Deleted).toMatchObject([
    { Key: 'a', DeleteMarker: true },
    { Key: 'é & <b>', DeleteMarker: true },
  ]);
  await s3.send(
    new PutObjectRetentionCommand({ ...at, VersionId, Retention: {}, BypassGovernanceRetention: true }),
  );
  const refused = s3.send(new GetObjectRetentionCommand({ ...at, VersionId }));
  await expect(refused).rejects.toMatchObject({ name: 'NoSuchObjectLockConfiguration' });
});

test('conditions and markers as errors of their own', async () => {
  const s3 = client();
  const Bucket = await store.bucket('versioned');
  const at = { Bucket, Key: 'a' };
  const { ETag } = await s3.send(new PutObjectCommand({ ...at, Body: 'x' }));
  const again = s3.send(new PutObjectCommand({ ...at, Body: 'y', IfNoneMatch: '*' }));
  await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed' });
  const same = s3.send(new GetObjectCommand({ ...at, IfNoneMatch: ETag }));
  await expect(same).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } }));
  await expect(s3.send(new GetObjectCommand(at))).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(s3.send(new HeadObjectCommand(at))).rejects.toMatchObject({ name: 'NotFound' });
});
