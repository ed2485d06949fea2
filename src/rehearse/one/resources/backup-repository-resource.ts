// A row of Veeam ONE's backup repositories: those on servers, shares and appliances.
import { Type } from 'typebox';
import { Bytes, nullable } from './nullable.ts';

export const BackupRepositoryResource = Type.Object({
  repositoryId: Type.Optional(Type.Integer()),
  repositoryUidInVbr: nullable(Type.String({ format: 'uuid' })),
  backupServerId: nullable(Type.Integer()),
  name: nullable(Type.String()),
  type: Type.Optional(Type.String()),
  capacityBytes: nullable(Bytes),
  freeSpaceBytes: nullable(Bytes),
  runningTasks: nullable(Type.Integer()),
  maxConcurrentTasks: nullable(Type.Integer()),
  upgradeRequired: nullable(Type.Boolean()),
  outOfSpaceInDays: nullable(Type.Integer()),
  state: Type.Optional(Type.String()),
  path: nullable(Type.String()),
  oneBackupFilePerVm: nullable(Type.Boolean()),
  isReFs: nullable(Type.Boolean()),
  isImmutable: nullable(Type.Boolean()),
  immutabilityIntervalDays: nullable(Type.Integer()),
});
