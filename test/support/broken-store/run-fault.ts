// Runs cases of the bench against the broken store with one fault.
import type { BenchCase, CaseResult } from '../../../src/bench/bench-case.ts';
import { runBench } from '../../../src/bench/runtime/run-bench.ts';
import { BrokenStore, type BrokenStoreOptions } from './broken-store.ts';
import { AHEAD_MS } from './clock-ahead.ts';
import type { Fault } from './fault.ts';

export interface FaultRunOptions {
  readonly store: BrokenStoreOptions['store'];
  /** Of this run alone. */
  readonly bucket: string;
  /** None: a store that works. */
  readonly fault?: Fault;
  readonly cases: readonly BenchCase[];
}

const CONCURRENCY = 24;
const DEADLINE_MS = 300_000;

export async function runFault({
  store,
  bucket,
  fault,
  cases,
}: FaultRunOptions): Promise<readonly CaseResult[]> {
  await using broken = await BrokenStore.start({ store, ...(fault === undefined ? {} : { fault }) });
  const { results } = await runBench({
    target: {
      endpoint: broken.endpoint,
      bucket,
      region: 'us-east-1',
      credentials: store.credentials,
      addressing: 'path',
    },
    profile: 'full',
    cases,
    concurrency: CONCURRENCY,
    allowForeignObjects: true,
    makeBuckets: true,
    deadlineMs: DEADLINE_MS,
    lockWaitMs: 0,
    onProgress: ({ phase, done, total }) => {
      if (phase === 'cases' && done === total) broken.pretendGone();
    },
    signal: new AbortController().signal,
    now: () => Date.now() + AHEAD_MS,
  });
  const [failure] = broken.failures;
  if (failure !== undefined) throw new Error(`the working store gave no answer: ${failure}`);
  return results;
}
