// Uploads in aws-chunked encoding through the gateway: what every current SDK sends, to stores that take it and to one that
// does not; and bodies that the gateway compares itself.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../support/bodies.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { exchange, type RawAnswer } from '../support/raw-http.ts';
import { ask, rawTargetOf } from '../support/raw-target.ts';
import { bucketName, sdk } from '../support/s3-clients.ts';
import { differenceOf } from '../support/store-differences.ts';
import { describeOnEachStore } from '../support/stores.ts';
import { waitFor } from '../support/wait.ts';
import { type ChunkedUpload, chunkedText, crc32Of, MODES, WHOLE } from '../wire/chunked-upload.ts';

const ALGORITHMS: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];
const MIB = 1024 * 1024;

function inHttpChunks(text: string): string {
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end).replace(/\r\ncontent-length: \d+/, '\r\ntransfer-encoding: chunked');
  const body = text.slice(end + 4);
  const pieces = [body.slice(0, 1000), body.slice(1000, 1001), body.slice(1001)];
  return `${head}\r\n\r\n${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\n`;
}

describeOnEachStore('payload modes', (store) => {
  const at = useGateway(store);
  const Bucket = bucketName('payload');

  beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket })));

  async function bytesOf(Key: string): Promise<Buffer> {
    const { Body } = await at.direct.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async function isThere(Key: string): Promise<boolean> {
    try {
      await at.direct.send(new HeadObjectCommand({ Bucket, Key }));
      return true;
    } catch {
      return false;
    }
  }

  async function upload(
    key: string,
    given: ChunkedUpload,
    edit = (text: string) => text,
  ): Promise<RawAnswer> {
    const { hostName: host, port, credentials } = rawTargetOf(at.gateway);
    const origin = { host, port };
    const text = chunkedText({ target: `/${Bucket}/${key}`, credentials, ...given }, origin);
    return await exchange(origin, edit(text), 'PUT');
  }

  test('it is found out by itself what the store takes', async () => {
    // The first upload of this kind asks where the start found no bucket to ask with.
    await upload('first', { mode: 'unsigned-trailer' });
    const message = differenceOf(store, 'takesAwsChunked')
      ? 'aws-chunked uploads are sent on as they come'
      : 'aws-chunked uploads are decoded';
    await waitFor(async () => at.gateway.logs().some(({ msg }) => msg === message), { what: message });
    expect((await bytesOf('first')).toString()).toBe(WHOLE);
  });

  describe.each(ALGORITHMS)('the SDK as it is by default, %s', (ChecksumAlgorithm) => {
    test.each([0, 1, 70_000, 3 * MIB + 1])('%i bytes out of a stream', async (size) => {
      const client = sdk(at.gateway, { requestChecksumCalculation: 'WHEN_SUPPORTED' });
      const Key = `stream-${ChecksumAlgorithm}-${size}`;
      const body = bodyOf(Key, size);
      const Body = Readable.from(size === 0 ? [] : [body.subarray(0, size >> 1), body.subarray(size >> 1)], {
        objectMode: false,
      });
      await client.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body,
          ContentLength: size,
          ChecksumAlgorithm,
          ContentEncoding: 'x-own',
        }),
      );
      client.destroy();
      expect(sha256(await bytesOf(Key))).toBe(sha256(body));
      const head = await at.direct.send(new HeadObjectCommand({ Bucket, Key }));
      expect([head.ContentLength, head.ContentEncoding]).toEqual([size, 'x-own']);
    });

    test('parts', async () => {
      const client = sdk(at.gateway, { requestChecksumCalculation: 'WHEN_SUPPORTED' });
      const Key = `parts-${ChecksumAlgorithm}`;
      const bodies = [bodyOf('one', 5 * MIB), bodyOf('two', 1000)];
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm }),
      );
      const Parts = [];
      for (const [index, body] of bodies.entries()) {
        const PartNumber = index + 1;
        const Body = Readable.from([body], { objectMode: false });
        const part = await client.send(
          new UploadPartCommand({
            Bucket,
            Key,
            UploadId,
            PartNumber,
            Body,
            ContentLength: body.length,
            ChecksumAlgorithm,
          }),
        );
        const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = part;
        const checksums = { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 };
        Parts.push({ ETag, PartNumber, ...checksums });
      }
      await client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
      );
      client.destroy();
      expect(sha256(await bytesOf(Key))).toBe(sha256(Buffer.concat(bodies)));
    });
  });

  describe.each(MODES)('%s', (mode) => {
    test.each([
      ['as it comes', (text: string) => text],
      ["within HTTP's own chunks", inHttpChunks],
    ])('%s', async (name, edit) => {
      const key = `${mode}-${name.replaceAll(/\W/g, '-')}`;
      const answer = await upload(key, { mode, headers: { 'content-encoding': 'gzip,aws-chunked' } }, edit);
      expect([answer.status, answer.body.toString()]).toEqual([200, '']);
      expect((await bytesOf(key)).toString()).toBe(WHOLE);
      const head = await at.direct.send(new HeadObjectCommand({ Bucket, Key: key }));
      expect([head.ContentLength, head.ContentEncoding]).toEqual([WHOLE.length, 'gzip']);
      if (mode === 'signed' || !differenceOf(store, 'takesAwsChunked')) return;
      const described = await at.direct.send(
        new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: 'ENABLED' }),
      );
      expect(described.ChecksumCRC32).toBe(crc32Of(WHOLE));
    });

    test('an empty object', async () => {
      const answer = await upload(`${mode}-empty`, { mode, data: [] });
      expect([answer.status, answer.body.toString()]).toEqual([200, '']);
      expect(await bytesOf(`${mode}-empty`)).toEqual(Buffer.alloc(0));
    });

    test.each<readonly [name: string, data: readonly string[] | undefined]>([
      ['a whole one', undefined],
      ['one without data', []],
    ])('%s whose end is spoilt leaves no object', async (name, data) => {
      const key = `${mode}-spoilt-${name.replaceAll(' ', '-')}`;
      const answer = await upload(key, {
        mode,
        ...(data && { data }),
        // The last signature, or the checksum where nothing is signed.
        spoil: (body) =>
          body.replace(
            /([0-9a-zA-Z])(=*\r\n\r\n)$/,
            (_, last: string, end: string) => `${last === '0' ? '1' : '0'}${end}`,
          ),
      });
      expect(answer.status).toBe(mode === 'unsigned-trailer' ? 400 : 403);
      expect(await isThere(key)).toBe(false);
    });
  });
});

