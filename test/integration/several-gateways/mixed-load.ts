// What backup clients do to a store, many at a time: writes, overwrites, deletions, copies, uploads in parts, all checked.
import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

const MIB = 1024 * 1024;

/** So many clients at a time, each so many rounds. Rejects with the first request that failed. */
export async function mixedLoad(
  client: S3Client,
  bucket: string,
  { name, clients, rounds }: { readonly name: string; readonly clients: number; readonly rounds: number },
): Promise<void> {
  await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      for (let round = 0; round < rounds; round++) await oneRound(client, bucket, `${name}/${index}`, round);
    }),
  );
}

async function oneRound(client: S3Client, Bucket: string, name: string, round: number): Promise<void> {
  const put = (Key: string, bytes: number) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: randomBytes(bytes) }));
  // Written, written over by less and by more, by whichever gateway is next.
  await put(`${name}/again`, 700_000);
  await put(`${name}/again`, 200_000 + round);
  await put(`${name}/kept-${round}`, 1_500_000);
  await put(`${name}/gone`, 900_000);
  await client.send(
    new CopyObjectCommand({ Bucket, Key: `${name}/copy`, CopySource: `${Bucket}/${name}/kept-${round}` }),
  );
  await client.send(new DeleteObjectCommand({ Bucket, Key: `${name}/gone` }));
  await put(`${name}/list-1`, 300_000);
  await put(`${name}/list-2`, 300_000);
  const Objects = [{ Key: `${name}/list-1` }, { Key: `${name}/list-2` }];
  await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  await upload(client, Bucket, `${name}/parts`, [5 * MIB, 5 * MIB, 100_000]);
  await abandoned(client, Bucket, `${name}/aborted`);
  await reads(client, Bucket, `${name}/read`);
}

async function upload(
  client: S3Client,
  Bucket: string,
  Key: string,
  sizes: readonly number[],
): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Parts = await Promise.all(
    sizes.map(async (bytes, index) => {
      const PartNumber = index + 1;
      const part = new UploadPartCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber,
        Body: Buffer.alloc(bytes, index),
      });
      return { PartNumber, ETag: (await client.send(part)).ETag };
    }),
  );
  await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
}

async function abandoned(client: S3Client, Bucket: string, Key: string): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Body = Buffer.alloc(2 * MIB);
  await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body }));
  await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
}

async function reads(client: S3Client, Bucket: string, Key: string): Promise<void> {
  const body = randomBytes(400_000);
  await client.send(new PutObjectCommand({ Bucket, Key, Body: body }));
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  const read = await Body?.transformToByteArray();
  if (read === undefined || !body.equals(read)) throw new Error(`${Key}: other bytes`);
}
