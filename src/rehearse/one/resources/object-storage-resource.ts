// A row of Veeam ONE's object storage repositories: what the rehearsal's repositories are.
import { Type } from 'typebox';
import type { RepositoryRecord } from '../../state/repository-record.ts';
import { Bytes, nullable } from './nullable.ts';

export const ObjectStorageResource = Type.Object({
  objectStorageId: nullable(Type.Integer()),
  objectStorageUidInVbr: nullable(Type.String({ format: 'uuid' })),
  backupServerId: nullable(Type.Integer()),
  name: nullable(Type.String()),
  type: Type.Optional(Type.String({ description: 'S3Integrated with SOSAPI, S3Compatible without' })),
  runningTasks: nullable(Type.Integer()),
  description: nullable(Type.String()),
  region: nullable(Type.String()),
  bucket: nullable(Type.String()),
  capacityBytes: nullable(Bytes),
  usedSpaceBytes: nullable(Bytes),
  consumptionLimitGb: nullable(Type.Integer()),
  isImmutable: nullable(Type.Boolean()),
  immutabilityIntervalDays: nullable(Type.Integer()),
  concurrentJobsMax: nullable(Type.Integer()),
  concurrentJobsNow: nullable(Type.Integer()),
});

/** The only backup server that a rehearsal's Veeam ONE watches. */
export const BACKUP_SERVER_ID = 1;

const GB_PER_TB = 1024;

/** Bytes, where the VBR port has GB; null where the store never said. */
export function objectStorages(repositories: readonly RepositoryRecord[]): readonly unknown[] {
  return repositories.map(({ id, number, name, description, settings, observation }) => ({
    objectStorageId: number,
    objectStorageUidInVbr: id,
    backupServerId: BACKUP_SERVER_ID,
    name,
    type: observation.isSosapi ? 'S3Integrated' : 'S3Compatible',
    runningTasks: 0,
    description,
    region: settings.account.regionId,
    bucket: settings.bucket.bucketName,
    capacityBytes: observation.capacity?.capacityBytes ?? null,
    usedSpaceBytes: observation.capacity?.usedBytes ?? null,
    consumptionLimitGb: limitGb(settings.bucket.storageConsumptionLimit),
    isImmutable: settings.bucket.immutability?.isEnabled === true,
    immutabilityIntervalDays: settings.bucket.immutability?.daysCount ?? null,
    concurrentJobsMax: settings.taskLimitEnabled === true ? (settings.maxTaskCount ?? null) : null,
    concurrentJobsNow: 0,
  }));
}

function limitGb(limit: RepositoryRecord['settings']['bucket']['storageConsumptionLimit']): number | null {
  if (limit?.isEnabled !== true || limit.consumptionLimitCount === undefined) return null;
  const isPb = limit.consumptionLimitKind === 'PB';
  return limit.consumptionLimitCount * GB_PER_TB * (isPb ? GB_PER_TB : 1);
}
