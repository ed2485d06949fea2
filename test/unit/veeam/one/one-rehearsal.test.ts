// The Veeam ONE client against the rehearsal server: two readings of the same document must understand each other.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRehearsal } from '../../../../src/rehearse/rehearsal-server.ts';
import { Secret } from '../../../../src/secret.ts';
import { createOneClient } from '../../../../src/veeam/one/create-one-client.ts';
import { type Filter, filterOf } from '../../../../src/veeam/one/filter.ts';
import type { OneSession } from '../../../../src/veeam/one/schemas.ts';
import { createVbrClient } from '../../../../src/veeam/vbr/create-vbr-client.ts';
import { scratch } from '../../cli/cli-fixture.ts';

const PASSWORD = new Secret('a rehearsal of tests');
const stack = new AsyncDisposableStack();
let one: ReturnType<typeof createOneClient>;
let url: string;
let fingerprint: string;

const clientOf = (password: Secret) =>
  createOneClient({ url, trust: { kind: 'fingerprint', sha256: fingerprint }, userName: 'op', password });

/** Three sessions: repositories on a port where nothing listens cannot be added. */
beforeAll(async () => {
  const directory = stack.use(await scratch());
  const rehearsal = await startRehearsal({
    ...{ port: 0, onePort: 0, host: '127.0.0.1', dataDirectory: join(directory.path, 'rehearsal') },
    ...{ userName: 'op', password: PASSWORD, sessionPaceMs: 1 },
  });
  stack.defer(() => rehearsal.close());
  url = rehearsal.oneUrl;
  fingerprint = rehearsal.fingerprint;
  const trust = { kind: 'fingerprint', sha256: fingerprint } as const;
  const vbr = createVbrClient({ url: rehearsal.vbrUrl, trust, userName: 'op', password: PASSWORD });
  stack.defer(() => vbr.close());
  one = clientOf(PASSWORD);
  stack.defer(() => one.close());
  const { id: credentialsId } = await vbr.cloudCredentials.add({
    ...{ type: 'Amazon', accessKey: 'KEY', secretKey: new Secret('secret') },
  });
  const { vbrId } = await vbr.serverInfo();
  const mount = { mountServerId: vbrId, writeCacheFolder: '/cache', vPowerNFSEnabled: false };
  for (const name of ['a', 'b', 'c']) {
    const session = await vbr.repositories.add({
      ...{ type: 'S3Compatible', name, description: name },
      account: { servicePoint: 'http://127.0.0.1:1', regionId: 'us-east-1', credentialsId },
      bucket: { bucketName: 'bucket', folderName: name },
      mountServer: { mountServerSettingsType: 'linux', linux: mount },
    });
    await expect(vbr.sessions.wait(session.id)).rejects.toThrow('failed');
  }
});
afterAll(() => stack.disposeAsync());

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = [];
  for await (const item of items) read.push(item);
  return read;
}

describe('sessions', () => {
  test('come page by page, each once, as sorted', async () => {
    const sorted = await all(
      one.sessions({ pageSize: 1, sort: [{ property: 'jobSessionId', direction: 'descending' }] }),
    );
    const ids = sorted.map(({ jobSessionId }) => jobSessionId);
    expect(ids).toHaveLength(3);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    expect(await one.session(ids[0] ?? 0)).toEqual(sorted[0]);
  });

  test('have what was selected', async () => {
    const [first] = await all(one.sessions({ limit: 1, select: ['status', 'name'] }));
    expect(Object.keys(first ?? {}).toSorted()).toEqual(['name', 'status']);
    expect(first?.status).toBe('Failed');
  });

  const is = filterOf<OneSession>();
  test.each<[string, Filter<OneSession>, number]>([
    ['equals', is.equals('status', 'failed'), 3],
    ['equals, by the letter', is.equals('status', 'failed', 'ordinal'), 0],
    ['notEquals', is.notEquals('status', 'Failed'), 0],
    ['in', is.in('status', ['Success', 'Failed']), 3],
    ['contains', is.contains('status', 'ail'), 3],
    ['subset', is.subset('status', ['Failed', 'Success']), 3],
    ['superset', is.superset('status', ['Failed']), 3],
    ['lessThan', is.lessThan('jobSessionId', 1_000_000_000), 3],
    ['lessThanOrEqual', is.lessThanOrEqual('statusPriority', -1), 0],
    ['greaterThan', is.greaterThan('start', '2001-01-01T00:00:00Z'), 3],
    ['greaterThanOrEqual', is.greaterThanOrEqual('jobSessionId', 0), 3],
    ['and', is.and(is.equals('status', 'Failed'), is.equals('status', 'Success')), 0],
    ['or', is.or(is.equals('status', 'Failed'), is.equals('status', 'Success')), 3],
    ['not', is.not(is.equals('status', 'Success')), 3],
    ['exclusiveOr', is.exclusiveOr(is.equals('status', 'Failed'), is.contains('status', 'F')), 0],
    ['groups in groups', is.not(is.or(is.and(is.equals('status', 'Success')), is.equals('name', 'x'))), 3],
  ])('are filtered: %s', async (_, filter, count) => {
    expect(await all(one.sessions({ filter }))).toHaveLength(count);
  });

  test('a number that none has is said to be none', async () => {
    await expect(one.session(999_999_999)).rejects.toMatchObject({
      status: 404,
      path: '/api/v2.3/sessions/999999999',
    });
  });
});

test('every collection answers as its schema says', async () => {
  const { repositories, objectStorages, scaleOutRepositories, triggeredAlarms, dataCollectionTasks } = one;
  for (const list of [
    repositories,
    objectStorages,
    scaleOutRepositories,
    triggeredAlarms,
    dataCollectionTasks,
  ]) {
    const read: () => AsyncIterable<unknown> = list;
    expect(await all(read())).toEqual(expect.any(Array));
  }
});

test('the schedule and the license are changed', async () => {
  await one.changeCollectionSchedule({
    startTime: '2026-01-01T00:00:00Z',
    scheduleType: 'Daily',
    daily: { daysOfWeek: ['Monday'] },
  });
  await one.updateLicense();
});

test('after a logout the next call logs in again', async () => {
  await using other = { client: clientOf(PASSWORD), [Symbol.asyncDispose]: () => other.client.close() };
  await all(other.client.sessions());
  await other.client.logout();
  expect(await all(other.client.sessions())).toHaveLength(3);
});

test('a wrong password is said without showing it', async () => {
  const stranger = clientOf(new Secret('not the password'));
  const error = await all(stranger.sessions()).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await stranger.close();
  expect(error).toMatchObject({ method: 'POST', path: '/api/token', status: 400 });
  expect(String(error)).toContain('logging in as op');
  expect(String(error)).not.toContain('not the password');
});
