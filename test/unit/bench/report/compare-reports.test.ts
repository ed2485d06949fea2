// Two reports side by side.
import { describe, expect, test } from 'vitest';
import type { CaseResult } from '../../../../src/bench/bench-case.ts';
import { compareReports, renderComparison } from '../../../../src/bench/report/compare-reports.ts';
import { readReport, renderJson } from '../../../../src/bench/report/json-report.ts';
import { ONE_OF_EACH, report, result } from './sample-report.ts';

const compared = (a: readonly CaseResult[], b: readonly CaseResult[]) => compareReports(report(a), report(b));

describe('compareReports', () => {
  test('a report differs in nothing from itself', () => {
    expect(compared(ONE_OF_EACH, ONE_OF_EACH)).toEqual([]);
    expect(renderComparison(report(ONE_OF_EACH), report(ONE_OF_EACH))).toContain('No case differs.');
  });

  test.each<[string, Partial<CaseResult> | undefined, Partial<CaseResult> | undefined, object]>([
    ['newly broken', {}, { status: 'failed' }, { a: 'passed', b: 'failed (breaks)', isWorse: true }],
    ['mended', { status: 'failed' }, {}, { a: 'failed (breaks)', b: 'passed', isWorse: false }],
    ['slow', {}, { status: 'failed', severity: 'slow' }, { b: 'failed (slow)', isWorse: false }],
    ['skipped before', { status: 'skipped' }, { status: 'failed' }, { a: 'skipped', isWorse: true }],
    ['new and broken', undefined, { status: 'failed' }, { a: '-', isWorse: true }],
    ['not there any more', {}, undefined, { b: '-', isWorse: false }],
    [
      'a figure',
      { figures: { rate: 100 } },
      { figures: { rate: 120.123 } },
      { what: 'rate', a: '100', b: '120.12' },
    ],
    ['a figure of one', {}, { figures: { rate: 0 } }, { what: 'rate', a: '-', b: '0', isWorse: false }],
  ])('%s', (_, a, b, expected) => {
    const of = (given: Partial<CaseResult> | undefined) => (given === undefined ? [] : [result('x', given)]);
    expect(compared(of(a), of(b))).toEqual([expect.objectContaining({ id: 'x', ...expected })]);
  });

  test('figures within a tenth are the same', () => {
    expect(
      compared([result('x', { figures: { rate: 100 } })], [result('x', { figures: { rate: 109 } })]),
    ).toEqual([]);
  });

  test('the table names both stores and lines up', () => {
    const b = report([result('row-01', { status: 'failed' })], { server: 'Ceph' });
    expect(
      renderComparison(report([result('row-01')]), b),
    ).toBe(`   ENDPOINT               BUCKET  SERVER  BENCH  PROFILE  STARTED
A  http://127.0.0.1:9000  bucket  MinIO   0.1.0  core     2026-11-21T12:00:00.000Z
B  http://127.0.0.1:9000  bucket  Ceph    0.1.0  core     2026-11-21T12:00:00.000Z

CASE    WHAT    A       B                             TITLE
row-01  status  passed  failed (breaks)  B breaks it  The title of row-01
`);
  });
});

describe('report.json', () => {
  test('is read as it was written', () => {
    expect(readReport(renderJson(report(ONE_OF_EACH)), 'a.json')).toEqual(report(ONE_OF_EACH));
  });

  test.each([
    ['no JSON', 'hello', 'a.json is no JSON'],
    ['another JSON', '{}', 'no "format"'],
    ['null', 'null', 'no "format"'],
    ['another format', '{"format":"x"}', 'has the format "x"'],
    ['half a report', '{"format":"sosapi-gateway-bench/1","results":[{}]}', 'no whole report'],
  ])('%s is refused in one sentence', (_, text, message) => {
    expect(() => readReport(text, 'a.json')).toThrow(message);
  });
});
