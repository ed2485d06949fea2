// Load runs against the gateway with a store of its own: all phases, interrupted and resumed, and a store that falters.
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadProgress } from '../../../src/bench/load/load-progress.ts';
import { LOAD_PHASES, type LoadPhaseId, type LoadResult } from '../../../src/bench/load/load-result.ts';
import type { LoadSettings } from '../../../src/bench/load/load-settings.ts';
import { breaksVeeam } from '../../../src/bench/load/load-verdicts.ts';
import { type LoadOptions, runLoad } from '../../../src/bench/load/run-load.ts';
import { useGatewayWithOwnStore } from '../../support/embedded-store-fixture.ts';
import { bucketName } from '../../support/s3-clients.ts';
import { faultyRelay } from './load-faulty-relay.ts';

const MIB = 2 ** 20;
const at = useGatewayWithOwnStore();
let bucket: string;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load-'));
  bucket = bucketName('load');
  await at.client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** 8 MiB in some 64 objects, two increments. */
const SMALL: Partial<LoadSettings> = {
  blockBytes: 256 * 1024,
  machines: 2,
  machineBytes: 8 * MIB,
  increments: 2,
  changedPercent: 20,
  connectionsPerSlot: 8,
  lockSeconds: 5,
};

const load = (given: Partial<LoadOptions> = {}, endpoint = at.gateway.endpoint): Promise<LoadResult> =>
  runLoad({
    target: {
      endpoint: new URL(endpoint),
      bucket,
      region: 'us-east-1',
      credentials: at.gateway.credentials,
      addressing: 'path',
    },
    allowForeignObjects: true,
    onProgress() {},
    signal: new AbortController().signal,
    now: Date.now,
    settings: SMALL,
    ...given,
  });

async function held(): Promise<readonly string[]> {
  const { Versions = [], DeleteMarkers = [] } = await at.client.send(
    new ListObjectVersionsCommand({ Bucket: bucket }),
  );
  return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
}

const phase = ({ phases }: LoadResult, id: LoadPhaseId) => {
  const found = phases.find((each) => each.id === id);
  if (found === undefined) throw new Error(`there is no phase ${id}`);
  return found;
};
const verdict = ({ verdicts }: LoadResult, id: string) => verdicts.find((each) => each.id === id);
const objects = (result: LoadResult, ...ids: readonly LoadPhaseId[]) =>
  ids.reduce((sum, id) => sum + phase(result, id).objects, 0);

/** Ends a run once a phase has done so much. */
function interruptedAt(id: LoadPhaseId, done: number) {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress(progress: LoadProgress) {
      if (progress.phase === id && progress.done >= done) controller.abort();
    },
  };
}

describe('a whole run', () => {
  test('64 MiB with locks: all phases, and nothing is left but what was there before', async () => {
    await at.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'Veeam/Backup/theirs', Body: 'x' }));
    const phasesShown = new Set<string>();
    const result = await load({
      settings: {
        ...SMALL,
        blockBytes: MIB,
        machineBytes: 64 * MIB,
        connectionsPerSlot: 64,
        lockSeconds: 10,
      },
      onProgress: (progress) => phasesShown.add(progress.phase),
    });
    expect(result.phases.map(({ id, status }) => [id, status])).toEqual(
      LOAD_PHASES.map((id) => [id, 'done']),
    );
    for (const each of result.phases) {
      expect(each).toMatchObject({ objects: each.planned, failed: 0, errors: {} });
      expect(each.objects).toBeGreaterThan(0);
      expect(each.latency?.calls).toBeGreaterThan(0);
      expect(each.latency?.p50Ms).toBeLessThanOrEqual(each.latency?.maxMs ?? 0);
    }
    expect(objects(result, 'full')).toBe(128);
    expect(phase(result, 'full').bytes).toBeGreaterThan(58 * MIB);
    expect(objects(result, 'sweep', 'delete')).toBe(objects(result, 'full', 'increments'));
    expect(objects(result, 'extension')).toBe(128);
    expect(phase(result, 'sweep').waitedMs + phase(result, 'delete').waitedMs).toBeGreaterThan(0);
    expect(new Set(result.series.map((sample) => sample.phase))).toEqual(new Set(LOAD_PHASES));
    expect(result.capacity.some(({ truth, used }) => truth > 0 && used > 0)).toBe(true);
    expect(result.capacity.at(-1)?.truth).toBe(0);
    expect([...phasesShown].every((name) => [...LOAD_PHASES, 'cleanup'].includes(name as LoadPhaseId))).toBe(
      true,
    );
    expect(phasesShown.size).toBeGreaterThan(1);
    expect(breaksVeeam(result.verdicts)).toBe(false);
    expect(verdict(result, 'load-delete-rate')?.message).toContain('400,000');
    expect(result).toMatchObject({ width: 128, parts: 1, interrupted: false, kept: false, leftovers: [] });
    expect(await held()).toEqual(['Veeam/Backup/theirs']);
    // What stands in a report is read again from JSON.
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  }, 240_000);

  test('without immutability nothing is locked, extended or waited for', async () => {
    const result = await load({ settings: { ...SMALL, immutability: false } });
    expect(phase(result, 'extension')).toMatchObject({
      status: 'not-run',
      reason: 'the blocks have no locks',
    });
    expect(result.phases.map(({ waitedMs }) => waitedMs)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(objects(result, 'sweep', 'delete')).toBe(objects(result, 'full', 'increments'));
    expect(await held()).toEqual(['Veeam/Backup/theirs']);
  }, 120_000);

  test('one that has too little time says what was cut short, and still leaves nothing', async () => {
    const settings = { ...SMALL, machineBytes: 4096 * MIB, maxMinutes: 0.02, immutability: false };
    const result = await load({ settings });
    expect(phase(result, 'full')).toMatchObject({
      status: 'cut-short',
      reason: 'the time that it may take was over',
    });
    expect(objects(result, 'full')).toBeLessThan(phase(result, 'full').planned);
    expect(phase(result, 'delete').status).toBe('done');
    expect(await held()).toEqual(['Veeam/Backup/theirs']);
  }, 120_000);

  test('one that may write little says so', async () => {
    const settings = { ...SMALL, maxBytes: 3 * MIB, immutability: false };
    const result = await load({ settings });
    expect(phase(result, 'full')).toMatchObject({
      status: 'cut-short',
      reason: 'no more than 3145728 bytes may be written',
    });
    const written = phase(result, 'full').bytes + phase(result, 'increments').bytes;
    expect(written).toBeLessThanOrEqual(3 * MIB);
    expect(objects(result, 'increments')).toBeGreaterThan(0);
    expect(objects(result, 'sweep', 'delete')).toBe(objects(result, 'full', 'increments'));
  }, 120_000);
});

