// junit.xml: a suite for each group. What would break Veeam fails there; the rest is told without failing a build.
import type { BenchCase, CaseResult } from '../bench-case.ts';
import type { BenchReport } from './report.ts';

/** What XML 1.0 has no character for (section 2.2), lone surrogates among them. */
const NO_CHARACTER = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** `strict` lets what is slow fail too. */
export function renderJunit(report: BenchReport, { strict }: { readonly strict: boolean }): string {
  const groups = [...new Set(report.results.map(({ group }) => group))];
  const suites = groups.map((group) => suite(group, report, strict));
  const { results } = report;
  const totals = totalsOf(results, strict);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sosapi-gateway bench" ${totals}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(group: BenchCase['group'], report: BenchReport, strict: boolean): string {
  const results = report.results.filter((result) => result.group === group);
  const { endpoint, bucket } = report.target;
  return [
    `  <testsuite name="${group}" ${totalsOf(results, strict)} timestamp="${escaped(report.startedAt)}" hostname="${escaped(endpoint)}">`,
    '    <properties>',
    `      <property name="bucket" value="${escaped(bucket)}"/>`,
    `      <property name="profile" value="${report.profile}"/>`,
    '    </properties>',
    ...results.map((result) => testcase(result, strict)),
    '  </testsuite>',
  ].join('\n');
}

function testcase(result: CaseResult, strict: boolean): string {
  const { id, group, title, tookMs } = result;
  const head = `    <testcase classname="bench.${group}" name="${escaped(`${id}: ${title}`)}" time="${seconds(tookMs)}"`;
  const inner = outcome(result, strict);
  return inner === undefined ? `${head}/>` : `${head}>\n      ${inner}\n    </testcase>`;
}

function outcome(result: CaseResult, strict: boolean): string | undefined {
  const { status, severity, message = '' } = result;
  if (status === 'passed') return undefined;
  if (status === 'skipped') return `<skipped message="${escaped(message)}"/>`;
  if (isFailure(result, strict)) {
    return `<failure type="${severity}" message="${escaped(message)}">${escaped(explanation(result))}</failure>`;
  }
  return `<system-out>${escaped(`${status}, ${severity}: ${message}\n${explanation(result)}`)}</system-out>`;
}

function explanation({ veeamDoes, mustComeBack, source, advice }: CaseResult): string {
  return `Veeam: ${veeamDoes}\nMust come back: ${mustComeBack}\nSource: ${source}\nAdvice: ${advice}`;
}

function isFailure({ status, severity }: CaseResult, strict: boolean): boolean {
  return status === 'failed' && (severity === 'breaks' || (strict && severity === 'slow'));
}

function totalsOf(results: readonly CaseResult[], strict: boolean): string {
  const failures = results.filter((result) => isFailure(result, strict)).length;
  const skipped = results.filter(({ status }) => status === 'skipped').length;
  const tookMs = results.reduce((sum, result) => sum + result.tookMs, 0);
  return `tests="${results.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${seconds(tookMs)}"`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** For text and attributes alike: a line break within an attribute would be read as a space. */
function escaped(text: string): string {
  return text
    .replace(NO_CHARACTER, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
