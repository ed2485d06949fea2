// Repositories of the rehearsal server over a real gateway with a store of its own.
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useGatewayWithOwnStore } from '../../support/embedded-store-fixture.ts';
import { waitFor } from '../../support/wait.ts';
import { type Answer, MOUNT_SERVER, RehearsalClient } from './rehearsal-client.ts';

const REPOSITORIES = '/api/v1/backupInfrastructure/repositories';
const STATES = `${REPOSITORIES}/states`;

const own = useGatewayWithOwnStore({ createBuckets: ['backups', 'locked'] });
let rehearsal: RehearsalClient;
let credentialsId: string;

beforeAll(async () => {
  await own.client.send(new CreateBucketCommand({ Bucket: 'unlocked' }));
  rehearsal = await RehearsalClient.start();
  credentialsId = await addCredentials(rehearsal);
});
afterAll(async () => await rehearsal[Symbol.asyncDispose]());

async function addCredentials(client: RehearsalClient, secretKey?: string): Promise<string> {
  const { accessKeyId, secretAccessKey } = own.gateway.credentials;
  const body = { type: 'Amazon', accessKey: accessKeyId, secretKey: secretKey ?? secretAccessKey };
  const { status, json } = await client.call('/api/v1/cloudCredentials', { body });
  expect(status).toBe(201);
  return json.id;
}

interface SpecOptions {
  readonly bucketName?: string;
  readonly folderName?: string;
  readonly servicePoint?: string;
  readonly credentials?: string;
  readonly bucket?: object;
}

function spec(name: string, options: SpecOptions = {}) {
  const { bucketName = 'backups', folderName = name, servicePoint = own.gateway.endpoint } = options;
  return {
    name,
    description: `of the test ${name}`,
    type: 'S3Compatible',
    account: { servicePoint, regionId: 'us-east-1', credentialsId: options.credentials ?? credentialsId },
    bucket: { bucketName, folderName, ...options.bucket },
    mountServer: MOUNT_SERVER,
    taskLimitEnabled: true,
    maxTaskCount: 4,
  };
}

async function add(
  client: RehearsalClient,
  body: object,
  query = '',
): Promise<Awaited<ReturnType<typeof client.ended>>> {
  return await client.ended(await client.call(`${REPOSITORIES}${query}`, { body }));
}

async function idOf(client: RehearsalClient, name: string): Promise<string> {
  const { json } = await client.call(`${REPOSITORIES}?nameFilter=${name}`);
  expect(json.data).toHaveLength(1);
  return json.data[0].id;
}

async function stateOf(client: RehearsalClient, name: string, revision = '1.3-rev0') {
  const { json } = await client.call(`${STATES}?nameFilter=${name}`, { revision });
  expect(json.data).toHaveLength(1);
  return json.data[0];
}

