// A session of the SDK through the recorder to the gateway with a store of its own, and its replay against the same.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { readRecording } from '../../../src/bench/recorder/read-recording.ts';
import { runRecorder } from '../../../src/bench/recorder/run-recorder.ts';
import { type ReplayOptions, replayPrefix, runReplay } from '../../../src/bench/recorder/run-replay.ts';
import type { BenchTarget } from '../../../src/bench/runtime/bench-target.ts';
import { useGatewayWithOwnStore } from '../../support/embedded-store-fixture.ts';
import { bucketName, sdk } from '../../support/s3-clients.ts';

const at = useGatewayWithOwnStore();
const FOLDER = 'Veeam/Backup/folder/Clients/{4b7d}/';

async function freshBucket(): Promise<string> {
  const Bucket = bucketName('recorder');
  await at.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  return Bucket;
}

function replayed(
  recording: string,
  bucket: string,
  runId: string,
  changed: Partial<Pick<ReplayOptions, 'speed' | 'signal' | 'onProgress'>> = {},
) {
  const target: BenchTarget = {
    endpoint: new URL(at.gateway.endpoint),
    bucket,
    region: 'us-east-1',
    credentials: at.gateway.credentials,
    addressing: 'path',
  };
  return runReplay({
    recording,
    target,
    prefix: replayPrefix(runId),
    concurrency: 8,
    speed: 0,
    maxLockSeconds: 2,
    allowForeignObjects: false,
    signal: new AbortController().signal,
    now: Date.now,
    onProgress: () => {},
    ...changed,
  });
}

async function session(bucket: string, out: string, hashNames: boolean): Promise<readonly string[]> {
  const problems: string[] = [];
  const recorder = await runRecorder({
    listen: { host: '127.0.0.1', port: 0 },
    target: new URL(at.gateway.endpoint),
    out,
    hashNames,
    now: Date.now,
    onProblem: (text) => problems.push(text),
  });
  const endpoint = `http://127.0.0.1:${recorder.port}`;
  const client = sdk({ endpoint, credentials: at.gateway.credentials });
  const Bucket = bucket;
  const block = (n: number) => ({ Bucket, Key: `${FOLDER}blocks/${n}.blk` });
  const Body = Buffer.alloc(300_000, 'x');
  const until = () => new Date(Date.now() + 86_400_000);
  try {
    const locked = await client.send(
      new PutObjectCommand({
        ...block(0),
        Body,
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: until(),
      }),
    );
    const VersionId = locked.VersionId ?? '';
    await client.send(
      new PutObjectRetentionCommand({
        ...block(0),
        VersionId,
        Retention: { Mode: 'COMPLIANCE', RetainUntilDate: until() },
      }),
    );
    await expect(client.send(new DeleteObjectCommand({ ...block(0), VersionId }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    const got = await client.send(new GetObjectCommand({ ...block(0), VersionId }));
    expect((await got.Body?.transformToByteArray())?.length).toBe(Body.length);
    await expect(client.send(new GetObjectCommand(block(9)))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await Promise.all([1, 2, 3].map((n) => client.send(new PutObjectCommand({ ...block(n), Body }))));
    await client.send(new ListObjectsV2Command({ Bucket, Prefix: FOLDER, MaxKeys: 2 }));
    await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: FOLDER, Delimiter: '/' }));
    const marker = await client.send(new DeleteObjectCommand(block(1)));
    await client.send(new DeleteObjectCommand({ ...block(1), VersionId: marker.VersionId ?? '' }));
    const Objects = [1, 2, 3].map((n) => ({ Key: block(n).Key }));
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  } finally {
    client.destroy();
    await recorder.close();
  }
  return problems;
}

describe('record, then replay', () => {
  test.each([
    ['names as they are', false, 'aaaaaaaaaaaa'],
    ['names hashed', true, 'bbbbbbbbbbbb'],
  ])('%s: no differences, nothing secret, nothing left', async (_, hashNames, runId) => {
    const directory = await mkdtemp(join(tmpdir(), 'recorder-'));
    const out = join(directory, 'session.jsonl');
    const from = await freshBucket();
    expect(await session(from, out, hashNames)).toEqual([]);

    const text = await readFile(out, 'utf8');
    const { accessKeyId, secretAccessKey } = at.gateway.credentials;
    for (const secret of [accessKeyId, secretAccessKey, 'Signature=']) expect(text).not.toContain(secret);
    expect(text.includes(from)).toBe(!hashNames);
    expect(text.includes('4b7d')).toBe(!hashNames);
    const { requests } = await readRecording(out);
    const operations = Map.groupBy(requests, ({ operation }) => operation);
    expect(Object.fromEntries([...operations].map(([name, each]) => [name, each.length]))).toEqual({
      PutObject: 4,
      PutObjectRetention: 1,
      DeleteObject: 3,
      GetObject: 2,
      ListObjectsV2: 1,
      ListObjectVersions: 1,
      DeleteObjects: 1,
    });
    expect(
      operations.get('PutObject')?.map(({ requestBytes, payload }) => [requestBytes, payload]),
    ).toContainEqual([300_000, expect.stringMatching(/^(SHA256|UNSIGNED-PAYLOAD)$/)]);
    expect(operations.get('DeleteObjects')?.[0]?.body).toMatchObject({ objects: 3, quiet: true });

    const to = await freshBucket();
    const result = await replayed(out, to, runId);
    expect(result).toMatchObject({ differences: [], notReplayed: [], leftovers: [], replayed: 13 });
    expect(result.latencies.map(({ operation }) => operation).sort()).toEqual([...operations.keys()].sort());
    const { Versions = [], DeleteMarkers = [] } = await at.client.send(
      new ListObjectVersionsCommand({ Bucket: to }),
    );
    expect([...Versions, ...DeleteMarkers]).toEqual([]);
    await rm(directory, { recursive: true });
  });

  test('a bucket that cannot do what the recording needs shows as a difference', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'recorder-'));
    const out = join(directory, 'session.jsonl');
    await session(await freshBucket(), out, false);
    const Bucket = bucketName('unlocked');
    await at.client.send(new CreateBucketCommand({ Bucket }));
    const { differences } = await replayed(out, Bucket, 'cccccccccccc');
    expect(differences).toContainEqual(
      expect.objectContaining({
        operation: 'PutObject',
        recorded: '200',
        got: expect.stringMatching(/^400 /),
        count: 1,
        firstKey: `${FOLDER}blocks/0.blk`,
      }),
    );
    await rm(directory, { recursive: true });
  });

  test('told to end after its first request, at the recorded speed, it deletes what it wrote', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'recorder-'));
    const out = join(directory, 'session.jsonl');
    await session(await freshBucket(), out, false);
    const Bucket = await freshBucket();
    const controller = new AbortController();
    const {
      interrupted,
      replayed: count,
      leftovers,
    } = await replayed(out, Bucket, 'dddddddddddd', {
      speed: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect({ interrupted, leftovers }).toEqual({ interrupted: true, leftovers: [] });
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(13);
    const { Versions = [], DeleteMarkers = [] } = await at.client.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    expect([...Versions, ...DeleteMarkers]).toEqual([]);
    await rm(directory, { recursive: true });
  });
});
