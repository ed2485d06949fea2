// One case from its start to its result: with a prefix, a deadline and evidence of its own.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase, CaseResult, CaseStatus } from '../bench-case.ts';
import { CaseEnd } from './case-end.ts';
import { createContext } from './create-context.ts';
import { EvidenceLog } from './evidence-log.ts';
import type { MadeBuckets } from './made-buckets.ts';
import type { Redactor } from './redact.ts';
import { S3Client, type S3ClientParts } from './s3-client.ts';

export interface CaseSetting extends Omit<S3ClientParts, 'evidence' | 'signal'> {
  /** Ends with `/`. */
  readonly runPrefix: string;
  readonly redactor: Redactor;
  readonly buckets: MadeBuckets | undefined;
  /** Of a case that does not say its own. */
  readonly deadlineMs: number;
  /** Of the whole run. */
  readonly signal: AbortSignal;
}

/** A case that does not end with its signal is left to itself after so long. */
const GRACE_MS = 5000;

interface End {
  readonly status: CaseStatus;
  readonly message?: string;
}

/** Never rejects. */
export async function runCase(benchCase: BenchCase, setting: CaseSetting): Promise<CaseResult> {
  const { redactor, now, target, signer, http, buckets } = setting;
  const evidence = new EvidenceLog(redactor);
  const figures = new Map<string, number>();
  const deadlineMs = benchCase.deadlineMs ?? setting.deadlineMs;
  const over = new AbortController();
  const finished = new AbortController();
  const deadline = setTimeout(() => over.abort(), deadlineMs);
  const signal = AbortSignal.any([setting.signal, over.signal]);
  const client = new S3Client({ target, signer, http, evidence, signal, now });
  const context = createContext({
    client,
    prefix: `${setting.runPrefix}${benchCase.id}/`,
    signal,
    now,
    buckets,
    figures,
  });
  const started = performance.now();
  const late: End = { status: 'failed', message: `not done within ${deadlineMs / 1000} s` };
  const interrupted: End = { status: 'skipped', message: 'the run was interrupted' };
  const outcome = await Promise.race([
    endOf(benchCase, () => benchCase.run(context)),
    givenUp(signal, finished.signal),
  ]);
  clearTimeout(deadline);
  finished.abort();
  const end =
    outcome?.status !== 'passed' && setting.signal.aborted
      ? interrupted
      : over.signal.aborted
        ? withCause(late, outcome)
        : outcome;
  // Ends what the case may have left under way.
  over.abort();
  const isPassed = end?.status === 'passed';
  return {
    ...describe(benchCase),
    status: end?.status ?? 'failed',
    ...(end?.message === undefined ? {} : { message: redactor.text(end.message) }),
    tookMs: Math.round(performance.now() - started),
    evidence: isPassed ? [] : evidence.calls(),
    ...(figures.size === 0 ? {} : { figures: Object.fromEntries(figures) }),
  };
}

/** The result of a case that was not run. */
export function notRun(benchCase: BenchCase, message: string): CaseResult {
  return { ...describe(benchCase), status: 'skipped', message, tookMs: 0, evidence: [] };
}

async function endOf({ severity }: BenchCase, run: () => Promise<void>): Promise<End> {
  try {
    await run();
    return { status: 'passed' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (isOwnFault(error)) {
      return {
        status: 'warned',
        message: `the bench itself failed, which says nothing of the store: ${error}`,
      };
    }
    const kind = error instanceof CaseEnd ? error.kind : 'failed';
    // Nobody has proven that it matters.
    return { status: kind === 'failed' && severity === 'unproven' ? 'warned' : kind, message };
  }
}

/** What the language throws, not a case. */
function isOwnFault(error: unknown): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}

/** Some time after `signal`; at once when `finished`. */
async function givenUp(signal: AbortSignal, finished: AbortSignal): Promise<undefined> {
  const ended = AbortSignal.any([signal, finished]);
  if (!ended.aborted) await once(ended, 'abort');
  await sleep(GRACE_MS, undefined, { signal: finished }).catch(() => undefined);
}

function withCause(late: End, outcome: End | undefined): End {
  if (outcome?.status === 'passed') return late;
  return outcome?.message === undefined ? late : { ...late, message: `${late.message}; ${outcome.message}` };
}

function describe(benchCase: BenchCase) {
  const { id, group, title, severity, veeamDoes, mustComeBack, source, advice } = benchCase;
  return { id, group, title, severity, veeamDoes, mustComeBack, source, advice };
}
