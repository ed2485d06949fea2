// Presigned URLs, made by the AWS SDK and used by a client that knows nothing of S3.
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { beforeAll, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../support/bodies.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { bucketName } from '../support/s3-clients.ts';
import { describeOnEachStore } from '../support/stores.ts';

describeOnEachStore('presigned', (store) => {
  const at = useGateway(store);
  const Bucket = bucketName('presigned');
  const Key = 'a {key} with + and % and ü';
  const body = bodyOf('presigned', 1_000_003);

  beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket })));

  test('put and get', async () => {
    const putUrl = await getSignedUrl(at.client, new PutObjectCommand({ Bucket, Key }), { expiresIn: 60 });
    const put = await fetch(putUrl, { method: 'PUT', body });
    expect([put.status, await put.text()]).toEqual([200, '']);
    const getUrl = await getSignedUrl(at.client, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
    const got = await fetch(getUrl);
    expect(got.status).toBe(200);
    expect(sha256(Buffer.from(await got.arrayBuffer()))).toBe(sha256(body));
    const ranged = await fetch(getUrl, { headers: { range: 'bytes=10-19' } });
    expect([ranged.status, Buffer.from(await ranged.arrayBuffer())]).toEqual([206, body.subarray(10, 20)]);
    const own = await fetch(await getSignedUrl(at.direct, new GetObjectCommand({ Bucket, Key })));
    expect(sha256(Buffer.from(await own.arrayBuffer()))).toBe(sha256(body));
  });

  test('response headers asked for in the query', async () => {
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x' }));
    const asked = {
      Bucket,
      Key: 'plain',
      ResponseContentType: 'text/x-asked',
      ResponseContentDisposition: 'attachment; filename="ü b"',
    };
    const got = await fetch(await getSignedUrl(at.client, new GetObjectCommand(asked)));
    const own = await fetch(await getSignedUrl(at.direct, new GetObjectCommand(asked)));
    expect(got.headers.get('content-type')).toBe('text/x-asked');
    expect(got.headers.get('content-disposition')).toBe(own.headers.get('content-disposition'));
  });

  test('a part of a multipart upload', async () => {
    const { UploadId } = await at.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    const url = await getSignedUrl(
      at.client,
      new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1 }),
    );
    const put = await fetch(url, { method: 'PUT', body: 'part' });
    expect(put.status).toBe(200);
    expect(put.headers.get('etag')).toBeTruthy();
  });

  test.each([
    ['another method', (url: string) => [url, { method: 'DELETE' }] as const],
    ['another key', (url: string) => [url.replace('%2B', '%2D'), {}] as const],
    [
      'a changed signature',
      (url: string) => [url.replace(/(Signature=)./, '$1f').replace(/(Signature=f)./, '$1f'), {}] as const,
    ],
    ['a parameter more', (url: string) => [`${url}&versionId=1`, {}] as const],
  ])('%s is refused', async (_, change) => {
    const url = await getSignedUrl(at.client, new GetObjectCommand({ Bucket, Key }));
    at.tap.forget();
    const answer = await fetch(...change(url));
    expect([answer.status, /<Code>(.*?)<\/Code>/.exec(await answer.text())?.[1]]).toEqual([
      403,
      'SignatureDoesNotMatch',
    ]);
    expect(at.tap.bytesToStore).toBe(0);
  });
});
