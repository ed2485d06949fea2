// Scale-out repositories as the documents shape them.
import { type Revision, reaches } from '../../veeam/vbr/revisions.ts';
import type { RepositoryTable } from '../state/repository-table.ts';
import { type Extent, type ScaleOutRecord, statusOf } from '../state/scale-out-record.ts';

export function scaleOutModel(scaleOut: ScaleOutRecord, repositories: RepositoryTable, revision: Revision) {
  const { settings } = scaleOut;
  const idsOf = (kind: Extent['kind']) =>
    scaleOut.extents.filter((extent) => extent.kind === kind).map(({ repositoryId }) => repositoryId);
  const capacityExtents = idsOf('Capacity');
  const [archiveExtent] = idsOf('Archive');
  return {
    id: scaleOut.id,
    name: scaleOut.name,
    description: scaleOut.description,
    uniqueId: scaleOut.uniqueId,
    performanceTier: {
      performanceExtents: scaleOut.extents
        .filter(({ kind }) => kind === 'Performance')
        .map((extent) => ({
          id: extent.repositoryId,
          name: repositories.get(extent.repositoryId)?.name ?? '',
          status: statusModel(extent, revision),
        })),
      advancedSettings: settings.performanceAdvancedSettings ?? {
        perVmBackup: true,
        fullWhenExtentOffline: false,
      },
    },
    placementPolicy: settings.placementPolicy ?? {
      type: 'DataLocality',
      settings: [],
      enforceStrictPlacementPolicy: false,
    },
    capacityTier: {
      isEnabled: false,
      ...settings.capacityTier,
      extents: capacityExtents.map((id) => ({ id })),
    },
    archiveTier: {
      isEnabled: false,
      ...settings.archiveTier,
      ...(archiveExtent === undefined ? {} : { extentId: archiveExtent }),
    },
  };
}

/** Before 1.3-rev0 an extent has one status: the one that takes more away. */
function statusModel(extent: Extent, revision: Revision) {
  const all = statusOf(extent);
  return reaches(revision, '1.3-rev0') ? all : all.at(-1);
}
