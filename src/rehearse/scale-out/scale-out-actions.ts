// The long actions on scale-out repositories. Each answers with the session that does it.
import { badRequest } from '../http/rest-error.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import type { SessionRecord } from '../sessions/session-record.ts';
import { type ActiveSession, SessionFailure, type SessionOutcome } from '../sessions/session-runner.ts';
import type { Extent, ExtentKind, ScaleOutRecord, ScaleOutSettings } from '../state/scale-out-record.ts';
import type { ScaleOutEdit, ScaleOutSpec } from './scale-out-schemas.ts';

const SAVING = { sessionType: 'Infrastructure', name: 'Infrastructure Item Saving' } as const;
const DONE: SessionOutcome = { result: 'Success', message: 'Success' };

export interface ModeChange {
  readonly mode: 'Sealed' | 'Maintenance';
  readonly isOn: boolean;
}

/** Throws RestError where the body cannot be taken. */
export function addScaleOut(spec: ScaleOutSpec, context: RehearsalContext): SessionRecord {
  requireFreeName(spec.name, undefined, context);
  const extents = extentsOf(spec, undefined, context);
  const id = context.clock.newId();
  return start(context, SAVING, async (session) => {
    // Another session may have been quicker.
    if (isTaken(spec.name, undefined, context)) throw new SessionFailure(takenSentence(spec.name));
    const { name, description, uniqueId = id } = spec;
    const addedAt = context.clock.now();
    requireFreeExtents(extents, id, context);
    context.scaleOuts.insert({
      id,
      name,
      description,
      uniqueId,
      addedAt,
      extents,
      settings: settingsOf(spec),
    });
    session.concerns(id, referenceOf(id));
    session.log('Succeeded', `The scale-out repository ${name} was added with ${extents.length} extents`);
  });
}

/** Throws RestError where the body cannot be taken. */
export function editScaleOut(
  before: ScaleOutRecord,
  edit: ScaleOutEdit,
  context: RehearsalContext,
): SessionRecord {
  const { id } = before;
  if (edit.id.toLowerCase() !== id)
    throw badRequest(`The id in the body is not ${id}, which the path names.`, id);
  requireFreeName(edit.name, id, context);
  const wanted = extentsOf(edit, id, context);
  return start(
    context,
    { ...SAVING, resourceId: id, resourceReference: referenceOf(id) },
    async (session) => {
      const now = context.scaleOuts.get(id);
      if (now === undefined)
        throw new SessionFailure(`The scale-out repository ${before.name} was removed meanwhile.`);
      requireFreeExtents(wanted, id, context);
      // What stays an extent keeps its modes.
      const extents = wanted.map((extent) => {
        const kept = now.extents.find(({ repositoryId }) => repositoryId === extent.repositoryId);
        return kept === undefined ? extent : { ...kept, kind: extent.kind };
      });
      const { name, description, uniqueId = now.uniqueId } = edit;
      context.scaleOuts.edit({ id, name, description, uniqueId, extents, settings: settingsOf(edit) });
      session.log('Succeeded', `The scale-out repository ${name} was saved`);
    },
  );
}

/** Throws RestError where one of the repositories is no extent of it. */
export function changeMode(
  scaleOut: ScaleOutRecord,
  ids: readonly string[],
  { mode, isOn }: ModeChange,
  context: RehearsalContext,
): SessionRecord {
  const wanted = new Set(ids.map((id) => id.toLowerCase()));
  for (const id of wanted) {
    if (!scaleOut.extents.some(({ repositoryId }) => repositoryId === id)) {
      throw badRequest(`The repository ${id} is no extent of the scale-out repository ${scaleOut.name}.`, id);
    }
  }
  const { id } = scaleOut;
  const name = `${isOn ? 'Enable' : 'Disable'} ${mode} mode`;
  const type = { sessionType: 'RepositoryMaintenance', name } as const;
  return start(context, { ...type, resourceId: id, resourceReference: referenceOf(id) }, async (session) => {
    const now = context.scaleOuts.get(id);
    if (now === undefined)
      throw new SessionFailure(`The scale-out repository ${scaleOut.name} was removed meanwhile.`);
    const property = mode === 'Sealed' ? 'isSealed' : 'isInMaintenance';
    const extents = now.extents.map((extent) => {
      if (!wanted.has(extent.repositoryId)) return extent;
      const extentName = context.repositories.get(extent.repositoryId)?.name ?? extent.repositoryId;
      const change = extent[property] === isOn ? 'was already' : 'is now';
      session.log('Succeeded', `${mode} mode of the extent ${extentName} ${change} ${isOn ? 'on' : 'off'}`);
      return { ...extent, [property]: isOn };
    });
    context.scaleOuts.edit({ ...now, extents });
  });
}

