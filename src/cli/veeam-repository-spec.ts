// What `veeam add-repository` asks Veeam for, and how that differs from a repository that is there already.
import { type Revision, reaches } from '../veeam/vbr/revisions.ts';
import type { MountServersSettings } from '../veeam/vbr/schemas/mount-server.ts';
import type { S3Repository } from '../veeam/vbr/schemas/repository.ts';
import type { RepositorySpec } from '../veeam/vbr/vbr-specs.ts';

/** What is undefined was not asked for: a new repository gets the default, one that is there keeps what it has. */
export interface WantedRepository {
  readonly name: string | undefined;
  /** `https://HOST:PORT`. */
  readonly servicePoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly folder: string;
  readonly immutabilityDays: number | undefined;
  readonly taskLimit: number | undefined;
}

export interface SpecParts {
  readonly credentialsId: string;
  readonly mountServer: MountServersSettings | undefined;
  readonly revision: Revision;
}

/** Names of Veeam's repositories are free; this one says where it leads. */
export function nameOf({ name, bucket, folder }: WantedRepository): string {
  return name ?? `${bucket}/${folder}`;
}

export function specOf(wanted: WantedRepository, parts: SpecParts): RepositorySpec {
  const { servicePoint, region, bucket, folder, taskLimit } = wanted;
  const { credentialsId, mountServer, revision } = parts;
  return {
    type: 'S3Compatible',
    name: nameOf(wanted),
    description: `Bucket ${bucket} of ${servicePoint}, added by sosapi-gateway`,
    taskLimitEnabled: taskLimit !== undefined,
    ...(taskLimit === undefined ? {} : { maxTaskCount: taskLimit }),
    account: {
      servicePoint,
      regionId: region,
      credentialsId,
      connectionSettings: { connectionType: 'Direct' },
    },
    bucket: {
      bucketName: bucket,
      folderName: folder,
      ...immutabilityOf(wanted, revision),
    },
    ...(mountServer === undefined ? {} : { mountServer }),
  };
}

function immutabilityOf({ immutabilityDays: days }: WantedRepository, revision: Revision) {
  if (days === undefined) return { immutability: { isEnabled: false } };
  const mode = reaches(revision, '1.3-rev0') ? { immutabilityMode: 'RepositorySettings' } : {};
  return { immutability: { isEnabled: true, daysCount: days, ...mode } };
}

/** One setting that is not what was asked for. */
export interface SettingDifference {
  readonly setting: string;
  readonly is: string;
  readonly asked: string;
}

export function differencesFrom(
  found: S3Repository,
  wanted: WantedRepository,
  credentialsId: string | undefined,
): readonly SettingDifference[] {
  const { immutability } = found.bucket;
  const days = immutability?.isEnabled === true ? `${immutability.daysCount ?? '?'} days` : 'off';
  const limit = found.taskLimitEnabled === true ? String(found.maxTaskCount ?? '?') : 'off';
  const pairs: readonly (SettingDifference | undefined)[] = [
    different('name', found.name, wanted.name),
    different('region', found.account.regionId, wanted.region),
    different('immutability', days, wanted.immutabilityDays && `${wanted.immutabilityDays} days`),
    different('task limit', limit, wanted.taskLimit && String(wanted.taskLimit)),
    // A record that is still to be made is another one for sure.
    different(
      'credentials',
      found.account.credentialsId,
      credentialsId ?? 'a record that is still to be made',
    ),
  ];
  return pairs.flatMap((pair) => pair ?? []);
}

function different(
  setting: string,
  is: string,
  asked: string | number | undefined,
): SettingDifference | undefined {
  return asked === undefined || is === asked ? undefined : { setting, is, asked: String(asked) };
}

/** The same repository with what was asked for; all else as it is. */
export function changedRepository(
  found: S3Repository,
  wanted: WantedRepository,
  { credentialsId, revision }: Pick<SpecParts, 'credentialsId' | 'revision'>,
): S3Repository {
  return {
    ...found,
    name: wanted.name ?? found.name,
    ...(wanted.taskLimit === undefined ? {} : { taskLimitEnabled: true, maxTaskCount: wanted.taskLimit }),
    account: { ...found.account, regionId: wanted.region, credentialsId },
    bucket: {
      ...found.bucket,
      ...(wanted.immutabilityDays === undefined ? {} : immutabilityOf(wanted, revision)),
    },
  };
}

/**
 * The backup server itself, and a folder that Veeam chooses: a real server's `Default Backup Repository` had this id and an empty
 * `writeCacheFolder` (github.com/VeeamHub/veeam_rest, veeam_vbr_repositories_info, 2020); the vendor's examples have this id too.
 */
const THIS_SERVER = '6745a759-2205-4cd2-b172-8ec8f7e60ef8';
const ANY_FOLDER = '';
/** As in the vendor's examples, which have none for Linux. */
const WINDOWS_CACHE = 'C:\\ProgramData\\Veeam\\Backup\\IRCache\\';

export interface WantedMountServer {
  readonly id: string | undefined;
  readonly cacheFolder: string | undefined;
  /** As the backup server says it. */
  readonly platform: string | undefined;
}

export function mountServerOf({ id, cacheFolder, platform }: WantedMountServer): MountServersSettings {
  const kind = platform === 'Linux' ? 'linux' : 'windows';
  return {
    mountServerSettingsType: kind,
    [kind]: {
      mountServerId: id ?? THIS_SERVER,
      writeCacheFolder: cacheFolder ?? (kind === 'windows' ? WINDOWS_CACHE : ANY_FOLDER),
      vPowerNFSEnabled: false,
    },
  };
}
