// The names of repository types, which are not the same in every revision.
import { type Revision, reaches } from '../../veeam/vbr/revisions.ts';
import type { RepositoryRecord } from '../state/repository-record.ts';

/** Every name of the documents of revisions 1.2-rev1, 1.3-rev0 and 1.3-rev2: what a filter may ask for. */
export const REPOSITORY_TYPES = [
  'WinLocal',
  'LinuxLocal',
  'Smb',
  'Nfs',
  'AzureBlob',
  'AzureDataBox',
  'AzureArchive',
  'AmazonS3',
  'AmazonSnowballEdge',
  'AmazonS3Glacier',
  'S3Compatible',
  'GoogleCloud',
  'IBMCloud',
  'ExtendableRepository',
  'DDBoost',
  'DellDataDomain',
  'ExaGrid',
  'HPStoreOnceIntegration',
  'HPEStoreOnce',
  'Quantum',
  'QuantumDXi',
  'WasabiCloud',
  'LinuxHardened',
  'Infinidat',
  'Fujitsu',
  'VeeamDataCloudVault',
  'S3GlacierCompatible',
  'SmartObjectS3',
  'S3Integrated',
  'Cloud',
  'HPStoreOnce',
  'Foreign',
  'SanSnapshotOnly',
  'Tape',
  'AmazonS3External',
  'AzureStorageExternal',
  'PlatformServiceExternal',
  'GoogleCloudStorageExternal',
  'PlatformServiceVmbApi',
  'AmazonS3GlacierExternal',
  'GoogleArchiveStorageExternal',
  'AzureArchiveStorageExternal',
  'HPStoreOnceCloudBank',
  'VeeamVault',
  'ElevenElevenS3',
  'AbrVirtual',
  'VeeamDataCloudVaultArchive',
  'VeeamDataCloudVaultAwsExternal',
  'VeeamDataCloudVaultAzureExternal',
] as const;

/** Before 1.3-rev0 nothing tells a SOSAPI repository from another one. */
export function typeOf(
  { observation }: Pick<RepositoryRecord, 'observation'>,
  revision: Revision,
): 'S3Compatible' | 'SmartObjectS3' | 'S3Integrated' {
  if (!observation.isSosapi || !reaches(revision, '1.3-rev0')) return 'S3Compatible';
  return reaches(revision, '1.3-rev2') ? 'S3Integrated' : 'SmartObjectS3';
}
