// A run of the bench: looks at the bucket, runs the cases, and deletes what they wrote.
import { randomBytes } from 'node:crypto';
import type { BenchCase, CaseResult, Profile } from '../bench-case.ts';
import type { BenchTarget } from './bench-target.ts';
import { chooseCases } from './choose-cases.ts';
import { cleanUp } from './clean-up.ts';
import { EvidenceLog } from './evidence-log.ts';
import { createHttpClient } from './http-client.ts';
import { inParallel } from './in-parallel.ts';
import { inspectBucket } from './inspect-bucket.ts';
import type { Leftover } from './leftover.ts';
import { MadeBuckets } from './made-buckets.ts';
import { runPrefix, runPrefixes } from './own-keys.ts';
import { createRedactor } from './redact.ts';
import { notRun, runCase } from './run-case.ts';
import { S3Client } from './s3-client.ts';
import { createSigner } from './signer.ts';

export interface BenchProgress {
  readonly phase: 'cases' | 'cleanup';
  readonly done: number;
  readonly total: number;
  /** Ids of the cases under way. */
  readonly current: readonly string[];
  readonly failures: number;
  /** The case that has just ended. */
  readonly ended?: CaseResult;
  /** How far the cleanup is. */
  readonly text?: string;
}

export interface BenchOptions {
  readonly target: BenchTarget;
  readonly profile: Profile;
  readonly cases: readonly BenchCase[];
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
  /** Cases at a time. */
  readonly concurrency?: number;
  readonly allowForeignObjects: boolean;
  readonly makeBuckets: boolean;
  /** Of a case that does not say its own. */
  readonly deadlineMs?: number;
  /** How long the cleanup waits for locks. */
  readonly lockWaitMs?: number;
  readonly onProgress: (progress: BenchProgress) => void;
  /** Ends the cases; the cleanup follows all the same. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface BenchRun {
  readonly runId: string;
  readonly server: string | undefined;
  /** In catalogue order. */
  readonly results: readonly CaseResult[];
  readonly leftovers: readonly Leftover[];
  readonly interrupted: boolean;
}

const CONCURRENCY = 4;
const DEADLINE_MS = 120_000;
const LOCK_WAIT_MS = 180_000;

/** Rejects with BenchRefusal where the caller can mend it; then nothing was written. */
export async function runBench(options: BenchOptions): Promise<BenchRun> {
  const { target, signal, now, onProgress } = options;
  const chosen = chooseCases(options.cases, options);
  const redactor = createRedactor(target.credentials);
  const http = createHttpClient(target);
  const runId = randomBytes(6).toString('hex');
  const buckets = new MadeBuckets(runId, target.region);
  const parts = { target, signer: createSigner(target), http, now };
  const own = { ...parts, evidence: new EvidenceLog(redactor) };
  try {
    const looking = new S3Client({ ...own, signal });
    const { server } = await inspectBucket((call) => looking.call(call), target, options);
    const results = await runCases(chosen, options, (each) =>
      each.makesBuckets === true && !options.makeBuckets
        ? Promise.resolve(notRun(each, 'needs buckets of its own; run with --make-buckets'))
        : runCase(each, {
            ...parts,
            runPrefix: runPrefix(runId),
            redactor,
            buckets: options.makeBuckets ? buckets : undefined,
            deadlineMs: options.deadlineMs ?? DEADLINE_MS,
            signal,
          }),
    );
    const counts = {
      total: results.length,
      done: results.length,
      current: [],
      failures: failuresOf(results),
    };
    const cleaning = new S3Client({ ...own, signal: new AbortController().signal });
    const { leftovers } = await cleanUp({
      ask: (call) => cleaning.call(call),
      bucket: target.bucket,
      prefixes: runPrefixes(runId),
      buckets: buckets.names(),
      waitMs: options.lockWaitMs ?? LOCK_WAIT_MS,
      signal: new AbortController().signal,
      now,
      onProgress: (text) => onProgress({ phase: 'cleanup', ...counts, text }),
    });
    return { runId, server, results, leftovers, interrupted: signal.aborted };
  } finally {
    http.close();
  }
}

/** Those that run alone come last, so that the others need not wait for them. */
async function runCases(
  chosen: readonly BenchCase[],
  { concurrency = CONCURRENCY, onProgress, signal }: BenchOptions,
  run: (benchCase: BenchCase) => Promise<CaseResult>,
): Promise<readonly CaseResult[]> {
  const results = new Map<string, CaseResult>();
  const current = new Set<string>();
  const tell = (ended?: CaseResult): void =>
    onProgress({
      phase: 'cases',
      done: results.size,
      total: chosen.length,
      current: [...current],
      failures: failuresOf([...results.values()]),
      ...(ended === undefined ? {} : { ended }),
    });
  const one = async (benchCase: BenchCase): Promise<void> => {
    if (signal.aborted) {
      results.set(benchCase.id, notRun(benchCase, 'the run was interrupted'));
      return;
    }
    current.add(benchCase.id);
    tell();
    const result = await run(benchCase);
    current.delete(benchCase.id);
    results.set(benchCase.id, result);
    tell(result);
  };
  await inParallel(
    chosen.filter(({ alone }) => alone !== true),
    concurrency,
    one,
  );
  await inParallel(
    chosen.filter(({ alone }) => alone === true),
    1,
    one,
  );
  return chosen.flatMap(({ id }) => results.get(id) ?? []);
}

function failuresOf(results: readonly CaseResult[]): number {
  return results.filter(({ status }) => status === 'failed').length;
}
