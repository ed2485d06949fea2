// What the VBR client makes of an answer: fields that are missing, of another type, unknown or null; refusals with a role.
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { VeeamAnswerError, VeeamRefusalError } from '../../../src/veeam/transport/veeam-error.ts';
import { isS3Repository } from '../../../src/veeam/vbr/schemas/repository.ts';
import type { Answer, Asked } from './scripted-server.ts';
import {
  allOf,
  errorOf,
  pageBody,
  refused,
  repositoryBody,
  type ScriptedVbr,
  scriptedVbr,
  sessionBody,
} from './vbr-script.ts';

const owned: ScriptedVbr[] = [];
afterEach(async () => {
  for (const vbr of owned.splice(0)) await vbr[Symbol.asyncDispose]();
});

async function vbrThatSays(answer: (asked: Asked) => Answer): Promise<ScriptedVbr> {
  const vbr = await scriptedVbr({ answer });
  owned.push(vbr);
  return vbr;
}

function stateBody(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    ...{ id: 'r1', name: 'Bucket', type: 'SmartObjectS3', description: 'Ours' },
    ...{ capacityGB: 100.5, freeGB: 60.25, usedSpaceGB: 40.25, isOnline: true, isOutOfDate: false },
    ...changes,
  };
}

async function statesOf(vbr: ScriptedVbr) {
  return allOf(vbr.client.repositories.states());
}

describe('an answer', () => {
  test('with a field missing names the field and the call', async () => {
    const { freeGB: _freeGB, ...short } = stateBody();
    const vbr = await vbrThatSays((asked) => ({ body: pageBody([stateBody(), short], asked) }));
    const error = await errorOf(statesOf(vbr));
    expect(error).toBeInstanceOf(VeeamAnswerError);
    expect(error).toMatchObject({ field: 'data[1].freeGB', method: 'GET' });
    expect(error.message).toMatch(
      /^In the answer to GET \/api\/v1\/backupInfrastructure\/repositories\/states\S*, data\[1\]\.freeGB is missing\.$/,
    );
  });

  test('with a field of another type names the field and both types', async () => {
    const vbr = await vbrThatSays((asked) => ({ body: pageBody([stateBody({ capacityGB: '100' })], asked) }));
    const error = await errorOf(statesOf(vbr));
    expect(error).toMatchObject({ field: 'data[0].capacityGB' });
    expect(error.message).toMatch(/data\[0\]\.capacityGB should be number and is a string/);
  });

  test('with null where there must be something names the field', async () => {
    const vbr = await vbrThatSays((asked) => ({ body: pageBody([stateBody({ freeGB: null })], asked) }));
    expect((await errorOf(statesOf(vbr))).message).toMatch(/data\[0\]\.freeGB should be number and is null/);
  });

  test('of another shape altogether says so', async () => {
    const vbr = await vbrThatSays(() => ({ body: [] }));
    expect((await errorOf(vbr.client.license.show())).message).toMatch(
      /the whole answer should be object and is an array/,
    );
  });

  test('keeps fields that nobody here knows, and null in them', async () => {
    const more = { healthState: { level: 'Good', note: null }, futureGB: null };
    const vbr = await vbrThatSays((asked) => ({ body: pageBody([stateBody(more)], asked) }));
    expect(await statesOf(vbr)).toEqual([stateBody(more)]);
  });

  test('with null in an optional field is an answer without that field', async () => {
    const sent = stateBody({ hostName: null, scaleOutRepositoryDetails: null, isOutOfDate: null });
    const vbr = await vbrThatSays((asked) => ({ body: pageBody([sent], asked) }));
    const { isOutOfDate: _isOutOfDate, ...rest } = stateBody();
    expect(await statesOf(vbr)).toEqual([rest]);
  });

  test('that is no JSON asks whether this is the right port', async () => {
    const vbr = await vbrThatSays(() => ({ body: 'hello', headers: { 'content-type': 'text/plain' } }));
    const error = await errorOf(vbr.client.serverInfo());
    expect(error).toBeInstanceOf(VeeamAnswerError);
    expect(error.message).toMatch(/GET \/api\/v1\/serverInfo is no JSON but text\/plain, 5 bytes/);
  });
});

test.each([
  ['as the schema of the document has it', (workload: object) => workload],
  ['as its example has it', (workload: object) => ({ workloads: [workload] })],
])('a capacity license that was revoked, %s', async (_how, shape) => {
  const workload = { name: 'share', usedCapacityTb: 0, type: 'FileShare', instanceId: 'i1' };
  const vbr = await vbrThatSays(() => ({ body: shape(workload) }));
  expect(await vbr.client.license.revokeCapacity('i1')).toEqual(workload);
});