/**
 * A call that was cut off may be carried out after the run went on and looked, and its block is then written again: of
 * those that were under way at the time, 16, and no others.
 */
function expectFewTwice(result: LoadResult): void {
  const twice = objects(result, 'sweep', 'delete') - objects(result, 'full', 'increments');
  expect(twice).toBeGreaterThanOrEqual(0);
  expect(twice).toBeLessThanOrEqual(result.width);
}

describe('a run that is interrupted', () => {
  const stateFile = (name: string) => join(directory, name);
  /** 128 objects. */
  const LONG = { ...SMALL, machineBytes: 16 * MIB };

  test('cleans up after itself, locks and all', async () => {
    const interrupt = interruptedAt('full', 20);
    const settings = { ...LONG, machineBytes: 1024 * MIB };
    const result = await load({ settings, stateFile: stateFile('cleaned'), ...interrupt });
    expect(result).toMatchObject({ interrupted: true, kept: false, leftovers: [] });
    expect(phase(result, 'full')).toMatchObject({ status: 'cut-short', reason: 'the run was interrupted' });
    expect(objects(result, 'full')).toBeGreaterThanOrEqual(20);
    expect(phase(result, 'delete')).toMatchObject({ status: 'not-run', reason: 'the run was interrupted' });
    expect(await held()).toEqual(['Veeam/Backup/theirs']);
    expect(await readdir(directory)).toEqual([]);
  }, 120_000);

  test.each<[LoadPhaseId, number]>([
    ['full', 20],
    ['extension', 1],
    ['delete', 0],
  ])(
    'in %s is kept, and goes on without writing all again',
    async (id, done) => {
      const file = stateFile(id);
      const first = await load({ settings: LONG, stateFile: file, keep: true, ...interruptedAt(id, done) });
      expect(first).toMatchObject({ interrupted: true, kept: true, parts: 1 });
      expect((await held()).length).toBeGreaterThan(1);
      const second = await load({ settings: {}, stateFile: file });
      expect(second).toMatchObject({ interrupted: false, parts: 2, prefix: first.prefix, leftovers: [] });
      expect(second.phases.map(({ status }) => status)).toEqual(LOAD_PHASES.map(() => 'done'));
      expect(objects(second, 'full')).toBe(128);
      expectFewTwice(second);
      expect(objects(second, 'extension')).toBeGreaterThanOrEqual(128);
      expect(second.verdicts.filter(({ status }) => status === 'failed')).toEqual([]);
      expect(await held()).toEqual(['Veeam/Backup/theirs']);
      expect(await readdir(directory)).toEqual([]);
    },
    240_000,
  );

  test('goes on from a state that is older than what was written', async () => {
    const file = stateFile('older');
    const controller = new AbortController();
    let copied: Promise<void> | undefined;
    await load({
      settings: LONG,
      stateFile: file,
      keep: true,
      signal: controller.signal,
      onProgress: ({ done, phase: now }) => {
        // The first state is written before the first block.
        copied ??= copyFile(file, `${file}.before`);
        if (now === 'full' && done > 40) controller.abort();
      },
    });
    await copied;
    await rm(file);
    const second = await load({ settings: {}, stateFile: `${file}.before` });
    expect(objects(second, 'full')).toBe(128);
    expectFewTwice(second);
    expect(await held()).toEqual(['Veeam/Backup/theirs']);
  }, 240_000);
});

