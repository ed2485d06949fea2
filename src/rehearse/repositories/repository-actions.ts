// The long actions on repositories. Each answers with the session that does it.

import { type Revision, reaches } from '../../veeam/vbr/revisions.ts';
import { badRequest, notFound } from '../http/rest-error.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import type { SessionRecord } from '../sessions/session-record.ts';
import { type ActiveSession, SessionFailure, type SessionOutcome } from '../sessions/session-runner.ts';
import type { RepositoryRecord, RepositorySettings } from '../state/repository-record.ts';
import { claimFolder } from '../storage/backup-folder.ts';
import type { Say } from '../storage/inspect-bucket.ts';
import { servicePointUrl } from '../storage/service-point.ts';
import { StorageFailure } from '../storage/storage-failure.ts';
import { keptMountServer } from './mount-server.ts';
import { inspectedNow, rescan } from './observe-repository.ts';
import type { RepositoryEdit, RepositorySpec } from './repository-schemas.ts';

const SAVING = { sessionType: 'Infrastructure', name: 'Infrastructure Item Saving' } as const;

/** Throws RestError where the body cannot be taken. */
export function addRepository(
  spec: RepositorySpec,
  options: { readonly overwriteOwner: boolean; readonly revision: Revision },
  context: RehearsalContext,
): SessionRecord {
  requireKnown(spec, options.revision, context);
  requireFreeName(spec.name, undefined, context);
  requireFreeFolder(spec, context);
  const id = context.clock.newId();
  const settings = settingsOf(spec);
  return startSession(context, SAVING, async (session, say) => {
    session.log('Succeeded', `Adding the repository ${spec.name}`);
    sayWhatIsNotDone(spec, say);
    const observation = await context.storage.use(settings.account, async (connection) => {
      const found = await inspectedNow(connection, settings, context, say, session.signal);
      session.progress(60);
      const { bucketName: bucket, folderName: folder } = settings.bucket;
      const { serverId } = context.identity;
      const claim = { bucket, folder, serverId, overwriteOwner: options.overwriteOwner };
      await claimFolder(connection, claim, say, session.signal);
      return found;
    });
    session.signal.throwIfAborted();
    // Another session may have been quicker.
    if (isTaken(spec.name, undefined, context)) throw new SessionFailure(takenSentence(spec.name));
    requireFreeFolder(spec, context);
    const { name, description, uniqueId = id } = spec;
    const addedAt = context.clock.now();
    context.repositories.insert({ id, name, description, uniqueId, addedAt, settings, observation });
    session.concerns(id, referenceOf(id));
    session.log('Succeeded', `The repository ${name} was added`);
  });
}

/** Throws RestError where the body cannot be taken. */
export function editRepository(
  before: RepositoryRecord,
  edit: RepositoryEdit,
  revision: Revision,
  context: RehearsalContext,
): SessionRecord {
  const { id } = before;
  if (edit.id.toLowerCase() !== id)
    throw badRequest(`The id in the body is not ${id}, which the path names.`, id);
  requireKnown(edit, revision, context);
  requireFreeName(edit.name, id, context);
  const settings = settingsOf(edit);
  const { bucketName, folderName } = before.settings.bucket;
  if (settings.bucket.bucketName !== bucketName || settings.bucket.folderName !== folderName) {
    throw badRequest(
      'The bucket and the folder of a repository cannot be changed: add another repository.',
      id,
    );
  }
  return startSession(
    context,
    { ...SAVING, resourceId: id, resourceReference: referenceOf(id) },
    async (session, say) => {
      session.log('Succeeded', `Saving the repository ${before.name}`);
      const observation = await context.storage.use(settings.account, (connection) =>
        inspectedNow(connection, settings, context, say, session.signal),
      );
      session.signal.throwIfAborted();
      const { name, description, uniqueId = before.uniqueId } = edit;
      context.repositories.edit({ id, name, description, uniqueId, settings });
      context.repositories.observe(id, observation);
      session.log('Succeeded', `The repository ${name} was saved`);
    },
  );
}

/** Throws RestError 404 where one of them is not there. */
export function rescanRepositories(ids: readonly string[], context: RehearsalContext): SessionRecord {
  const repositories = [...new Set(ids.map((id) => id.toLowerCase()))].map((id) => {
    const repository = context.repositories.get(id);
    if (repository === undefined) throw notFound('repository', id);
    return repository;
  });
  const start = { sessionType: 'ConfigurationResynchronize', name: 'Repository Rescan' } as const;
  return startSession(context, start, async (session, say) => {
    const failures: string[] = [];
    for (const [index, { id, name }] of repositories.entries()) {
      const failure = await rescanOne(id, name, context, session, say);
      if (failure !== undefined) failures.push(`${name}: ${failure}`);
      session.progress(Math.round(((index + 1) / repositories.length) * 90));
    }
    const message = failures.join(' ');
    if (failures.length === repositories.length) throw new SessionFailure(message);
    if (failures.length > 0) say('Warning', message);
  });
}

