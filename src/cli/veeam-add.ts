// The steps of `veeam add-repository`: credentials record, repository, and what Veeam made of it. Each says what it left behind.

import type { KeyPair } from '../serve/key-pair.ts';
import { readServicePoint } from '../serve/veeam-endpoints.ts';
import { reaches } from '../veeam/vbr/revisions.ts';
import type { MountServersSettings } from '../veeam/vbr/schemas/mount-server.ts';
import { isS3Repository, type Repository, type S3Repository } from '../veeam/vbr/schemas/repository.ts';
import type { Session } from '../veeam/vbr/schemas/session.ts';
import type { VbrClient } from '../veeam/vbr/vbr-client.ts';
import type { CloudCredentialsSpec, RepositorySpec } from '../veeam/vbr/vbr-specs.ts';
import { type AskedGateway, oneLine } from './admin-client.ts';
import { type CheckNote, checkRepository } from './veeam-added-check.ts';
import { goesOn, listed, type VeeamVisit } from './veeam-connect.ts';
import {
  changedRepository,
  differencesFrom,
  mountServerOf,
  nameOf,
  type SettingDifference,
  specOf,
  type WantedRepository,
} from './veeam-repository-spec.ts';

export interface Wish {
  readonly wanted: WantedRepository;
  /** What Veeam is to sign with. */
  readonly keyPair: KeyPair;
  readonly mountServerId: string | undefined;
  readonly mountCache: string | undefined;
  /** For what it serves. */
  readonly gateway: AskedGateway;
  readonly deadlineMs: number;
  /** Takes the bucket over from another backup server. */
  readonly isOverwritingOwner: boolean;
  readonly isUpdate: boolean;
  readonly isDryRun: boolean;
}

export interface AddedRepository {
  readonly outcome: 'added' | 'updated' | 'unchanged' | 'differs' | undefined;
  readonly isDryRun: boolean;
  readonly repository: Repository | undefined;
  readonly credentials: { readonly id: string | undefined; readonly isNew: boolean };
  readonly differences: readonly SettingDifference[];
  /** What was or would be sent. */
  readonly requests: readonly PlannedRequest[];
  /** What the check found, in sentences. */
  readonly notes: readonly string[];
  /** Whether all is there, is as asked for and was found well. */
  readonly isAsWanted: boolean;
}

export interface PlannedRequest {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: CloudCredentialsSpec | RepositorySpec | Repository;
}

const CREDENTIALS_PATH = '/api/v1/cloudCredentials';
const REPOSITORIES_PATH = '/api/v1/backupInfrastructure/repositories';
/** In the place of an id that only the record's making gives. */
const ID_TO_COME = '(the id of the new credentials record)';

export async function addRepository(visit: VeeamVisit, wish: Wish): Promise<AddedRepository> {
  const { client } = visit;
  const { wanted, keyPair, isDryRun } = wish;
  const repositories = await listed(client.repositories.list());
  const found = repositoryOf(repositories, wanted);
  const record = (await listed(client.cloudCredentials.list({ typeFilter: 'Amazon' }))).find(
    ({ accessKey }) => accessKey === keyPair.accessKeyId,
  );
  const differences = found === undefined ? [] : differencesFrom(found, wanted, record?.id);
  const isChanging = found === undefined || (differences.length > 0 && wish.isUpdate);
  const requests: PlannedRequest[] = [];
  const common = { isDryRun, differences, requests };
  if (!isChanging) {
    const notes = isDryRun ? [] : await checkRepository(visit, wish, found);
    return {
      ...common,
      outcome: differences.length === 0 ? 'unchanged' : 'differs',
      repository: found,
      credentials: { id: record?.id, isNew: false },
      notes: notes.map(({ text }) => text),
      isAsWanted: (isDryRun || differences.length === 0) && notes.every(({ isGood }) => isGood),
    };
  }

  const credentialsSpec: CloudCredentialsSpec = {
    type: 'Amazon',
    accessKey: keyPair.accessKeyId,
    secretKey: keyPair.secretAccessKey,
    description: `Access key of ${wanted.servicePoint}, added by sosapi-gateway`,
  };
  const revision = client.revision;
  const mountServer = found === undefined ? await mountServerFor(client, wish, repositories) : undefined;
  const bodyWith = (credentialsId: string) =>
    found === undefined
      ? ({ kind: 'add', body: specOf(wanted, { credentialsId, mountServer, revision }) } as const)
      : ({
          kind: 'edit',
          id: found.id,
          body: changedRepository(found, wanted, { credentialsId, revision }),
        } as const);

  if (record === undefined) requests.push({ method: 'POST', path: CREDENTIALS_PATH, body: credentialsSpec });
  requests.push(planned(bodyWith(record?.id ?? ID_TO_COME)));
  if (isDryRun) {
    return {
      ...common,
      outcome: undefined,
      repository: found,
      credentials: { id: record?.id, isNew: record === undefined },
      notes: [],
      isAsWanted: true,
    };
  }

  visit.signal.throwIfAborted();
  const { id: credentialsId } = record ?? (await client.cloudCredentials.add(credentialsSpec));
  const change = bodyWith(credentialsId);
  requests.splice(-1, 1, planned(change));
  const made = record === undefined ? credentialsId : undefined;
  const { repository, warning } = await carryOut(visit, wish, change, made);
  const notes = [...warning, ...(await checkRepository(visit, wish, repository))];
  return {
    ...common,
    outcome: change.kind === 'add' ? 'added' : 'updated',
    repository,
    credentials: { id: credentialsId, isNew: record === undefined },
    notes: notes.map(({ text }) => text),
    isAsWanted: notes.every(({ isGood }) => isGood),
  };
}

