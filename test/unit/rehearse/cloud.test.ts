// Cloud credentials and the cloud browser of the rehearsal server over a real gateway.
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useGatewayWithOwnStore } from '../../support/embedded-store-fixture.ts';
import { RehearsalClient } from './rehearsal-client.ts';

const CREDENTIALS = '/api/v1/cloudCredentials';
const BROWSER = '/api/v1/cloudBrowser';

const own = useGatewayWithOwnStore({ createBuckets: ['first-bucket', 'second-bucket'] });
let rehearsal: RehearsalClient;

beforeAll(async () => {
  // The SDK asks again until the store behind the gateway has started.
  await own.client.send(new ListBucketsCommand());
  rehearsal = await RehearsalClient.start();
});
afterAll(async () => await rehearsal[Symbol.asyncDispose]());

async function add(accessKey: string, secretKey: string, more: object = {}) {
  return await rehearsal.call(CREDENTIALS, { body: { type: 'Amazon', accessKey, secretKey, ...more } });
}

describe('cloud credentials', () => {
  test('are added, edited, listed and removed, and their secret never comes back', async () => {
    const secret = 'the-secret-of-this-test';
    const added = await add('AKEY', secret, { description: 'of a store' });
    expect(added.status).toBe(201);
    expect(added.json).toMatchObject({ type: 'Amazon', accessKey: 'AKEY', description: 'of a store' });
    const path = `${CREDENTIALS}/${added.json.id}`;
    const edited = await rehearsal.call(path, {
      method: 'PUT',
      body: { ...added.json, accessKey: 'BKEY', description: 'changed' },
    });
    expect(edited).toMatchObject({ status: 200, json: { accessKey: 'BKEY', description: 'changed' } });
    const one = await rehearsal.call(path);
    expect(one.json).toEqual(edited.json);
    const list = await rehearsal.call(`${CREDENTIALS}?nameFilter=BK*&typeFilter=Amazon`);
    expect(list.json.data).toEqual([edited.json]);
    expect((await rehearsal.call(`${CREDENTIALS}?typeFilter=Google`)).json.data).toEqual([]);
    for (const answer of [added, edited, one, list]) expect(answer.text).not.toContain(secret);

    expect((await rehearsal.call(path, { method: 'DELETE' })).status).toBe(204);
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await rehearsal.call(path, { method })).status).toBe(404);
    }
  });

  test('answer a change of the secret key with the status of the revision', async () => {
    const { json } = await add('CKEY', 'old');
    const path = `${CREDENTIALS}/${json.id}/changeSecretKey`;
    const body = { newSecretKey: 'new' };
    expect((await rehearsal.call(path, { body, revision: '1.2-rev1' })).status).toBe(201);
    expect((await rehearsal.call(path, { body })).status).toBe(200);
    const unknown = `${CREDENTIALS}/${crypto.randomUUID()}/changeSecretKey`;
    expect((await rehearsal.call(unknown, { body })).status).toBe(400);
    expect((await rehearsal.call(unknown, { body, revision: '1.3-rev2' })).status).toBe(404);
    expect((await rehearsal.call(path, { body: {} })).status).toBe(400);
  });

  test.each([
    { type: 'Google', accessKey: 'K', secretKey: 'S' },
    { type: 'Amazon', accessKey: 'K' },
    { type: 'Amazon', accessKey: '', secretKey: 'S' },
  ])('refuse %j', async (body) => {
    const { status, json } = await rehearsal.call(CREDENTIALS, { body });
    expect(status).toBe(400);
    expect(json.errorCode).toBe('UnexpectedContent');
  });
});

describe('the cloud browser', () => {
  const credentials = async (): Promise<string> => {
    const { accessKeyId, secretAccessKey } = own.gateway.credentials;
    return (await add(accessKeyId, secretAccessKey)).json.id;
  };

  test('shows the buckets of the store, and a folder that it made there', async () => {
    const credentialsId = await credentials();
    const spec = { credentialsId, serviceType: 'S3Compatible', regionId: 'us-east-1' };
    const browse = async () => {
      const body = { ...spec, servicePoint: own.gateway.endpoint };
      const { status, json } = await rehearsal.call(BROWSER, { body });
      expect(status, json.message).toBe(200);
      return json;
    };
    expect(await browse()).toMatchObject({
      credentialsId,
      serviceType: 'S3Compatible',
      connectionPoint: own.gateway.endpoint,
      regions: [
        {
          id: 'us-east-1',
          buckets: [
            { name: 'first-bucket', folders: [] },
            { name: 'second-bucket', folders: [] },
          ],
        },
      ],
    });
    const made = await rehearsal.call(`${BROWSER}/newFolder`, {
      body: {
        ...spec,
        connectionPoint: own.gateway.endpoint,
        bucketName: 'second-bucket',
        newFolderName: 'a new folder',
      },
    });
    expect(made).toMatchObject({ status: 201, json: {} });
    expect((await browse()).regions[0].buckets[1]).toEqual({
      name: 'second-bucket',
      folders: ['a new folder'],
    });
  });

  test('says what the store said', async () => {
    const credentialsId = await credentials();
    const { json: wrong } = await add(own.gateway.credentials.accessKeyId, 'wrong');
    const endpoint = own.gateway.endpoint;
    for (const [body, sentence] of [
      [{ credentialsId: wrong.id, servicePoint: endpoint }, 'SignatureDoesNotMatch'],
      [{ credentialsId, servicePoint: 'http://127.0.0.1:1' }, 'cannot be reached'],
      [{ credentialsId: crypto.randomUUID(), servicePoint: endpoint }, 'are not there'],
      [{ credentialsId, servicePoint: 'no address at all' }, 'is no address of a store'],
    ] as const) {
      const answer = await rehearsal.call(BROWSER, { body: { ...body, serviceType: 'S3Compatible' } });
      expect(answer.status).toBe(400);
      expect(answer.json.message).toContain(sentence);
    }
    const body = { credentialsId, serviceType: 'AmazonEC2', servicePoint: endpoint };
    expect((await rehearsal.call(BROWSER, { body })).status).toBe(400);
  });
});