describe('adding', () => {
  test('is a session that really looks at the store, and finds SOSAPI and its capacity', async () => {
    const started = await rehearsal.call(REPOSITORIES, { body: spec('first') });
    expect(started.status).toBe(201);
    expect(started.json).toMatchObject({
      sessionType: 'Infrastructure',
      state: 'Working',
      result: { result: 'None', message: '', isCanceled: false },
    });
    const session = await rehearsal.ended(started);
    // Plain HTTP is what makes it a warning.
    expect(session.result).toMatchObject({ result: 'Warning', isCanceled: false });
    expect(session.result['message']).toContain('plain HTTP');
    const id = await idOf(rehearsal, 'first');
    expect(session['resourceId']).toBe(id);

    const { json: logs } = await rehearsal.call(`/api/v1/sessions/${started.json.id}/logs`);
    const titles = logs.records.map(({ title }: { title: string }) => title).join('\n');
    expect(titles).toContain('Connected to the bucket backups');
    expect(titles).toContain('speaks SOSAPI');
    expect(titles).toContain('The folder first is ready');

    const state = await stateOf(rehearsal, 'first');
    expect(state).toMatchObject({ id, isOnline: true, isOutOfDate: false });
    expect(state.capacityGB).toBeGreaterThan(0);
    expect(state.capacityGB * 10).toBe(Math.round(state.capacityGB * 10));
  });

  test('shows the type by the name of each revision', async () => {
    await add(rehearsal, spec('typed'));
    const id = await idOf(rehearsal, 'typed');
    for (const [revision, type] of [
      ['1.2-rev1', 'S3Compatible'],
      ['1.3-rev0', 'SmartObjectS3'],
      ['1.3-rev1', 'SmartObjectS3'],
      ['1.3-rev2', 'S3Integrated'],
    ] as const) {
      expect((await stateOf(rehearsal, 'typed', revision)).type).toBe(type);
      const { json } = await rehearsal.call(`${REPOSITORIES}/${id}`, { revision });
      expect(json.type).toBe(type);
      const filtered = await rehearsal.call(`${REPOSITORIES}?typeFilter=${type}&typeFilter=WinLocal`, {
        revision,
      });
      expect(filtered.json.data.map(({ name }: { name: string }) => name)).toContain('typed');
    }
    expect((await rehearsal.call(`${STATES}?typeFilter=WinLocal`)).json.data).toEqual([]);
  });

  test('gives the settings back, and the mount server in the form of the revision', async () => {
    await add(rehearsal, spec('kept', { bucket: { immutability: { isEnabled: true, daysCount: 14 } } }));
    const id = await idOf(rehearsal, 'kept');
    const { json } = await rehearsal.call(`${REPOSITORIES}/${id}`);
    const { type: _type, ...sent } = spec('kept', {
      bucket: { immutability: { isEnabled: true, daysCount: 14 } },
    });
    expect(json).toMatchObject(sent);
    expect(
      (await rehearsal.call(`${REPOSITORIES}/${id}`, { revision: '1.2-rev1' })).json.mountServer,
    ).toEqual(MOUNT_SERVER.linux);
    const newer = await rehearsal.call(`${REPOSITORIES}/${id}`, { revision: '1.3-rev2' });
    expect(newer.json.mountServer.mountServerSettingsType).toBe('Linux');
  });

  test('says what it keeps and does not do', async () => {
    const body = { ...spec('multi', { bucket: { enableAutoProvision: true } }), importBackup: true };
    const { result } = await add(rehearsal, body);
    expect(result['message']).toContain('makes no buckets by itself');
    expect(result['message']).toContain('nothing is imported');
  });

  test('does not let two sessions take one name, or one folder', async () => {
    const started = [
      await rehearsal.call(REPOSITORIES, { body: spec('same name', { folderName: 'race 1' }) }),
      await rehearsal.call(REPOSITORIES, { body: spec('same name', { folderName: 'race 2' }) }),
      await rehearsal.call(REPOSITORIES, { body: spec('race 3', { folderName: 'same folder' }) }),
      await rehearsal.call(REPOSITORIES, { body: spec('race 4', { folderName: 'same folder' }) }),
    ];
    for (const answer of started) if (answer.status === 201) await rehearsal.ended(answer);
    const { json } = await rehearsal.call(REPOSITORIES);
    const found: readonly { name: string; bucket: { folderName: string } }[] = json.data;
    expect(found.filter(({ name }) => name === 'same name')).toHaveLength(1);
    expect(found.filter(({ bucket }) => bucket.folderName === 'same folder')).toHaveLength(1);
  });

  test('warns of a limit above what the storage has', async () => {
    const storageConsumptionLimit = { isEnabled: true, consumptionLimitCount: 8, consumptionLimitKind: 'PB' };
    const session = await add(rehearsal, spec('limited', { bucket: { storageConsumptionLimit } }));
    expect(session.result['message']).toContain('is more than the storage has');
  });

  test.each([
    ['a bucket that is not there', { bucketName: 'missing' }, 'NoSuchBucket'],
    [
      'a port where nobody listens',
      { servicePoint: 'http://127.0.0.1:1' },
      'cannot be reached (ECONNREFUSED)',
    ],
    [
      'immutability without object lock',
      { bucketName: 'unlocked', bucket: { immutability: { isEnabled: true, daysCount: 1 } } },
      'has no object lock',
    ],
  ])('fails with what was wrong: %s', async (what, options, sentence) => {
    const session = await add(rehearsal, spec(`broken ${what}`, options));
    expect(session.result).toMatchObject({ result: 'Failed' });
    expect(session.result['message']).toContain(sentence);
    expect((await rehearsal.call(`${REPOSITORIES}?nameFilter=broken*`)).json.data).toEqual([]);
  });

  test('fails where HTTPS is asked of a store that has none', async () => {
    const servicePoint = own.gateway.host;
    const session = await add(rehearsal, spec('tls', { servicePoint }));
    expect(session.result['message']).toBe(`https://${servicePoint} does not speak HTTPS.`);
  });

  test('fails with a wrong secret key, which another one mends', async () => {
    const credentials = await addCredentials(rehearsal, 'not the secret of this key');
    const session = await add(rehearsal, spec('denied', { credentials }));
    expect(session.result['message']).toContain('SignatureDoesNotMatch');
    const { secretAccessKey } = own.gateway.credentials;
    const changed = await rehearsal.call(`/api/v1/cloudCredentials/${credentials}/changeSecretKey`, {
      body: { newSecretKey: secretAccessKey },
    });
    expect(changed.status).toBe(200);
    expect(changed.text).not.toContain(secretAccessKey);
    expect((await add(rehearsal, spec('denied', { credentials }))).result['result']).toBe('Warning');
    const removed = await rehearsal.call(`/api/v1/cloudCredentials/${credentials}`, { method: 'DELETE' });
    expect(removed).toMatchObject({ status: 400, json: { errorCode: 'UnexpectedContent' } });
    expect(removed.json.message).toContain('used by the repository denied');
  });

  test('refuses a body that cannot be, at once', async () => {
    const { mountServer: _mountServer, ...bare } = spec('bare');
    const refused = async (body: object, revision?: string): Promise<Answer> =>
      await rehearsal.call(REPOSITORIES, { body, ...(revision === undefined ? {} : { revision }) });
    const answers = [
      await refused({ ...spec('bad'), type: 'WinLocal' }),
      await refused({ name: 'bad' }),
      await refused({ ...spec('bad'), maxTaskCount: 'four' }),
      await refused(spec('bad', { folderName: 'a/b' })),
      await refused(spec('bad', { credentials: crypto.randomUUID() })),
      await refused(spec('bad', { servicePoint: 'ftp://store' })),
      await refused(spec('bad', { bucket: { immutability: { isEnabled: true, daysCount: 0 } } })),
      await refused(bare),
      await refused(spec('first')),
      await refused({ ...spec('bad'), bucket: { bucketName: 'backups', folderName: 'first' } }),
    ];
    for (const { status, json } of answers) {
      expect(status, json.message).toBe(400);
      expect(json.errorCode).toBe('UnexpectedContent');
    }
    expect(answers[2]?.json.message).toContain('maxTaskCount');
    expect(answers[7]?.json.message).toContain('mountServer');
    // From 1.3-rev2 the mount server is optional.
    const newer = await refused({ ...bare, bucket: { bucketName: 'missing', folderName: 'x' } }, '1.3-rev2');
    expect(newer.status).toBe(201);
    await rehearsal.ended(newer);
  });
});

