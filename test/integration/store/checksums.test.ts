// The checksums of S3 as the AWS SDK uses them, which computes and compares each of them itself.
import {
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../../support/bodies.ts';
import { useGatewayedStore } from '../../support/embedded-store-fixture.ts';
import { sdk } from '../../support/s3-clients.ts';
import { errorOf } from '../../support/same-answer.ts';

const MIB = 1024 * 1024;
const Bucket = 'checksums';
const ALGORITHMS = [
  ChecksumAlgorithm.CRC32,
  ChecksumAlgorithm.CRC32C,
  ChecksumAlgorithm.CRC64NVME,
  ChecksumAlgorithm.SHA1,
  ChecksumAlgorithm.SHA256,
] as const;

const at = useGatewayedStore();
beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket })));

describe.each(ALGORITHMS)('%s', (algorithm) => {
  const name = `Checksum${algorithm}` as const;

  test('of an object: kept, told on request, compared by the client, and made anew for a copy', async () => {
    for (const bytes of [0, 1000, 3 * MIB + 1]) {
      const Key = `${algorithm} ${bytes}`;
      const Body = bodyOf(Key, bytes);
      // The SDK puts the checksum of a body that it has in memory into a header.
      const put = await at.client.send(
        new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm: algorithm }),
      );
      expect(put[name]).toBeTruthy();
      const checking = sdk(at.gateway, { responseChecksumValidation: 'WHEN_SUPPORTED' });
      const get = await checking.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(get[name]).toBe(put[name]);
      expect(get.ChecksumType).toBe('FULL_OBJECT');
      expect(sha256((await get.Body?.transformToByteArray()) ?? '')).toBe(sha256(Body));
      const quiet = await at.client.send(new HeadObjectCommand({ Bucket, Key }));
      expect(quiet[name]).toBeUndefined();
      const copy = await at.client.send(
        new CopyObjectCommand({
          Bucket,
          Key: `${Key} copy`,
          CopySource: encodeURIComponent(`${Bucket}/${Key}`),
        }),
      );
      expect(copy.CopyObjectResult?.[name]).toBe(put[name]);
      const { Checksum, ObjectSize } = await at.client.send(
        new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['Checksum', 'ObjectSize'] }),
      );
      expect([Checksum?.[name], ObjectSize]).toEqual([put[name], bytes]);
      checking.destroy();
    }
  });

  const types = algorithm.startsWith('SHA')
    ? (['COMPOSITE'] as const)
    : algorithm === 'CRC64NVME'
      ? (['FULL_OBJECT'] as const)
      : (['COMPOSITE', 'FULL_OBJECT'] as const);

  test.each(types)('of an upload in parts: %s', async (ChecksumType) => {
    const Key = `${algorithm} ${ChecksumType}`;
    const whole = bodyOf(Key, 12 * MIB + 3);
    const { UploadId } = await at.client.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: algorithm, ChecksumType }),
    );
    const upload = { Bucket, Key, UploadId };
    const Parts: object[] = [];
    for (const [index, from] of [0, 5 * MIB, 10 * MIB].entries()) {
      const PartNumber = index + 1;
      const Body = whole.subarray(from, PartNumber === 3 ? undefined : from + 5 * MIB);
      const part = await at.client.send(
        new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumAlgorithm: algorithm }),
      );
      expect(part[name]).toBeTruthy();
      Parts.push({ PartNumber, ETag: part.ETag, [name]: part[name] });
    }
    const listed = await at.client.send(new ListPartsCommand(upload));
    expect(listed.Parts?.map((part) => part[name])).toEqual(
      Parts.map((part) => (part as Record<string, unknown>)[name]),
    );
    const wrong = {
      ...Parts[0],
      [name]: Buffer.alloc(Buffer.from(listed.Parts?.[0]?.[name] ?? '', 'base64').length).toString('base64'),
    };
    const bad = at.client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: [wrong, ...Parts.slice(1)] },
      }),
    );
    expect(await errorOf(bad)).toMatchObject({ status: 400 });
    const done = await at.client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    );
    expect(done.ChecksumType).toBe(ChecksumType);
    if (ChecksumType === 'COMPOSITE') expect(done[name]).toMatch(/-3$/);
    else {
      const put = await at.client.send(
        new PutObjectCommand({ Bucket, Key: `${Key} at once`, Body: whole, ChecksumAlgorithm: algorithm }),
      );
      expect(done[name]).toBe(put[name]);
    }
    const get = await at.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect([get[name], get.ChecksumType]).toEqual([done[name], ChecksumType]);
    expect(sha256((await get.Body?.transformToByteArray()) ?? '')).toBe(sha256(whole));
    const { ObjectParts } = await at.client.send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectParts'] }),
    );
    expect(ObjectParts?.TotalPartsCount).toBe(3);
    const second = await at.client.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
    expect(sha256((await second.Body?.transformToByteArray()) ?? '')).toBe(
      sha256(whole.subarray(5 * MIB, 10 * MIB)),
    );
    expect(second.PartsCount).toBe(3);
  });
});
