// The two directions of `veeam maintenance`. What is about to be changed is written down before it is asked for, and what really
// is in the mode afterwards stays written: a run that breaks off in between leaves a record that `off` can work by.
import type { Session } from '../veeam/vbr/schemas/session.ts';
import type { VbrClient } from '../veeam/vbr/vbr-client.ts';
import { oneLine } from './admin-client.ts';
import { goesOn, listed, type VeeamVisit } from './veeam-connect.ts';
import {
  type BackendOf,
  type Extent,
  extentsOf,
  extentsOn,
  isInMode,
  type ScaleOutPart,
} from './veeam-extents.ts';
import type {
  MaintenanceMode,
  MaintenanceRecord,
  ModeChange,
  RecordedExtent,
} from './veeam-maintenance-record.ts';

export interface MaintenanceTask {
  readonly server: string;
  readonly backend: string;
  readonly mode: MaintenanceMode;
  readonly backendOf: BackendOf;
  readonly record: MaintenanceRecord;
  readonly deadlineMs: number;
  now(): Date;
}

export interface MaintenanceReport {
  readonly lines: readonly string[];
  /** Sentences; empty where all went well. */
  readonly failures: readonly string[];
  /** What `off` would restore now, on this server and backend and for this mode. */
  readonly recorded: readonly ModeChange[];
}

const ON = { Maintenance: 'in maintenance mode', Sealed: 'sealed' } as const;
const OFF = { Maintenance: 'out of maintenance mode', Sealed: 'no longer sealed' } as const;

export async function switchOn(visit: VeeamVisit, task: MaintenanceTask): Promise<MaintenanceReport> {
  const { client, signal } = visit;
  const { backend, backendOf, mode } = task;
  const repositories = await listed(client.repositories.list());
  const scaleOuts = await listed(client.scaleOutRepositories.list());
  const parts = extentsOn(backend, scaleOuts, repositories, backendOf);
  if (parts.length === 0) {
    const none = `No extent of a scale-out repository lives on backend ${backend}; nothing was changed.`;
    return { lines: [none], failures: [], recorded: recordedFor(task) };
  }
  const lines: string[] = [];
  const failures: string[] = [];
  for (const part of parts) {
    if (signal.aborted) break;
    await orFailure(part.scaleOut.name, failures, () => switchPartOn(visit, task, part, lines, failures));
  }
  if (signal.aborted) failures.push(interrupted(mode));
  return { lines, failures, recorded: recordedFor(task) };
}

/** What was done for others is told all the same, as where the record cannot be written. */
async function orFailure(name: string, failures: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    failures.push(`${oneLine(name)}: ${sentenceOf(error)}`);
  }
}

async function switchPartOn(
  visit: VeeamVisit,
  task: MaintenanceTask,
  { scaleOut, extents }: ScaleOutPart,
  lines: string[],
  failures: string[],
): Promise<void> {
  const { mode, record } = task;
  const name = oneLine(scaleOut.name);
  const recorded = recordedFor(task).find((change) => change.scaleOutId === scaleOut.id)?.extents ?? [];
  const isMine = ({ id }: Extent): boolean => recorded.some((extent) => extent.id === id);
  // Where Veeam does not tell the mode, what an earlier run switched is not switched again.
  const isIn = (extent: Extent): boolean => isInMode(extent, mode) ?? isMine(extent);
  const there = extents.filter(isIn);
  const chosen = extents.filter((extent) => !isIn(extent));
  if (there.length > 0) lines.push(`${name}: already ${ON[mode]}: ${namesOf(there)}.`);
  if (chosen.length === 0) return;
  const mine = recorded.filter(({ id }) => chosen.every((extent) => extent.id !== id));

  const made = {
    server: task.server,
    backend: task.backend,
    mode,
    scaleOutId: scaleOut.id,
    scaleOutName: scaleOut.name,
    at: task.now().toISOString(),
  };
  await keep(record, { ...made, extents: [...mine, ...chosen.map(recordedExtent)] });
  try {
    await carryOut(visit, task, scaleOut.id, chosen, 'on');
    lines.push(`${name}: now ${ON[mode]}: ${namesOf(chosen)}.`);
    const untold = chosen.filter((extent) => isInMode(extent, mode) === undefined);
    if (untold.length > 0) {
      lines.push(
        `${name}: Veeam does not tell in what mode ${namesOf(untold)} was before (${tiersOf(untold)} tier); "off" ends it.`,
      );
    }
  } catch (error) {
    failures.push(`${name}: ${namesOf(chosen)}: ${sentenceOf(error)}`);
    // A session that goes on may still do all of it.
    const left = goesOn(error)
      ? new Set(chosen.map(({ id }) => id))
      : await stillIn(visit.client, task, scaleOut.id, chosen, false);
    if (left === undefined) {
      failures.push(`${name}: what became of it could not be seen; it stays written down in ${record.file}.`);
    } else {
      const kept = chosen.filter(({ id }) => left.has(id)).map(recordedExtent);
      await keep(record, { ...made, extents: [...mine, ...kept] });
    }
  }
}

