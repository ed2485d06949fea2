// 64 uploads and then 64 downloads at once: bodies pass, they do not pile up.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect, test } from 'vitest';
import { bodyOf } from '../support/bodies.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { bucketName, sdk } from '../support/s3-clients.ts';
import { differenceOf } from '../support/store-differences.ts';
import { describeOnEachStore } from '../support/stores.ts';

const MIB = 1024 * 1024;
const WIDTH = 64;
const LIMIT_BYTES = 250 * MIB;

const agent = new Agent({ keepAlive: true, maxSockets: WIDTH });

async function upload(url: string, piece: Buffer, pieces: number): Promise<void> {
  const put = request(url, { method: 'PUT', agent, headers: { 'content-length': pieces * piece.length } });
  const answered = once(put, 'response') as Promise<[IncomingMessage]>;
  answered.catch(() => {});
  for (let index = 0; index < pieces; index += 1) {
    if (!put.write(piece)) await Promise.race([once(put, 'drain'), answered]);
  }
  put.end();
  const [answer] = await answered;
  answer.resume();
  await once(answer, 'end');
  expect(answer.statusCode).toBe(200);
}

/** Compares as it reads: the body is this piece over and over. */
async function download(url: string, piece: Buffer, pieces: number): Promise<void> {
  const get = request(url, { agent }).end();
  const [answer] = (await once(get, 'response')) as [IncomingMessage];
  let at = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    for (let done = 0; done < chunk.length; ) {
      const from = (at + done) % piece.length;
      const length = Math.min(chunk.length - done, piece.length - from);
      const same = chunk.compare(piece, from, from + length, done, done + length) === 0;
      if (!same) throw new Error(`another byte within ${length} after ${at + done}`);
      done += length;
    }
    at += chunk.length;
  }
  expect([answer.statusCode, at]).toEqual([200, pieces * piece.length]);
}

describeOnEachStore('memory', (store) => {
  const mebibytes = differenceOf(store, 'mebibytesOfEachBodyInMemoryTests');

  test(`64 times ${mebibytes} MiB at once, up and down, within 250 MiB`, { timeout: 300_000 }, async () => {
    await using gateway = await GatewayProcess.start({
      store,
      // What one process holds is looked at.
      config: { workers: 1 },
    });
    const client = sdk(gateway);
    const Bucket = bucketName('memory');
    await client.send(new CreateBucketCommand({ Bucket }));
    const objects = await Promise.all(
      Array.from({ length: WIDTH }, async (_, index) => {
        const Key = `block ${index}`;
        return {
          Key,
          piece: bodyOf(Key, MIB),
          putUrl: await getSignedUrl(client, new PutObjectCommand({ Bucket, Key })),
          getUrl: await getSignedUrl(client, new GetObjectCommand({ Bucket, Key })),
        };
      }),
    );
    await Promise.all(objects.map(({ putUrl, piece }) => upload(putUrl, piece, mebibytes)));
    const afterUploads = await gateway.rssBytes();
    await Promise.all(objects.map(({ getUrl, piece }) => download(getUrl, piece, mebibytes)));
    const afterDownloads = await gateway.rssBytes();
    await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: objects.map(({ Key }) => ({ Key })) } }),
    );
    client.destroy();
    expect(afterUploads.peak).toBeLessThan(LIMIT_BYTES);
    expect(afterDownloads.peak).toBeLessThan(LIMIT_BYTES);
  });
});
