// Scale-out repositories of the rehearsal server over two buckets of a real gateway.
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useGatewayWithOwnStore } from '../../support/embedded-store-fixture.ts';
import { MOUNT_SERVER, RehearsalClient } from './rehearsal-client.ts';

const REPOSITORIES = '/api/v1/backupInfrastructure/repositories';
const SCALE_OUTS = '/api/v1/backupInfrastructure/scaleOutRepositories';

const own = useGatewayWithOwnStore({ createBuckets: ['one', 'two', 'three'] });
let rehearsal: RehearsalClient;
const ids = new Map<string, string>();

beforeAll(async () => {
  // The SDK asks again until the store behind the gateway has started.
  await own.client.send(new ListBucketsCommand());
  rehearsal = await RehearsalClient.start();
  const { accessKeyId, secretAccessKey } = own.gateway.credentials;
  const { json: credentials } = await rehearsal.call('/api/v1/cloudCredentials', {
    body: { type: 'Amazon', accessKey: accessKeyId, secretKey: secretAccessKey },
  });
  for (const bucketName of ['one', 'two', 'three']) {
    const body = {
      type: 'S3Compatible',
      name: bucketName,
      description: '',
      account: { servicePoint: own.gateway.endpoint, regionId: 'us-east-1', credentialsId: credentials.id },
      bucket: { bucketName, folderName: 'backups' },
      mountServer: MOUNT_SERVER,
    };
    const session = await rehearsal.ended(await rehearsal.call(REPOSITORIES, { body }));
    expect(session.result).toMatchObject({ result: 'Warning' });
    ids.set(bucketName, String(session['resourceId']));
  }
});
afterAll(async () => await rehearsal[Symbol.asyncDispose]());

function idOf(name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`no repository ${name}`);
  return id;
}

function spec(name: string, extents: readonly string[]) {
  return {
    name,
    description: 'of a test',
    performanceTier: { performanceExtents: extents.map((extent) => ({ id: idOf(extent) })) },
  };
}

async function add(body: object): Promise<string> {
  const session = await rehearsal.ended(await rehearsal.call(SCALE_OUTS, { body }));
  expect(session.result).toMatchObject({ result: 'Success' });
  return String(session['resourceId']);
}

async function remove(id: string): Promise<void> {
  expect((await rehearsal.call(`${SCALE_OUTS}/${id}`, { method: 'DELETE' })).status).toBe(204);
}

test('is made of repositories, which are its extents then', async () => {
  const id = await add(spec('pool', ['one', 'two']));
  const { json } = await rehearsal.call(`${SCALE_OUTS}/${id}`);
  expect(json).toMatchObject({
    id,
    name: 'pool',
    performanceTier: {
      performanceExtents: [
        { id: idOf('one'), name: 'one', status: ['Normal'] },
        { id: idOf('two'), name: 'two', status: ['Normal'] },
      ],
    },
    capacityTier: { isEnabled: false },
    archiveTier: { isEnabled: false },
  });
  const { json: states } = await rehearsal.call(`${REPOSITORIES}/states?sobrIdFilter=${id}&orderColumn=Name`);
  expect(states.data.map(({ name }: { name: string }) => name)).toEqual(['one', 'two']);
  expect(states.data[0].scaleOutRepositoryDetails).toEqual({
    membership: 'pool',
    scaleOutRepositoryId: id,
    extentType: 'Performance',
  });
  const { json: others } = await rehearsal.call(`${REPOSITORIES}?excludeExtents=true`);
  expect(others.data.map(({ name }: { name: string }) => name)).toEqual(['three']);
  expect((await rehearsal.call(`${REPOSITORIES}/states?sobrMembershipFilter=po*`)).json.data).toHaveLength(2);

  const removed = await rehearsal.call(`${REPOSITORIES}/${idOf('one')}`, { method: 'DELETE' });
  expect(removed.status).toBe(400);
  expect(removed.json.message).toContain('is an extent of the scale-out repository pool');
  await remove(id);
  expect((await rehearsal.call(`${SCALE_OUTS}/${id}`)).status).toBe(404);
  expect((await rehearsal.call(`${REPOSITORIES}?excludeExtents=true`)).json.data).toHaveLength(3);
});

