// From an empty Veeam to full repositories: what an administrator does, against the rehearsal of a Veeam server.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { VeeamAnswer, VeeamRepositoryRow } from '../../../src/admin/veeam-schemas.ts';
import { ROUNDING_BYTES } from '../../../src/serve/veeam-comparison.ts';
import { extentStatuses } from '../../../src/veeam/vbr/schemas/scale-out-repository.ts';
import { numbersOf } from '../../support/capacity-document.ts';
import { waitFor } from '../../support/wait.ts';
import { QUOTA, VeeamSetup } from './veeam-setup.ts';

const MIB = 2 ** 20;
/** `VEEAM_TEST_MIB=1024` writes a whole GiB; the quotas grow with it. */
const WRITTEN_MIB = Number(process.env['VEEAM_TEST_MIB'] ?? 256);
const SCALE = BigInt(Math.max(1, Math.ceil(WRITTEN_MIB / 256)));
const OBJECT_MIB = 32;
const ADD = ['add-repository', '--folder', 'backups', '--immutability-days', '7', '--task-limit', '4'];

// Each command is a process of its own.
vi.setConfig({ testTimeout: 240_000 });
const PATIENCE = { timeoutMs: 90_000 };

let setup: VeeamSetup;
let endpoint: readonly string[];

beforeAll(async () => {
  setup = await VeeamSetup.start({
    quota: { 'veeam-1': QUOTA['veeam-1'] * SCALE, 'veeam-2': QUOTA['veeam-2'] * SCALE },
    isWatching: true,
    section: { every: '1s', warnAbove: 5 },
  });
  endpoint = ['--endpoint', setup.endpoint];
});
afterAll(() => setup[Symbol.asyncDispose]());

async function done(args: readonly string[]): Promise<string> {
  const { code, out, err } = await setup.veeam(args);
  expect(code, out + err).toBe(0);
  return out;
}

async function repositories(): Promise<readonly VeeamRepositoryRow[]> {
  return (JSON.parse(await done(['capacity', '--json'])) as Pick<VeeamAnswer, 'repositories'>).repositories;
}

async function write(bucket: string, name: string, mib: number): Promise<void> {
  for (let at = 0; at < mib; at += OBJECT_MIB) {
    const Body = Buffer.alloc(Math.min(OBJECT_MIB, mib - at) * MIB, at);
    await setup.client.send(
      new PutObjectCommand({ Bucket: bucket, Key: `Veeam/Backup/backups/${name}/${at}`, Body }),
    );
  }
}

test('--dry-run prints what would be sent, and sends nothing', async () => {
  const out = await done([...ADD, '--bucket', 'veeam-1', ...endpoint, '--dry-run']);
  expect(JSON.parse(out)).toEqual([
    {
      method: 'POST',
      path: '/api/v1/cloudCredentials',
      body: expect.objectContaining({ type: 'Amazon', accessKey: 'VEEAMKEY', secretKey: '[redacted]' }),
    },
    {
      method: 'POST',
      path: '/api/v1/backupInfrastructure/repositories',
      body: expect.objectContaining({
        type: 'S3Compatible',
        taskLimitEnabled: true,
        maxTaskCount: 4,
        account: expect.objectContaining({ servicePoint: setup.endpoint, regionId: 'us-east-1' }),
        bucket: {
          bucketName: 'veeam-1',
          folderName: 'backups',
          immutability: { isEnabled: true, daysCount: 7, immutabilityMode: 'RepositorySettings' },
        },
      }),
    },
  ]);
  expect(await done(['repositories'])).toBe('Veeam has no such repository.\n');
});

test('add-repository makes credentials and repository, and Veeam finds SOSAPI and the capacity', async () => {
  for (const bucket of ['veeam-1', 'veeam-2']) {
    const out = await done([...ADD, '--bucket', bucket, ...endpoint]);
    expect(out).toContain(`Repository ${bucket}/backups `);
    expect(out).toContain('was added.');
    expect(out).toContain('Veeam found SOSAPI: it shows it as SmartObjectS3.');
    expect(out).toContain('Veeam believes the capacity that is served');
  }
});

test('twice changes nothing', async () => {
  const before = await done(['sessions', 'list', '--json']);
  const out = await done([...ADD, '--bucket', 'veeam-1', ...endpoint]);
  expect(out).toContain('is there already; nothing was changed.');
  expect(await done(['sessions', 'list', '--json'])).toBe(before);
});

test('what differs is named and left, until --update', async () => {
  const asked = [...ADD.with(4, '14'), '--bucket', 'veeam-2', ...endpoint];
  const differing = await setup.veeam(asked);
  expect(differing.code).toBe(1);
  expect(differing.out).toContain('immutability: is 7 days, asked for 14 days');
  expect(differing.out).toContain('nothing was changed (--update changes it)');
  expect(await done([...asked, '--update'])).toContain('was changed as asked.');
  expect(await done(asked)).toContain('nothing was changed.');
});

