// What a run of the bench found, as it is written to report.json and shown by the other reports.
import type { CaseResult, CaseStatus, Profile } from '../bench-case.ts';
import type { ClientVariant } from '../bench-context.ts';
import type { Leftover } from '../runtime/leftover.ts';

export const REPORT_FORMAT = 'sosapi-gateway-bench/1';

export interface BenchReport {
  readonly format: typeof REPORT_FORMAT;
  /** Of the program. */
  readonly version: string;
  /** In the names of all that the run wrote: 12 hex digits. */
  readonly runId: string;
  /** Never credentials. */
  readonly target: {
    /** Without user name, password and query. */
    readonly endpoint: string;
    readonly bucket: string;
    readonly region: string;
    readonly addressing: ClientVariant['addressing'];
  };
  /** The Server header, where the store sends one. */
  readonly server?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly profile: Profile;
  /** The run was told to end before its time. */
  readonly interrupted: boolean;
  /** In catalogue order. */
  readonly results: readonly CaseResult[];
  readonly counts: Readonly<Record<CaseStatus, number>> & {
    /** Failed cases that are reported to break Veeam. */
    readonly breaks: number;
    /** Failed cases with which Veeam works, but slowly or wastefully. */
    readonly slow: number;
  };
  /** What could not be deleted. */
  readonly leftovers: readonly Leftover[];
  /** What a load run measured. */
  readonly load?: Readonly<Record<string, unknown>>;
}

export function countResults(results: readonly CaseResult[]): BenchReport['counts'] {
  const count = (fits: (result: CaseResult) => boolean): number => results.filter(fits).length;
  return {
    passed: count(({ status }) => status === 'passed'),
    failed: count(({ status }) => status === 'failed'),
    warned: count(({ status }) => status === 'warned'),
    skipped: count(({ status }) => status === 'skipped'),
    breaks: count(isBreak),
    slow: count(({ status, severity }) => status === 'failed' && severity === 'slow'),
  };
}

export function isBreak({ status, severity }: Pick<CaseResult, 'status' | 'severity'>): boolean {
  return status === 'failed' && severity === 'breaks';
}
