// Takes a load run through its phases: measures each, shows how far it is, and keeps the state on the way.
import type { BenchTarget } from '../runtime/bench-target.ts';
import { CapacityWatch } from './capacity-watch.ts';
import { finalDelete, sweep } from './delete-blocks.ts';
import { extension } from './extend-locks.ts';
import type { LoadClock } from './load-clock.ts';
import type { Phase, PhaseEnd } from './load-phase.ts';
import type { LoadProgress } from './load-progress.ts';
import type { LoadPhase, LoadResult } from './load-result.ts';
import { type LoadRun, PhaseGivenUp } from './load-run.ts';
import { LoadSeries, perSecond } from './load-series.ts';
import { type CurrentPhase, type LoadState, STATE_FORMAT, type StateFile } from './load-state.ts';
import { PhaseFigures } from './phase-figures.ts';
import { restore } from './read-blocks.ts';
import { fullBackup, increments } from './write-blocks.ts';

const PHASES: readonly Phase[] = [fullBackup, increments, restore, extension, sweep, finalDelete];
const INTERRUPTED = 'the run was interrupted';
const TICK_MS = 250;
const SAVE_EVERY_MS = 2000;

export interface PhaseRunnerSetting {
  readonly run: LoadRun;
  readonly clock: LoadClock;
  readonly file: StateFile;
  readonly state: LoadState | undefined;
  readonly target: Pick<BenchTarget, 'endpoint' | 'bucket'>;
  readonly runId: string;
  readonly onProgress: (progress: LoadProgress) => void;
}

interface UnderWay {
  readonly phase: Phase;
  readonly planned: number;
  readonly startMs: number;
  /** When this part of the run went on with it. */
  readonly resumedMs: number;
  readonly before: Pick<CurrentPhase, 'tookMs' | 'waitedMs'>;
}

export class PhaseRunner {
  readonly #setting: PhaseRunnerSetting;
  readonly #series: LoadSeries;
  readonly #watch: CapacityWatch;
  readonly #watchEnd = new AbortController();
  #phases: readonly LoadPhase[];
  #current: UnderWay | undefined;
  #savedMs = 0;
  #saveFailure: { readonly error: unknown } | undefined;

