// What clients send about scale-out repositories.
import { Type } from 'typebox';
import { listQuery } from '../http/list-answer.ts';

const Uuid = Type.String({ format: 'uuid' });

const PerformanceTier = Type.Object({
  performanceExtents: Type.Array(Type.Object({ id: Uuid }), { minItems: 1 }),
  advancedSettings: Type.Optional(
    Type.Object({
      perVmBackup: Type.Optional(Type.Boolean()),
      fullWhenExtentOffline: Type.Optional(Type.Boolean()),
    }),
  ),
});

const PlacementPolicy = Type.Object({
  type: Type.Enum(['DataLocality', 'Performance']),
  settings: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.Optional(Type.String()),
        extentId: Uuid,
        allowedBackups: Type.Enum(['All', 'FullsOnly', 'IncrementsOnly', 'None']),
      }),
    ),
  ),
  enforceStrictPlacementPolicy: Type.Optional(Type.Boolean()),
});

const CapacityTier = Type.Object({
  isEnabled: Type.Boolean(),
  extents: Type.Optional(Type.Array(Type.Object({ id: Uuid }))),
  copyPolicyEnabled: Type.Optional(Type.Boolean()),
  movePolicyEnabled: Type.Optional(Type.Boolean()),
  operationalRestorePeriodDays: Type.Optional(Type.Integer({ minimum: 0 })),
});

const ArchiveTier = Type.Object({
  isEnabled: Type.Boolean(),
  extentId: Type.Optional(Uuid),
  archivePeriodDays: Type.Optional(Type.Integer({ minimum: 0 })),
});

const COMMON = {
  name: Type.String({ minLength: 1, maxLength: 255 }),
  description: Type.String({ maxLength: 4096 }),
  uniqueId: Type.Optional(Type.String()),
  performanceTier: PerformanceTier,
  placementPolicy: Type.Optional(PlacementPolicy),
  capacityTier: Type.Optional(CapacityTier),
  archiveTier: Type.Optional(ArchiveTier),
};

export const ScaleOutSpec = Type.Object(COMMON);
export type ScaleOutSpec = Type.Static<typeof ScaleOutSpec>;

export const ScaleOutEdit = Type.Object({ ...COMMON, id: Uuid });
export type ScaleOutEdit = Type.Static<typeof ScaleOutEdit>;

export const ModeSpec = Type.Object({ repositoryIds: Type.Array(Uuid, { minItems: 1 }) });
export type ModeSpec = Type.Static<typeof ModeSpec>;

export const RemoveQuery = Type.Object({ deleteBackups: Type.Optional(Type.Boolean()) });

export const SCALE_OUT_COLUMNS = ['Name', 'Description', 'Type', 'Host', 'Path', 'EncryptionState'] as const;
export const ScaleOutsQuery = Type.Object(listQuery(SCALE_OUT_COLUMNS));
export type ScaleOutsQuery = Type.Static<typeof ScaleOutsQuery>;
