// A load run from its beginning, or from where it was ended, to its end: six phases, then nothing is left.
import { randomBytes } from 'node:crypto';
import { BenchRefusal, type BenchTarget } from '../runtime/bench-target.ts';
import { cleanUp } from '../runtime/clean-up.ts';
import { EvidenceLog } from '../runtime/evidence-log.ts';
import { guardCall } from '../runtime/guard-call.ts';
import { createHttpClient } from '../runtime/http-client.ts';
import { inspectBucket } from '../runtime/inspect-bucket.ts';
import type { Leftover } from '../runtime/leftover.ts';
import { runPrefix } from '../runtime/own-keys.ts';
import { createRedactor } from '../runtime/redact.ts';
import { S3Client } from '../runtime/s3-client.ts';
import { createSigner } from '../runtime/signer.ts';
import { checkObjectLock } from './check-object-lock.ts';
import { deleteAll } from './delete-blocks.ts';
import { countHeld } from './listed-blocks.ts';
import { LoadClock } from './load-clock.ts';
import type { LoadProgress } from './load-progress.ts';
import type { LoadResult } from './load-result.ts';
import { type Line, LoadRun, PhaseGivenUp } from './load-run.ts';
import { type LoadSettings, loadSettings, widthOf } from './load-settings.ts';
import { readLoadState, StateFile } from './load-state.ts';
import { loadVerdicts } from './load-verdicts.ts';
import { PhaseRunner } from './phase-runner.ts';

export interface LoadOptions {
  readonly target: BenchTarget;
  /** What is not given is as in DEFAULT_LOAD, or as it was where the run is resumed. */
  readonly settings?: Partial<LoadSettings>;
  /** Where the run is kept, so that it can go on. One that is there is gone on with; it is removed in the end. */
  readonly stateFile?: string;
  /** An interrupted run leaves what it wrote, and its state file. Needs `stateFile`. */
  readonly keep?: boolean;
  readonly allowForeignObjects: boolean;
  /** 12 hex digits, where others use it too; a resumed run keeps its own. */
  readonly runId?: string;
  /** How long the cleanup waits for locks. */
  readonly lockWaitMs?: number;
  /** At the beginning and at the end of each phase, and four times a second. */
  readonly onProgress: (progress: LoadProgress) => void;
  /** Ends the load within a second; the cleanup follows unless `keep`. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const LOCK_WAIT_MS = 180_000;
/** Until calls under way are cut off: what they did is known where they end before. */
const GRACE_MS = 700;
/** A call that was cut off may still be carried out by the store. */
const AFTER_CALLS_MS = 1000;
/** For capacity.xml, which must not wait behind blocks. */
const SPARE_CONNECTIONS = 2;

/** Rejects with BenchRefusal where the caller can mend it. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { target, signal, now } = options;
  const state =
    options.stateFile === undefined
      ? undefined
      : readLoadState(options.stateFile, target, options.settings ?? {});
  const settings = state?.settings ?? loadSettings(options.settings ?? {});
  const runId = state?.runId ?? options.runId ?? randomBytes(6).toString('hex');
  const prefix = `${runPrefix(runId)}load/`;
  const http = createHttpClient(target, widthOf(settings) + SPARE_CONNECTIONS);
  const evidence = new EvidenceLog(createRedactor(target.credentials));
  const parts = { target, signer: createSigner(target), http, evidence, now };
  const lineOf = (ending: AbortSignal, cutOff = ending): Line => {
    const client = new S3Client({ ...parts, signal: cutOff });
    return {
      signal: ending,
      ask: async (call) => {
        guardCall(call, target.bucket);
        return client.call(call);
      },
    };
  };
  const clock = new LoadClock(state?.workedMs ?? 0);
  const grace = abortedAfter(signal, GRACE_MS);
  const line = lineOf(signal, grace.signal);
  try {
    const run = new LoadRun({ settings, prefix, now, state, ...line });
    await inspectBucket(run.askAside, target, options);
    if (settings.immutability) await checkObjectLock(run.askAside, target);
    const file = new StateFile(options.stateFile);
    const runner = new PhaseRunner({
      run,
      clock,
      file,
      state,
      target,
      runId,
      onProgress: options.onProgress,
    });
    await runner.save();
    const keeps = options.keep === true && options.stateFile !== undefined;
    const clean = async (): Promise<readonly Leftover[]> => {
      const leftovers = await deleteRest(run, lineOf(new AbortController().signal), options, runner);
      await file.remove();
      return leftovers;
    };
    const { interrupted } = await runAll(run, runner, state !== undefined).catch(async (error: unknown) => {
      if (!keeps) await clean();
      throw error;
    });
    const kept = interrupted && keeps;
    const workedMs = clock.elapsedMs();
    const leftovers = kept ? [] : await clean();
    const { phases, series, capacity } = runner.result();
    const measured = { phases, capacity, leftovers, kept, ...run.wrongReads };
    return {
      prefix,
      settings,
      width: run.width,
      tookMs: Math.round(workedMs),
      interrupted,
      kept,
      parts: (state?.parts ?? 0) + 1,
      phases,
      series,
      capacity,
      verdicts: loadVerdicts(measured),
      leftovers,
    };
  } finally {
    grace.release();
    http.close();
  }
}

function abortedAfter(signal: AbortSignal, ms: number) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => controller.abort(), ms);
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      signal.removeEventListener('abort', begin);
    },
  };
}

/** Rejects where the run cannot go on; not for its being interrupted. */
async function runAll(
  run: LoadRun,
  runner: PhaseRunner,
  isResumed: boolean,
): Promise<{ readonly interrupted: boolean }> {
  try {
    if (isResumed) {
      await run.pause(AFTER_CALLS_MS);
      await countHeld(run);
    }
  } catch (error) {
    if (!run.signal.aborted) throw asRefusal(error);
  }
  return runner.run();
}

function asRefusal(error: unknown): unknown {
  if (!(error instanceof PhaseGivenUp)) return error;
  return new BenchRefusal(`the load cannot go on: ${error.message}.`, { cause: error });
}

/** What the phases did not delete: all, where they were interrupted. Never rejects for what the store does. */
async function deleteRest(
  run: LoadRun,
  line: Line,
  { lockWaitMs = LOCK_WAIT_MS, target, now, signal }: LoadOptions,
  runner: PhaseRunner,
): Promise<readonly Leftover[]> {
  run.beginCleanup(line);
  return runner.showing(async () => {
    const { locksEndMs } = run.locks;
    if (signal.aborted) await run.pause(AFTER_CALLS_MS);
    if (locksEndMs - now() < lockWaitMs) await run.waitUntil(locksEndMs);
    try {
      if (run.held.objects > 0) await deleteAll(run);
    } catch {
      // What cannot be listed or deleted so is told by the cleanup that follows, one version at a time.
    }
    const { leftovers } = await cleanUp({
      ask: run.ask,
      bucket: target.bucket,
      prefixes: [run.prefix],
      buckets: [],
      waitMs: lockWaitMs,
      signal: line.signal,
      now,
      onProgress: () => {},
    });
    return leftovers;
  });
}