test('after a backup and a rescan the store, capacity.xml, VBR and Veeam ONE agree', async () => {
  await write('veeam-1', 'first', WRITTEN_MIB);
  await waitFor(async () => (await numbersOf(setup.client, 'veeam-1')).used >= WRITTEN_MIB * MIB, {
    what: 'capacity.xml to count what was written',
  });
  await done(['repositories', 'rescan', 'veeam-1/backups', 'veeam-2/backups']);
  const [first] = (await repositories()).filter(({ bucket }) => bucket === 'veeam-1');
  expect(first).toMatchObject({
    backend: 'local',
    isOnline: true,
    store: { capacityBytes: String(QUOTA['veeam-1'] * SCALE) },
  });
  const { store, gateway, vbr, one } = first ?? {};
  const { at: _, ...served } = gateway ?? { at: '' };
  expect(Number(gateway?.usedBytes)).toBeGreaterThanOrEqual(WRITTEN_MIB * MIB);
  expect(store).toMatchObject(served);
  // Bytes in Veeam ONE; in VBR one decimal of a GB.
  expect(one).toMatchObject({ capacityBytes: gateway?.capacityBytes, usedBytes: gateway?.usedBytes });
  expect(Number(vbr?.usedBytes)).toBeGreaterThan(0);
  expect(BigInt(first?.differenceBytes ?? '-1')).toBeLessThanOrEqual(ROUNDING_BYTES);
  expect(BigInt(first?.differenceBytes ?? '-1')).toBeGreaterThanOrEqual(0n);

  const table = await done(['capacity', 'veeam-1']);
  const lines = table.trimEnd().split('\n');
  expect(lines[0]?.split(/ {2,}/)).toEqual([
    'REPOSITORY',
    'BUCKET',
    'FIGURE',
    'STORE',
    'CAPACITY.XML',
    'VBR',
    'VEEAM ONE',
    'DIFFERENCE',
  ]);
  expect(lines.slice(1, 4).every((line) => line.endsWith('  none'))).toBe(true);
});

test('the gateway compares by itself: admin API, metrics, and a warning once for each change', async () => {
  const asked = async (): Promise<VeeamAnswer> =>
    (await (await fetch(`${setup.admin}/api/veeam`)).json()) as VeeamAnswer;
  const warned = () =>
    setup.gateway.lines.filter(({ msg }) => msg === 'Veeam believes another capacity than is served').length;
  const near = await waitFor(
    async () => {
      const answer = await asked();
      const row = answer.repositories.find(({ bucket }) => bucket === 'veeam-1');
      return BigInt(row?.differenceBytes ?? ROUNDING_BYTES + 1n) <= ROUNDING_BYTES && answer;
    },
    { ...PATIENCE, what: 'a comparison after the rescan' },
  );
  expect(near.servers).toEqual([
    { name: 'vbr', answered: true },
    { name: 'one', answered: true },
  ]);
  const before = warned();
  // Up to the warning threshold of 80 percent, of which Veeam has not heard yet.
  await write('veeam-1', 'second', Math.ceil(WRITTEN_MIB * 0.7));
  await waitFor(() => warned() > before, { ...PATIENCE, what: 'the warning' });
  const { comparedAt } = await asked();
  await waitFor(async () => (await asked()).comparedAt !== comparedAt, {
    ...PATIENCE,
    what: 'another comparison',
  });
  expect(warned()).toBe(before + 1);
  const apart = setup.gateway.lines.findLast(
    ({ msg }) => msg === 'Veeam believes another capacity than is served',
  );
  expect(apart).toMatchObject({ component: 'veeam', bucket: 'veeam-1', repository: 'veeam-1/backups' });

  const page = await (await fetch(`${setup.admin}/metrics`)).text();
  expect(page).toContain('sosapi_gateway_veeam_up{server="vbr"} 1');
  expect(page).toContain('sosapi_gateway_veeam_up{server="one"} 1');
  expect(page).toMatch(
    /^sosapi_gateway_veeam_difference_bytes\{repository="veeam-1\/backups",bucket="veeam-1",server="vbr",number="used"\} -\d+$/m,
  );

  await done(['repositories', 'rescan', 'veeam-1/backups']);
  await waitFor(() => setup.gateway.lines.some(({ msg }) => msg === 'Veeam believes what is served again'), {
    what: 'all to be near again',
  });
});

test('the gateway warns that the store gets full, and Veeam sees the same', async () => {
  await waitFor(
    () =>
      setup.gateway.lines.some(
        (line) => line['event'] === 'threshold-crossed' && line['bucket'] === 'veeam-1',
      ),
    { ...PATIENCE, what: 'the warning of 80 percent' },
  );
  const [first] = (await repositories()).filter(({ bucket }) => bucket === 'veeam-1');
  const percent = (Number(first?.vbr?.usedBytes) * 100) / Number(first?.vbr?.capacityBytes);
  expect(percent).toBeGreaterThanOrEqual(80);
});