test('refuses extents that cannot be', async () => {
  const id = await add(spec('first', ['one']));
  const bodies = [
    { ...spec('bad', ['two']), performanceTier: { performanceExtents: [] } },
    { ...spec('bad', ['two']), performanceTier: { performanceExtents: [{ id: crypto.randomUUID() }] } },
    spec('bad', ['two', 'two']),
    spec('bad', ['one']),
    spec('first', ['two']),
    spec('three', ['two']),
    { name: 'bad' },
  ];
  for (const body of bodies) {
    const { status, json } = await rehearsal.call(SCALE_OUTS, { body });
    expect(status, json.message).toBe(400);
    expect(json.errorCode).toBe('UnexpectedContent');
  }
  await remove(id);
});

test('puts extents into maintenance and seals them, one mode beside the other', async () => {
  const id = await add(spec('pool', ['one', 'two']));
  const statuses = async (revision = '1.3-rev0') =>
    (await rehearsal.call(`${SCALE_OUTS}/${id}`, { revision })).json.performanceTier.performanceExtents.map(
      ({ status }: { status: unknown }) => status,
    );
  const change = async (action: string, extents: readonly string[]) => {
    const body = { repositoryIds: extents.map(idOf) };
    const started = await rehearsal.call(`${SCALE_OUTS}/${id}/${action}`, { body });
    expect(started.json.sessionType).toBe('RepositoryMaintenance');
    expect((await rehearsal.ended(started)).result).toMatchObject({ result: 'Success' });
  };
  await change('enableMaintenanceMode', ['two']);
  expect(await statuses()).toEqual([['Normal'], ['Maintenance']]);
  await change('enableSealedMode', ['one', 'two']);
  expect(await statuses()).toEqual([['Sealed'], ['Sealed', 'Maintenance']]);
  expect(await statuses('1.2-rev1')).toEqual(['Sealed', 'Maintenance']);

  const rescan = await rehearsal.ended(
    await rehearsal.call(`${REPOSITORIES}/rescan`, { body: { repositoryIds: [idOf('two')] } }),
  );
  expect(rescan.result).toMatchObject({ result: 'Warning' });
  expect(rescan.result['message']).toContain('two is in maintenance mode');

  const { json: model } = await rehearsal.call(`${SCALE_OUTS}/${id}`);
  const edited = {
    ...model,
    name: 'renamed',
    performanceTier: { performanceExtents: [{ id: idOf('two') }, { id: idOf('three') }] },
  };
  const put = await rehearsal.call(`${SCALE_OUTS}/${id}`, { method: 'PUT', body: edited });
  await rehearsal.ended(put);
  expect(await statuses()).toEqual([['Sealed', 'Maintenance'], ['Normal']]);

  await change('disableSealedMode', ['two']);
  await change('disableMaintenanceMode', ['two']);
  expect(await statuses()).toEqual([['Normal'], ['Normal']]);

  for (const [path, body] of [
    [`${SCALE_OUTS}/${id}/enableSealedMode`, { repositoryIds: [idOf('one')] }],
    [`${SCALE_OUTS}/${id}/enableSealedMode`, { repositoryIds: [] }],
    [`${SCALE_OUTS}/${crypto.randomUUID()}/enableSealedMode`, { repositoryIds: [idOf('two')] }],
  ] as const) {
    expect((await rehearsal.call(path, { body })).status).toBe(400);
  }
  await remove(id);
});

test('has a capacity tier beside its performance tier', async () => {
  const id = await add({
    ...spec('tiered', ['one']),
    capacityTier: { isEnabled: true, extents: [{ id: idOf('two') }], copyPolicyEnabled: true },
  });
  const { json } = await rehearsal.call(`${SCALE_OUTS}/${id}`);
  expect(json.capacityTier).toEqual({
    isEnabled: true,
    extents: [{ id: idOf('two') }],
    copyPolicyEnabled: true,
  });
  const path = `${REPOSITORIES}/states?sobrExtentTypeFilter=Capacity`;
  const { json: states } = await rehearsal.call(path);
  expect(states.data.map(({ name }: { name: string }) => name)).toEqual(['two']);
  await remove(id);
});

test('is listed in pages and by name', async () => {
  const first = await add(spec('alpha', ['one']));
  const second = await add(spec('beta', ['two']));
  const names = async (query: string) =>
    (await rehearsal.call(`${SCALE_OUTS}?${query}`)).json.data.map(({ name }: { name: string }) => name);
  expect(await names('orderColumn=Name&orderAsc=false')).toEqual(['beta', 'alpha']);
  expect(await names('skip=1')).toEqual(['beta']);
  expect(await names('nameFilter=*lph*')).toEqual(['alpha']);
  expect((await rehearsal.call(`${SCALE_OUTS}?orderColumn=Size`)).status).toBe(400);
  await remove(first);
  await remove(second);
});
