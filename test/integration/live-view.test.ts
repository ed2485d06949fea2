// GET /api/live and /api/events of a whole gateway with a store of its own: what they say is what was sent, by whoever served it.
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { readLive } from '../../src/admin/live-answers.ts';
import type { LiveAnswer } from '../../src/admin/live-schemas.ts';
import { bodyOf } from '../support/bodies.ts';
import { rawTargetOf } from '../support/raw-target.ts';
import { sdk } from '../support/s3-clients.ts';
import { waitFor } from '../support/wait.ts';
import { BUCKET, CAPACITY, WorkersGateway } from './workers-fixture.ts';

const CLIENT = 'Veeam/Backup/backups/Clients/{00000000-0000-4000-8000-00000000000';

async function live(at: WorkersGateway): Promise<LiveAnswer> {
  const answer = await fetch(`${at.gateway.adminUrl}/api/live`);
  const found = readLive(await answer.json());
  if (found === undefined) throw new Error('an answer that does not fit its schema');
  return found;
}

function sumOf({ traffic }: LiveAnswer) {
  const sum = { requests: 0, errors: 0, refused: 0, requestBytes: 0, responseBytes: 0 };
  for (const { at: _, ...point } of traffic.points) {
    for (const [name, value] of Object.entries(point)) sum[name as keyof typeof sum] += value;
  }
  return sum;
}

/** A request counts at its end, which its client may see a moment before. */
function counted(at: WorkersGateway, requests: number): Promise<LiveAnswer> {
  return waitFor(
    async () => {
      const answer = await live(at);
      return sumOf(answer).requests >= requests && answer;
    },
    { what: `${requests} requests to be counted`, everyMs: 20 },
  );
}

describe.each([1, 2])('with %i workers', (workers) => {
  test('the numbers are those of what was sent, to the request and the byte', async () => {
    await using at = await WorkersGateway.start({ workers });
    let requests = 0;
    let requestBytes = 0;
    const sizes = [10_000, 30_000, 20_000];
    const puts = sizes.flatMap((size, machine) =>
      Array.from({ length: 4 }, (_, object) => ({ key: `${CLIENT}${machine}}/{b}/Objs/${object}`, size })),
    );
    for (const { key, size } of puts) {
      await at.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: bodyOf(key, size) }));
      requests++;
      requestBytes += size;
    }
    let responseBytes = 0;
    // By connections that both have.
    for (const connection of workers === 1 ? [await at.open()] : await at.oneToEach()) {
      for (const { key, size } of puts.slice(0, 6)) {
        const target = `/${BUCKET}/${key.replaceAll('{', '%7B').replaceAll('}', '%7D')}`;
        expect((await at.ask(connection, { target })).body).toHaveLength(size);
        requests++;
        responseBytes += size;
      }
      for (const target of [`/${BUCKET}/${CAPACITY}`, `/${BUCKET}/nothing-there`]) {
        responseBytes += (await at.ask(connection, { target })).body.length;
        requests++;
      }
      await connection[Symbol.asyncDispose]();
    }

    const answer = await counted(at, requests);
    expect(sumOf(answer)).toEqual({ requests, errors: 0, refused: 0, requestBytes, responseBytes });
    expect(answer.workers).toBe(workers);
    const operations = new Map(answer.latency.operations.map((each) => [each.operation, each]));
    expect(operations.get('PutObject')).toMatchObject({ requests: 12, errors: 0 });
    expect(operations.get('GetObject')?.requests).toBe(requests - 12);
    for (const { p50Ms, p90Ms, p99Ms, maxMs, firstByteP50Ms = 0 } of answer.latency.operations) {
      expect(p50Ms).toBeGreaterThan(0);
      expect(firstByteP50Ms).toBeGreaterThan(0);
      expect([p50Ms, p90Ms, p99Ms, maxMs]).toEqual([p50Ms, p90Ms, p99Ms, maxMs].sort((a, b) => a - b));
    }
    expect(answer.entities.map(({ entity }) => entity.slice(0, CLIENT.length + 1))).toEqual(
      expect.arrayContaining([`${CLIENT}0`, `${CLIENT}1`, `${CLIENT}2`]),
    );
    expect(answer.entities.find(({ entity }) => entity.startsWith(`${CLIENT}2`))).toEqual({
      bucket: BUCKET,
      entity: `${CLIENT}2}/{b}/`,
      requests: 4,
      requestBytes: 80_000,
      responseBytes: 0,
    });
    expect(answer.backends).toEqual([{ name: 'embedded', kind: 'embedded', reachable: true }]);
    expect(answer.endpoints).toEqual([
      expect.objectContaining({ backend: 'embedded', state: 'working', waiting: expect.any(Number) }),
    ]);
  });

  test('a refusal says why, who and which bucket, and never a secret or a signature', async () => {
    await using at = await WorkersGateway.start({ workers });
    await using connection = await at.open();
    const { credentials } = rawTargetOf(at.gateway);
    const wrong = sdk(at.gateway, { credentials: { ...credentials, secretAccessKey: 'another-secret' } });
    await expect(wrong.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a/key' }))).rejects.toThrow();
    wrong.destroy();
    const target = `/${BUCKET}/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml`;
    const bytes = at.bytes({ method: 'PUT', target });
    await connection.send(bytes);
    expect((await connection.answer('PUT')).status).toBe(403);
    const answer = await counted(at, 2);
    expect(sumOf(answer)).toMatchObject({ refused: 2, errors: 0 });
    const [put, get] = answer.refusals;
    expect(get).toMatchObject({
      remote: '127.0.0.1',
      operation: 'GetObject',
      bucket: BUCKET,
      key: 'a/key',
      status: 403,
      code: 'SignatureDoesNotMatch',
      reason: expect.stringContaining('wrong secret key'),
    });
    expect(put).toMatchObject({ accessKeyId: credentials.accessKeyId, operation: 'PutObject', status: 403 });
    const [, signature = 'none'] = /Signature=([0-9a-f]{64})/.exec(bytes.toString('latin1')) ?? [];
    const text = JSON.stringify(answer);
    for (const secret of [signature, credentials.secretAccessKey, 'another-secret']) {
      expect(text).not.toContain(secret);
    }
    // What was refused names no entity.
    expect(answer.entities).toEqual([]);
  });
});