describeOnEachStore('payloads that the gateway verifies', (store) => {
  const at = useGateway(store, { backend: { verifyPayload: 'gateway' } });
  const Bucket = bucketName('verified');
  const right = bodyOf('verified', 300_000);
  const wrong = Buffer.from(right);
  wrong.writeUInt8(wrong.readUInt8(wrong.length - 1) ^ 1, wrong.length - 1);
  const hash = (body: Buffer) => createHash('sha256').update(body).digest('hex');

  beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket })));

  const put = (
    key: string,
    input: { readonly body: Buffer; readonly payload: string; readonly headers?: Record<string, string> },
  ) => ask(rawTargetOf(at.gateway), { method: 'PUT', target: `/${Bucket}/${key}`, ...input });

  test('what fits is stored', async () => {
    expect((await put('right', { body: right, payload: hash(right) })).status).toBe(200);
    const { Body } = await at.direct.send(new GetObjectCommand({ Bucket, Key: 'right' }));
    expect(hash(Buffer.from((await Body?.transformToByteArray()) ?? []))).toBe(hash(right));
  });

  test.each<readonly [name: string, code: string, input: Parameters<typeof put>[1]]>([
    ['another SHA-256', 'XAmzContentSHA256Mismatch', { body: wrong, payload: hash(right) }],
    [
      'another checksum',
      'BadDigest',
      {
        body: wrong,
        payload: 'UNSIGNED-PAYLOAD',
        headers: { 'x-amz-checksum-sha256': createHash('sha256').update(right).digest('base64') },
      },
    ],
    [
      'an empty body that is announced as one with bytes',
      'XAmzContentSHA256Mismatch',
      { body: Buffer.alloc(0), payload: hash(right) },
    ],
  ])('%s is refused, and no store ever had the last byte', async (name, code, input) => {
    const key = name.replaceAll(/\W/g, '-');
    const answer = await put(key, input);
    expect([answer.status, /<Code>(\w+)</.exec(answer.body.toString())?.[1]]).toEqual([400, code]);
    await expect(at.direct.send(new HeadObjectCommand({ Bucket, Key: key }))).rejects.toThrow();
  });
});