interface Start {
  readonly sessionType: 'Infrastructure' | 'RepositoryMaintenance';
  readonly name: string;
  readonly resourceId?: string;
  readonly resourceReference?: string;
}

function start(
  context: RehearsalContext,
  session: Start,
  work: (session: ActiveSession) => Promise<void>,
): SessionRecord {
  return context.sessions.start({
    ...session,
    initiatedBy: context.identity.userName,
    work: async (active) => {
      await work(active);
      return DONE;
    },
  });
}

/** Throws RestError where one is not there, is named twice, or is an extent of another one. */
function extentsOf(
  spec: ScaleOutSpec,
  ownId: string | undefined,
  context: RehearsalContext,
): readonly Extent[] {
  const named: readonly (readonly [string, ExtentKind])[] = [
    ...spec.performanceTier.performanceExtents.map(({ id }) => [id, 'Performance'] as const),
    ...(spec.capacityTier?.isEnabled === true
      ? (spec.capacityTier.extents ?? []).map(({ id }) => [id, 'Capacity'] as const)
      : []),
    ...(spec.archiveTier?.isEnabled === true && spec.archiveTier.extentId !== undefined
      ? [[spec.archiveTier.extentId, 'Archive'] as const]
      : []),
  ];
  const seen = new Set<string>();
  return named.map(([given, kind]) => {
    const repositoryId = given.toLowerCase();
    const repository = context.repositories.get(repositoryId);
    if (repository === undefined) throw badRequest(`There is no repository with the ID ${given}.`, given);
    if (seen.has(repositoryId))
      throw badRequest(`The repository ${repository.name} is named twice.`, repositoryId);
    seen.add(repositoryId);
    const holder = context.scaleOuts.holding(repositoryId)?.scaleOut;
    if (holder !== undefined && holder.id !== ownId) {
      throw badRequest(
        `The repository ${repository.name} is an extent of the scale-out repository ${holder.name} already.`,
        repositoryId,
      );
    }
    return { repositoryId, kind, isSealed: false, isInMaintenance: false };
  });
}

/** What was true when the session began may not be so any more. */
function requireFreeExtents(extents: readonly Extent[], ownId: string, context: RehearsalContext): void {
  for (const { repositoryId } of extents) {
    const holder = context.scaleOuts.holding(repositoryId)?.scaleOut;
    if (
      context.repositories.get(repositoryId) === undefined ||
      (holder !== undefined && holder.id !== ownId)
    ) {
      throw new SessionFailure(
        `The repository ${repositoryId} was removed or taken by another one meanwhile.`,
      );
    }
  }
}

function settingsOf(spec: ScaleOutSpec): ScaleOutSettings {
  const { performanceTier, placementPolicy, capacityTier, archiveTier } = spec;
  const { advancedSettings } = performanceTier;
  return {
    ...(advancedSettings === undefined ? {} : { performanceAdvancedSettings: advancedSettings }),
    ...(placementPolicy === undefined ? {} : { placementPolicy }),
    ...(capacityTier === undefined ? {} : { capacityTier }),
    ...(archiveTier === undefined ? {} : { archiveTier }),
  };
}

function requireFreeName(name: string, id: string | undefined, context: RehearsalContext): void {
  if (isTaken(name, id, context)) throw badRequest(takenSentence(name));
}

function isTaken(name: string, id: string | undefined, context: RehearsalContext): boolean {
  const found = context.scaleOuts.named(name) ?? context.repositories.named(name);
  return found !== undefined && found.id !== id;
}

function takenSentence(name: string): string {
  return `A repository with the name ${name} is there already.`;
}

function referenceOf(id: string): string {
  return `/api/v1/backupInfrastructure/scaleOutRepositories/${id}`;
}
