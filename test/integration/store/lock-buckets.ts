// A bucket with object lock and a plain one, and versions under retention in the first.
import { CreateBucketCommand, PutObjectCommand, PutObjectRetentionCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect } from 'vitest';
import type { useGatewayedStore } from '../../support/embedded-store-fixture.ts';
import { bucketName } from '../../support/s3-clients.ts';

const DAY = 86_400_000;

export const inDays = (days: number) => new Date(Math.ceil(Date.now() / 1000) * 1000 + days * DAY);

/** Call at the top of a file; the buckets are there from its first test on. */
export function useLockBuckets(at: ReturnType<typeof useGatewayedStore>) {
  const Bucket = bucketName('locks');
  const plain = bucketName('plain');

  beforeAll(async () => {
    await at.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    await at.client.send(new CreateBucketCommand({ Bucket: plain }));
  });

  async function put(Key: string, Body: string, more: object = {}) {
    const { VersionId } = await at.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    expect(VersionId).toBeTruthy();
    return { Bucket, Key, VersionId };
  }
  const locked = (Key: string, Body: string) =>
    put(Key, Body, { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(1) });
  const retain = (version: object, until: Date, Mode: 'COMPLIANCE' | 'GOVERNANCE' = 'COMPLIANCE') =>
    at.client.send(
      new PutObjectRetentionCommand({ ...version, Retention: { Mode, RetainUntilDate: until } } as never),
    );
  return { Bucket, plain, put, locked, retain };
}
