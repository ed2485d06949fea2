// Runs targets in turn for as long as it is told, each turn with a seed of its own, and prints how to see each finding again.
import { ProgressLine, type ProgressOutput } from '../../src/cli/progress-line.ts';
import type { Finding, FuzzTarget, OpenTarget, Round } from './fuzz-target.ts';
import type { HangWatch } from './hang-watch.ts';

export interface CampaignOptions {
  readonly targets: readonly FuzzTarget[];
  readonly minutes: number;
  readonly seed: number;
  /** Only this case of the first turn's seed. */
  readonly path: string | undefined;
  readonly output: ProgressOutput;
  readonly watch: HangWatch;
  /** Ends it behind the turn under way. */
  readonly stop: AbortSignal;
}

const TURN_MS = 20_000;
const RUNS_PER_TURN = 1_000_000;
/** CPU time that no case may take: the largest bodies here are some hundred kilobytes. */
const SLOW_MS = 5000;
/** A target that keeps failing leaves the time to the others. */
const MAX_FINDINGS = 5;

interface Entry {
  readonly target: FuzzTarget;
  readonly open: OpenTarget;
  runs: number;
  findings: number;
  slowestMs: number;
}

/** Gives the number of findings. */
export async function runCampaign(options: CampaignOptions): Promise<number> {
  const { targets, minutes, output, stop } = options;
  const entries: Entry[] = [];
  const startMs = performance.now();
  const endMs = startMs + minutes * 60_000;
  const isOver = (): boolean => stop.aborted || performance.now() >= endMs;
  const progress = new ProgressLine(output, () => performance.now());
  try {
    for (const target of targets) {
      if (await target.available()) {
        entries.push({ target, open: await target.open(), runs: 0, findings: 0, slowestMs: 0 });
      } else output.write(`${target.name}: left out, this machine lacks what it needs\n`);
    }
    for (let turn = 0; turn === 0 || !isOver(); turn++) {
      for (const entry of entries) {
        if (stop.aborted || (turn > 0 && isOver())) break;
        if (entry.findings < MAX_FINDINGS) await takeTurn(entry, options, turn, endMs, progress);
      }
      const isPointless = entries.every(({ findings }) => findings >= MAX_FINDINGS);
      if (stop.aborted || options.path !== undefined || isPointless) break;
    }
  } finally {
    progress.clear();
    for (const { open } of entries) await open[Symbol.asyncDispose]();
  }
  const minutesTaken = ((performance.now() - startMs) / 60_000).toFixed(1);
  for (const entry of entries) output.write(`${summary(entry)}\n`);
  const findings = entries.reduce((sum, entry) => sum + entry.findings, 0);
  output.write(`${minutesTaken} minutes from seed ${options.seed} on: ${findings} findings\n`);
  return findings;
}

async function takeTurn(
  entry: Entry,
  { seed, path, watch, output }: CampaignOptions,
  turn: number,
  endMs: number,
  progress: ProgressLine,
): Promise<void> {
  const { target, open } = entry;
  const turnSeed = seed + turn;
  watch.round(`${target.name}: --target ${target.name} --seed ${turnSeed}`);
  const limitMs = Math.max(1000, Math.min(TURN_MS, endMs - performance.now()));
  const round = await open.run({
    seed: turnSeed,
    runs: path === undefined ? RUNS_PER_TURN : 1,
    limitMs,
    ...(path === undefined ? {} : { path }),
    onCase: () => {
      watch.onCase();
      entry.runs++;
      progress.show(() => `${target.name}, seed ${turnSeed}: ${entry.runs} cases`);
    },
  });
  watch.round('');
  entry.slowestMs = Math.max(entry.slowestMs, round.slowestMs);
  const finding = findingOf(round, turnSeed);
  if (finding === undefined) return;
  entry.findings++;
  progress.clear();
  output.write(rendered(target.name, finding));
}

function findingOf({ finding, slowestMs }: Round, seed: number): Finding | undefined {
  if (finding !== undefined || slowestMs < SLOW_MS) return finding;
  const error = `a case took ${slowestMs.toFixed(0)} ms of CPU time`;
  return { seed, path: '0', counterexample: 'unknown: run the seed again', error };
}

function rendered(name: string, { seed, path, counterexample, error }: Finding): string {
  return `FINDING ${name}: --target ${name} --seed ${seed} --path ${path}\n  ${counterexample}\n  ${error.replaceAll('\n', '\n  ')}\n`;
}

function summary({ target, open, runs, findings, slowestMs }: Entry): string {
  return `${target.name}: ${runs} cases (${open.tally}), slowest ${slowestMs.toFixed(0)} ms, ${findings} findings`;
}