describe('the type of a repository', () => {
  const account = { servicePoint: 'https://gateway:8443', regionId: 'us-east-1', credentialsId: 'c1' };
  const bucket = { bucketName: 'veeam-backup', folderName: 'vbr' };

  test.each(['S3Compatible', 'SmartObjectS3', 'S3Integrated'])(
    '%s has its account and bucket',
    async (type) => {
      const vbr = await vbrThatSays(() => ({ body: repositoryBody('Ours', { type, account, bucket }) }));
      const found = await vbr.client.repositories.get('one');
      expect(isS3Repository(found) && found.bucket).toEqual(bucket);
    },
  );

  test.each(['S3Compatible', 'SmartObjectS3', 'S3Integrated'])(
    '%s may have null for what is not set',
    async (type) => {
      const windows = { mountServerId: 'm1', writeCacheFolder: 'C:\\Cache', vPowerNFSEnabled: true };
      const mountServer = { mountServerSettingsType: 'Windows', windows };
      const body = repositoryBody('Ours', {
        ...{ type, account: { ...account, connectionSettings: null }, proxyAppliance: null },
        bucket: {
          ...bucket,
          immutability: { isEnabled: true, daysCount: null },
          storageConsumptionLimit: null,
        },
        mountServer: { ...mountServer, linux: null },
      });
      const vbr = await vbrThatSays(() => ({ body }));
      const found = await vbr.client.repositories.get('one');
      expect(isS3Repository(found)).toBe(true);
      expect(found).toMatchObject({ account, bucket: { ...bucket, immutability: { isEnabled: true } } });
      expect(found).toHaveProperty('mountServer', mountServer);
    },
  );

  test('SmartObjectS3 may come without them: the document says nothing of it', async () => {
    const vbr = await vbrThatSays(() => ({ body: repositoryBody('Ours') }));
    const found = await vbr.client.repositories.get('one');
    expect(isS3Repository(found)).toBe(false);
  });

  test.each(['S3Compatible', 'S3Integrated'])('%s must have them', async (type) => {
    const vbr = await vbrThatSays(() => ({ body: repositoryBody('Ours', { type, account }) }));
    const error = await errorOf(vbr.client.repositories.get('one'));
    expect(error).toMatchObject({ field: 'bucket' });
    expect(error.message).toMatch(/what VBR says of the repository "Ours", bucket is missing/);
  });

  test('AzureBlob has an account of another kind, which is kept', async () => {
    const body = repositoryBody('Blob', { type: 'AzureBlob', account: { regionType: 'Global' } });
    const vbr = await vbrThatSays(() => ({ body }));
    expect(await vbr.client.repositories.get('one')).toEqual(body);
  });
});

describe('a refusal', () => {
  test('has what Veeam said, the method, the path and the status', async () => {
    const vbr = await vbrThatSays(() => refused(404, 'NotFound', 'Repository\nnot found.'));
    const error = await errorOf(vbr.client.repositories.get('a b/c'));
    expect(error).toBeInstanceOf(VeeamRefusalError);
    const path = '/api/v1/backupInfrastructure/repositories/a%20b%2Fc';
    expect(error).toMatchObject({ method: 'GET', path, status: 404, code: 'NotFound' });
    expect(error.message).toBe(`GET ${path} was answered with status 404 NotFound: Repository not found.`);
  });

  test('with 403 names the role that the document asks for', async () => {
    const vbr = await vbrThatSays(() => refused(403, 'AccessDenied', 'Insufficient rights.'));
    const adding = await errorOf(vbr.client.repositories.rescan(['r1']));
    expect(adding.message).toMatch(
      /Insufficient rights\. The document asks for the role: Veeam Backup Administrator\.$/,
    );
    const reading = await errorOf(vbr.client.cloudCredentials.get('c1'));
    expect(reading).toMatchObject({ role: 'Veeam Backup Administrator, Veeam Security Administrator' });
  });

  test('with a page of a proxy has its status, not its HTML', async () => {
    const vbr = await vbrThatSays(() => ({ status: 404, body: '<html><b>nginx</b></html>' }));
    expect((await errorOf(vbr.client.serverTime())).message).toBe(
      'GET /api/v1/serverTime was answered with status 404.',
    );
  });

  test('is one line that a terminal does not obey, and not endless', async () => {
    const vbr = await vbrThatSays(() => refused(400, 'UnexpectedContent', `\u001b[2J${'x'.repeat(5000)}`));
    const { message } = await errorOf(vbr.client.license.show());
    expect(message).not.toContain('\u001b');
    expect(message.length).toBeLessThan(1200);
  });
});

describe('secrets', () => {
  const key = 'storeKey/+=9 "x"';

  test('are in no error, though the server repeats them', async () => {
    const vbr = await vbrThatSays((asked) =>
      refused(400, 'UnexpectedContent', `${asked.headers['authorization']} sent ${asked.body}`),
    );
    const spec = { type: 'Amazon', accessKey: 'AKIA', secretKey: new Secret(key) } as const;
    const errors = [
      await errorOf(vbr.client.cloudCredentials.add(spec)),
      await errorOf(vbr.client.cloudCredentials.changeSecretKey('c1', new Secret(key))),
    ];
    expect(vbr.server.asked.at(-1)?.json()).toEqual({ newSecretKey: key });
    for (const error of errors) {
      const shown = inspect(error, { depth: 20, showHidden: true });
      expect(shown).toContain('[redacted]');
      for (const secret of [key, 'storeKey', ...vbr.issued]) expect(shown).not.toContain(secret);
    }
  });

  test('are not in what the client shows of itself', async () => {
    const vbr = await vbrThatSays(() => ({ body: sessionBody() }));
    await vbr.client.sessions.get('one');
    const shown = `${inspect(vbr.client, { depth: 20, showHidden: true })} ${JSON.stringify(vbr.client)}`;
    for (const secret of ['Sesame', ...vbr.issued]) expect(shown).not.toContain(secret);
  });

  test('are in no error of the connection', async () => {
    const vbr = await scriptedVbr({ answer: () => 'cut' });
    owned.push(vbr);
    const spec = { type: 'Amazon', accessKey: 'AKIA', secretKey: new Secret(key) } as const;
    const shown = inspect(await errorOf(vbr.client.cloudCredentials.add(spec)), {
      depth: 20,
      showHidden: true,
    });
    for (const secret of ['storeKey', 'Sesame', ...vbr.issued]) expect(shown).not.toContain(secret);
  });
});
