// Which extents of which scale-out repositories live on a backend of this gateway, and in what mode they are.
import { isS3Repository, type Repository } from '../veeam/vbr/schemas/repository.ts';
import { extentStatuses, type ScaleOutRepository } from '../veeam/vbr/schemas/scale-out-repository.ts';

export type Tier = 'performance' | 'capacity' | 'archive';

export interface Extent {
  /** Of the repository. */
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  /** Undefined where Veeam does not tell: it does for the performance tier only (ScaleOutRepositoryModel, 1.2-rev1 to 1.3-rev2). */
  readonly statuses: readonly string[] | undefined;
  /** Veeam tells one of them, though several may hold: so it does before 1.3-rev0. */
  readonly isOneOfThem: boolean;
}

/** Undefined where Veeam does not tell. */
export function isInMode({ statuses, isOneOfThem }: Extent, mode: string): boolean | undefined {
  if (statuses === undefined) return undefined;
  if (statuses.includes(mode)) return true;
  return isOneOfThem && !statuses.includes('Normal') ? undefined : false;
}

/** Undefined for a repository that is no bucket of this gateway. */
export type BackendOf = (repository: Repository) => string | undefined;

/** By the service point and the bucket that a repository was made with. */
export function createBackendOf(
  isOurs: (servicePoint: string) => boolean,
  ruleOf: (bucket: string) => { readonly backend: string } | undefined,
): BackendOf {
  return (repository) => {
    if (!isS3Repository(repository) || !isOurs(repository.account.servicePoint)) return undefined;
    return ruleOf(repository.bucket.bucketName)?.backend;
  };
}

/** All extents, in the order of the tiers; the name of one that `repositories` lacks is its id. */
export function extentsOf(
  scaleOut: ScaleOutRepository,
  repositories: ReadonlyMap<string, Repository>,
): readonly Extent[] {
  const named = (id: string, tier: Tier): Extent => ({
    id,
    name: repositories.get(id)?.name ?? id,
    tier,
    statuses: undefined,
    isOneOfThem: false,
  });
  const { performanceTier, capacityTier, archiveTier } = scaleOut;
  return [
    ...performanceTier.performanceExtents.map((extent): Extent => {
      const statuses = extent.status === undefined ? undefined : extentStatuses(extent);
      const isOneOfThem = typeof extent.status === 'string';
      return { id: extent.id, name: extent.name, tier: 'performance', statuses, isOneOfThem };
    }),
    ...(capacityTier?.isEnabled === true ? (capacityTier.extents ?? []) : []).map(({ id }) =>
      named(id, 'capacity'),
    ),
    ...(archiveTier?.isEnabled === true && archiveTier.extentId !== undefined
      ? [named(archiveTier.extentId, 'archive')]
      : []),
  ];
}

export interface ScaleOutPart {
  readonly scaleOut: ScaleOutRepository;
  /** Never empty. */
  readonly extents: readonly Extent[];
}

/** Of each scale-out repository the extents on that backend. */
export function extentsOn(
  backend: string,
  scaleOuts: readonly ScaleOutRepository[],
  repositories: readonly Repository[],
  backendOf: BackendOf,
): readonly ScaleOutPart[] {
  const byId = new Map(repositories.map((repository) => [repository.id, repository]));
  const isThere = ({ id }: Extent): boolean => {
    const repository = byId.get(id);
    return repository !== undefined && backendOf(repository) === backend;
  };
  return scaleOuts.flatMap((scaleOut) => {
    const extents = extentsOf(scaleOut, byId).filter(isThere);
    return extents.length === 0 ? [] : [{ scaleOut, extents }];
  });
}
