// What a client notices of a config that changes while it works: nothing, unless the change is about it.
import { GetObjectCommand, HeadBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../../support/bodies.ts';
import { RawConnection } from '../../support/raw-http.ts';
import { requestBytes, signed } from '../../support/raw-sigv4.ts';
import { inputFor, rawTargetOf } from '../../support/raw-target.ts';
import { waitFor } from '../../support/wait.ts';
import { BUCKET, connectionsTo, ReloadGateway, type WrittenConfig } from './reload-fixture.ts';

const SECOND = { accessKeyId: 'SECONDCLIENT', secretAccessKey: 'second-client-secret-0123456789' };
const MIB = 1024 * 1024;

function addSecond(config: WrittenConfig): void {
  config.credentials.push({ ...SECOND, buckets: ['*'], access: 'read-write' });
}

/** Writes and reads all the time; gives what failed. */
function load(client: S3Client, name: string) {
  let isStopped = false;
  let done = 0;
  const failed: string[] = [];
  const one = async (turn: number): Promise<void> => {
    const Key = `${name}/${turn % 16}`;
    try {
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: bodyOf(Key, 16 * 1024) }));
      const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      if (sha256(bytes) !== sha256(bodyOf(Key, 16 * 1024))) failed.push(`${Key} has other bytes`);
      done += 2;
    } catch (error) {
      failed.push(String(error));
    }
  };
  const running = Promise.all(
    [0, 1, 2, 3].map(async (lane) => {
      for (let turn = lane; !isStopped; turn += 4) await one(turn);
    }),
  );
  return {
    get done() {
      return done;
    },
    async stop(): Promise<readonly string[]> {
      isStopped = true;
      await running;
      return failed;
    },
  };
}

