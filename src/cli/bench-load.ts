// `bench run --profile load`: a workload in the shape of backups instead of single cases.
import { randomBytes } from 'node:crypto';
import { stderr, stdout } from 'node:process';
import { loadProgressText } from '../bench/load/load-progress.ts';
import type { LoadPhase, LoadResult } from '../bench/load/load-result.ts';
import type { LoadSettings } from '../bench/load/load-settings.ts';
import { breaksVeeam } from '../bench/load/load-verdicts.ts';
import { runLoad } from '../bench/load/run-load.ts';
import { type BenchReport, countResults, REPORT_FORMAT } from '../bench/report/report.ts';
import type { BenchTarget } from '../bench/runtime/bench-target.ts';
import { readVersion } from '../serve/version.ts';
import { UsageError } from './arguments.ts';
import { BenchProgressLine } from './bench-progress.ts';
import { INTERRUPTED, interruptible } from './interruptible.ts';
import { renderTable } from './table.ts';

export const LOAD_OPTIONS = {
  machines: { type: 'string' },
  'machine-size': { type: 'string' },
  'block-size': { type: 'string' },
  compression: { type: 'string' },
  increments: { type: 'string' },
  changed: { type: 'string' },
  'task-slots': { type: 'string' },
  connections: { type: 'string' },
  'lock-seconds': { type: 'string' },
  'no-immutability': { type: 'boolean' },
  'max-bytes': { type: 'string' },
  'max-minutes': { type: 'string' },
  state: { type: 'string' },
  keep: { type: 'boolean' },
} as const;

export const LOAD_USAGE = `  sosapi-gateway bench run --profile load --endpoint URL --bucket NAME --report DIR [--machines N] [--machine-size SIZE]
      [--block-size SIZE] [--compression RATIO] [--increments N] [--changed PERCENT] [--task-slots N] [--connections N]
      [--lock-seconds N] [--no-immutability] [--max-bytes SIZE] [--max-minutes N] [--state FILE [--keep]]
          full backup, increments, restores, lock extension, retention sweep and delete of 4 machines of 512 MiB in blocks of
          1 MiB, with 2 task slots of 64 connections, until all is done, 2 GiB are written or 10 minutes are over. SIZE is
          bytes, or as 512MiB. With --state a run that was interrupted can go on; --keep leaves what it wrote until then.
`;

export type LoadValues = {
  readonly [Name in keyof typeof LOAD_OPTIONS]?: (typeof LOAD_OPTIONS)[Name]['type'] extends 'boolean'
    ? boolean
    : string;
};

export interface LoadRunOptions {
  readonly target: BenchTarget;
  readonly values: LoadValues;
  readonly allowForeignObjects: boolean;
  readonly lockWaitMs: number;
  readonly write: (report: BenchReport) => void;
}

/** Resolves with the exit code. Rejects with UsageError or BenchRefusal. */
export async function runLoadProfile(options: LoadRunOptions): Promise<number> {
  const { target, values, allowForeignObjects, lockWaitMs, write } = options;
  const settings = settingsOf(values);
  const progress = new BenchProgressLine(stderr, () => performance.now());
  const { signal, release } = interruptible(() => {
    progress.clear();
    stderr.write('ending; once more to end at once\n');
  });
  const startedAt = new Date();
  const runId = randomBytes(6).toString('hex');
  try {
    const load = await runLoad({
      target,
      settings,
      ...(values.state === undefined ? {} : { stateFile: values.state }),
      keep: values.keep === true,
      allowForeignObjects,
      runId,
      lockWaitMs,
      onProgress: (each) => progress.cleanup(loadProgressText(each)),
      signal,
      now: Date.now,
    });
    write(reportOf(load, target, runId, startedAt));
    progress.clear();
    stdout.write(summary(load));
    if (load.interrupted) return INTERRUPTED;
    return breaksVeeam(load.verdicts) ? 1 : 0;
  } finally {
    progress.clear();
    release();
  }
}

/** Only what was given: a run that goes on keeps its own. Throws UsageError. */
function settingsOf(values: LoadValues): Partial<LoadSettings> {
  const given = {
    machines: numberOf('machines', values.machines),
    machineBytes: sizeOf('machine-size', values['machine-size']),
    blockBytes: sizeOf('block-size', values['block-size']),
    compression: numberOf('compression', values.compression),
    increments: numberOf('increments', values.increments),
    changedPercent: numberOf('changed', values.changed),
    taskSlots: numberOf('task-slots', values['task-slots']),
    connectionsPerSlot: numberOf('connections', values.connections),
    lockSeconds: numberOf('lock-seconds', values['lock-seconds']),
    immutability: values['no-immutability'] === true ? false : undefined,
    maxBytes: sizeOf('max-bytes', values['max-bytes']),
    maxMinutes: numberOf('max-minutes', values['max-minutes']),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(text)) throw new UsageError(`--${option} "${text}" is no number.`);
  return Number(text);
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

function sizeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, name = ''] = /^(\d{1,12})([A-Za-z]*)$/.exec(text) ?? [];
  const unit = UNITS[name];
  if (digits === undefined || unit === undefined) {
    throw new UsageError(`--${option} "${text}" is no size: say bytes, or as 512MiB.`);
  }
  return Number(digits) * unit;
}

function reportOf(load: LoadResult, target: BenchTarget, runId: string, startedAt: Date): BenchReport {
  const { endpoint, bucket, region, addressing } = target;
  return {
    format: REPORT_FORMAT,
    version: readVersion(),
    runId,
    target: { endpoint: endpoint.href.replace(/\/$/, ''), bucket, region, addressing },
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    profile: 'load',
    interrupted: load.interrupted,
    results: [],
    counts: countResults([]),
    leftovers: load.leftovers,
    load: { ...load },
  };
}

function summary({ phases, verdicts, leftovers, kept }: LoadResult): string {
  const ms = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(0));
  const table = renderTable<LoadPhase>(
    [
      { title: 'PHASE', text: ({ title }) => title },
      { title: 'STATUS', text: ({ status }) => status },
      { title: 'OBJECTS', align: 'right', text: ({ objects, planned }) => `${objects}/${planned}` },
      { title: 'OBJECTS/S', align: 'right', text: ({ objectsPerSecond }) => objectsPerSecond.toFixed(0) },
      { title: 'MIB/S', align: 'right', text: ({ mibPerSecond }) => mibPerSecond.toFixed(1) },
      { title: 'P50 MS', align: 'right', text: ({ latency }) => ms(latency?.p50Ms) },
      { title: 'P99 MS', align: 'right', text: ({ latency }) => ms(latency?.p99Ms) },
      { title: 'SLOW-DOWNS', align: 'right', text: ({ slowDowns }) => String(slowDowns) },
      { title: 'GIVEN UP', align: 'right', text: ({ failed }) => String(failed) },
    ],
    phases,
  );
  const lines = verdicts.map(({ status, id, message }) => `${status}  ${id}: ${message}\n`);
  const left = leftovers.map(
    ({ bucket, key, reason }) => `left  ${bucket}${key ? `/${key}` : ''}: ${reason}\n`,
  );
  const rest = kept ? 'What it wrote is still there: run it again with the same --state.\n' : '';
  return `${table}\n${lines.join('')}${left.join('')}${rest}`;
}
