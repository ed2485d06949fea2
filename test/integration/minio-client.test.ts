// MinIO's own client for JavaScript through the gateway: another signer, other habits.
import { beforeAll, expect, test } from 'vitest';
import { bodyOf, digestOf, digestOfBody, sha256, streamOf } from '../support/bodies.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { bucketName, minioClient } from '../support/s3-clients.ts';
import { describeOnEachStore } from '../support/stores.ts';

const MIB = 1024 * 1024;

describeOnEachStore("MinIO's client", (store) => {
  const at = useGateway(store);
  const bucket = bucketName('minio-js');
  const key = 'a {key}/with + % and ü';
  const body = bodyOf('minio-js', MIB + 1);
  const client = () => minioClient(at.gateway);

  beforeAll(() => client().makeBucket(bucket, 'us-east-1', { ObjectLocking: true }));

  test('buckets', async () => {
    expect(await client().bucketExists(bucket)).toBe(true);
    expect(await client().bucketExists(bucketName('absent'))).toBe(false);
    expect((await client().listBuckets()).map(({ name }) => name)).toContain(bucket);
    expect(await client().getBucketVersioning(bucket)).toMatchObject({ Status: 'Enabled' });
  });

  test('objects, whole and in part', async () => {
    await client().putObject(bucket, key, body, body.length, {
      'Content-Type': 'application/x-veeam',
      'X-Amz-Meta-Kept': 'yes',
    });
    expect((await digestOf(await client().getObject(bucket, key))).sha256).toBe(sha256(body));
    expect((await digestOf(await client().getPartialObject(bucket, key, 100, 50))).sha256).toBe(
      sha256(body.subarray(100, 150)),
    );
    expect(await client().statObject(bucket, key)).toMatchObject({
      size: body.length,
      metaData: { kept: 'yes' },
    });
  });

  test('a stream that goes up in parts', async () => {
    const bytes = 33 * MIB + 7;
    await client().putObject(bucket, 'stream', streamOf('stream', bytes), bytes);
    expect(await digestOf(await client().getObject(bucket, 'stream'))).toEqual(digestOfBody('stream', bytes));
  });

  test('listing and deleting', async () => {
    for (const name of ['list/a', 'list/b c', 'list/d/e']) await client().putObject(bucket, name, 'x');
    const names: string[] = [];
    for await (const each of client().listObjectsV2(bucket, 'list/', false)) {
      names.push((each as { name?: string; prefix?: string }).name ?? (each as { prefix: string }).prefix);
    }
    expect(names.sort()).toEqual(['list/a', 'list/b c', 'list/d/']);
    await client().removeObjects(bucket, ['list/a', 'list/b c', 'list/d/e']);
    await expect(client().statObject(bucket, 'list/a')).rejects.toThrow(/Not Found/i);
  });

  test('presigned', async () => {
    const put = await fetch(await client().presignedPutObject(bucket, 'presigned {+}', 60), {
      method: 'PUT',
      body: 'presigned',
    });
    expect(put.status).toBe(200);
    const get = await fetch(await client().presignedGetObject(bucket, 'presigned {+}', 60));
    expect(await get.text()).toBe('presigned');
  });
});