  constructor(setting: PhaseRunnerSetting) {
    const { run, clock, state } = setting;
    this.#setting = setting;
    this.#phases = state?.phases ?? [];
    this.#series = new LoadSeries(clock.elapsedMs(), state?.series);
    this.#watch = new CapacityWatch(
      {
        ask: run.askOnce,
        elapsedMs: () => clock.elapsedMs(),
        truth: () => run.held.bytes,
        signal: AbortSignal.any([run.signal, this.#watchEnd.signal]),
      },
      state?.capacity,
    );
  }

  /** Rejects where the state cannot be written. */
  async run(): Promise<{ readonly interrupted: boolean }> {
    const { run } = this.#setting;
    const watching = this.#watch.run();
    try {
      let first = this.#setting.state?.current;
      for (const phase of PHASES.slice(this.#phases.length)) {
        if (run.signal.aborted) break;
        await this.#phase(phase, first);
        first = undefined;
      }
      // Once more, with nothing held.
      if (!run.signal.aborted && this.#watch.samples().length > 0) await this.#watch.look().catch(() => {});
      return { interrupted: run.signal.aborted };
    } finally {
      this.#watchEnd.abort();
      await watching;
    }
  }

  /** Keeps the run as it is. Rejects with BenchRefusal where it cannot be written. */
  save(): Promise<void> {
    return this.#setting.file.save(this.#state());
  }

  /** Shows the progress of what follows the phases. */
  async showing<Result>(work: () => Promise<Result>): Promise<Result> {
    const { run, onProgress } = this.#setting;
    const total = run.held.objects;
    const timer = setInterval(() => {
      if (total > 0) onProgress({ ...this.#progress(total), phase: 'cleanup', title: 'Cleaning up' });
    }, TICK_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  /** Phases that were not reached are there too. */
  result(): Pick<LoadResult, 'phases' | 'series' | 'capacity'> {
    const missing = PHASES.slice(this.#phases.length).map((phase) => notRun(phase, INTERRUPTED));
    return {
      phases: [...this.#phases, ...missing],
      series: this.#series.state().samples,
      capacity: this.#watch.samples(),
    };
  }

  async #phase(phase: Phase, resumed: CurrentPhase | undefined): Promise<void> {
    const { run, clock } = this.#setting;
    const limitMs = (phase.endsAt ?? Number.POSITIVE_INFINITY) * run.settings.maxMinutes * 60_000;
    run.beginPhase(new PhaseFigures(resumed?.figures), () => clock.elapsedMs() >= limitMs);
    const nowMs = clock.elapsedMs();
    this.#current = {
      phase,
      planned: phase.planned(run),
      startMs: resumed?.startMs ?? nowMs,
      resumedMs: nowMs,
      before: { tookMs: resumed?.tookMs ?? 0, waitedMs: resumed?.waitedMs ?? 0 },
    };
    this.#series.begin(nowMs);
    this.#tick();
    const timer = setInterval(() => this.#tick(), TICK_MS);
    try {
      const end = await endOf(phase, run, resumed?.doneTo ?? 0);
      this.#series.take(clock.elapsedMs(), phase.id, run.figures);
      this.#tick();
      this.#phases = [...this.#phases, this.#measured(end)];
      this.#current = undefined;
    } catch (error) {
      if (!run.signal.aborted) throw error;
      // What the result says of the phase is what it was when it ended.
      this.#series.take(clock.elapsedMs(), phase.id, run.figures);
      const interrupted = this.#measured({ status: 'cut-short', reason: INTERRUPTED });
      // In the state it is under way: a run that goes on goes on with it.
      await this.save();
      this.#phases = [...this.#phases, interrupted];
      this.#current = undefined;
      return;
    } finally {
      clearInterval(timer);
    }
    await this.save();
    if (this.#saveFailure !== undefined) throw this.#saveFailure.error;
  }

  #tick(): void {
    const { run, clock, file, onProgress } = this.#setting;
    const { phase, planned } = this.#current ?? {};
    if (phase === undefined || planned === undefined) return;
    const nowMs = clock.elapsedMs();
    if (run.waitLeftMs !== undefined) this.#series.begin(nowMs);
    else if (this.#series.isDue(nowMs)) this.#series.take(nowMs, phase.id, run.figures);
    onProgress(this.#progress(planned));
    if (nowMs - this.#savedMs < SAVE_EVERY_MS || file.isBusy) return;
    this.#savedMs = nowMs;
    this.save().catch((error: unknown) => {
      this.#saveFailure ??= { error };
    });
  }

  #progress(total: number): LoadProgress {
    const { run } = this.#setting;
    const { figures, waitLeftMs } = run;
    const { phase } = this.#current ?? {};
    const done = figures.objects + figures.failed;
    const sample = this.#series.last();
    const tookMs = this.#times().tookMs;
    const isFresh = phase !== undefined && sample?.phase === phase.id;
    return {
      phase: phase?.id ?? 'cleanup',
      title: phase?.title ?? '',
      done,
      total,
      objectsPerSecond: isFresh ? sample.objectsPerSecond : perSecond(done, tookMs),
      mibPerSecond: isFresh ? sample.mibPerSecond : 0,
      ...(figures.latency.total === 0 ? {} : { p99Ms: figures.latency.percentileMs(99) }),
      errors: figures.errors,
      ...(done === 0 || tookMs === 0 ? {} : { leftMs: Math.max(0, ((total - done) * tookMs) / done) }),
      ...(waitLeftMs === undefined ? {} : { waitLeftMs }),
    };
  }

  #times(): { readonly tookMs: number; readonly waitedMs: number } {
    const { run, clock } = this.#setting;
    if (this.#current === undefined) return { tookMs: 0, waitedMs: 0 };
    const { before, resumedMs } = this.#current;
    return {
      tookMs: Math.max(0, before.tookMs + clock.elapsedMs() - resumedMs - run.waitedMs),
      waitedMs: before.waitedMs + run.waitedMs,
    };
  }

  #measured({ status, reason, counted }: PhaseEnd): LoadPhase {
    if (this.#current === undefined) throw new Error('no phase is under way');
    const { phase, planned, startMs } = this.#current;
    const { figures } = this.#setting.run;
    const { latency: _, ...counts } = figures.state();
    const latency = figures.latency.summary();
    const { tookMs, waitedMs } = this.#times();
    const { objects, bytes } = counted ?? counts;
    return {
      id: phase.id,
      title: phase.title,
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(status === 'not-run' ? {} : { startMs: Math.round(startMs) }),
      tookMs: Math.round(tookMs),
      waitedMs: Math.round(waitedMs),
      planned,
      ...counts,
      objects,
      bytes,
      objectsPerSecond: perSecond(objects, tookMs),
      mibPerSecond: perSecond(bytes / 2 ** 20, tookMs),
      ...(latency === undefined ? {} : { latency }),
    };
  }

  #state(): LoadState {
    const { run, clock, target, runId, state } = this.#setting;
    return {
      format: STATE_FORMAT,
      endpoint: target.endpoint.href,
      bucket: target.bucket,
      runId,
      settings: run.settings,
      workedMs: clock.elapsedMs(),
      parts: (state?.parts ?? 0) + 1,
      phases: this.#phases,
      ...this.#currentState(),
      writtenTo: run.writtenTo,
      failedBlocks: run.failedBlocks,
      ...run.locks,
      ...run.wrongReads,
      series: this.#series.state(),
      capacity: this.#watch.samples(),
    };
  }

  #currentState(): Pick<LoadState, 'current'> {
    const { run, state } = this.#setting;
    // Before the first phase is gone on with, it is as it was.
    if (this.#current === undefined) {
      const isBefore = state?.current !== undefined && this.#phases === state.phases;
      return isBefore ? { current: state.current } : {};
    }
    const { startMs } = this.#current;
    return {
      current: { startMs, ...this.#times(), doneTo: run.jobsDoneTo, figures: run.figures.state() },
    };
  }
}

/** Rejects where the signal ended it. */
async function endOf(phase: Phase, run: LoadRun, from: number): Promise<PhaseEnd> {
  try {
    const end = await phase.perform(run, from);
    if (end.status !== 'done') run.signal.throwIfAborted();
    return end;
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof PhaseGivenUp) return { status: 'cut-short', reason: error.message };
    throw error;
  }
}

function notRun({ id, title }: Phase, reason: string): LoadPhase {
  return {
    id,
    title,
    status: 'not-run',
    reason,
    tookMs: 0,
    waitedMs: 0,
    planned: 0,
    objects: 0,
    bytes: 0,
    objectsPerSecond: 0,
    mibPerSecond: 0,
    slowDowns: 0,
    retries: 0,
    failed: 0,
    errors: {},
  };
}
