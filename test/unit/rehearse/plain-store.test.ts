// A store of its own accord without SOSAPI, and what becomes of a repository there when the documents are put into its bucket.
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { useEmbeddedStore } from '../../support/embedded-store-fixture.ts';
import { MOUNT_SERVER, RehearsalClient } from './rehearsal-client.ts';

const REPOSITORIES = '/api/v1/backupInfrastructure/repositories';

const own = useEmbeddedStore();

async function upload(name: string, Body: string): Promise<void> {
  const Key = `.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/${name}`;
  await own.direct.send(new PutObjectCommand({ Bucket: 'plain', Key, Body }));
}

function system(version: string): string {
  return (
    `<SystemInfo><ProtocolVersion>${version}</ProtocolVersion><ModelName>"M"</ModelName><ProtocolCapabilities>` +
    '<CapacityInfo>true</CapacityInfo></ProtocolCapabilities></SystemInfo>'
  );
}

test('it is a plain repository, until a rescan finds the documents', async () => {
  await own.direct.send(new CreateBucketCommand({ Bucket: 'plain' }));
  await using rehearsal = await RehearsalClient.start();
  const { accessKeyId, secretAccessKey } = own.store.credentials;
  const { json: credentials } = await rehearsal.call('/api/v1/cloudCredentials', {
    body: { type: 'Amazon', accessKey: accessKeyId, secretKey: secretAccessKey },
  });
  const added = await rehearsal.ended(
    await rehearsal.call(REPOSITORIES, {
      body: {
        type: 'S3Compatible',
        name: 'plain',
        description: '',
        account: {
          servicePoint: own.store.endpoint,
          regionId: 'us-east-1',
          credentialsId: credentials.id,
        },
        bucket: { bucketName: 'plain', folderName: 'plain' },
        mountServer: MOUNT_SERVER,
      },
    }),
  );
  const state = async () => (await rehearsal.call(`${REPOSITORIES}/states`)).json.data[0];
  const rescanned = async () => {
    const body = { repositoryIds: [added['resourceId']] };
    const session = await rehearsal.ended(await rehearsal.call(`${REPOSITORIES}/rescan`, { body }));
    return session.result['message'];
  };
  expect(await state()).toMatchObject({
    type: 'S3Compatible',
    capacityGB: 0,
    freeGB: 0,
    usedSpaceGB: 0,
    isOnline: true,
  });

  await upload('system.xml', system('1.0'));
  expect(await rescanned()).toContain('system.xml cannot be used: its ProtocolVersion is 1.0');
  expect((await state()).type).toBe('S3Compatible');

  await upload('system.xml', system('&#34;1.0&#34;'));
  expect(await rescanned()).toContain('capacity.xml cannot be read: the store answered NoSuchKey (404');
  expect(await state()).toMatchObject({ type: 'SmartObjectS3', capacityGB: 0 });

  // 10.25 GiB, 10 GiB and a quarter of one: shown with one decimal place.
  const numbers = [(2n ** 30n * 41n) / 4n, 2n ** 30n * 10n, 2n ** 28n];
  const [capacity, available, used] = numbers;
  await upload(
    'capacity.xml',
    `<CapacityInfo><Capacity>${capacity}</Capacity><Available>${available}</Available><Used>${used}</Used></CapacityInfo>`,
  );
  await rescanned();
  expect(await state()).toMatchObject({ capacityGB: 10.3, freeGB: 10, usedSpaceGB: 0.3 });

  // The last numbers stay where there are no new ones.
  await upload('capacity.xml', '<CapacityInfo/>');
  expect(await rescanned()).toContain('capacity.xml cannot be used');
  expect(await state()).toMatchObject({ type: 'SmartObjectS3', capacityGB: 10.3 });
});
