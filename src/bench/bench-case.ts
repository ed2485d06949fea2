// What a case of the bench is: one thing that Veeam does, what must come back, and how sure anybody is of it.
import type { BenchContext } from './bench-context.ts';

/**
 * `breaks`: reported to break a Veeam operation. `slow`: Veeam works, but slowly or wastefully. `unproven`: seen by one
 * implementer or with a similar client only; a failure is a warning and does not change the exit code.
 */
export type Severity = 'breaks' | 'slow' | 'unproven';

export type Profile = 'smoke' | 'core' | 'full' | 'load';

export interface BenchCase {
  /** Stable, for reports that are compared: `row-07`, `sosapi-quotes`, `sequence-05`, `precondition-versioning`. */
  readonly id: string;
  readonly group: 'sosapi' | 'sequence' | 'row' | 'precondition' | 'variant';
  /** One line, as a heading. */
  readonly title: string;
  /** What Veeam sends, in which phase. */
  readonly veeamDoes: string;
  readonly mustComeBack: string;
  readonly severity: Severity;
  /** The public source of the fact: `seaweedfs#7516`, a vendor's page. */
  readonly source: string;
  /** For the person who must fix the store: what is wrong where this fails, and what to look at. */
  readonly advice: string;
  /** The smallest profile that has it; larger ones have it too (`smoke` < `core` < `full`). */
  readonly profile: Exclude<Profile, 'load'>;
  /** Needs more than the one bucket: skipped unless the bench may make buckets. */
  readonly makesBuckets?: true;
  /** Runs alone: it measures time or counts what else would change. */
  readonly alone?: true;
  /** Milliseconds until it has failed: 120,000 unless given. */
  readonly deadlineMs?: number;
  /**
   * Returns where all is well. Otherwise throws what `context.fail`, `context.warn` or `context.skip` make; anything else
   * that is thrown is a failure of the case with its message. `context.signal` ends it.
   */
  run(context: BenchContext): Promise<void>;
}

export type CaseStatus = 'passed' | 'failed' | 'warned' | 'skipped';

/** One call and its answer, secrets removed, for a report. */
export interface Evidence {
  readonly request: {
    readonly method: string;
    /** As sent, with the query; presigned signatures removed. */
    readonly target: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** The beginning, where it is text. */
    readonly body?: string;
    readonly bodyBytes: number;
  };
  /** Absent where none came. */
  readonly answer?: {
    readonly status: number;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body?: string;
    readonly bodyBytes: number;
  };
  /** Why no answer came. */
  readonly error?: string;
  /** Milliseconds since 1970, and how long it took. */
  readonly atMs: number;
  readonly tookMs: number;
}

export interface CaseResult {
  readonly id: string;
  readonly group: BenchCase['group'];
  readonly title: string;
  readonly severity: Severity;
  readonly status: CaseStatus;
  /** What was wrong, or why it was skipped; absent where it passed. */
  readonly message?: string;
  readonly tookMs: number;
  readonly veeamDoes: string;
  readonly mustComeBack: string;
  readonly source: string;
  readonly advice: string;
  /** Of a case that did not pass: its last calls, the latest last. */
  readonly evidence: readonly Evidence[];
  /** What the case measured, for people: `ops/s`, `seconds until Used showed it`. */
  readonly figures?: Readonly<Record<string, number>>;
}
