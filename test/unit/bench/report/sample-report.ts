// A report with a case of each kind, for tests of what shows it.
import type { CaseResult } from '../../../../src/bench/bench-case.ts';
import { type BenchReport, countResults, REPORT_FORMAT } from '../../../../src/bench/report/report.ts';

export function result(id: string, given: Partial<CaseResult> = {}): CaseResult {
  return {
    id,
    group: 'row',
    title: `The title of ${id}`,
    severity: 'breaks',
    status: 'passed',
    tookMs: 1500,
    veeamDoes: 'PUT.',
    mustComeBack: '200.',
    source: 'a page',
    advice: 'Look at the index.',
    evidence: [],
    ...given,
  };
}

export function report(results: readonly CaseResult[], given: Partial<BenchReport> = {}): BenchReport {
  return {
    format: REPORT_FORMAT,
    version: '0.1.0',
    runId: '0123456789ab',
    target: { endpoint: 'http://127.0.0.1:9000', bucket: 'bucket', region: 'us-east-1', addressing: 'path' },
    server: 'MinIO',
    startedAt: '2026-11-21T12:00:00.000Z',
    endedAt: '2026-11-21T12:01:00.000Z',
    profile: 'core',
    interrupted: false,
    results,
    counts: countResults(results),
    leftovers: [],
    ...given,
  };
}

export const ONE_OF_EACH: readonly CaseResult[] = [
  result('row-01'),
  result('row-02', { status: 'failed', message: 'came 500' }),
  result('row-03', { status: 'failed', severity: 'slow', message: 'took 9 s' }),
  result('row-04', { status: 'warned', severity: 'unproven', message: 'hm' }),
  result('row-05', { status: 'skipped', message: 'needs a bucket' }),
  result('sequence-01', { group: 'sequence' }),
];
