// The AWS SDK for JavaScript v3, with its defaults.
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { digestOf, digestOfBody, sha256, streamOf } from '../../support/bodies.ts';
import { BIG, bodyOfFile, type ClientSetting, SECOND, SMALL } from '../../support/client-setting.ts';
import { type Client, same } from './client.ts';
import { agentOptions } from './loopback-names.ts';

const PART_BYTES = 5 * 1024 * 1024;

export function awsSdkOf(setting: ClientSetting, config: S3ClientConfig = {}): S3Client {
  const { accessKeyId, secretAccessKey } = setting.credentials;
  const agent = agentOptions(setting);
  return new S3Client({
    endpoint: setting.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: setting.addressing === 'path',
    // What the gateway answers must be seen, not retried away.
    maxAttempts: 1,
    requestHandler: { httpAgent: new HttpAgent(agent), httpsAgent: new HttpsAgent(agent) },
    ...config,
  });
}

/** A buffer, a stream, and parts: three ways to frame a body. */
async function uploadAll(s3: S3Client, Bucket: string, prefix: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key: `${prefix}${SMALL}`, Body: bodyOfFile(SMALL) }));
  const stream = { Body: streamOf('stream', 100_000), ContentLength: 100_000 };
  await s3.send(new PutObjectCommand({ Bucket, Key: `${prefix}stream`, ...stream }));
  const upload = { Bucket, Key: `${prefix}${BIG}` };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
  const body = bodyOfFile(BIG);
  const Parts = [];
  for (let PartNumber = 1; (PartNumber - 1) * PART_BYTES < body.length; PartNumber++) {
    const Body = body.subarray((PartNumber - 1) * PART_BYTES, PartNumber * PART_BYTES);
    const part = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber, Body }));
    const { ETag, ChecksumCRC32 } = part;
    Parts.push({ PartNumber, ETag, ...(ChecksumCRC32 !== undefined && { ChecksumCRC32 }) });
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
}

async function checkAll(s3: S3Client, Bucket: string, prefix: string): Promise<void> {
  const read = async (name: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: `${prefix}${name}` }));
    if (Body === undefined) throw new Error('no body');
    return digestOf(Body as AsyncIterable<Uint8Array>);
  };
  for (const name of [SMALL, BIG]) {
    const body = bodyOfFile(name);
    same(await read(name), { bytes: body.length, sha256: sha256(body) }, `${prefix}${name}`);
  }
  same(await read('stream'), digestOfBody('stream', 100_000), `${prefix}stream`);
}

export const AWS_SDK_JS: Client = {
  name: 'AWS SDK for JavaScript v3',
  id: 'aws-sdk-js',
  signer: 'Smithy',
  second: "requestChecksumCalculation: 'WHEN_REQUIRED'",
  inProcess: true,
  async find() {
    const entry = import.meta.resolve('@aws-sdk/client-s3/package.json');
    return (JSON.parse(readFileSync(new URL(entry), 'utf8')) as { version: string }).version;
  },
  async use(setting: ClientSetting) {
    const Bucket = setting.bucket;
    const s3 = awsSdkOf(setting);
    const plain = awsSdkOf(setting, {
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    try {
      await s3.send(new CreateBucketCommand({ Bucket }));
      await uploadAll(s3, Bucket, 'data/');
      await checkAll(s3, Bucket, 'data/');
      await uploadAll(plain, Bucket, SECOND);
      await checkAll(plain, Bucket, SECOND);
      const CopySource = `${Bucket}/data/${encodeURIComponent(SMALL)}`;
      await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'copy' }));
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      const names = [SMALL, BIG, 'stream'].flatMap((name) => [`data/${name}`, `${SECOND}${name}`]);
      same(Contents.map(({ Key }) => Key).sort(), names.sort(), 'the listing');
      const Objects = names.map((Key) => ({ Key }));
      const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      same(Errors ?? [], [], 'errors of DeleteObjects');
      await s3.send(new DeleteBucketCommand({ Bucket }));
    } finally {
      s3.destroy();
      plain.destroy();
    }
  },
};
