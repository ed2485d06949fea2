// What `veeam add-repository` asks for, in the form of each revision, and how it differs from what is there.
import { describe, expect, test } from 'vitest';
import {
  changedRepository,
  differencesFrom,
  mountServerOf,
  specOf,
  type WantedRepository,
} from '../../../src/cli/veeam-repository-spec.ts';
import type { S3Repository } from '../../../src/veeam/vbr/schemas/repository.ts';

const WANTED: WantedRepository = {
  name: undefined,
  servicePoint: 'https://s3.example.com:8443',
  region: 'us-east-1',
  bucket: 'veeam-1',
  folder: 'backups',
  immutabilityDays: 14,
  taskLimit: 8,
};

const FOUND: S3Repository = {
  id: 'r1',
  name: 'veeam-1/backups',
  description: 'd',
  type: 'S3Integrated',
  taskLimitEnabled: true,
  maxTaskCount: 8,
  account: {
    servicePoint: 'https://s3.example.com:8443',
    regionId: 'us-east-1',
    credentialsId: 'c1',
    connectionSettings: { connectionType: 'SelectedGateway', gatewayServerIds: ['g1'] },
  },
  bucket: {
    bucketName: 'veeam-1',
    folderName: 'backups',
    immutability: { isEnabled: true, daysCount: 14, immutabilityMode: 'RetentionSettings' },
  },
};

describe('the specification', () => {
  const parts = { credentialsId: 'c1', mountServer: undefined } as const;

  test('has immutability and the task limit, under their names in an add', () => {
    expect(specOf(WANTED, { ...parts, revision: '1.3-rev0' })).toEqual({
      type: 'S3Compatible',
      name: 'veeam-1/backups',
      description: expect.stringContaining('veeam-1'),
      taskLimitEnabled: true,
      maxTaskCount: 8,
      account: {
        servicePoint: 'https://s3.example.com:8443',
        regionId: 'us-east-1',
        credentialsId: 'c1',
        connectionSettings: { connectionType: 'Direct' },
      },
      bucket: {
        bucketName: 'veeam-1',
        folderName: 'backups',
        immutability: { isEnabled: true, daysCount: 14, immutabilityMode: 'RepositorySettings' },
      },
    });
  });

  test('has no mode of immutability before 1.3-rev0', () => {
    const { bucket } = specOf(WANTED, { ...parts, revision: '1.2-rev1' });
    expect(bucket.immutability).toEqual({ isEnabled: true, daysCount: 14 });
  });

  test('is without limits where none were asked for', () => {
    const wanted = { ...WANTED, immutabilityDays: undefined, taskLimit: undefined, name: 'Mine' };
    const spec = specOf(wanted, { ...parts, revision: '1.3-rev0' });
    expect(spec).toMatchObject({ name: 'Mine', taskLimitEnabled: false });
    expect(spec).not.toHaveProperty('maxTaskCount');
    expect(spec.bucket.immutability).toEqual({ isEnabled: false });
  });
});

test.each([
  ['Windows', undefined, 'windows', 'C:\\ProgramData\\Veeam\\Backup\\IRCache\\'],
  ['Linux', undefined, 'linux', ''],
  [undefined, 'D:\\Cache\\', 'windows', 'D:\\Cache\\'],
] as const)('the mount server on %s', (platform, cacheFolder, kind, folder) => {
  expect(mountServerOf({ id: 'm1', cacheFolder, platform })).toEqual({
    mountServerSettingsType: kind,
    [kind]: { mountServerId: 'm1', writeCacheFolder: folder, vPowerNFSEnabled: false },
  });
});

describe('what differs', () => {
  test('is nothing where all that was asked for is there', () => {
    expect(differencesFrom(FOUND, WANTED, 'c1')).toEqual([]);
  });

  test('is not what nobody asked for', () => {
    const asked = { ...WANTED, immutabilityDays: undefined, taskLimit: undefined };
    expect(differencesFrom(FOUND, asked, 'c1')).toEqual([]);
  });

  test('is named with what is and what was asked for', () => {
    const asked = { ...WANTED, name: 'Other', region: 'eu-1', immutabilityDays: 30, taskLimit: 2 };
    expect(differencesFrom(FOUND, asked, undefined)).toEqual([
      { setting: 'name', is: 'veeam-1/backups', asked: 'Other' },
      { setting: 'region', is: 'us-east-1', asked: 'eu-1' },
      { setting: 'immutability', is: '14 days', asked: '30 days' },
      { setting: 'task limit', is: '8', asked: '2' },
      { setting: 'credentials', is: 'c1', asked: 'a record that is still to be made' },
    ]);
    const open = { ...FOUND, taskLimitEnabled: false, bucket: { ...FOUND.bucket, immutability: {} } };
    expect(differencesFrom(open, WANTED, 'c1')).toEqual([
      { setting: 'immutability', is: 'off', asked: '14 days' },
      { setting: 'task limit', is: 'off', asked: '8' },
    ]);
  });

  test('is all that --update changes', () => {
    const wanted = { ...WANTED, immutabilityDays: undefined, taskLimit: 2 };
    const changed = changedRepository(FOUND, wanted, { credentialsId: 'c2', revision: '1.3-rev0' });
    expect(changed).toEqual({
      ...FOUND,
      maxTaskCount: 2,
      account: { ...FOUND.account, credentialsId: 'c2' },
    });
  });
});