describe('the folder of a repository', () => {
  test('is not taken from another server, unless it is to be', async () => {
    await add(rehearsal, spec('owned'));
    await using other = await RehearsalClient.start();
    const credentials = await addCredentials(other);
    const refused = await add(other, spec('owned', { credentials }));
    expect(refused.result['result']).toBe('Failed');
    expect(refused.result['message']).toContain('belongs to another backup server');
    const taken = await add(other, spec('owned', { credentials }), '?overwriteOwner=true');
    expect(taken.result['result']).toBe('Warning');
    expect(taken.result['message']).toContain('was taken over');
  });

  test('is never taken from a server that is no rehearsal', async () => {
    const Key = 'Veeam/Backup/production/Config/Owner';
    await own.client.send(new PutObjectCommand({ Bucket: 'backups', Key, Body: '<Owner/>' }));
    const session = await add(rehearsal, spec('production'), '?overwriteOwner=true');
    expect(session.result['message']).toContain('belongs to a backup server that is no rehearsal');
  });
});

describe('what the store says now', () => {
  test('is there after a rescan', async () => {
    await add(rehearsal, spec('grows', { bucketName: 'locked' }));
    const id = await idOf(rehearsal, 'grows');
    const before = await stateOf(rehearsal, 'grows');
    await own.client.send(
      new PutObjectCommand({ Bucket: 'locked', Key: 'a block', Body: Buffer.alloc(160 * 1024 * 1024) }),
    );
    await waitFor(
      async () => {
        const rescan = await rehearsal.call(`${REPOSITORIES}/rescan`, { body: { repositoryIds: [id] } });
        expect(rescan.json.sessionType).toBe('ConfigurationResynchronize');
        await rehearsal.ended(rescan);
        return (await stateOf(rehearsal, 'grows')).usedSpaceGB > before.usedSpaceGB;
      },
      { what: 'the rescan to see what was written', timeoutMs: 30_000, everyMs: 200 },
    );
    expect((await stateOf(rehearsal, 'grows')).usedSpaceGB).toBe(0.2);
  });

  test('a rescan of what is not there is 404', async () => {
    const body = { repositoryIds: [crypto.randomUUID()] };
    const { status, json } = await rehearsal.call(`${REPOSITORIES}/rescan`, { body });
    expect(status).toBe(404);
    expect(json).toMatchObject({ errorCode: 'NotFound', resourceId: body.repositoryIds[0] });
  });

  test('is read again and again, and a store that is gone is offline', async () => {
    await using polling = await RehearsalClient.start({ pollMs: 20 });
    const credentials = await addCredentials(polling);
    await add(polling, spec('polled', { credentials }));
    const id = await idOf(polling, 'polled');
    const online = (await stateOf(polling, 'polled')) as { capacityGB: number };
    // The secret that is no more is what takes the store away here; the gateway is shared with other tests.
    const change = `/api/v1/cloudCredentials/${credentials}/changeSecretKey`;
    await polling.call(change, { body: { newSecretKey: 'withdrawn' } });
    const becomes = async (isOnline: boolean) =>
      await waitFor(async () => (await stateOf(polling, 'polled')).isOnline === isOnline, {
        what: `the poll to find the store ${isOnline ? 'online' : 'offline'}`,
        timeoutMs: 15_000,
        everyMs: 20,
      });
    await becomes(false);
    expect((await stateOf(polling, 'polled')).capacityGB).toBe(online.capacityGB);
    expect((await polling.call(`${STATES}?isOnlineFilter=false`)).json.data).toHaveLength(1);
    const failed = await polling.ended(
      await polling.call(`${REPOSITORIES}/rescan`, { body: { repositoryIds: [id] } }),
    );
    expect(failed.result).toMatchObject({ result: 'Failed' });
    expect(failed.result['message']).toContain('polled: The bucket backups cannot be used');
    await polling.call(change, { body: { newSecretKey: own.gateway.credentials.secretAccessKey } });
    await becomes(true);
  });
});

