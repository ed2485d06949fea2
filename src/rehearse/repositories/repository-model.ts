// Repositories and their states as the documents shape them.
import { gbOfBytes } from '../../veeam/sizes.ts';
import { type Revision, reaches } from '../../veeam/vbr/revisions.ts';
import type { RehearsalIdentity } from '../rehearsal-context.ts';
import type { RepositoryRecord } from '../state/repository-record.ts';
import type { Extent, ScaleOutRecord } from '../state/scale-out-record.ts';
import { mountServerModel } from './mount-server.ts';
import { typeOf } from './repository-types.ts';

export type Membership = { readonly scaleOut: ScaleOutRecord; readonly extent: Extent } | undefined;

export function repositoryModel(repository: RepositoryRecord, revision: Revision) {
  const { settings } = repository;
  const mountServer = mountServerModel(settings.mountServer, revision);
  return {
    type: typeOf(repository, revision),
    id: repository.id,
    name: repository.name,
    description: repository.description,
    uniqueId: repository.uniqueId,
    ...settings,
    ...(mountServer === undefined ? {} : { mountServer }),
  };
}

/** With all fields, which filters and orders look at. */
export function stateModel(
  repository: RepositoryRecord,
  membership: Membership,
  identity: RehearsalIdentity,
  revision: Revision,
) {
  const { observation } = repository;
  const { capacity } = observation;
  return {
    type: typeOf(repository, revision),
    id: repository.id,
    name: repository.name,
    description: repository.description,
    hostId: identity.serverId,
    hostName: identity.hostName,
    path: pathOf(repository),
    capacityGB: shownGB(capacity?.capacityBytes),
    freeGB: shownGB(capacity?.availableBytes),
    usedSpaceGB: shownGB(capacity?.usedBytes),
    isOnline: observation.isOnline,
    isOutOfDate: false,
    scaleOutRepositoryDetails: detailsOf(membership),
  };
}

/** Without the fields that came with 1.3-rev0 where the revision is older. */
export function stateAnswer(state: ReturnType<typeof stateModel>, revision: Revision) {
  const { isOutOfDate, scaleOutRepositoryDetails, ...common } = state;
  if (!reaches(revision, '1.3-rev0')) return common;
  return {
    ...common,
    isOutOfDate,
    ...(scaleOutRepositoryDetails === undefined ? {} : { scaleOutRepositoryDetails }),
  };
}

function detailsOf(membership: Membership) {
  if (membership === undefined) return undefined;
  const { scaleOut, extent } = membership;
  return {
    membership: scaleOut.name,
    scaleOutRepositoryId: scaleOut.id,
    extentType: extent.kind,
  };
}

export function pathOf({ settings }: RepositoryRecord): string {
  return `${settings.bucket.bucketName}/Veeam/Backup/${settings.bucket.folderName}`;
}

/** One decimal place, as the documents' examples have it. What is not known, as without SOSAPI, is 0: the fields are required. */
function shownGB(bytes: bigint | undefined): number {
  return bytes === undefined ? 0 : Math.round(gbOfBytes(bytes) * 10) / 10;
}