export async function switchOff(visit: VeeamVisit, task: MaintenanceTask): Promise<MaintenanceReport> {
  const { signal } = visit;
  const changes = recordedFor(task);
  if (changes.length === 0) {
    const none = `Nothing is written down that "on" changed on backend ${task.backend}; nothing was changed.`;
    return { lines: [none], failures: [], recorded: [] };
  }
  const scaleOuts = await listed(visit.client.scaleOutRepositories.list());
  const lines: string[] = [];
  const failures: string[] = [];
  for (const change of changes) {
    if (signal.aborted) break;
    const scaleOut = scaleOuts.find(({ id }) => id === change.scaleOutId);
    const now = scaleOut === undefined ? [] : extentsOf(scaleOut, new Map());
    await orFailure(change.scaleOutName, failures, () =>
      switchChangeOff(visit, task, change, now, lines, failures),
    );
  }
  if (signal.aborted) failures.push(interrupted(task.mode));
  return { lines, failures, recorded: recordedFor(task) };
}

async function switchChangeOff(
  visit: VeeamVisit,
  task: MaintenanceTask,
  change: ModeChange,
  now: readonly Extent[],
  lines: string[],
  failures: string[],
): Promise<void> {
  const { mode, record } = task;
  const name = oneLine(change.scaleOutName);
  const found = change.extents.map((extent) => ({ extent, now: now.find(({ id }) => id === extent.id) }));
  const isIn = (extent: Extent | undefined): boolean =>
    extent !== undefined && (isInMode(extent, mode) ?? true);
  const gone = found.filter((each) => each.now === undefined).map(({ extent }) => extent);
  const out = found.filter((each) => each.now !== undefined && !isIn(each.now)).map(({ extent }) => extent);
  const chosen = found.filter((each) => isIn(each.now)).map(({ extent }) => extent);
  if (gone.length > 0) lines.push(`${name}: no longer an extent: ${namesOf(gone)}.`);
  if (out.length > 0) lines.push(`${name}: already ${OFF[mode]}: ${namesOf(out)}.`);
  if (chosen.length === 0) {
    await keep(record, { ...change, extents: [] });
    return;
  }
  try {
    await carryOut(visit, task, change.scaleOutId, chosen, 'off');
    lines.push(`${name}: ${OFF[mode]}: ${namesOf(chosen)}.`);
    await keep(record, { ...change, extents: [] });
  } catch (error) {
    failures.push(`${name}: ${namesOf(chosen)}: ${sentenceOf(error)}`);
    const left = await stillIn(visit.client, task, change.scaleOutId, chosen, true);
    const kept = left === undefined ? chosen : chosen.filter(({ id }) => left.has(id));
    await keep(record, { ...change, extents: kept });
    if (kept.length > 0) failures.push(`${name}: still to be restored by "off": ${namesOf(kept)}.`);
  }
}

const CALLS = {
  Maintenance: { on: 'enableMaintenanceMode', off: 'disableMaintenanceMode' },
  Sealed: { on: 'enableSealedMode', off: 'disableSealedMode' },
} as const;

async function carryOut(
  { client, wait }: VeeamVisit,
  { mode, deadlineMs }: MaintenanceTask,
  scaleOutId: string,
  extents: readonly RecordedExtent[],
  direction: 'on' | 'off',
): Promise<Session> {
  const ids = extents.map(({ id }) => id);
  const session = await client.scaleOutRepositories[CALLS[mode][direction]](scaleOutId, ids);
  return await wait(session, deadlineMs);
}

/** The ids that are in the mode, those of which Veeam does not tell where `untold` says so. Undefined where it cannot be seen. */
async function stillIn(
  client: VbrClient,
  { mode }: MaintenanceTask,
  scaleOutId: string,
  chosen: readonly RecordedExtent[],
  untold: boolean,
): Promise<ReadonlySet<string> | undefined> {
  try {
    const now = extentsOf(await client.scaleOutRepositories.get(scaleOutId), new Map());
    const isIn = ({ id }: RecordedExtent): boolean => {
      const extent = now.find((each) => each.id === id);
      return extent !== undefined && (isInMode(extent, mode) ?? untold);
    };
    return new Set(chosen.filter(isIn).map(({ id }) => id));
  } catch {
    return undefined;
  }
}

function isFor({ server, backend, mode }: MaintenanceTask): (change: ModeChange) => boolean {
  return (change) => change.server === server && change.backend === backend && change.mode === mode;
}

function recordedFor(task: MaintenanceTask): readonly ModeChange[] {
  return task.record.changes().filter(isFor(task));
}

/** In the place of what was written of the same scale-out repository; without extents it is gone. */
async function keep(record: MaintenanceRecord, change: ModeChange): Promise<void> {
  const others = record
    .changes()
    .filter(
      ({ server, backend, mode, scaleOutId }) =>
        server !== change.server ||
        backend !== change.backend ||
        mode !== change.mode ||
        scaleOutId !== change.scaleOutId,
    );
  await record.replace(change.extents.length === 0 ? others : [...others, change]);
}

function recordedExtent({ id, name }: Extent): RecordedExtent {
  return { id, name };
}

function namesOf(extents: readonly RecordedExtent[]): string {
  return extents.map(({ name }) => oneLine(name)).join(', ');
}

function tiersOf(extents: readonly Extent[]): string {
  return [...new Set(extents.map(({ tier }) => tier))].join(' and ');
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function interrupted(mode: MaintenanceMode): string {
  return `Interrupted: what follows was not switched; "veeam maintenance" again goes on${mode === 'Sealed' ? ' with --sealed' : ''}.`;
}