describe('a store that falters', () => {
  test('slows down and breaks lines now and then: it is ridden out, and counted', async () => {
    let count = 0;
    await using relay = await faultyRelay(at.gateway.endpoint, ({ method, target }) => {
      const isLoad = (method === 'PUT' || method === 'POST') && target.includes(bucket);
      if (!isLoad) return undefined;
      count++;
      return count % 17 === 0 ? 'break' : count % 5 === 0 ? 'slow-down' : undefined;
    });
    const result = await load({}, relay.endpoint);
    expect(result.phases.map(({ status, failed }) => [status, failed])).toEqual(
      LOAD_PHASES.map(() => ['done', 0]),
    );
    const breaks = Math.floor(count / 17);
    const errors = result.phases.flatMap((each) => Object.entries(each.errors));
    const counted = (isWanted: (what: string) => boolean) =>
      errors.reduce((sum, [what, times]) => sum + (isWanted(what) ? times : 0), 0);
    expect(breaks).toBeGreaterThan(3);
    expect(counted((what) => what === '503 SlowDown')).toBe(relay.spoiled.length - breaks);
    expect(counted((what) => what.startsWith('no answer'))).toBe(breaks);
    expect(result.phases.reduce((sum, { slowDowns }) => sum + slowDowns, 0)).toBe(
      relay.spoiled.length - breaks,
    );
    expect(verdict(result, 'load-slow-down')?.status).toBe('failed');
    expect(breaksVeeam(result.verdicts)).toBe(false);
    expect(await held()).toEqual(['Veeam/Backup/theirs']);
  }, 240_000);

  test('gives other bytes than were written: the key is named', async () => {
    let reads = 0;
    await using relay = await faultyRelay(at.gateway.endpoint, ({ method, target }) =>
      method === 'GET' && target.includes('/blocks/') && ++reads === 3 ? 'corrupt' : undefined,
    );
    const result = await load({ settings: { ...SMALL, immutability: false } }, relay.endpoint);
    const [spoiled] = relay.spoiled;
    const key = decodeURIComponent(spoiled?.target ?? '').replace(`/${bucket}/`, '');
    expect(verdict(result, 'load-data')).toMatchObject({ status: 'failed', severity: 'breaks' });
    expect(verdict(result, 'load-data')?.message).toContain(
      `1 reads did not give what was written: ${key}: byte`,
    );
    expect(breaksVeeam(result.verdicts)).toBe(true);
  }, 120_000);

  test('takes no block at all: the run ends soon, and says why', async () => {
    await using relay = await faultyRelay(at.gateway.endpoint, ({ method, target }) =>
      method === 'PUT' && target.includes('/blocks/') ? 'break' : undefined,
    );
    const settings = { ...SMALL, machineBytes: 64 * MIB, connectionsPerSlot: 64, immutability: false };
    const result = await load({ settings }, relay.endpoint);
    expect(phase(result, 'full')).toMatchObject({
      status: 'cut-short',
      reason: expect.stringContaining('more than 100 objects failed, the last with no answer'),
    });
    expect(verdict(result, 'load-writes')?.status).toBe('failed');
    expect(await held()).toEqual(['Veeam/Backup/theirs']);
  }, 120_000);
});

describe('refused before anything is written', () => {
  test('a bucket without object lock', async () => {
    const Bucket = bucketName('load-plain');
    await at.client.send(new CreateBucketCommand({ Bucket }));
    const target = {
      endpoint: new URL(at.gateway.endpoint),
      bucket: Bucket,
      region: 'us-east-1',
      credentials: at.gateway.credentials,
      addressing: 'path',
    } as const;
    await expect(load({ target })).rejects.toThrow(`the bucket "${Bucket}" has no object lock`);
    const result = await load({ target, settings: { ...SMALL, immutability: false } });
    expect(
      result.phases.filter(({ id }) => id !== 'extension').every(({ status }) => status === 'done'),
    ).toBe(true);
    expect(result.leftovers).toEqual([]);
    const { Versions = [] } = await at.client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions).toEqual([]);
  }, 120_000);

  test("a bucket with somebody else's objects, unless that is allowed", async () => {
    await expect(load({ allowForeignObjects: false })).rejects.toThrow('holds what is not the bench');
  });

  test('a state file that cannot be written', async () => {
    await expect(load({ stateFile: join(directory, 'none', 'state') })).rejects.toThrow(
      'cannot be written (ENOENT)',
    );
  });
});
