// Whom the rehearsal server trusts when it connects to a store over HTTPS.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificate, makeCertificate } from '../../support/certificate.ts';
import { NOT_ASKED } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { sdk } from '../../support/s3-clients.ts';
import { MOUNT_SERVER, RehearsalClient } from './rehearsal-client.ts';

let certificate: Certificate;
let gateway: GatewayProcess;
let directory: string;

beforeAll(async () => {
  certificate = await makeCertificate();
  directory = await mkdtemp(join(tmpdir(), 'rehearsal-trust-'));
  const { certFile, keyFile } = certificate;
  const dataDirectory = join(directory, 'data');
  gateway = await GatewayProcess.start({
    store: NOT_ASKED,
    tls: { certFile, keyFile },
    config: {
      backends: [
        { name: 'embedded', kind: 'embedded', dataDirectory, reserve: '0B', createBuckets: ['backups'] },
      ],
    },
  });
  // The SDK asks again until the store behind the gateway has started.
  const client = sdk(gateway);
  await client.send(new ListBucketsCommand());
  client.destroy();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await certificate[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

async function added(storageCa?: string) {
  await using rehearsal = await RehearsalClient.start(storageCa === undefined ? {} : { storageCa });
  const { accessKeyId, secretAccessKey } = gateway.credentials;
  const { json: credentials } = await rehearsal.call('/api/v1/cloudCredentials', {
    body: { type: 'Amazon', accessKey: accessKeyId, secretKey: secretAccessKey },
  });
  const started = await rehearsal.call('/api/v1/backupInfrastructure/repositories?overwriteOwner=true', {
    body: {
      type: 'S3Compatible',
      name: 'over HTTPS',
      description: '',
      // Without a scheme it is HTTPS, as Veeam takes it.
      account: {
        servicePoint: `127.0.0.1:${gateway.s3Tls.port}`,
        regionId: 'us-east-1',
        credentialsId: credentials.id,
      },
      bucket: { bucketName: 'backups', folderName: 'https', immutability: { isEnabled: true, daysCount: 7 } },
      mountServer: MOUNT_SERVER,
    },
  });
  return (await rehearsal.ended(started)).result;
}

test('a certificate that nobody vouches for is refused', async () => {
  const { result, message } = await added();
  expect(result).toBe('Failed');
  expect(message).toContain('is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');
  expect(message).toContain('--storage-ca');
});

test('one that is given is trusted, and HTTPS is no reason for a warning', async () => {
  expect(await added(certificate.pem)).toMatchObject({ result: 'Success', message: 'Success' });
});
