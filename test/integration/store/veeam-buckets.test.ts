// What broke Veeam at other stores, as it was reported there: buckets and the connection test. Rows: veeam-rows.ts.
import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { bodyOf } from '../../support/bodies.ts';
import { useGatewayedStore } from '../../support/embedded-store-fixture.ts';
import { elementOf, headerOf } from '../../support/raw-http.ts';
import { ask } from '../../support/raw-target.ts';
import { bucketName } from '../../support/s3-clients.ts';

const at = useGatewayedStore();
let Bucket: string;

beforeAll(async () => {
  Bucket = bucketName('buckets');
  await at.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
});

const get = (target: string, method = 'GET') => ask(at.target, { method, target });

describe('the connection test', () => {
  test('row 29 (MaxIOFS): HEAD / is answered', async () => {
    expect((await get('/', 'HEAD')).status).toBe(200);
    const list = await get('/');
    expect([list.status, list.body.includes(`<Name>${Bucket}</Name>`)]).toEqual([200, true]);
  });

  test('row 30 (MaxIOFS): HEAD of a bucket names its region', async () => {
    const answer = await get(`/${Bucket}`, 'HEAD');
    expect([answer.status, headerOf(answer, 'x-amz-bucket-region')]).toEqual([200, 'us-east-1']);
    const { BucketRegion } = await at.client.send(new HeadBucketCommand({ Bucket }));
    expect(BucketRegion).toBe('us-east-1');
  });

  test('row 31 (MaxIOFS): ?location is empty for us-east-1', async () => {
    const answer = await get(`/${Bucket}?location`);
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toMatch(
      /<LocationConstraint xmlns="http:\/\/s3\.amazonaws\.com\/doc\/2006-03-01\/"(\/>|><\/LocationConstraint>)$/,
    );
  });

  test('row 37 (MaxIOFS): XML has a length and is not chunked', async () => {
    for (const target of [
      '/',
      `/${Bucket}`,
      `/${Bucket}?versions`,
      `/${Bucket}?location`,
      `/${Bucket}?object-lock`,
      `/${Bucket}?versioning`,
      `/${Bucket}/absent`,
    ]) {
      const answer = await get(target);
      expect(headerOf(answer, 'transfer-encoding')).toBeUndefined();
      expect(headerOf(answer, 'content-length')).toBe(String(answer.body.length));
      expect(answer.body.length).toBeGreaterThan(0);
      expect(headerOf(answer, 'x-amz-request-id')).toBeTruthy();
      expect(headerOf(answer, 'content-type')).toBe('application/xml');
    }
  });
});

describe('row 53 (incus#3592): ?versioning', () => {
  const versioning = async (of: string) => {
    const answer = await get(`/${of}?versioning`);
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toContain('<VersioningConfiguration');
    return elementOf(answer, 'Status');
  };

  test('has its element whether versioning was ever touched or not', async () => {
    const plain = bucketName('plain');
    await at.client.send(new CreateBucketCommand({ Bucket: plain }));
    expect(await versioning(plain)).toBeUndefined();
    for (const Status of ['Enabled', 'Suspended'] as const) {
      await at.client.send(
        new PutBucketVersioningCommand({ Bucket: plain, VersioningConfiguration: { Status } }),
      );
      expect(await versioning(plain)).toBe(Status);
    }
    expect(await versioning(Bucket)).toBe('Enabled');
  });
});

describe('row 43 (Zenko#2472): capacity', () => {
  test('an empty bucket has room, and what is written is used at once', async () => {
    const empty = await at.store.capacity(Bucket);
    expect(empty.bucketBytes).toBe(0n);
    expect(empty.availableBytes).toBeGreaterThan(0n);
    expect(empty.totalBytes).toBeGreaterThanOrEqual(empty.availableBytes);
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: bodyOf('k', 1_000_000) }));
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: bodyOf('k', 1000) }));
    expect((await at.store.capacity(Bucket)).bucketBytes).toBe(1_001_000n);
  });
});
