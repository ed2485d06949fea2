// A backup repository. Source: RepositoryModel and S3CompatibleStorageModel.
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { mountServerSettings, mountServersSettings } from './mount-server.ts';

/** What every repository has, of whatever type. The fields of its type are kept but not typed. */
export const repository = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  /** One of 45 names in 1.3-rev2; new ones come with each revision, so any text is taken. */
  type: Type.String(),
  uniqueId: Type.Optional(Type.String()),
});
export type Repository = Static<typeof repository>;

const connectionSettings = Type.Object({
  /** `Direct` or `SelectedGateway`. */
  connectionType: Type.String(),
  gatewayServerIds: Type.Optional(Type.Array(Type.String())),
});

const s3Account = Type.Object({
  /** `https://HOST:PORT` of the S3 service. */
  servicePoint: Type.String(),
  regionId: Type.String(),
  credentialsId: Type.String(),
  connectionSettings: Type.Optional(connectionSettings),
});
export type S3Account = Static<typeof s3Account>;

const s3Bucket = Type.Object({
  bucketName: Type.String(),
  folderName: Type.String(),
  /** From 1.3-rev1. */
  enableAutoProvision: Type.Optional(Type.Boolean()),
  /** From 1.3-rev1. */
  workloadsPerBucketLimit: Type.Optional(Type.Integer()),
  storageConsumptionLimit: Type.Optional(
    Type.Object({
      isEnabled: Type.Optional(Type.Boolean()),
      consumptionLimitCount: Type.Optional(Type.Integer()),
      /** `TB` or `PB`. */
      consumptionLimitKind: Type.Optional(Type.String()),
    }),
  ),
  immutability: Type.Optional(
    Type.Object({
      isEnabled: Type.Optional(Type.Boolean()),
      daysCount: Type.Optional(Type.Integer()),
      /** `RepositorySettings` or `RetentionSettings`; from 1.3-rev0. */
      immutabilityMode: Type.Optional(Type.String()),
    }),
  ),
});
export type S3Bucket = Static<typeof s3Bucket>;

/** An S3-compatible repository, with or without SOSAPI. */
export const s3Repository = Type.Object({
  ...repository.properties,
  /** `enableTaskLimit` is the name of the import specification only; it is never in a model and never in an add. */
  taskLimitEnabled: Type.Optional(Type.Boolean()),
  maxTaskCount: Type.Optional(Type.Integer()),
  account: s3Account,
  bucket: s3Bucket,
  /** In 1.2-rev1 one server; from 1.3-rev0 one for each platform; from 1.3-rev2 optional. */
  mountServer: Type.Optional(Type.Union([mountServersSettings, mountServerSettings])),
  proxyAppliance: Type.Optional(Type.Object({ managedServerId: Type.String() })),
});
export type S3Repository = Static<typeof s3Repository>;

/**
 * Whether Veeam has found SOSAPI behind a repository of this type: `SmartObjectS3` in 1.3-rev0 and 1.3-rev1,
 * `S3Integrated` in 1.3-rev2. In 1.2-rev1 a SOSAPI repository is `S3Compatible` as any other, so this cannot tell.
 */
export function isSosapiType(type: string): boolean {
  return type === 'SmartObjectS3' || type === 'S3Integrated';
}

/** Whether a repository of this type is a bucket of an S3-compatible service: plain, or with SOSAPI under either name. */
export function isS3Type(type: string): boolean {
  return type === 'S3Compatible' || isSosapiType(type);
}

/** Whether the repository has an account and a bucket as S3-compatible ones do. */
export function isS3Repository(found: Repository): found is S3Repository {
  return isS3Type(found.type) && Value.Check(s3Repository, found);
}
