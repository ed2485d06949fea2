// What Veeam ONE shows of the state that both ports share: object storages, scale-out repositories, sessions and alarms.

import { DatabaseSync } from 'node:sqlite';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registerAlarms } from '../../../../src/rehearse/one/alarms/alarm-routes.ts';
import { FREE_SPACE_PERCENT } from '../../../../src/rehearse/one/alarms/alarm-rules.ts';
import { oneJson } from '../../../../src/rehearse/one/one-json.ts';
import { objectStorages } from '../../../../src/rehearse/one/resources/object-storage-resource.ts';
import { scaleOutResources } from '../../../../src/rehearse/one/resources/scale-out-resource.ts';
import { SessionNumbers, sessionResources } from '../../../../src/rehearse/one/resources/session-resource.ts';
import type { SessionRecord } from '../../../../src/rehearse/sessions/session-record.ts';
import type {
  RepositoryObservation,
  RepositoryRecord,
} from '../../../../src/rehearse/state/repository-record.ts';

const GIB = 2n ** 30n;
const NOW = Date.parse('2026-01-01T00:00:00Z');

function repository(number: number, observation: Partial<RepositoryObservation> = {}): RepositoryRecord {
  return {
    id: `00000000-0000-4000-8000-00000000000${number}`,
    number,
    name: `repository ${number}`,
    description: 'text',
    uniqueId: 'u',
    addedAt: NOW,
    settings: {
      account: { servicePoint: 'https://s', regionId: 'r', credentialsId: 'c' },
      bucket: { bucketName: 'b', folderName: 'f' },
    },
    observation: {
      isOnline: true,
      problem: '',
      isSosapi: true,
      modelName: 'm',
      capacity: filled(50n),
      capacityAt: NOW,
      ...observation,
    },
  };
}

/** 100 GiB, so much of it used. */
function filled(usedGib: bigint) {
  return { capacityBytes: 100n * GIB, availableBytes: (100n - usedGib) * GIB, usedBytes: usedGib * GIB };
}

describe('object storages', () => {
  test('have bytes, a type that tells of SOSAPI, and limits', () => {
    const plain = repository(1);
    const limited: RepositoryRecord = {
      ...plain,
      settings: {
        ...plain.settings,
        taskLimitEnabled: true,
        maxTaskCount: 4,
        bucket: {
          ...plain.settings.bucket,
          immutability: { isEnabled: true, daysCount: 7 },
          storageConsumptionLimit: { isEnabled: true, consumptionLimitCount: 2, consumptionLimitKind: 'PB' },
        },
      },
    };
    expect(objectStorages([limited])).toEqual([
      expect.objectContaining({
        objectStorageId: 1,
        objectStorageUidInVbr: plain.id,
        type: 'S3Integrated',
        bucket: 'b',
        capacityBytes: 100n * GIB,
        usedSpaceBytes: 50n * GIB,
        consumptionLimitGb: 2 * 1024 * 1024,
        isImmutable: true,
        immutabilityIntervalDays: 7,
        concurrentJobsMax: 4,
      }),
    ]);
  });

  test('without SOSAPI have no sizes: none is made up', () => {
    const unknown = repository(1, { isSosapi: false, capacity: undefined, capacityAt: undefined });
    expect(objectStorages([unknown])).toEqual([
      expect.objectContaining({
        type: 'S3Compatible',
        capacityBytes: null,
        usedSpaceBytes: null,
        consumptionLimitGb: null,
      }),
    ]);
  });

  test('beyond 2^53 bytes are written to the last one', () => {
    expect(oneJson({ bytes: 2n ** 60n + 1n })).toBe('{"bytes":1152921504606846977}');
  });
});