test('connections are those that are open', async () => {
  await using at = await WorkersGateway.start();
  const open = await at.oneToEach();
  expect(
    (await waitFor(async () => (await live(at)).connections === 2 && (await live(at)), { what: 'both' }))
      .workers,
  ).toBe(2);
  for (const connection of open) await connection[Symbol.asyncDispose]();
  await waitFor(async () => (await live(at)).connections === 0, { what: 'none' });
});

test('what a killed worker counted stays, and what it held does not', async () => {
  await using at = await WorkersGateway.start();
  const [lost, kept] = await at.oneToEach();
  if (lost === undefined || kept === undefined) throw new Error('not two workers');
  const victim = await at.ownerOf(lost);
  for (const connection of [lost, kept]) {
    for (let n = 0; n < 25; n++) await at.ask(connection, { target: `/${BUCKET}`, method: 'HEAD' });
  }
  const before = await counted(at, 50);
  process.kill(victim, 'SIGKILL');
  await waitFor(() => at.gateway.logs().some(({ msg }) => msg?.startsWith('a worker ended')), {
    what: 'its end',
  });
  const seen: number[] = [];
  const after = await waitFor(
    async () => {
      const answer = await live(at);
      seen.push(sumOf(answer).requests);
      return answer.workers === 2 && answer;
    },
    { what: 'two workers again', everyMs: 20 },
  );
  expect(new Set(seen)).toEqual(new Set([50]));
  expect(after.latency.operations).toEqual(before.latency.operations);
  expect(after.entities).toEqual(before.entities);
  await waitFor(async () => (await live(at)).connections === 1, { what: 'one connection' });
  await kept[Symbol.asyncDispose]();
});

test('events tell what the page tells, and end when the gateway stops', async () => {
  await using at = await WorkersGateway.start();
  const answer = await fetch(`${at.gateway.adminUrl}/api/events`);
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  let text = '';
  const read = (async () => {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
  })();
  const latest = () => [...text.matchAll(/^event: live\ndata: (.*)\n\n/gm)].at(-1)?.[1];
  await waitFor(() => latest(), { what: 'the first event' });
  await at.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: 'b' }));
  await waitFor(() => latest()?.includes('PutObject'), { what: 'the upload to be told', everyMs: 50 });
  expect(readLive(JSON.parse(latest() ?? ''))?.latency.operations[0]).toMatchObject({ requests: 1 });
  await at.gateway.stop();
  // Ended, or cut off: either way nobody waits for more.
  await read.catch(() => {});
});