type Change =
  | { readonly kind: 'add'; readonly body: RepositorySpec }
  | { readonly kind: 'edit'; readonly id: string; readonly body: S3Repository };

function planned(change: Change): PlannedRequest {
  return change.kind === 'add'
    ? { method: 'POST', path: REPOSITORIES_PATH, body: change.body }
    : { method: 'PUT', path: `${REPOSITORIES_PATH}/${change.id}`, body: change.body };
}

/** `madeCredentials`: the record that this run made, which stays where the rest fails. */
async function carryOut(
  { client, signal, wait }: VeeamVisit,
  { wanted, deadlineMs, isOverwritingOwner }: Wish,
  change: Change,
  madeCredentials: string | undefined,
): Promise<{ readonly repository: Repository; readonly warning: readonly CheckNote[] }> {
  const left: string[] = [];
  if (madeCredentials !== undefined) {
    left.push(
      `The credentials record ${madeCredentials} was made for it and stays: the same command uses it when it is run again.`,
    );
  }
  try {
    signal.throwIfAborted();
    const session =
      change.kind === 'add'
        ? await client.repositories.add(change.body, isOverwritingOwner ? { overwriteOwner: true } : {})
        : await client.repositories.edit(change.id, change.body);
    let ended: Session;
    try {
      ended = await wait(session, deadlineMs);
    } catch (error) {
      if (goesOn(error)) {
        left.unshift(
          `Veeam goes on with session ${session.id}: look with "veeam sessions show ${session.id}", end it with "veeam sessions stop ${session.id} --yes".`,
        );
      }
      throw error;
    }
    const found = repositoryOf(await listed(client.repositories.list()), wanted);
    if (found !== undefined) return { repository: found, warning: warningOf(ended) };
    throw new Error(`the session ${session.id} went well, yet Veeam lists no such repository.`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const what = `repository ${nameOf(wanted)} was not ${change.kind === 'add' ? 'added' : 'changed'}`;
    throw new Error([`${what}: ${asSentence(message)}`, ...left].join(' '), { cause: error });
  }
}

function asSentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** It was done all the same. */
function warningOf({ id, result }: Session): readonly CheckNote[] {
  if (result?.result !== 'Warning') return [];
  const said = oneLine(result.message ?? '');
  const text = said === '' ? `see "veeam sessions logs ${id}"` : said;
  return [{ text: asSentence(`Veeam warns: ${text}`), isGood: true }];
}

/** That of the same bucket and folder behind the same address. Throws where its name is taken by another one. */
function repositoryOf(
  repositories: readonly Repository[],
  wanted: WantedRepository,
): S3Repository | undefined {
  const found = repositories
    .filter(isS3Repository)
    .find(
      ({ account, bucket }) =>
        isSameAddress(account.servicePoint, wanted.servicePoint) &&
        bucket.bucketName === wanted.bucket &&
        bucket.folderName === wanted.folder,
    );
  if (found !== undefined) return found;
  const namesake = repositories.find(({ name }) => name === nameOf(wanted));
  if (namesake === undefined) return undefined;
  throw new Error(
    `Veeam has another repository named ${namesake.name} (${namesake.id}, ${placeOf(namesake)}): choose another name with --name; nothing was changed.`,
  );
}

function placeOf(repository: Repository): string {
  if (!isS3Repository(repository)) return `of type ${repository.type}`;
  const { account, bucket } = repository;
  return `bucket ${bucket.bucketName}, folder ${bucket.folderName} at ${account.servicePoint}`;
}

function isSameAddress(a: string, b: string): boolean {
  const [first, second] = [readServicePoint(a), readServicePoint(b)];
  return first !== undefined && first.host === second?.host && first.port === second.port;
}

/** Undefined where this revision needs none and none was named. */
async function mountServerFor(
  client: VbrClient,
  { mountServerId: id, mountCache: cacheFolder }: Wish,
  repositories: readonly Repository[],
): Promise<MountServersSettings | undefined> {
  if (id === undefined && cacheFolder === undefined) {
    if (reaches(client.revision, '1.3-rev2')) return undefined;
    const shared = repositories.flatMap((each) => mountServersOf(each) ?? [])[0];
    if (shared !== undefined) return shared;
  }
  const { platform } = await client.serverInfo();
  return mountServerOf({ id, cacheFolder, platform });
}

/** What another repository of this server has, so that a new one is like its neighbours. */
function mountServersOf(repository: Repository): MountServersSettings | undefined {
  const { mountServer } = repository as { readonly mountServer?: Partial<MountServersSettings> };
  if (mountServer?.mountServerSettingsType === undefined) return undefined;
  return mountServer.windows === undefined && mountServer.linux === undefined
    ? undefined
    : (mountServer as MountServersSettings);
}