describe('scale-out repositories', () => {
  const extent = (number: number, kind: 'Performance' | 'Capacity' = 'Performance') => ({
    repositoryId: repository(number).id,
    kind,
    isSealed: false,
    isInMaintenance: false,
  });
  const scaleOut = (...extents: ReturnType<typeof extent>[]) => ({
    id: 'id',
    number: 3,
    name: 'sobr',
    description: '',
    uniqueId: 'u',
    addedAt: NOW,
    extents,
    settings: {
      placementPolicy: { type: 'Performance' },
      capacityTier: {
        isEnabled: true,
        copyPolicyEnabled: true,
        movePolicyEnabled: true,
        operationalRestorePeriodDays: 14,
        encryption: { isEnabled: true },
      },
      archiveTier: { isEnabled: false, archivePeriodDays: 90 },
    },
  });

  test('are as large as their performance extents together', () => {
    const repositories = [repository(1), repository(2, { capacity: filled(90n) }), repository(4)];
    expect(scaleOutResources([scaleOut(extent(1), extent(2), extent(4, 'Capacity'))], repositories)).toEqual([
      expect.objectContaining({
        scaleoutRepositoryId: 3,
        capacityBytes: 200n * GIB,
        freeSpaceBytes: 60n * GIB,
        state: 'Ok',
        scaleoutRepositoryPolicy: 'Performance',
        copyPolicy: true,
        movePolicyInDays: 14,
        archivingPolicyInDays: null,
        encryptArchivedData: true,
      }),
    ]);
  });

  test('have no size where that of an extent is not known, and no good state where one is away', () => {
    const repositories = [repository(1), repository(2, { capacity: undefined, isOnline: false })];
    expect(scaleOutResources([scaleOut(extent(1), extent(2))], repositories)).toEqual([
      expect.objectContaining({ capacityBytes: null, freeSpaceBytes: null, state: 'Inaccessible' }),
    ]);
  });
});

describe('task sessions', () => {
  const session = (id: string, rest: Partial<SessionRecord>): SessionRecord => ({
    id,
    name: 'Rescan',
    jobId: id,
    sessionType: 'ConfigurationResynchronize',
    createdAt: NOW,
    endedAt: NOW + 1000,
    state: 'Stopped',
    progressPercent: 100,
    result: 'Success',
    message: '',
    isCanceled: false,
    resourceId: undefined,
    resourceReference: undefined,
    usn: 1,
    initiatedBy: 'somebody',
    ...rest,
  });

  test('have numbers that stay, oldest first, and the status of the session', () => {
    using database = new DatabaseSync(':memory:');
    const numbers = new SessionNumbers(database);
    const old = session('a', { result: 'Failed' });
    const statuses = (records: readonly SessionRecord[]) =>
      sessionResources(records, new SessionNumbers(database)).map((one) => {
        const { jobSessionId, status } = one as { readonly jobSessionId: number; readonly status: string };
        return [jobSessionId, status];
      });
    expect(sessionResources([old], numbers)).toEqual([
      {
        jobSessionId: 1000,
        name: 'Rescan',
        type: 'AggregateProperties',
        status: 'Failed',
        statusPriority: 2,
        start: '2026-01-01T00:00:00.000Z',
        end: '2026-01-01T00:00:01.000Z',
      },
    ]);
    expect(
      statuses([
        session('f', { state: 'Starting', endedAt: undefined }),
        session('e', { state: 'Working' }),
        session('d', { state: 'Stopping' }),
        session('c', { isCanceled: true, result: 'Failed' }),
        session('b', { result: 'Warning' }),
        old,
      ]),
    ).toEqual([
      [1000, 'Failed'],
      [1001, 'Warning'],
      [1002, 'Stopped'],
      [1003, 'Stopping'],
      [1004, 'Processing'],
      [1005, 'InQueue'],
    ]);
  });
});

