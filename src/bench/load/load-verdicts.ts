// What the figures of a load run mean for Veeam.
import type { Leftover } from '../runtime/leftover.ts';
import { duration } from './load-progress.ts';
import type { CapacitySample, LoadPhase, LoadPhaseId, LoadVerdict } from './load-result.ts';

export interface Measured {
  readonly phases: readonly LoadPhase[];
  readonly capacity: readonly CapacitySample[];
  readonly leftovers: readonly Leftover[];
  /** What an interrupted run wrote is to stay. */
  readonly kept: boolean;
  readonly wrongReads: number;
  /** The first of them. */
  readonly wrong: readonly string[];
}

/** Always the same ids, in the same order. */
export function loadVerdicts(measured: Measured): readonly LoadVerdict[] {
  return [
    writesVerdict(measured),
    readsVerdict(measured),
    extensionVerdict(measured),
    deleteRateVerdict(measured),
    slowDownVerdict(measured),
    errorsVerdict(measured),
    capacityVerdict(measured),
    leftoverVerdict(measured),
  ];
}

/** True where one of them would break Veeam. */
export function breaksVeeam(verdicts: readonly LoadVerdict[]): boolean {
  return verdicts.some(({ status, severity }) => status === 'failed' && severity === 'breaks');
}

function writesVerdict({ phases }: Measured): LoadVerdict {
  const writes = phases.filter(({ id }) => id === 'full' || id === 'increments');
  const failed = sum(writes, 'failed');
  const objects = sum(writes, 'objects');
  const base = { id: 'load-writes', severity: 'breaks' } as const;
  if (failed > 0) {
    const message = `${failed} blocks could not be written, each after several attempts (${errorText(writes)}). A job of Veeam fails with the first.`;
    return { ...base, status: 'failed', message };
  }
  return objects === 0
    ? { ...base, status: 'skipped', message: 'Nothing was written.' }
    : { ...base, status: 'passed', message: `All ${objects} blocks that were begun were written.` };
}

function readsVerdict({ phases, wrongReads, wrong }: Measured): LoadVerdict {
  const base = { id: 'load-data', severity: 'breaks' } as const;
  const reads = phases.filter(({ id }) => id === 'restore');
  const objects = sum(reads, 'objects');
  if (wrongReads > 0) {
    const more = wrongReads > wrong.length ? `; and ${wrongReads - wrong.length} more` : '';
    const message = `${wrongReads} reads did not give what was written: ${wrong.join('; ')}${more}.`;
    return { ...base, status: 'failed', message };
  }
  if (sum(reads, 'failed') > 0) {
    const message = `${sum(reads, 'failed')} blocks could not be read, each after several attempts (${errorText(reads)}).`;
    return { ...base, status: 'failed', message };
  }
  return objects === 0
    ? { ...base, status: 'skipped', message: 'Nothing was read.' }
    : { ...base, status: 'passed', message: `${objects} reads gave, byte for byte, what was written.` };
}

function extensionVerdict({ phases }: Measured): LoadVerdict {
  const base = { id: 'load-extension', severity: 'breaks' } as const;
  const [phase] = phases.filter(({ id }) => id === 'extension');
  if (phase === undefined || phase.status === 'not-run' || phase.objects + phase.failed === 0) {
    return { ...base, status: 'skipped', message: `No lock was extended${because(phase)}.` };
  }
  if (phase.failed > 0) {
    const message = `${phase.failed} locks could not be extended (${errorText([phase])}). Veeam then counts these blocks as not protected.`;
    return { ...base, status: 'failed', message };
  }
  if (phase.status === 'done' && phase.objects < phase.planned) {
    const message = `${phase.planned} blocks are in use, but the listing named ${phase.objects} of them.`;
    return { ...base, status: 'failed', message };
  }
  const message = `${phase.objects} locks were extended at ${phase.objectsPerSecond} a second. Veeam does it for all blocks in use about every 10 days.`;
  return { ...base, status: 'passed', message };
}

/** 4 machines of 100 GB in objects of 1 MB (Scality's engineers on Veeam Ready, cloudserver#5195, 2023-06). */
const READY_OBJECTS = 400_000;
const READY_HOURS = 4;
const READY_RATE = READY_OBJECTS / (READY_HOURS * 3600);
/** Fewer say little of how a large bucket behaves. */
const TELLING_OBJECTS = 10_000;

