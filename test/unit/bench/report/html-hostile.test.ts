// A store that says what it likes: its words stay words in the HTML report, and the page stays small.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeText } from '../../../../src/bench/report/html/markup.ts';
import { renderHtml } from '../../../../src/bench/report/html-report.ts';
import { type PageElement, readPage } from '../../../support/page-tree.ts';
import {
  hostileReport,
  manyResults,
  sampleLoad,
  sampleReport,
} from '../../../support/sample-bench-report.ts';

const MIB = 1024 * 1024;
/** As a report has them at most: 16 calls, bodies of 4 KiB. */
const calls = (text: string) =>
  hostileReport(text.repeat(Math.ceil(4096 / text.length)), 16).results[0]?.evidence ?? [];

const skeleton = (page: readonly PageElement[]) =>
  page.map(({ name, attributes, within }) => [...within, name, ...Object.keys(attributes)].join(' '));

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
  fc
    .array(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "'",
        '\0',
        '\u202e',
        '\u2066',
        ']]>',
        '<!--',
        '-->',
        '&lt;',
        '&#0;',
        '</pre></style>',
        '\ud800',
        '\x1b[2J',
        '\r\n',
        '$&',
        '{{x}}',
        '%00',
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

describe('whatever a store says', () => {
  const harmless = skeleton(readPage(renderHtml(hostileReport('x'))));

  test('the page has the elements that it has for a harmless word, and the text is in it', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const page = readPage(renderHtml(hostileReport(text)));
        expect(skeleton(page)).toEqual(harmless);
        const decoded = readPage(`<p>${escapeText(text)}</p>`)[0]?.text ?? '';
        expect(page.find(({ name }) => name === 'article')?.text).toContain(decoded);
      }),
      { numRuns: 60 },
    );
  });

  test('no character that a reader cannot see is left', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(renderHtml(hostileReport(text)).replace(/[\t\n]/g, '')).not.toMatch(
          /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u,
        );
      }),
      { numRuns: 50 },
    );
  });

  test('a line of 10 KiB is cut in a message and kept in a body as far as it came', () => {
    const page = readPage(renderHtml(hostileReport('y'.repeat(10_240))));
    const boxes = page.filter(({ name }) => name === 'pre').map(({ text }) => text);
    expect(boxes.some((text) => text.includes('y'.repeat(10_240)))).toBe(true);
    expect(page.filter(({ name }) => name === 'dd').every(({ text }) => text.length < 4000)).toBe(true);
  });
});

describe('its size', () => {
  test.each([
    ['plain words', 'a'],
    ['markup', '<'],
    ['characters without a picture', '\u202e'],
    ['an error document', '<Error><Code>NoSuchKey</Code></Error>'],
  ])('100 findings of %s and a load stay below 2 MiB', (_, text) => {
    const long = text.repeat(8000);
    const results = manyResults(100, () => 'failed').map((result) => ({
      ...result,
      title: long,
      message: long,
      veeamDoes: long,
      mustComeBack: long,
      source: long,
      advice: long,
      figures: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${at}${long}`, at])),
      evidence: calls(text),
    }));
    const page = renderHtml(sampleReport(results, { load: { ...sampleLoad() } }));
    expect(Buffer.byteLength(page)).toBeLessThan(2 * MIB);
    expect(page).toContain('report.json');
  });

  test('where not all calls fit, each case keeps its last ones', () => {
    const results = manyResults(40, () => 'failed').map((result) => ({
      ...result,
      evidence: calls('some text '),
    }));
    const articles = readPage(renderHtml(sampleReport(results))).filter(({ name }) => name === 'article');
    expect(articles).toHaveLength(40);
    for (const { text } of articles) {
      expect(text).toContain('16. ');
      expect(text).toMatch(/earlier calls? stayed in report.json/);
    }
  });
});