describe('a repository', () => {
  test('is edited by a session, but not moved', async () => {
    await add(rehearsal, spec('edited'));
    const id = await idOf(rehearsal, 'edited');
    const { json: model } = await rehearsal.call(`${REPOSITORIES}/${id}`);
    const put = (body: object) => rehearsal.call(`${REPOSITORIES}/${id}`, { method: 'PUT', body });
    const session = await rehearsal.ended(await put({ ...model, name: 'renamed', maxTaskCount: 9 }));
    expect(session.result['result']).toBe('Warning');
    const { json: after } = await rehearsal.call(`${REPOSITORIES}/${id}`);
    expect(after).toMatchObject({ id, name: 'renamed', maxTaskCount: 9 });
    const moved = await put({ ...model, bucket: { ...model.bucket, folderName: 'elsewhere' } });
    expect(moved.status).toBe(400);
    expect((await put({ ...model, id: crypto.randomUUID() })).status).toBe(400);
  });

  test('is removed, and not there then', async () => {
    await add(rehearsal, spec('removed'));
    const path = `${REPOSITORIES}/${await idOf(rehearsal, 'removed')}`;
    expect((await rehearsal.call(`${path}?deleteBackups=false`, { method: 'DELETE' })).status).toBe(204);
    for (const method of ['GET', 'DELETE'] as const) {
      const { status, json } = await rehearsal.call(path, { method });
      expect(status).toBe(404);
      expect(json.errorCode).toBe('NotFound');
    }
  });
});

describe('a list', () => {
  test('is ordered, filtered and cut into pages', async () => {
    const names = async (query: string): Promise<readonly string[]> =>
      (await rehearsal.call(`${STATES}?${query}`)).json.data.map(({ name }: { name: string }) => name);
    const all = await names('');
    const ordered = all.toSorted();
    expect(await names('orderColumn=Name&orderAsc=true')).toEqual(ordered);
    expect(await names('orderColumn=Name&orderAsc=false')).toEqual(ordered.toReversed());
    expect(await names('orderColumn=Name&skip=1&limit=2')).toEqual(ordered.slice(1, 3));
    expect(await names('nameFilter=typ*')).toEqual(['typed']);
    expect(await names('nameFilter=typ')).toEqual([]);
    const { json } = await rehearsal.call(`${STATES}?limit=1&skip=1`);
    expect(json.pagination).toEqual({ total: all.length, count: 1, skip: 1, limit: 1 });
    const id = await idOf(rehearsal, 'typed');
    expect(await names(`idFilter=${id.toUpperCase()}`)).toEqual(['typed']);
  });

  test.each([
    'skip=-1',
    'skip=many',
    'limit=0',
    'limit=1.5',
    'orderColumn=Colour',
    'orderAsc=perhaps',
    'typeFilter=Floppy',
    'idFilter=7',
    'capacityFilter=much',
    'isOnlineFilter=2',
  ])('refuses %s, and names it', async (query) => {
    const { status, json } = await rehearsal.call(`${STATES}?${query}`);
    expect(status).toBe(400);
    expect(json.errorCode).toBe('UnexpectedContent');
    expect(json.message).toContain(query.split('=')[0]);
  });
});
