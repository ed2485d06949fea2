// A row of Veeam ONE's scale-out backup repositories.
import { Type } from 'typebox';
import type { RepositoryRecord } from '../../state/repository-record.ts';
import type { ScaleOutRecord } from '../../state/scale-out-record.ts';
import { Bytes, nullable } from './nullable.ts';
import { BACKUP_SERVER_ID } from './object-storage-resource.ts';

export const ScaleOutResource = Type.Object({
  scaleoutRepositoryId: Type.Optional(Type.Integer()),
  scaleoutRepositoryUidInVbr: nullable(Type.String({ format: 'uuid' })),
  backupServerId: Type.Optional(Type.Integer()),
  name: nullable(Type.String()),
  capacityBytes: nullable(Bytes),
  freeSpaceBytes: nullable(Bytes),
  runningTasks: Type.Optional(Type.Integer()),
  outOfSpaceInDays: nullable(Type.Integer()),
  state: Type.Optional(Type.String()),
  scaleoutRepositoryPolicy: Type.Optional(Type.String()),
  copyPolicy: nullable(Type.Boolean()),
  movePolicyInDays: nullable(Type.Integer()),
  archivingPolicyInDays: nullable(Type.Integer()),
  encryptArchivedData: nullable(Type.Boolean()),
});

type Settings = Readonly<Record<string, unknown>>;

/** Sizes are the sums of the extents in the performance tier; null where one of them is not known. */
export function scaleOutResources(
  scaleOuts: readonly ScaleOutRecord[],
  repositories: readonly RepositoryRecord[],
): readonly unknown[] {
  return scaleOuts.map((scaleOut) => {
    const extents = scaleOut.extents
      .filter(({ kind }) => kind === 'Performance')
      .map(({ repositoryId }) => repositories.find(({ id }) => id === repositoryId)?.observation);
    const { capacityTier, archiveTier, placementPolicy } = scaleOut.settings;
    return {
      scaleoutRepositoryId: scaleOut.number,
      scaleoutRepositoryUidInVbr: scaleOut.id,
      backupServerId: BACKUP_SERVER_ID,
      name: scaleOut.name,
      capacityBytes: sum(extents.map((one) => one?.capacity?.capacityBytes)),
      freeSpaceBytes: sum(extents.map((one) => one?.capacity?.availableBytes)),
      runningTasks: 0,
      outOfSpaceInDays: null,
      state: extents.every((one) => one?.isOnline === true) ? 'Ok' : 'Inaccessible',
      scaleoutRepositoryPolicy: policyOf(placementPolicy),
      copyPolicy: capacityTier?.['copyPolicyEnabled'] === true,
      movePolicyInDays: days(capacityTier, 'movePolicyEnabled', 'operationalRestorePeriodDays'),
      archivingPolicyInDays: days(archiveTier, 'isEnabled', 'archivePeriodDays'),
      encryptArchivedData: isEncrypted(capacityTier),
    };
  });
}

function sum(bytes: readonly (bigint | undefined)[]): bigint | null {
  let total = 0n;
  for (const one of bytes) {
    if (one === undefined) return null;
    total += one;
  }
  return total;
}

function policyOf(placement: unknown): string {
  if (typeof placement !== 'object' || placement === null) return 'Unknown';
  const { type } = placement as { readonly type?: unknown };
  return type === 'DataLocality' || type === 'Performance' ? type : 'Unknown';
}

function days(tier: Settings | undefined, isOn: string, period: string): number | null {
  const value = tier?.[period];
  return tier?.[isOn] === true && typeof value === 'number' ? value : null;
}

function isEncrypted(tier: Settings | undefined): boolean {
  const encryption = tier?.['encryption'];
  if (typeof encryption !== 'object' || encryption === null) return false;
  return (encryption as { readonly isEnabled?: unknown }).isEnabled === true;
}
