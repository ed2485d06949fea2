// Every way to prove a body, in both styles of addressing, against the gateway with a store behind it.
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ClientVariant, PayloadMode } from '../../../../src/bench/bench-context.ts';
import { useGatewayedStore } from '../../../support/embedded-store-fixture.ts';
import { clientAt, standIn, type TestClient, targetAt } from './stand-in.ts';

const MODES: readonly PayloadMode[] = ['sha256', 'content-md5', 'checksum-sha256', 'unsigned', 'aws-chunked'];
const STYLES: readonly ClientVariant['addressing'][] = ['path', 'virtual-hosted'];

describe('a real store', () => {
  const at = useGatewayedStore({ gateway: { hostNames: ['localhost'] } });
  beforeAll(() =>
    at.client.send(new CreateBucketCommand({ Bucket: 'bucket', ObjectLockEnabledForBucket: true })),
  );
  const connect = (): TestClient =>
    clientAt(targetAt(`http://localhost:${at.gateway.s3.port}`, { credentials: at.gateway.credentials }));

  test.each(MODES.flatMap((payload) => STYLES.map((addressing) => [payload, addressing] as const)))(
    '%s, %s: what is written is read',
    async (payload, addressing) => {
      using connected = connect();
      const { client } = connected;
      const variant = { payload, addressing };
      const key = `/{${payload}}//${addressing} ü+%`;
      const body = Buffer.alloc(200_000, payload);
      expect(await client.call({ method: 'PUT', key, body, variant })).toMatchObject({ status: 200 });
      const read = await client.call({ method: 'GET', key, variant });
      expect([read.status, read.body.equals(body), read.headers.get('content-encoding')]).toEqual([
        200,
        true,
        undefined,
      ]);
      const query = [
        ['versions', ''],
        ['prefix', key],
      ] as const;
      const list = await client.call({ method: 'GET', query, variant });
      expect([list.status, list.body.includes('<Size>200000</Size>')]).toEqual([200, true]);
    },
  );

  test.each(MODES)('%s: an empty object, a lock, and a document', async (payload) => {
    using connected = connect();
    const { client } = connected;
    const variant = { payload };
    const key = `empty ${payload}`;
    const until = new Date(Date.now() + 1000).toISOString();
    const headers = { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': until };
    expect(await client.call({ method: 'PUT', key, headers, variant })).toMatchObject({ status: 200 });
    const body = `<Delete><Object><Key>${key}</Key></Object></Delete>`;
    const deleted = await client.call({ method: 'POST', query: [['delete', '']], body, variant });
    expect([deleted.status, deleted.code]).toEqual([200, undefined]);
  });

  test('a header beyond ASCII is signed as it is sent', async () => {
    using connected = connect();
    const headers = { 'x-amz-meta-name': 'Müller  €' };
    expect(await connected.client.call({ method: 'PUT', key: 'meta', headers })).toMatchObject({
      status: 200,
    });
  });

  test('a wrong secret, an anonymous call and an old date are refused', async () => {
    const { accessKeyId } = at.gateway.credentials;
    using stranger = clientAt(
      targetAt(at.gateway.endpoint, { credentials: { accessKeyId, secretAccessKey: 'wrong' } }),
    );
    expect(await stranger.client.call({ method: 'GET' })).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
    using connected = connect();
    expect(await connected.client.call({ method: 'GET', anonymous: true })).toMatchObject({ status: 403 });
    const headers = { 'x-amz-date': '20200101T000000Z' };
    expect(await connected.client.call({ method: 'GET', headers })).toMatchObject({
      code: 'RequestTimeTooSkewed',
    });
  });
});

describe('what is sent', () => {
  const sent = async (payload: PayloadMode, call: object) => {
    await using server = await standIn((_, response) => response.end());
    using connected = clientAt(targetAt(server.endpoint));
    await connected.client.call({ method: 'PUT', key: 'k', body: 'abc', variant: { payload }, ...call });
    const [taken] = server.taken;
    if (taken === undefined) throw new Error('nothing was sent');
    const { headers, body } = taken;
    const { 'x-amz-content-sha256': proof, 'content-md5': md5, 'x-amz-checksum-sha256': checksum } = headers;
    return {
      proof,
      md5,
      checksum,
      encoding: headers['content-encoding'],
      agent: headers['user-agent'],
      body,
    };
  };
  const MD5 = 'kAFQmDzST7DWlj99KOF/cg==';
  const SHA256 = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=';
  const HEX = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

  test.each([
    ['sha256', {}, { proof: HEX, md5: undefined, checksum: undefined }],
    ['content-md5', {}, { proof: 'UNSIGNED-PAYLOAD', md5: MD5 }],
    ['checksum-sha256', {}, { proof: HEX, checksum: SHA256, md5: undefined }],
    ['unsigned', {}, { proof: 'UNSIGNED-PAYLOAD', md5: undefined, checksum: undefined }],
    ['aws-chunked', {}, { proof: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', encoding: 'aws-chunked' }],
    ['aws-chunked', { headers: { 'Content-Encoding': 'gzip' } }, { encoding: 'aws-chunked,gzip' }],
    ['aws-chunked', { query: [['retention', '']] }, { proof: HEX, md5: MD5, encoding: undefined }],
    ['sha256', { query: [['retention', '']] }, { md5: MD5 }],
    ['sha256', { query: [['retention', '']], headers: { 'content-md5': '' } }, { md5: undefined }],
    [
      'sha256',
      { query: [['retention', '']], headers: { 'x-amz-checksum-crc32': 'NSRBwg==' } },
      { md5: undefined },
    ],
    ['sha256', { headers: { 'x-amz-object-lock-mode': 'COMPLIANCE' } }, { md5: MD5 }],
  ] as const)('%s with %j', async (payload, call, expected) => {
    expect(await sent(payload, call)).toMatchObject(expected);
  });

  test("Veeam's user agent unless it must not be", async () => {
    expect(await sent('sha256', {})).toMatchObject({ agent: 'APN/1.0 Veeam/1.0 Backup/10.0' });
    expect((await sent('sha256', { variant: { veeamUserAgent: false } })).agent).not.toContain('Veeam');
  });
});
