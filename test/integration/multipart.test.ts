// Multipart uploads: 200 MiB in parts, compared byte for byte, and every call around them.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { bodyOf, digestOf, digestOfBody, sha256 } from '../support/bodies.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { bucketName } from '../support/s3-clients.ts';
import { expectSameAnswer, outcomeOf } from '../support/same-answer.ts';
import { differenceOf } from '../support/store-differences.ts';
import { describeOnEachStore } from '../support/stores.ts';

const MIB = 1024 * 1024;
const PART = 8 * MIB;
const TOTAL = 200 * MIB;

describeOnEachStore('multipart uploads', (store) => {
  const at = useGateway(store);
  const Bucket = bucketName('multipart');

  beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket })));

  const begin = async (Key: string) => {
    const { UploadId } = await at.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    expect(UploadId).toBeTruthy();
    return { Bucket, Key, UploadId };
  };

  test('200 MiB in 25 parts, out of order', { timeout: 120_000 }, async () => {
    const upload = await begin('{200}/MiB');
    const whole = bodyOf('200', TOTAL);
    const left = Array.from({ length: TOTAL / PART }, (_, index) => index + 1);
    const done: { PartNumber: number; ETag: string | undefined }[] = [];
    const worker = async () => {
      for (let PartNumber = left.pop(); PartNumber !== undefined; PartNumber = left.pop()) {
        const Body = whole.subarray((PartNumber - 1) * PART, PartNumber * PART);
        const { ETag } = await at.client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
        done.push({ PartNumber, ETag });
      }
    };
    await Promise.all(Array.from({ length: 4 }, worker));
    const listed = await expectSameAnswer(at, (of) =>
      of.send(new ListPartsCommand({ ...upload, MaxParts: 10 })),
    );
    expect(listed['Parts']).toHaveLength(10);
    await expectSameAnswer(at, (of) => of.send(new ListMultipartUploadsCommand({ Bucket })));
    const Parts = done.sort((a, b) => a.PartNumber - b.PartNumber);
    const completed = await at.client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    );
    expect(completed.Key).toBe(upload.Key);

    const { Body } = await at.client.send(new GetObjectCommand({ Bucket, Key: upload.Key }));
    expect(await digestOf(Body as AsyncIterable<Uint8Array>)).toEqual(digestOfBody('200', TOTAL));
    const Range = `bytes=${PART - 5}-${PART + 4}`;
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetObjectCommand({ Bucket, Key: upload.Key, Range }))),
    ).toMatchObject({ Body: sha256(whole.subarray(PART - 5, PART + 5)) });
    expect(
      await expectSameAnswer(at, (of) => of.send(new HeadObjectCommand({ Bucket, Key: upload.Key }))),
    ).toMatchObject({ ETag: expect.stringMatching(/-25"$/) });
    await at.client.send(new DeleteObjectCommand({ Bucket, Key: upload.Key }));
  });

  test('a part copied from another object', async () => {
    const source = bodyOf('source', 6 * MIB);
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: source }));
    const upload = await begin('copied');
    const CopySource = `${Bucket}/source`;
    const { CopyPartResult } = await at.client.send(
      new UploadPartCopyCommand({
        ...upload,
        PartNumber: 1,
        CopySource,
        CopySourceRange: `bytes=0-${5 * MIB - 1}`,
      }),
    );
    const { ETag } = await at.client.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: 'tail' }));
    const Parts = [
      { PartNumber: 1, ETag: CopyPartResult?.ETag },
      { PartNumber: 2, ETag },
    ];
    await at.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    expect(
      await expectSameAnswer(at, (of) => of.send(new GetObjectCommand({ Bucket, Key: 'copied' }))),
    ).toMatchObject({ Body: sha256(Buffer.concat([source.subarray(0, 5 * MIB), Buffer.from('tail')])) });
  });

  test('an aborted upload is gone', async () => {
    const upload = await begin('aborted');
    await at.client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' }));
    expect(await outcomeOf(at.client.send(new AbortMultipartUploadCommand(upload)))).toMatchObject({
      status: 204,
    });
    const [status, code] = differenceOf(store, 'partsOfAnAbortedUpload');
    expect(await expectSameAnswer(at, (of) => of.send(new ListPartsCommand(upload)))).toMatchObject({
      code,
      status,
    });
  });

  test('errors are the store’s own', async () => {
    const upload = await begin('wrong');
    await at.client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'too small' }));
    const complete = (Parts: { PartNumber: number; ETag: string }[]) =>
      expectSameAnswer(at, (of) =>
        of.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })),
      );
    expect(await complete([{ PartNumber: 1, ETag: '"00000000000000000000000000000000"' }])).toMatchObject({
      code: 'InvalidPart',
    });
    await expectSameAnswer(at, (of) =>
      of.send(new UploadPartCommand({ ...upload, UploadId: 'no-such-upload', PartNumber: 1, Body: 'x' })),
    );
  });
});