/** Why it failed, if it did. */
async function rescanOne(
  id: string,
  name: string,
  context: RehearsalContext,
  session: ActiveSession,
  say: Say,
): Promise<string | undefined> {
  const repository = context.repositories.get(id);
  if (repository === undefined) return 'it was removed meanwhile.';
  if (context.scaleOuts.holding(id)?.extent.isInMaintenance === true) {
    say('Warning', `${name} is in maintenance mode and was not rescanned`);
    return undefined;
  }
  try {
    session.log('Succeeded', `Rescanning ${name}`);
    await rescan(repository, context, say, session.signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error;
    session.log('Failed', `${name}: ${error.message}`);
    return error.message;
  }
}

interface Start {
  readonly sessionType: 'Infrastructure' | 'ConfigurationResynchronize';
  readonly name: string;
  readonly resourceId?: string;
  readonly resourceReference?: string;
}

/** A warning in the log makes the result one; its message is the session's. */
function startSession(
  context: RehearsalContext,
  start: Start,
  work: (session: ActiveSession, say: Say) => Promise<void>,
): SessionRecord {
  return context.sessions.start({
    ...start,
    initiatedBy: context.identity.userName,
    work: async (session): Promise<SessionOutcome> => {
      const warnings: string[] = [];
      await work(session, (status, title) => {
        session.log(status, title);
        if (status === 'Warning') warnings.push(title);
      });
      return warnings.length === 0
        ? { result: 'Success', message: 'Success' }
        : {
            result: 'Warning',
            message: warnings.map((warning) => `${warning.replace(/\.$/, '')}.`).join(' '),
          };
    },
  });
}

function sayWhatIsNotDone({ bucket, importBackup, importIndex }: RepositorySpec, say: Say): void {
  if (bucket.enableAutoProvision === true) {
    say(
      'Warning',
      'A rehearsal makes no buckets by itself: enableAutoProvision is kept, and nothing comes of it',
    );
  }
  if (importBackup === true || importIndex === true) {
    say('Warning', 'A rehearsal knows no backups: nothing is imported');
  }
}

function requireKnown(
  spec: RepositorySpec | RepositoryEdit,
  revision: Revision,
  context: RehearsalContext,
): void {
  const { credentialsId, servicePoint } = spec.account;
  if (context.cloudCredentials.get(credentialsId.toLowerCase()) === undefined) {
    throw badRequest(`There are no cloud credentials with the ID ${credentialsId}.`, credentialsId);
  }
  if (servicePointUrl(servicePoint) === undefined) {
    throw badRequest(`The service point "${servicePoint}" is no address of a store.`);
  }
  if (spec.mountServer === undefined && !reaches(revision, '1.3-rev2')) {
    throw badRequest(
      `The field mountServer of the request body is missing: revision ${revision} requires it.`,
    );
  }
}

function requireFreeFolder({ account, bucket }: RepositorySpec, context: RehearsalContext): void {
  const user = context.repositories
    .all()
    .find(
      ({ settings }) =>
        servicePointUrl(settings.account.servicePoint)?.href ===
          servicePointUrl(account.servicePoint)?.href &&
        settings.bucket.bucketName === bucket.bucketName &&
        settings.bucket.folderName === bucket.folderName,
    );
  if (user === undefined) return;
  throw badRequest(
    `The folder ${bucket.folderName} of the bucket ${bucket.bucketName} is the repository ${user.name} already.`,
    user.id,
  );
}

function requireFreeName(name: string, id: string | undefined, context: RehearsalContext): void {
  if (isTaken(name, id, context)) throw badRequest(takenSentence(name));
}

function isTaken(name: string, id: string | undefined, context: RehearsalContext): boolean {
  const found = context.repositories.named(name) ?? context.scaleOuts.named(name);
  return found !== undefined && found.id !== id;
}

function takenSentence(name: string): string {
  return `A repository with the name ${name} is there already.`;
}

function settingsOf(spec: RepositorySpec | RepositoryEdit): RepositorySettings {
  const { taskLimitEnabled, maxTaskCount, account, bucket, proxyAppliance } = spec;
  const mountServer = keptMountServer(spec.mountServer);
  return {
    ...(taskLimitEnabled === undefined ? {} : { taskLimitEnabled }),
    ...(maxTaskCount === undefined ? {} : { maxTaskCount }),
    account: { ...account, credentialsId: account.credentialsId.toLowerCase() },
    bucket,
    ...(mountServer === undefined ? {} : { mountServer }),
    ...(proxyAppliance === undefined ? {} : { proxyAppliance }),
  };
}

function referenceOf(id: string): string {
  return `/api/v1/backupInfrastructure/repositories/${id}`;
}
