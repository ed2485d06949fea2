// The HTML report: what stands in it, in which order, and that it is a page that anybody can read.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { CaseResult } from '../../../../src/bench/bench-case.ts';
import { renderHtml } from '../../../../src/bench/report/html-report.ts';
import type { BenchReport } from '../../../../src/bench/report/report.ts';
import { type PageElement, readPage } from '../../../support/page-tree.ts';
import {
  manyResults,
  realisticReport,
  sampleCall,
  sampleLoad,
  sampleReport,
  sampleResult,
} from '../../../support/sample-bench-report.ts';

const pageOf = (report: BenchReport) => readPage(renderHtml(report));
const named = (page: readonly PageElement[], ...names: readonly string[]) =>
  page.filter(({ name }) => names.includes(name));
const textsOf = (page: readonly PageElement[], name: string) => named(page, name).map(({ text }) => text);
const article = (page: readonly PageElement[], id: string) =>
  page.find(({ name, attributes }) => name === 'article' && attributes['id'] === id);
const sentence = (page: readonly PageElement[]) =>
  page.find(({ attributes }) => attributes['class'] === 'sentence')?.text;

describe.each<[string, BenchReport]>([
  ['a realistic report', realisticReport()],
  ['no cases at all', sampleReport([])],
  ['all passed', sampleReport(manyResults(30, () => 'passed'))],
  ['all failed', sampleReport(manyResults(30, () => 'failed'))],
  ['all warned', sampleReport(manyResults(30, () => 'warned'))],
  ['all skipped', sampleReport(manyResults(30, () => 'skipped'))],
  ['200 cases', sampleReport(manyResults(200, (at) => (at % 2 === 0 ? 'failed' : 'passed')))],
  ['a load alone', sampleReport([], { profile: 'load', load: { ...sampleLoad() } })],
])('%s', (_, report) => {
  const page = pageOf(report);

  test('loads nothing and runs nothing', () => {
    expect(named(page, 'script', 'link', 'img', 'iframe', 'object', 'embed', 'form', 'base')).toEqual([]);
    const attributes = page.flatMap((element) => Object.entries(element.attributes));
    expect(attributes.filter(([name]) => /^(on|src|style$|action|xlink)/.test(name))).toEqual([]);
    expect(textsOf(page, 'style').join('')).not.toMatch(/url\(|@import|expression/);
    const policy = page.find(({ attributes: own }) => own['http-equiv'] === 'Content-Security-Policy');
    const hash = createHash('sha256')
      .update(textsOf(page, 'style')[0] ?? '')
      .digest('base64');
    expect(policy?.attributes['content']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
  });

  test('links lead somewhere within it', () => {
    const ids = page.flatMap(({ attributes }) => attributes['id'] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const ends = page.flatMap(({ attributes }) => [
      ...(attributes['href'] === undefined ? [] : [attributes['href'].replace(/^#/, '')]),
      ...(attributes['aria-labelledby']?.split(' ') ?? []),
      ...(attributes['aria-describedby']?.split(' ') ?? []),
    ]);
    expect(ends.length).toBeGreaterThan(0);
    expect(ends.filter((end) => !ids.includes(end))).toEqual([]);
    for (const { id } of report.results) expect(ids).toContain(id);
  });

  test('has landmarks, and headings without a step left out', () => {
    for (const name of ['header', 'nav', 'main', 'footer', 'h1']) expect(named(page, name)).toHaveLength(1);
    const levels = named(page, 'h1', 'h2', 'h3', 'h4').map(({ name }) => Number(name.slice(1)));
    expect(levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1)).toEqual([]);
    expect(
      named(page, 'section', 'article').filter(({ attributes }) => !attributes['aria-labelledby']),
    ).toEqual([]);
  });

  test('has tables with captions and heads, and boxes that a keyboard can scroll', () => {
    const tables = named(page, 'table');
    const captions = textsOf(page, 'caption');
    expect(captions).toHaveLength(tables.length);
    expect(captions.filter((caption) => caption.trim() === '')).toEqual([]);
    expect(
      named(page, 'th').filter(({ attributes }) => !/^(col|row)$/.test(attributes['scope'] ?? '')),
    ).toEqual([]);
    const boxes = page.filter(({ name, attributes }) => name === 'pre' || attributes['class'] === 'scroll');
    for (const { attributes } of boxes) {
      expect(attributes).toMatchObject({
        tabindex: '0',
        role: 'region',
        'aria-label': expect.stringMatching(/\S/),
      });
    }
    const drawings = named(page, 'svg').filter(({ attributes }) => !attributes['aria-hidden']);
    for (const { attributes } of drawings) {
      expect(attributes).toMatchObject({ role: 'img', 'aria-labelledby': expect.any(String) });
    }
  });
});

describe('the verdict', () => {
  const failed = (severity: CaseResult['severity'], id: string) =>
    sampleResult({ id, status: 'failed', severity });

  test.each<[string, readonly CaseResult[], Partial<BenchReport>, string]>([
    ['three', ['a', 'b', 'c'].map((id) => failed('breaks', id)), {}, 'Would break Veeam in 3 places.'],
    ['one', [failed('breaks', 'a'), failed('slow', 'b')], {}, 'Would break Veeam in 1 place.'],
    ['slow only', [failed('slow', 'a')], {}, 'Nothing that would break Veeam was found.'],
    ['passed', [sampleResult()], {}, 'Nothing that would break Veeam was found.'],
    ['none', [], {}, 'No case was decided: nothing is known.'],
    ['skipped', [sampleResult({ status: 'skipped' })], {}, 'No case was decided: nothing is known.'],
    ['load', [], { load: { ...sampleLoad() } }, 'Nothing that would break Veeam was found.'],
  ])('%s', (_, results, changes, expected) => {
    expect(sentence(pageOf(sampleReport(results, changes)))).toBe(expected);
  });

  test('says that the run was interrupted, what is slow and what is doubtful', () => {
    const results = [failed('slow', 'a'), sampleResult({ id: 'b', status: 'warned' })];
    const verdict = pageOf(sampleReport(results, { interrupted: true })).find(({ attributes }) =>
      attributes['class']?.startsWith('verdict'),
    );
    expect(verdict?.attributes['class']).toBe('verdict warn');
    expect(verdict?.text).toContain('The run was interrupted');
    expect(verdict?.text).toContain('Would make Veeam slow in 1 place.');
    expect(verdict?.text).toContain('1 warning:');
  });

  test('counts what the load found, once', () => {
    const [, ...rest] = sampleLoad().verdicts;
    const verdicts = [
      { id: 'load-x', severity: 'breaks', status: 'failed', message: 'Objects were lost.' } as const,
      ...rest,
    ];
    const load = { ...sampleLoad(), verdicts };
    const page = pageOf(sampleReport([sampleResult()], { load }));
    expect(sentence(page)).toBe('Would break Veeam in 1 place.');
    expect(page.find(({ attributes }) => attributes['class'] === 'verdict bad')?.text).toContain(
      'Of these, the load run found 1: see Load.',
    );
    expect(sentence(pageOf(sampleReport([failed('breaks', 'load-x')], { load })))).toBe(
      'Would break Veeam in 1 place.',
    );
  });
});

describe('what stands in it', () => {
  test('the store, the date, the profile and the counts', () => {
    const page = pageOf(realisticReport());
    const summary = named(page, 'section')[0]?.text ?? '';
    for (const part of [
      'https://s3.storage.example:9000',
      'ExampleStore/4.2',
      'veeam-backup',
      '2026-11-21 20:15:30 UTC',
      '3 min 12 s',
      'core',
      '3f9a01c27be4',
    ]) {
      expect(summary).toContain(part);
    }
    const { counts } = realisticReport();
    const tiles = page
      .filter(({ name, within }) => name === 'li' && within.at(-2) === 'section')
      .map(({ text }) => text);
    expect(tiles).toEqual([
      `${counts.failed} ✖ failed`,
      `${counts.warned} ! warned`,
      `${counts.passed} ✔ passed`,
      `${counts.skipped} – skipped`,
    ]);
  });

  test('what breaks Veeam first, what passed and was skipped last', () => {
    expect(textsOf(pageOf(realisticReport()), 'h2').map((text) => text.replace(/ \(.*/, ''))).toEqual([
      'Summary',
      'Would break Veeam',
      'Would make Veeam slow',
      'Warnings',
      'Load',
      'Figures',
      'Left behind',
      'Passed',
      'Skipped',
    ]);
  });

  test('a finding with everything about it', () => {
    const result = sampleResult({ status: 'failed', figures: { 'calls/s': 12.5 } });
    const found = article(pageOf(sampleReport([result])), 'row-07')?.text ?? '';
    const { title, veeamDoes, mustComeBack, message, source, advice } = result;
    for (const part of [title, veeamDoes, mustComeBack, message, source, advice])
      expect(found).toContain(part);
    for (const part of ['Breaks Veeam', 'calls/s: 12.5', '148 ms', 'As sure as what was published.']) {
      expect(found).toContain(part);
    }
    const [call] = result.evidence;
    expect(found).toContain(`${call?.request.method} ${call?.request.target}`);
    expect(found).toContain('user-agent: APN/1.0 Veeam/1.0 Backup/12.0');
    expect(found).toContain(call?.request.body);
    expect(found).toContain('x-amz-request-id: 18A9F3C2D1E0B7A6');
    expect(found).toContain(call?.answer?.body);
    expect(found).toContain('Sent 2026-11-21T20:15:30.040Z, took 12.4 ms.');
  });

  test('a weak fact says how weak it is', () => {
    const page = pageOf(sampleReport([sampleResult({ status: 'warned', severity: 'unproven' })]));
    expect(article(page, 'row-07')?.text).toContain('Not sure: seen by one implementer');
    expect(article(page, 'row-07')?.text).toContain('Nobody has proven that this matters to Veeam.');
  });

  test('why no answer came, and a body that is no text or was cut', () => {
    const { request } = sampleCall(0);
    const { body: _, ...bare } = request;
    const evidence = [
      { request: { ...bare, bodyBytes: 1_048_576 }, error: 'ECONNRESET', atMs: Number.NaN, tookMs: 3 },
      sampleCall(1, { answer: { status: 200, headers: [], body: '<a>…', bodyBytes: 9999 } }),
    ];
    const found = article(
      pageOf(sampleReport([sampleResult({ status: 'failed', evidence })])),
      'row-07',
    )?.text;
    expect(found).toContain('No answer came: ECONNRESET');
    expect(found).toContain('(1,048,576 bytes that are no text)');
    expect(found).toContain('(the beginning of 9,999 bytes)');
    expect(found).toContain('at an unknown time');
  });

  test('skipped cases once for each reason', () => {
    const results = ['a', 'b', 'c'].map((id) =>
      sampleResult({ id, status: 'skipped', message: id === 'c' ? 'no TLS' : 'no bucket' }),
    );
    const rows = named(pageOf(sampleReport(results)), 'tr').map(({ text }) => text);
    expect(rows.filter((text) => text.includes('no bucket'))).toHaveLength(1);
    expect(rows.filter((text) => text.includes('no TLS'))).toHaveLength(1);
  });

  test('ids that a page cannot hold, or that come twice, have anchors of their own', () => {
    const results = ['x', 'x', '7 "&<', 'page-main', ''].map((id) => sampleResult({ id, status: 'failed' }));
    expect(named(pageOf(sampleReport(results)), 'article').map(({ attributes }) => attributes['id'])).toEqual(
      ['x', 'x-2', 'case-7-', 'case-page-main', 'case-'],
    );
  });
});
