// What a reload leaves in the processes: nothing that grows, the new config in each, also in one that is started later.
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeadBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { bodyOf } from '../../support/bodies.ts';
import { servedCapacity } from '../../support/served-capacity.ts';
import { waitFor } from '../../support/wait.ts';
import { BUCKET, connectionsTo, ReloadGateway, type WrittenConfig } from './reload-fixture.ts';

const SECOND = { accessKeyId: 'SECONDCLIENT', secretAccessKey: 'second-client-secret-0123456789' };
const addSecond = (config: WrittenConfig): void => {
  config.credentials.push({ ...SECOND, buckets: ['*'], access: 'read-write' });
};

describe.each([1, 2])('with %i workers', (workers) => {
  test('twenty reloads that make each backend anew leave no handle and no connection behind', async () => {
    await using at = await ReloadGateway.start({ workers, timeouts: { backendIdle: '10m' } });
    const pids = [at.gateway.pid, ...(await at.workers())];
    const openFiles = async () => {
      const all = await Promise.all(pids.map((pid) => readdir(`/proc/${pid}/fd`)));
      return all.reduce((sum, { length }) => sum + length, 0);
    };
    const client = at.client();
    const put = async () => {
      for (let key = 0; key < 4; key++) {
        await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: `k${key}`, Body: 'b' }));
      }
    };
    const [store] = at.stores;
    const turn = async (index: number) => {
      const line = await at.change((config) => {
        // A number that is part of each backend.
        config['timeouts'] = { backendIdle: '10m', storeAnswer: `${60 + index}s` };
      });
      expect(line.msg).toContain('is served from now on');
      await put();
    };
    await turn(0);
    await turn(1);
    const before = await openFiles();
    for (let index = 2; index < 22; index++) await turn(index);
    // Clients' connections and those to the store come and go; what one reload leaves would be there twenty times.
    await waitFor(async () => (await openFiles()) <= before + 15, { what: 'the files to be closed' });
    await waitFor(async () => (await connectionsTo(store?.port ?? 0)) <= 8 * workers, {
      what: 'the connections of the backends of before to be closed',
    });
    expect(await at.metric('sosapi_gateway_reloads_total', 'result="applied"')).toBe(22);
  });

  test('what has passed counts once: Used right after each reload, while it is written', async () => {
    const own = { kind: 'embedded', dataDirectory: 'data', createBuckets: [BUCKET], reserve: '0B' };
    await using at = await ReloadGateway.start({ workers, backends: [{ name: 'embedded', ...own }] });
    const size = 64 * 1024;
    const client = at.client();
    let [begun, done] = [0, 0];
    let isStopped = false;
    const write = async (lane: number) => {
      for (let turn = 0; !isStopped; turn++) {
        begun += size;
        await client.send(
          new PutObjectCommand({ Bucket: BUCKET, Key: `${lane}/${turn}`, Body: bodyOf('b', size) }),
        );
        done += size;
      }
    };
    const used = async () => {
      const served = await servedCapacity(at.gateway, BUCKET);
      if (!served.isServed) throw new Error('capacity was refused');
      return Number(served.used);
    };
    const lanes = [0, 1, 2];
    const writing = Promise.all(lanes.map(write));
    for (let index = 0; index < 10; index++) {
      await at.change((config) => {
        config['timeouts'] = { storeAnswer: `${60 + index}s` };
        config.buckets = [{ match: '*', backend: 'embedded', quota: `${index + 1}PiB` }];
      });
      const least = done;
      // A worker keeps an answer for a quarter of a second: see capacity-copy.ts.
      await sleep(300);
      const found = await used();
      expect(found).toBeGreaterThanOrEqual(least);
      // The store counts an object that it has just written, and the gateway sees its answer a moment later: one in each lane.
      expect(found).toBeLessThanOrEqual(begun + lanes.length * size);
    }
    isStopped = true;
    await writing;
    await waitFor(async () => (await used()) === done, { what: 'Used to be what was written' });
  });

  test('a quota that changes is enforced by the store that the gateway runs', async () => {
    const own = { kind: 'embedded', dataDirectory: 'data', createBuckets: [BUCKET], reserve: '0B' };
    await using at = await ReloadGateway.start({ workers, backends: [{ name: 'embedded', ...own }] });
    const client = at.client();
    const put = (Key: string) =>
      client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: bodyOf('b', 64 * 1024) }));
    await put('fits');
    await at.change((config) => {
      config.buckets = [{ match: '*', backend: 'embedded', quota: '96KiB' }];
    });
    await expect(put('no-room')).rejects.toThrow(/quota/i);
    await at.change((config) => {
      config.buckets = [{ match: '*', backend: 'embedded', quota: '1GiB' }];
    });
    await put('room-again');
  });
});

test('a worker that is killed after a reload comes back with the new config', async () => {
  await using at = await ReloadGateway.start({ workers: 2 });
  await at.change(addSecond);
  const before = await at.workers();
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await waitFor(
    async () => {
      const now = await at.workers();
      return now.length === 2 && now.every((pid) => !before.includes(pid));
    },
    { what: 'two other workers' },
  );
  await waitFor(async () => (await at.metric('sosapi_gateway_workers')) === 2, { what: 'both to serve' });
  for (let each = 0; each < 8; each++) {
    const { $metadata } = await at.client(SECOND).send(new HeadBucketCommand({ Bucket: BUCKET }));
    expect($metadata.httpStatusCode).toBe(200);
  }
});
