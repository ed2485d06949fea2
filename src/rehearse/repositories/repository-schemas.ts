// What clients send about repositories. Fields that are not listed are taken and not kept.
import { Type } from 'typebox';
import { listQuery } from '../http/list-answer.ts';
import { REPOSITORY_TYPES } from './repository-types.ts';

const Uuid = Type.String({ format: 'uuid' });

const MountServer = Type.Object({
  mountServerId: Uuid,
  writeCacheFolder: Type.String(),
  vPowerNFSEnabled: Type.Boolean(),
  vPowerNFSPortSettings: Type.Optional(
    Type.Object({ mountPort: Type.Optional(Type.Integer()), vPowerNFSPort: Type.Optional(Type.Integer()) }),
  ),
});

/** By platform from 1.3-rev0; one server before. */
const MountServers = Type.Object({
  mountServerSettingsType: Type.Enum(['windows', 'linux', 'both', 'Windows', 'Linux', 'Both']),
  windows: Type.Optional(MountServer),
  linux: Type.Optional(MountServer),
});

const Account = Type.Object({
  servicePoint: Type.String({ minLength: 1, maxLength: 2048 }),
  regionId: Type.String({ minLength: 1, maxLength: 255 }),
  credentialsId: Uuid,
  connectionSettings: Type.Optional(
    Type.Object({
      connectionType: Type.Enum(['Direct', 'SelectedGateway']),
      gatewayServerIds: Type.Optional(Type.Array(Uuid)),
    }),
  ),
});

const Bucket = Type.Object({
  bucketName: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$' }),
  folderName: Type.String({ pattern: '^[^/\\\\\\u0000-\\u001f]{1,255}$' }),
  enableAutoProvision: Type.Optional(Type.Boolean()),
  workloadsPerBucketLimit: Type.Optional(Type.Integer({ minimum: 1 })),
  storageConsumptionLimit: Type.Optional(
    Type.Object({
      isEnabled: Type.Optional(Type.Boolean()),
      consumptionLimitCount: Type.Optional(Type.Integer({ minimum: 0 })),
      consumptionLimitKind: Type.Optional(Type.Enum(['TB', 'PB'])),
    }),
  ),
  immutability: Type.Optional(
    Type.Object({
      isEnabled: Type.Optional(Type.Boolean()),
      daysCount: Type.Optional(Type.Integer({ minimum: 1, maximum: 999 })),
      immutabilityMode: Type.Optional(Type.Enum(['RepositorySettings', 'RetentionSettings'])),
    }),
  ),
});

const COMMON = {
  name: Type.String({ minLength: 1, maxLength: 255 }),
  description: Type.String({ maxLength: 4096 }),
  uniqueId: Type.Optional(Type.String()),
  taskLimitEnabled: Type.Optional(Type.Boolean()),
  maxTaskCount: Type.Optional(Type.Integer({ minimum: 1 })),
  account: Account,
  bucket: Bucket,
  mountServer: Type.Optional(Type.Union([MountServers, MountServer])),
  proxyAppliance: Type.Optional(Type.Object({ managedServerId: Uuid })),
};

/** Of all types that Veeam adds, a rehearsal has S3-compatible storage only: that is what it can really connect to. */
export const RepositorySpec = Type.Object({
  ...COMMON,
  type: Type.Literal('S3Compatible'),
  importBackup: Type.Optional(Type.Boolean()),
  importIndex: Type.Optional(Type.Boolean()),
});
export type RepositorySpec = Type.Static<typeof RepositorySpec>;

export const RepositoryEdit = Type.Object({
  ...COMMON,
  id: Uuid,
  type: Type.Enum(['S3Compatible', 'SmartObjectS3', 'S3Integrated']),
});
export type RepositoryEdit = Type.Static<typeof RepositoryEdit>;

export const AddQuery = Type.Object({ overwriteOwner: Type.Optional(Type.Boolean()) });
export type AddQuery = Type.Static<typeof AddQuery>;

export const RemoveQuery = Type.Object({ deleteBackups: Type.Optional(Type.Boolean()) });

export const RescanSpec = Type.Object({ repositoryIds: Type.Array(Uuid, { minItems: 1 }) });
export type RescanSpec = Type.Static<typeof RescanSpec>;

const Types = Type.Array(Type.Enum(REPOSITORY_TYPES));

export const LIST_COLUMNS = ['Name', 'Description', 'Type', 'Host', 'Path'] as const;
export const RepositoriesQuery = Type.Object({
  ...listQuery(LIST_COLUMNS),
  typeFilter: Type.Optional(Types),
  hostIdFilter: Type.Optional(Uuid),
  pathFilter: Type.Optional(Type.String()),
  vmbApiFilter: Type.Optional(Type.String()),
  vmbApiPlatform: Type.Optional(Uuid),
  excludeExtents: Type.Optional(Type.Boolean()),
});
export type RepositoriesQuery = Type.Static<typeof RepositoriesQuery>;

export const STATE_COLUMNS = [
  'Name',
  'Type',
  'Host',
  'Path',
  'CapacityGB',
  'FreeGB',
  'UsedSpaceGB',
  'Description',
  'Membership',
  'Status',
] as const;
export const StatesQuery = Type.Object({
  ...listQuery(STATE_COLUMNS),
  idFilter: Type.Optional(Uuid),
  typeFilter: Type.Optional(Types),
  capacityFilter: Type.Optional(Type.Number()),
  freeSpaceFilter: Type.Optional(Type.Number()),
  usedSpaceFilter: Type.Optional(Type.Number()),
  isOnlineFilter: Type.Optional(Type.Boolean()),
  isOutOfDateFilter: Type.Optional(Type.Boolean()),
  sobrIdFilter: Type.Optional(Uuid),
  sobrExtentTypeFilter: Type.Optional(Type.Array(Type.Enum(['Performance', 'Capacity', 'Archive']))),
  sobrMembershipFilter: Type.Optional(Type.String()),
  excludeExtents: Type.Optional(Type.Boolean()),
});
export type StatesQuery = Type.Static<typeof StatesQuery>;