function deleteRateVerdict({ phases }: Measured): LoadVerdict {
  const base = { id: 'load-delete-rate', severity: 'slow' } as const;
  const [phase] = phases.filter(({ id }) => id === 'delete');
  if (phase === undefined || phase.objects === 0 || phase.objectsPerSecond === 0) {
    return { ...base, status: 'skipped', message: `No deletion was measured${because(phase)}.` };
  }
  const rate = phase.objectsPerSecond;
  const hours = duration((READY_OBJECTS / rate) * 1000);
  const measured = `${phase.objects} objects were deleted at ${rate} a second; ${READY_OBJECTS.toLocaleString('en')} would take ${hours}.`;
  const wanted = `Veeam Ready is reported to allow ${READY_HOURS} h (${READY_RATE.toFixed(1)} a second; one public report, cloudserver#5195).`;
  const few =
    phase.objects < TELLING_OBJECTS ? ' So few objects say little of a large bucket: run it with more.' : '';
  const status = rate >= READY_RATE ? 'passed' : 'failed';
  return { ...base, status, message: `${measured} ${wanted}${few}` };
}

function slowDownVerdict({ phases }: Measured): LoadVerdict {
  const base = { id: 'load-slow-down', severity: 'slow' } as const;
  const slowDowns = sum(phases, 'slowDowns');
  if (slowDowns === 0) return { ...base, status: 'passed', message: 'The store never asked to slow down.' };
  const where = phases.filter((each) => each.slowDowns > 0).map(({ title }) => title);
  const message = `The store asked ${slowDowns} times to slow down (${where.join(', ')}). Veeam opens 64 connections for each task slot: allow as many, or recommend fewer (S3ConcurrentTaskLimit).`;
  return { ...base, status: 'failed', message };
}

function errorsVerdict({ phases }: Measured): LoadVerdict {
  const base = { id: 'load-errors', severity: 'slow' } as const;
  const errors = phases.reduce(
    (total, phase) => total + Object.values(phase.errors).reduce((a, b) => a + b, 0) - phase.slowDowns,
    0,
  );
  if (errors === 0) return { ...base, status: 'passed', message: 'No call failed for another reason.' };
  return { ...base, status: 'failed', message: `${errors} calls failed: ${errorText(phases)}.` };
}

function capacityVerdict({ capacity }: Measured): LoadVerdict {
  const base = { id: 'load-capacity', severity: 'unproven' } as const;
  const [first] = capacity;
  if (first === undefined) {
    return { ...base, status: 'skipped', message: 'The store has no capacity.xml that can be read.' };
  }
  const fullest = capacity.reduce((most, sample) => (sample.truth > most.truth ? sample : most), first);
  const added = fullest.truth - first.truth;
  if (added === 0) {
    return { ...base, status: 'skipped', message: 'The run ended before capacity.xml had time to move.' };
  }
  const most = Math.max(...capacity.map(({ used }) => used)) - first.used;
  const message = `Used rose by at most ${mib(most)} MiB while the run held ${mib(added)} MiB.`;
  if (most <= 0) {
    const late = `${message} It may only be late: a run that lasts longer tells.`;
    return { ...base, status: 'warned', message: late };
  }
  return { ...base, status: 'passed', message };
}

function leftoverVerdict({ leftovers, kept }: Measured): LoadVerdict {
  const base = { id: 'load-left-behind', severity: 'breaks' } as const;
  const [first] = leftovers;
  if (kept) return { ...base, status: 'skipped', message: 'What was written is kept, to be resumed.' };
  if (first === undefined) return { ...base, status: 'passed', message: 'Nothing was left behind.' };
  const what = first.key ?? first.bucket;
  const message = `${leftovers.length} versions could not be deleted, "${what}" among them: ${first.reason}.`;
  return { ...base, status: 'failed', message };
}

type Count = 'objects' | 'failed' | 'slowDowns';

function sum(phases: readonly LoadPhase[], name: Count): number {
  return phases.reduce((total, phase) => total + phase[name], 0);
}

function errorText(phases: readonly { readonly id: LoadPhaseId; readonly errors: LoadPhase['errors'] }[]) {
  const counts = new Map<string, number>();
  for (const { errors } of phases) {
    for (const [what, count] of Object.entries(errors)) counts.set(what, (counts.get(what) ?? 0) + count);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a).slice(0, 5);
  return sorted.map(([what, count]) => `${count} × ${what}`).join(', ');
}

function because(phase: LoadPhase | undefined): string {
  return phase?.reason === undefined ? '' : `: ${phase.reason}`;
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