const statusOf = (error: unknown): number | undefined =>
  (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;

async function headBucket(client: S3Client, Bucket = BUCKET): Promise<number> {
  try {
    await client.send(new HeadBucketCommand({ Bucket }));
    return 200;
  } catch (error) {
    return statusOf(error) ?? 0;
  }
}

describe.each([1, 2])('with %i workers', (workers) => {
  test('credentials come, change and go, and no request of another fails', async () => {
    await using at = await ReloadGateway.start({ workers });
    const running = load(at.client(), 'load');
    expect(await headBucket(at.client(SECOND))).toBe(403);

    const added = await at.change(addSecond);
    expect(added['changes']).toContainEqual({
      path: 'credentials[SECONDCLIENT].secretAccessKey',
      after: '(hidden)',
    });
    for (let each = 0; each < 8; each++) expect(await headBucket(at.client(SECOND))).toBe(200);

    const other = 'another-secret-of-the-second-client';
    const changed = await at.change((config) => {
      for (const each of config.credentials) {
        if (each.accessKeyId === SECOND.accessKeyId) each.secretAccessKey = other;
      }
    });
    expect(changed['changes']).toEqual([
      { path: 'credentials[SECONDCLIENT].secretAccessKey', before: '(hidden)', after: '(hidden)' },
    ]);
    for (let each = 0; each < 8; each++) {
      expect(await headBucket(at.client(SECOND))).toBe(403);
      expect(await headBucket(at.client({ ...SECOND, secretAccessKey: other }))).toBe(200);
    }

    await at.change((config) => {
      config.credentials = config.credentials.filter(({ accessKeyId }) => accessKeyId !== SECOND.accessKeyId);
    });
    for (let each = 0; each < 8; each++) {
      expect(await headBucket(at.client({ ...SECOND, secretAccessKey: other }))).toBe(403);
    }

    const before = running.done;
    await waitFor(() => running.done > before + 20, { what: 'the load to go on' });
    expect(await running.stop()).toEqual([]);
    expect(at.gateway.output()).not.toContain(other);
    expect(at.gateway.output()).not.toContain(SECOND.secretAccessKey);
  });

  test('a transfer that began before goes on to its end, even where its credential and its store are gone', async () => {
    await using at = await ReloadGateway.start({ workers, timeouts: { backendIdle: '10m' } });
    const [first, other] = at.stores;
    const body = bodyOf('large', 48 * MIB);
    await at.client().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'large', Body: body }));
    const { host, port } = at.gateway.s3;
    await using connection = await RawConnection.open({ host, port });
    const input = inputFor(rawTargetOf(at.gateway), { method: 'GET', target: `/${BUCKET}/large` });
    await connection.send(requestBytes(signed(input)));
    await waitFor(() => connection.pending.length > 0, { what: 'the download to begin', everyMs: 5 });
    connection.socket.pause();

    const changed = await at.change((config) => {
      config.credentials = [];
      addSecond(config);
      for (const backend of config.backends) backend['endpoints'] = [other?.endpoint];
    });
    expect(changed['changes']).toContainEqual({
      path: 'backends[embedded].endpoints',
      before: first?.endpoint,
      after: other?.endpoint,
    });
    expect(await headBucket(at.client())).toBe(403);
    expect(await headBucket(at.client(SECOND))).toBe(200);
    expect(await connectionsTo(first?.port ?? 0)).toBeGreaterThan(0);

    connection.socket.resume();
    const answer = await connection.answer('GET');
    expect([answer.status, answer.body.length, sha256(answer.body)]).toEqual([
      200,
      body.length,
      sha256(body),
    ]);
    await waitFor(async () => (await connectionsTo(first?.port ?? 0)) === 0, {
      what: 'the connections to the store of before to be closed',
    });
  });

  test('an upload that is half done is stored whole by the rules that it began on', async () => {
    await using at = await ReloadGateway.start({ workers });
    const [first, other] = at.stores;
    const body = bodyOf('upload', 8 * MIB);
    const { host, port } = at.gateway.s3;
    await using connection = await RawConnection.open({ host, port });
    const input = inputFor(rawTargetOf(at.gateway), { method: 'PUT', target: `/${BUCKET}/upload`, body });
    const bytes = requestBytes(signed(input));
    const half = bytes.length / 2;
    await connection.send(bytes.subarray(0, half));
    await waitFor(async () => (await connectionsTo(first?.port ?? 0)) > 0, { what: 'the upload to begin' });
    await at.change((config) => {
      config.credentials = [];
      addSecond(config);
      for (const backend of config.backends) backend['endpoints'] = [other?.endpoint];
    });
    await connection.send(bytes.subarray(half));
    expect((await connection.answer('PUT')).status).toBe(200);
    await at.change((config) => {
      for (const backend of config.backends) backend['endpoints'] = [first?.endpoint];
    });
    const { Body } = await at.client(SECOND).send(new GetObjectCommand({ Bucket: BUCKET, Key: 'upload' }));
    expect(sha256((await Body?.transformToByteArray()) ?? '')).toBe(sha256(body));
  });

  test('rules and endpoints change under load', async () => {
    await using at = await ReloadGateway.start({ workers });
    const [, other] = at.stores;
    const put = (Key: string) =>
      at.client().send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'told apart' }));
    const running = load(at.client(), 'load');
    await put('of-the-first');
    await at.change((config) => {
      config.backends.push({ ...config.backends[0], name: 'second', endpoints: [other?.endpoint] });
      config.buckets = [{ match: BUCKET, backend: 'second' }, ...config.buckets];
    });
    const get = (Key: string) => at.client().send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    await expect(get('of-the-first')).rejects.toThrow('does not exist');
    await put('of-the-second');
    await at.change((config) => {
      config.backends.pop();
      config.buckets.shift();
    });
    expect((await get('of-the-first')).$metadata.httpStatusCode).toBe(200);
    await expect(get('of-the-second')).rejects.toThrow('does not exist');
    // A key that was written at one store and read at the other is the only thing that may not be found.
    const failed = await running.stop();
    expect(failed.filter((text) => !text.startsWith('NoSuchKey'))).toEqual([]);
  });
});
