// Sessions of the rehearsal server: they run, are stopped, fail, and do not outlive the server.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SessionFault } from '../../../src/rehearse/rehearsal-faults.ts';
import { type Answer, RehearsalClient } from './rehearsal-client.ts';

const SESSIONS = '/api/v1/sessions';
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rehearsal-sessions-'));
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

/** Adding a repository is the session that needs nothing before it but credentials. */
async function start(client: RehearsalClient, name = 'never'): Promise<Answer> {
  const { json } = await client.call('/api/v1/cloudCredentials', {
    body: { type: 'Amazon', accessKey: 'K', secretKey: 'S' },
  });
  return await client.call('/api/v1/backupInfrastructure/repositories', {
    revision: '1.3-rev2',
    body: {
      type: 'S3Compatible',
      name,
      description: '',
      account: { servicePoint: 'http://127.0.0.1:1', regionId: 'r', credentialsId: json.id },
      bucket: { bucketName: 'bucket', folderName: name },
    },
  });
}

const withFault = (fault: SessionFault) => ({ faults: { sessionFault: () => fault } });

test('one that never ends is stopped, and says that it was', async () => {
  await using client = await RehearsalClient.start(withFault({ kind: 'never-ends' }));
  const started = await start(client);
  const path = `${SESSIONS}/${started.json.id}`;
  expect((await client.call(path)).json.state).toBe('Working');
  expect((await client.call(`${path}/stop`, { method: 'POST' })).status).toBe(200);
  const session = await client.ended(started);
  expect(session.result).toEqual({
    result: 'Failed',
    message: 'The session was stopped by a user.',
    isCanceled: true,
  });
  expect(session['endTime']).toEqual(expect.any(String));
  // To stop it once more is no error.
  expect((await client.call(`${path}/stop`, { method: 'POST' })).status).toBe(200);
});

test('one that fails says why, in its result and in its log', async () => {
  await using client = await RehearsalClient.start(
    withFault({ kind: 'fails', message: 'The disk is on fire.' }),
  );
  const started = await start(client);
  const session = await client.ended(started);
  expect(session.result).toMatchObject({
    result: 'Failed',
    message: 'The disk is on fire.',
    isCanceled: false,
  });
  const { json: all } = await client.call(`${SESSIONS}/${started.json.id}/logs`);
  expect(all.totalRecords).toBe(1);
  const { json: failed } = await client.call(`${SESSIONS}/${started.json.id}/logs?statusFilter=Failed`);
  expect(failed.records).toMatchObject([{ id: 1, status: 'Failed', title: 'The disk is on fire.' }]);
  const { json: none } = await client.call(`${SESSIONS}/${started.json.id}/logs?statusFilter=Warning`);
  expect(none.records).toEqual([]);
});

test('one that was running when the server stopped has failed at the next start', async () => {
  let id: string;
  {
    await using client = await RehearsalClient.start({
      dataDirectory: directory,
      ...withFault({ kind: 'never-ends' }),
    });
    id = (await start(client)).json.id;
  }
  await using client = await RehearsalClient.start({ dataDirectory: directory });
  const { json } = await client.call(`${SESSIONS}/${id}`);
  expect(json).toMatchObject({
    state: 'Stopped',
    result: {
      result: 'Failed',
      message: 'The rehearsal server was stopped while this session was running.',
      isCanceled: false,
    },
  });
});

test('the list is the newest first, and filtered by what the documents name', async () => {
  await using client = await RehearsalClient.start(withFault({ kind: 'fails', message: 'No.' }));
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    const started = await start(client, name);
    await client.ended(started);
    ids.push(started.json.id);
  }
  const listed = async (query: string): Promise<readonly string[]> =>
    (await client.call(`${SESSIONS}?${query}`)).json.data.map(({ id }: { id: string }) => id);
  expect(await listed('')).toEqual(ids.toReversed());
  expect(await listed('orderColumn=CreationTime&orderAsc=true&limit=1&skip=1')).toEqual([ids[1]]);
  expect(await listed('typeFilter=Infrastructure&resultFilter=Failed&stateFilter=Stopped')).toHaveLength(3);
  expect(await listed('typeFilter=BackupJob')).toEqual([]);
  expect(await listed('resultFilter=Success&resultFilter=Warning')).toEqual([]);
  expect(await listed(`jobIdFilter=${ids[0]}`)).toEqual([ids[0]]);
  expect(await listed('createdAfterFilter=2999-01-01T00:00:00Z')).toEqual([]);
  expect(await listed('endedBeforeFilter=2999-01-01T00:00:00Z')).toHaveLength(3);
  for (const query of [
    'createdAfterFilter=yesterday',
    'typeFilter=Nap',
    'stateFilter=Asleep',
    'jobIdFilter=7',
  ]) {
    expect((await client.call(`${SESSIONS}?${query}`)).status, query).toBe(400);
  }
  expect((await client.call(`${SESSIONS}?resultFilter=Perhaps`)).status).toBe(400);
});

test('one that is not there is 404, and has no tasks', async () => {
  await using client = await RehearsalClient.start();
  const path = `${SESSIONS}/${crypto.randomUUID()}`;
  for (const [suffix, method] of [
    ['', 'GET'],
    ['/logs', 'GET'],
    ['/stop', 'POST'],
  ] as const) {
    const { status, json } = await client.call(`${path}${suffix}`, { method });
    expect(status).toBe(404);
    expect(json.errorCode).toBe('NotFound');
  }
  expect((await client.call(`${path}/taskSessions`)).json).toEqual({
    data: [],
    pagination: { total: 0, count: 0, skip: 0, limit: 200 },
  });
});