describe('triggered alarms', () => {
  const URL = '/api/v2.3/alarms/triggeredAlarms';
  let repositories: readonly RepositoryRecord[];
  let now: number;
  let database: DatabaseSync;
  let app: FastifyInstance;

  beforeEach(() => {
    repositories = [];
    now = NOW;
    database = new DatabaseSync(':memory:');
    app = fastify();
    registerAlarms(app, {
      database,
      clock: { now: () => now, newId: () => 'id' },
      repositories: { all: () => repositories },
    });
  });
  afterEach(async () => {
    await app.close();
    database.close();
  });

  async function alarms(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const answer = await app.inject(URL);
    const { items } = JSON.parse(answer.body) as {
      readonly items: readonly Readonly<Record<string, unknown>>[];
    };
    return items;
  }

  const statuses = async () => (await alarms()).map(({ name, status }) => `${name}: ${status}`);

  test.each([
    [89n, []],
    [90n, []],
    [91n, ['Backup repository free space: Warning']],
    [95n, ['Backup repository free space: Warning']],
    [96n, ['Backup repository free space: Error']],
    [100n, ['Backup repository free space: Error']],
  ])('%i of 100 GiB used', async (used, expected) => {
    expect(FREE_SPACE_PERCENT).toEqual({ warning: 10n, error: 5n });
    repositories = [repository(1, { capacity: filled(used) })];
    expect(await statuses()).toEqual(expected);
  });

  test('one is triggered once, says of what, and is resolved when its cause is gone', async () => {
    repositories = [repository(1, { capacity: filled(92n) })];
    const [first] = await alarms();
    expect(first).toMatchObject({
      triggeredAlarmId: 1,
      triggeredTime: '2026-01-01T00:00:00.000Z',
      alarmSource: { objectId: 1, objectName: 'repository 1', objectType: 'VbrBackupRepository' },
      description: expect.stringContaining('below the threshold of 10%'),
    });
    now += 60_000;
    repositories = [repository(1, { capacity: filled(93n) })];
    const [again, ...others] = await alarms();
    expect(others).toEqual([]);
    expect(again).toMatchObject({ triggeredAlarmId: 1, triggeredTime: '2026-01-01T00:00:00.000Z' });
    expect(again?.['description']).not.toBe(first?.['description']);
    repositories = [repository(1)];
    expect(await alarms()).toEqual([
      expect.objectContaining({ triggeredAlarmId: 1, status: 'Resolved', comment: 'The cause is gone.' }),
    ]);
    repositories = [repository(1, { capacity: filled(92n) })];
    expect(await statuses()).toEqual([
      'Backup repository free space: Resolved',
      'Backup repository free space: Warning',
    ]);
  });

  test('it becomes worse: another one', async () => {
    repositories = [repository(1, { capacity: filled(92n) })];
    await alarms();
    repositories = [repository(1, { capacity: filled(99n) })];
    expect(await statuses()).toEqual([
      'Backup repository free space: Resolved',
      'Backup repository free space: Error',
    ]);
  });

  test('the store does not answer', async () => {
    repositories = [repository(1, { isOnline: false, problem: 'connection refused' })];
    expect(await alarms()).toEqual([
      expect.objectContaining({
        name: 'Backup repository connection failure',
        status: 'Error',
        description: expect.stringContaining('connection refused'),
      }),
    ]);
  });

  test('a repository that was removed has none any more', async () => {
    repositories = [repository(1, { isOnline: false })];
    await alarms();
    repositories = [];
    expect(await statuses()).toEqual(['Backup repository connection failure: Resolved']);
  });

  test('a person acknowledges and resolves, and it stays so while its cause lasts', async () => {
    repositories = [repository(1, { isOnline: false })];
    await alarms();
    const resolve = (resolveType: string, ids = [1]) =>
      app.inject({
        method: 'POST',
        url: `${URL}/resolve`,
        payload: { triggeredAlarmIds: ids, comment: 'seen', resolveType },
      });
    expect((await resolve('Acknowledge')).statusCode).toBe(200);
    expect(await alarms()).toEqual([expect.objectContaining({ status: 'Acknowledged', comment: 'seen' })]);
    expect((await resolve('Resolve')).statusCode).toBe(200);
    expect(await alarms()).toEqual([expect.objectContaining({ status: 'Resolved', comment: 'seen' })]);
    expect((await resolve('Resolve', [7])).statusCode).toBeGreaterThanOrEqual(400);
    repositories = [repository(1)];
    expect(await alarms()).toEqual([expect.objectContaining({ status: 'Resolved', comment: 'seen' })]);
  });

  test('without a known capacity nothing is said of space', async () => {
    repositories = [repository(1, { capacity: undefined })];
    expect(await alarms()).toEqual([]);
  });

  test('a filter goes into the source', async () => {
    repositories = [repository(1, { isOnline: false }), repository(2, { isOnline: false })];
    await alarms();
    const filter = { property: 'alarmSource.objectName', operation: 'equals', value: 'REPOSITORY 2' };
    const answer = await app.inject({
      url: URL,
      query: { Filter: JSON.stringify(filter), Select: 'alarmSource.objectId' },
    });
    expect(answer.json()).toEqual({ items: [{ alarmSource: { objectId: 2 } }], totalCount: 1 });
  });
});
