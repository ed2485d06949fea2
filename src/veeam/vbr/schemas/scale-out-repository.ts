// A scale-out backup repository. Source: ScaleOutRepositoryModel and ScaleOutRepositorySpec.
import Type, { type Static } from 'typebox';

const performanceExtent = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** A list from 1.3-rev0, one name in 1.2-rev1: read it with `extentStatuses`. */
  status: Type.Optional(Type.Union([Type.Array(Type.String()), Type.String()])),
});
export type PerformanceExtent = Static<typeof performanceExtent>;

/** `Normal`, `Evacuate`, `Pending`, `Sealed`, `Maintenance`, `ResyncRequired`, `TenantEvacuating`, whichever hold. */
export function extentStatuses({ status }: PerformanceExtent): readonly string[] {
  if (status === undefined) return [];
  return typeof status === 'string' ? [status] : status;
}

const advancedSettings = Type.Object({
  perVmBackup: Type.Optional(Type.Boolean()),
  fullWhenExtentOffline: Type.Optional(Type.Boolean()),
});

const placementPolicy = Type.Object({
  /** `DataLocality` or `Performance`. */
  type: Type.String(),
  settings: Type.Optional(
    Type.Array(
      Type.Object({
        extentId: Type.String(),
        /** `All`, `FullsOnly`, `IncrementsOnly` or `None`. */
        allowedBackups: Type.String(),
        name: Type.Optional(Type.String()),
      }),
    ),
  ),
  enforceStrictPlacementPolicy: Type.Optional(Type.Boolean()),
});
export type PlacementPolicy = Static<typeof placementPolicy>;

const capacityTier = Type.Object({
  isEnabled: Type.Boolean(),
  extents: Type.Optional(Type.Array(Type.Object({ id: Type.String() }))),
  copyPolicyEnabled: Type.Optional(Type.Boolean()),
  movePolicyEnabled: Type.Optional(Type.Boolean()),
  operationalRestorePeriodDays: Type.Optional(Type.Integer()),
});
export type CapacityTier = Static<typeof capacityTier>;

const archiveTier = Type.Object({
  isEnabled: Type.Boolean(),
  extentId: Type.Optional(Type.String()),
  archivePeriodDays: Type.Optional(Type.Integer()),
});
export type ArchiveTier = Static<typeof archiveTier>;

export const scaleOutRepository = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  uniqueId: Type.Optional(Type.String()),
  performanceTier: Type.Object({
    performanceExtents: Type.Array(performanceExtent),
    advancedSettings: Type.Optional(advancedSettings),
  }),
  placementPolicy: Type.Optional(placementPolicy),
  capacityTier: Type.Optional(capacityTier),
  archiveTier: Type.Optional(archiveTier),
});
export type ScaleOutRepository = Static<typeof scaleOutRepository>;

const scaleOutRepositorySpec = Type.Object({
  name: Type.String(),
  description: Type.String(),
  uniqueId: Type.Optional(Type.String()),
  performanceTier: Type.Object({
    performanceExtents: Type.Array(Type.Object({ id: Type.String() })),
    advancedSettings: Type.Optional(advancedSettings),
  }),
  placementPolicy: Type.Optional(placementPolicy),
  capacityTier: Type.Optional(capacityTier),
  archiveTier: Type.Optional(archiveTier),
});
export type ScaleOutRepositorySpec = Static<typeof scaleOutRepositorySpec>;
