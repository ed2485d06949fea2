// junit.xml: well-formed whatever a store sent, and failing only what would break Veeam.
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../../../src/bench/report/junit-report.ts';
import { ONE_OF_EACH, report, result } from './sample-report.ts';

interface Case {
  readonly '@_name': string;
  readonly failure?: { readonly '@_message': string; readonly '#text': string };
  readonly skipped?: { readonly '@_message': string };
  readonly 'system-out'?: string;
}
interface Suite {
  readonly '@_name': string;
  readonly '@_tests': string;
  readonly '@_failures': string;
  readonly '@_skipped': string;
  readonly testcase: readonly Case[];
}

function read(text: string): readonly Suite[] {
  expect(XMLValidator.validate(text)).toBe(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    htmlEntities: true,
    isArray: (name) => name === 'testsuite' || name === 'testcase',
  });
  return (parser.parse(text) as { testsuites: { testsuite: readonly Suite[] } }).testsuites.testsuite;
}

describe('renderJunit', () => {
  test('a suite for each group, with its counts', () => {
    const suites = read(renderJunit(report(ONE_OF_EACH), { strict: false }));
    expect(suites).toMatchObject([
      { '@_name': 'row', '@_tests': '5', '@_failures': '1', '@_skipped': '1' },
      { '@_name': 'sequence', '@_tests': '1', '@_failures': '0', '@_skipped': '0' },
    ]);
    const [passed, breaks, slow, warned, skipped] = suites[0]?.testcase ?? [];
    expect(Object.keys(passed ?? {}).filter((key) => !key.startsWith('@_'))).toEqual([]);
    expect(breaks?.failure).toMatchObject({
      '@_message': 'came 500',
      '#text': expect.stringContaining('Look at the index.'),
    });
    expect(slow).toMatchObject({ 'system-out': expect.stringContaining('took 9 s') });
    expect(slow).not.toHaveProperty('failure');
    expect(warned).toMatchObject({ 'system-out': expect.stringContaining('hm') });
    expect(skipped?.skipped).toEqual({ '@_message': 'needs a bucket' });
  });

  test('strict: what is slow fails too, what is unproven does not', () => {
    const [rows] = read(renderJunit(report(ONE_OF_EACH), { strict: true }));
    expect(rows).toMatchObject({ '@_failures': '2' });
    expect(rows?.testcase[2]?.failure?.['@_message']).toBe('took 9 s');
    expect(rows?.testcase[3]).not.toHaveProperty('failure');
  });

  test('text that is no XML stays text', () => {
    const message = `<Error a="b">&amp; ]]> \0\x07\x1b[31m \ud800 ü 😀 'x'\n\tnext`;
    const text = renderJunit(report([result('row-01', { status: 'failed', message, advice: message })]), {
      strict: false,
    });
    // XML 1.0 section 2.2.
    expect(text).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
    const [suite] = read(text);
    const shown = suite?.testcase[0]?.failure?.['@_message'];
    expect(shown).toBe(`<Error a="b">&amp; ]]> \ufffd\ufffd\ufffd[31m \ufffd ü 😀 'x'\n\tnext`);
  });
});
