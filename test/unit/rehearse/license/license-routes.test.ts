// The license section over HTTPS: parameters of its lists, refusals as documented, and a state that is kept.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LICENSE_HEADING } from '../../../../src/rehearse/license/license-file.ts';
import { RehearsalClient } from '../rehearsal-client.ts';

const BASE = '/api/v1/license';
const STRANGER = '00000000-0000-4000-8000-000000000000';

let rehearsal: RehearsalClient;

beforeAll(async () => {
  rehearsal = await RehearsalClient.start();
});
afterAll(async () => await rehearsal?.[Symbol.asyncDispose]());

const namesOf = async (path: string): Promise<readonly string[]> => {
  const { json } = await rehearsal.call(`${BASE}${path}`);
  return json.data.map(({ name }: { readonly name: string }) => name);
};

describe('lists', () => {
  test.each([
    ['', ['rehearsal-esx01.test', 'rehearsal-hv01.test']],
    ['?skip=1', ['rehearsal-hv01.test']],
    ['?limit=1', ['rehearsal-esx01.test']],
    ['?orderColumn=SocketsNumber', ['rehearsal-hv01.test', 'rehearsal-esx01.test']],
    ['?orderColumn=Name&orderAsc=false', ['rehearsal-hv01.test', 'rehearsal-esx01.test']],
    ['?nameFilter=*hv*', ['rehearsal-hv01.test']],
    ['?hostNameFilter=REHEARSAL-ESX01.test', ['rehearsal-esx01.test']],
    ['?socketsNumberFilter=1', ['rehearsal-hv01.test']],
    ['?coresNumberFilter=16', ['rehearsal-esx01.test']],
    ['?typeFilter=HyperV', ['rehearsal-hv01.test']],
    [`?hostIdFilter=${STRANGER}`, []],
  ])('sockets%s', async (query, expected) => {
    expect(await namesOf(`/sockets${query}`)).toEqual(expected);
  });

  test.each([
    ['', ['rehearsal-vm01', 'rehearsal-mongodb01', 'rehearsal-agent01']],
    ['?skip=1&limit=1', ['rehearsal-mongodb01']],
    ['?orderColumn=Type&orderAsc=true', ['rehearsal-mongodb01', 'rehearsal-agent01', 'rehearsal-vm01']],
    ['?nameFilter=rehearsal-agent*', ['rehearsal-agent01']],
    ['?hostNameFilter=standalone', ['rehearsal-agent01']],
    ['?usedInstancesNumberFilter=0.33', []],
    ['?typeFilter=VM', ['rehearsal-vm01']],
    [`?instanceIdFilter=${STRANGER}`, []],
  ])('instances%s', async (query, expected) => {
    expect(await namesOf(`/instances${query}`)).toEqual(expected);
  });

  test('the envelope counts what the filters let through', async () => {
    const { json } = await rehearsal.call(`${BASE}/instances?nameFilter=*rehearsal*&skip=1&limit=1`);
    expect(json.pagination).toEqual({ total: 3, count: 1, skip: 1, limit: 1 });
  });

  test.each(['limit=x', 'skip=-1', 'orderColumn=Colour', 'typeFilter=Mainframe', 'hostIdFilter=1'])(
    'sockets?%s is refused',
    async (query) => {
      const answer = await rehearsal.call(`${BASE}/sockets?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({ errorCode: 'UnexpectedContent' });
    },
  );
});

describe('refusals', () => {
  test.each([
    ['/install', { license: 'eA==' }, 'first line must be'],
    ['/install', {}, 'license'],
    ['/remove', { section: 'Cellar' }, 'section'],
    ['/createReport', { reportFormat: 'Csv' }, 'reportFormat'],
    ['/autoupdate', {}, 'enabled'],
    ['/agentConsumption', { enabled: 1 }, 'enabled'],
    [`/sockets/${STRANGER}/revoke`, undefined, 'No licensed host'],
    [`/instances/${STRANGER}/revoke`, undefined, 'No workload'],
    [`/instances/${STRANGER}/assign`, { role: 'Server' }, 'No workload'],
    [`/instances/${STRANGER}/remove`, undefined, 'No workload'],
    [`/capacity/${STRANGER}/revoke`, undefined, 'No workload'],
    ['/sockets/none/revoke', undefined, 'hostId'],
  ])('%s with %j', async (path, body, words) => {
    const answer = await rehearsal.call(`${BASE}${path}`, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.json.message).toContain(words);
  });

  test('before 1.3-rev0 there is no removal of an instance', async () => {
    const answer = await rehearsal.call(`${BASE}/instances/${STRANGER}/remove`, {
      method: 'POST',
      revision: '1.2-rev1',
    });
    expect(answer.status).toBe(404);
  });
});

describe('the report', () => {
  test('is a file', async () => {
    const { json, headers } = await rehearsal.call(`${BASE}/createReport`, {
      body: { reportFormat: 'Json' },
    });
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['content-disposition']).toMatch(
      /^attachment; filename="rehearsal-license-report-.*\.json"$/,
    );
    expect(json.products).toHaveLength(1);
  });
});

test('the state outlives a restart', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rehearse-license-'));
  const file = `${LICENSE_HEADING}\nlicensed-to: Somebody\nexpires: 2999-01-01\ninstances: 3\n`;
  try {
    {
      await using first = await RehearsalClient.start({ dataDirectory });
      const body = { license: Buffer.from(file).toString('base64') };
      expect((await first.call(`${BASE}/install`, { body })).json).toMatchObject({ licensedTo: 'Somebody' });
      await first.call(`${BASE}/autoupdate`, { body: { enabled: false, proactiveSupportEnabled: true } });
      await first.call(`${BASE}/agentConsumption`, { body: { enabled: false } });
    }
    await using second = await RehearsalClient.start({ dataDirectory });
    expect((await second.call(BASE)).json).toMatchObject({
      licensedTo: 'Somebody',
      instanceLicenseSummary: { licensedInstancesNumber: 3 },
      autoUpdateEnabled: false,
      proactiveSupportEnabled: true,
      freeAgentInstanceConsumptionEnabled: false,
    });
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
});