test('a scale-out repository of two stores shows which extent has more room', async () => {
  await done(['sobr', 'add', 'Scale', '--extent', 'veeam-1/backups', '--extent', 'veeam-2/backups']);
  const lines = (await done(['sobr', 'show', 'Scale'])).trimEnd().split('\n');
  expect(lines[0]).toMatch(/^Scale \([0-9a-f-]{36}\), placement by /);
  expect(lines.slice(2).map((line) => line.split(/ {2,}/)[0])).toEqual([
    'veeam-2/backups',
    'veeam-1/backups',
  ]);
});

async function scale() {
  for await (const found of setup.vbr.scaleOutRepositories.list({ nameFilter: 'Scale' })) return found;
  throw new Error('no scale-out repository');
}

async function modes(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { performanceExtents } = (await scale()).performanceTier;
  return Object.fromEntries(performanceExtents.map((extent) => [extent.name, extentStatuses(extent)]));
}

test('maintenance on takes the extents of one store out of service, and off restores exactly that', async () => {
  // Somebody else's doing, which "off" must leave alone.
  const { id, performanceTier } = await scale();
  const idOf = (name: string) =>
    performanceTier.performanceExtents.filter((each) => each.name === name).map((each) => each.id);
  await done(['sobr', 'sealed', 'on', 'Scale', '--extent', 'veeam-1/backups']);
  const session = await setup.vbr.scaleOutRepositories.enableMaintenanceMode(id, idOf('veeam-2/backups'));
  await setup.vbr.sessions.wait(session.id);
  const before = await modes();
  const record = () => readFile(join(setup.directory, 'state', 'veeam-maintenance.json'), 'utf8');

  expect(await done(['maintenance', 'on', '--backend', 'local', ...endpoint])).toBe(
    'Scale: now in maintenance mode: veeam-1/backups.\n',
  );
  expect(await done(['maintenance', 'on', '--backend', 'second', ...endpoint])).toBe(
    'Scale: already in maintenance mode: veeam-2/backups.\n',
  );
  expect(await modes()).toEqual({ ...before, 'veeam-1/backups': ['Sealed', 'Maintenance'] });
  expect(JSON.parse(await record())).toMatchObject({
    changes: [{ backend: 'local', mode: 'Maintenance', extents: [{ name: 'veeam-1/backups' }] }],
  });

  // On once more changes nothing, and what is to be restored stays.
  await done(['maintenance', 'on', '--backend', 'local', ...endpoint]);
  expect(await done(['maintenance', 'off', '--backend', 'second', ...endpoint])).toContain(
    'nothing was changed',
  );
  expect(await done(['maintenance', 'off', '--backend', 'local', ...endpoint])).toBe(
    'Scale: out of maintenance mode: veeam-1/backups.\n',
  );
  expect(await modes()).toEqual(before);
  expect(JSON.parse(await record())).toEqual({ version: 1, changes: [] });
});

test('extents of a tier whose mode Veeam does not tell are switched, and the command says so', async () => {
  const sealed = await done(['maintenance', 'on', '--backend', 'local', '--sealed', ...endpoint]);
  expect(sealed).toBe('Scale: already sealed: veeam-1/backups.\n');
  const model = await scale();
  const { performanceExtents } = model.performanceTier;
  const tier = performanceExtents.filter(({ name }) => name === 'veeam-2/backups').map(({ id }) => ({ id }));
  const session = await setup.vbr.scaleOutRepositories.edit(model.id, {
    ...model,
    performanceTier: {
      performanceExtents: performanceExtents.filter(({ name }) => name === 'veeam-1/backups'),
    },
    capacityTier: { isEnabled: true, extents: tier, copyPolicyEnabled: true },
  });
  await setup.vbr.sessions.wait(session.id);
  const on = ['maintenance', 'on', '--backend', 'second', ...endpoint];
  expect(await done(on)).toBe(
    'Scale: now in maintenance mode: veeam-2/backups.\n' +
      'Scale: Veeam does not tell in what mode veeam-2/backups was before (capacity tier); "off" ends it.\n',
  );
  expect(await done(on)).toBe('Scale: already in maintenance mode: veeam-2/backups.\n');
  const off = JSON.parse(await done([...on.with(1, 'off'), '--json'])) as object;
  expect(off).toEqual({
    lines: ['Scale: out of maintenance mode: veeam-2/backups.'],
    failures: [],
    recorded: [],
  });
});

test('a repository leaves Veeam only with --yes', async () => {
  const asked = ['repositories', 'remove', 'veeam-2/backups'];
  const refused = await setup.veeam(asked);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('say --yes where that is meant; nothing was changed');
  await done(['sobr', 'remove', 'Scale', '--yes']);
  expect(await done([...asked, '--yes'])).toContain('the backups in its bucket stay');
  expect(await done(['repositories'])).not.toContain('veeam-2');
});

test('the gateway ends by its signal although it compares', async () => {
  setup.gateway.process.signal('SIGTERM');
  expect(await setup.gateway.code()).toBe(0);
});
